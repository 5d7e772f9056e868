import { useQuery } from '@tanstack/react-query'
import { type MapStall, type Me, type StallMap } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Card, Empty, useWords } from '@tienve/ui'
import type { CSSProperties } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { STANDING_WORDS, STATE_WORDS } from './words.ts'

const WORDS = {
  legend: { vi: 'Màu và chữ trên sơ đồ', en: 'The colours and words of the map' },
  howTo: { vi: 'Chạm một ô để mở trang của sạp.', en: 'Tap a lot to open its stall.' },
  row: { vi: 'Dãy', en: 'Row' },
  unplaced: { vi: 'Chưa xếp chỗ', en: 'Not placed' },
  nothing: { vi: 'Chưa có sạp nào trong sổ.', en: 'There is no stall in the register yet.' },
  lot: { vi: 'lô', en: 'lot' },
}

/** What a lot says in a word: a state that is not usual comes before what is owed, which then is a sign beside it. */
const SHORT = {
  paused: { vi: 'nghỉ', en: 'pause' },
  vacant: { vi: 'trống', en: 'free' },
  disputed: { vi: 't.chấp', en: 'disp.' },
  closing: { vi: 't.lý', en: 'close' },
  removed: { vi: 'bỏ', en: 'gone' },
  active: { vi: 'mở', en: 'open' },
  paid: { vi: 'đủ', en: 'paid' },
  owed: { vi: 'nợ', en: 'owes' },
  overdue: { vi: 'trễ', en: 'late' },
  over_60_days: { vi: '>60', en: '>60' },
  none: { vi: '–', en: '–' },
}
const SIGNS = { paid: '✓', owed: '•', overdue: '!', over_60_days: '✕', none: '' } as const
const STANDINGS = ['paid', 'owed', 'overdue', 'over_60_days', 'none'] as const
const STATES = ['paused', 'vacant', 'disputed', 'closing'] as const

/** The market drawn from its rows and lots: what each stall owes by colour, pattern and word, and whether it is open. */
export function MapView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const map = useQuery({
    queryKey: ['stall-map', me.market.id],
    queryFn: () => api.get<StallMap>(`/v1/markets/${me.market.id}/stall-map`),
    refetchInterval: 15_000,
  })
  return (
    <Answer of={map}>
      {({ zones }) => {
        const stalls = zones.flatMap(({ rows }) => rows.flatMap((row) => row.stalls))
        if (stalls.length === 0) return <Empty>{w.nothing}</Empty>
        return (
          <>
            <Legend of={stalls} />
            {zones
              .filter(({ rows }) => rows.length > 0)
              .map(({ id, code, name, rows }) => (
                <Card key={id} title={`${code} · ${name}`} className="map-zone">
                  <div className="scroll" tabIndex={0} role="region" aria-label={name}>
                    {rows.map((row) => (
                      <div key={row.label ?? ''} className="map-row">
                        <b className="map-label">
                          {row.label === null ? w.unplaced : `${w.row} ${row.label}`}
                        </b>
                        <ol className="map-lots">
                          {row.stalls.map((stall) => (
                            <Lot key={stall.id} of={stall} />
                          ))}
                        </ol>
                      </div>
                    ))}
                  </div>
                </Card>
              ))}
          </>
        )
      }}
    </Answer>
  )
}

function Lot({ of }: { of: MapStall }) {
  const w = useWords(WORDS)
  const states = useWords(STATE_WORDS)
  const standings = useWords(STANDING_WORDS)
  const short = useWords(SHORT)
  const { charges, state, lot } = of
  const said = state === 'active' ? (charges?.standing ?? 'active') : state
  const owed = charges === null || charges.outstandingVnd === 0 ? '' : ` ${formatVnd(charges.outstandingVnd)}`
  const whole = [
    of.code,
    of.name,
    lot === null ? null : `${w.lot} ${lot}`,
    states[state],
    charges === null ? null : `${standings[charges.standing]}${owed}`,
    of.holderName,
  ].filter((part) => part !== null)
  // A lot that nobody has leaves a gap, as it does in the market. The name of a property of ours is not in React's list.
  const place = lot === null ? {} : ({ gridColumn: lot } satisfies CSSProperties)
  return (
    <li style={place}>
      <a
        className={`map-lot ${charges?.standing ?? 'plain'} ${state}`}
        href={addressOf('register/stall', { id: of.id })}
        title={whole.join(' · ')}
        aria-label={whole.join(', ')}
      >
        <span>{of.code.slice(of.code.indexOf('-') + 1)}</span>
        <small>
          {charges === null ? '' : SIGNS[charges.standing]} {short[said]}
        </small>
      </a>
    </li>
  )
}

function Legend({ of }: { of: readonly MapStall[] }) {
  const w = useWords(WORDS)
  const states = useWords(STATE_WORDS)
  const standings = useWords(STANDING_WORDS)
  const short = useWords(SHORT)
  const maySee = of.some(({ charges }) => charges !== null)
  const entries = [
    ...STANDINGS.filter(() => maySee).map((one) => ({
      name: one,
      sign: SIGNS[one],
      words: standings[one],
      count: of.filter(({ charges }) => charges?.standing === one).length,
    })),
    ...STATES.map((one) => ({
      name: one,
      sign: '',
      words: states[one],
      count: of.filter(({ state }) => state === one).length,
    })),
  ]
  return (
    <section className="map-legend" aria-label={w.legend}>
      <p className="tv-quiet">{w.howTo}</p>
      <ul>
        {entries
          .filter(({ count }) => count > 0)
          .map(({ name, sign, words, count }) => (
            <li key={name}>
              <span className={`map-lot ${name}`} aria-hidden="true">
                <small>
                  {sign} {short[name]}
                </small>
              </span>
              <span>
                {words}: <b>{formatNumber(count)}</b>
              </span>
            </li>
          ))}
      </ul>
    </section>
  )
}
