import type { Walk } from '@tienve/contracts'
import { Empty, fill, Mark, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { addressOf } from '../../route.ts'
import { checkedToday } from '../../walk/codes.ts'
import type { Entry } from '../../walk/queue.ts'
import { daysOverdue, findStops, seenStop, type SeenStop } from '../../walk/stops.ts'
import { useVisit } from './visits.ts'

const WORDS = {
  left: { vi: 'Còn phải thu', en: 'To collect' },
  stalls: { vi: '{count} sạp', en: '{count} stalls' },
  codes: {
    vi: 'Đã soi mã {checked}/{all} sạp hôm nay',
    en: 'Codes checked today: {checked} of {all} stalls',
  },
  find: { vi: 'Tìm mã, tên sạp', en: 'Find a stall' },
  zone: { vi: 'Khu', en: 'Zone' },
  every: { vi: 'Mọi khu', en: 'Every zone' },
  none: { vi: 'Không có sạp nào như vậy còn phải thu.', en: 'No such stall owes anything.' },
  overdue: { vi: 'Quá hạn {days} ngày', en: '{days} days overdue' },
  taken: { vi: 'Đã thu', en: 'Taken' },
  disputed: { vi: 'Đang khiếu nại', en: 'In dispute' },
  lot: { vi: 'lô {lot}', en: 'lot {lot}' },
}

/** Every stall that owes, in walking order. */
export function StopList({ walk, queue }: { walk: Walk; queue: readonly Entry[] }) {
  const w = useWords(WORDS)
  const [zone, setZone] = useState('')
  const [typed, setTyped] = useState('')
  const stops = walk.stops.map((stop) => seenStop(stop, walk.asOf, queue))
  const zones = new Map(stops.map(({ zoneCode, zoneName }) => [zoneCode, zoneName]))
  const shown = findStops(stops, zone, typed)
  const codes = checkedToday(walk, queue)
  const leftVnd = shown.reduce((sum, { owedVnd }) => sum + owedVnd, 0)
  return (
    <>
      <p className="walk-left" data-testid="walk-left">
        <span>
          {w.left} · {fill(w.stalls, { count: shown.filter(({ owedVnd }) => owedVnd > 0).length })}
        </span>
        <b>
          <Money vnd={leftVnd} />
        </b>
      </p>
      {codes.all === 0 ? null : (
        <p className="tv-quiet" data-testid="codes-checked">
          {fill(w.codes, codes)}
        </p>
      )}
      <div className="walk-find">
        <input
          type="search"
          aria-label={w.find}
          placeholder={w.find}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <select
          className="tv-select"
          aria-label={w.zone}
          value={zone}
          onChange={(event) => setZone(event.target.value)}
        >
          <option value="">{w.every}</option>
          {[...zones].map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {shown.length === 0 ? <Empty>{w.none}</Empty> : null}
      <ol className="stops">
        {shown.map((stop, at) => (
          <li key={stop.stallId}>
            {shown[at - 1]?.zoneCode === stop.zoneCode ? null : <h2>{stop.zoneName}</h2>}
            <StopRow stop={stop} asOf={walk.asOf} queue={queue} />
          </li>
        ))}
      </ol>
    </>
  )
}

function StopRow({ stop, asOf, queue }: { stop: SeenStop; asOf: string; queue: readonly Entry[] }) {
  const w = useWords(WORDS)
  const visit = useVisit(stop, queue)
  const days = daysOverdue(stop, asOf)
  const place = [stop.rowLabel, stop.lot === null ? null : fill(w.lot, { lot: stop.lot })]
  return (
    <a className="stop" href={addressOf(`walk/stop/${stop.stallId}`)} data-testid="stop">
      <span className="stop-who">
        <b>{stop.stallCode}</b>
        <small>{place.filter((part) => part !== null).join(' · ')}</small>
      </span>
      <span className="stop-owed">
        {stop.owedVnd === 0 && stop.takenVnd > 0 ? (
          <Mark kind="good">
            <Money vnd={stop.takenVnd} />
          </Mark>
        ) : (
          <b>
            <Money vnd={stop.owedVnd} />
          </b>
        )}
      </span>
      <span className="stop-more">
        <span className="stop-name">{stop.stallName}</span>
        {stop.takenVnd > 0 ? <span>{w.taken}</span> : null}
        {days > 0 && stop.owedVnd > 0 ? <span className="tv-bad">{fill(w.overdue, { days })}</span> : null}
      </span>
      {visit === null && !stop.disputed ? null : (
        <span className="stop-more">
          {visit === null ? null : <b>{visit}</b>}
          {stop.disputed ? <b className="tv-bad">{w.disputed}</b> : null}
        </span>
      )}
    </a>
  )
}
