import { useQuery } from '@tanstack/react-query'
import {
  PROVIDER_CHOICES,
  roleCan,
  type ConnectionList as List,
  type ConnectionRow,
  type Me,
} from '@tienve/contracts'
import { ConnectionMark, Empty, fill, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'

const WORDS = {
  add: { vi: 'Thêm kết nối', en: 'Add a connection' },
  none: {
    vi: 'Chưa có kết nối nào: chưa nghe được tiền về. Thêm một kết nối.',
    en: 'There is no connection yet: no money can be heard. Add one.',
  },
  ended: { vi: 'Đã ngắt', en: 'Ended' },
  accounts: { vi: '{count} tài khoản', en: '{count} accounts' },
  heard: { vi: 'nghe lúc {at}', en: 'heard {at}' },
  own: { vi: 'Sạp {stall} tự nối tài khoản của mình', en: 'Stall {stall}, of its own account' },
}

/** Every connection of the market; the board's own open to a page, a stall's own only says how it stands. */
export function ConnectionList({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const list = useQuery({
    queryKey: ['connections', me.market.id],
    queryFn: () => api.get<List>(`/v1/markets/${me.market.id}/connections`),
    refetchInterval: 10_000,
  })
  return (
    <>
      {roleCan(me.user.role, 'feeds.write') ? (
        <div className="filters">
          <a className="tv-button" href="#/connections/new">
            {w.add}
          </a>
        </div>
      ) : null}
      <Answer of={list}>
        {({ items }) => {
          const live = items.filter(({ state }) => state !== 'revoked')
          const ended = items.filter(({ state }) => state === 'revoked')
          return (
            <>
              {live.length === 0 ? <Empty>{w.none}</Empty> : <Rows rows={live} />}
              {ended.length === 0 ? null : (
                <details>
                  <summary className="touch-summary">
                    {w.ended} ({ended.length})
                  </summary>
                  <Rows rows={ended} />
                </details>
              )}
            </>
          )
        }}
      </Answer>
    </>
  )
}

function Rows({ rows }: { rows: readonly ConnectionRow[] }) {
  return (
    <div className="cards">
      {rows.map((row) =>
        row.owner === 'board' ? (
          <a key={row.id} className="tile opens" href={`#/connections/${row.id}`}>
            <Row row={row} />
          </a>
        ) : (
          <div key={row.id} className="tile">
            <Row row={row} />
          </div>
        ),
      )}
    </div>
  )
}

function Row({ row }: { row: ConnectionRow }) {
  const w = useWords(WORDS)
  const { name } = PROVIDER_CHOICES[row.provider]
  return (
    <>
      <span className="tile-title">{row.name === '' ? name : `${row.name} · ${name}`}</span>
      <ConnectionMark state={row.state} />
      <span className="tile-more">
        {row.owner === 'stall'
          ? fill(w.own, { stall: row.stallCode ?? '' })
          : [
              fill(w.accounts, { count: row.accountCount ?? 0 }),
              row.lastHeardAt === null ? null : fill(w.heard, { at: whenOf(row.lastHeardAt) }),
            ]
              .filter((one) => one !== null)
              .join(' · ')}
      </span>
    </>
  )
}
