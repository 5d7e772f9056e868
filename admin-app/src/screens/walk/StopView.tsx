import type { Me, WalkStop } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fill, fullDateOf, Mark, Money, monthOf, useWords, whenOf } from '@tienve/ui'
import { lastCheck } from '../../walk/codes.ts'
import { useQueue } from '../../walk/phone.ts'
import { daysOverdue, seenStop } from '../../walk/stops.ts'
import { useVisit } from './visits.ts'

const WORDS = {
  back: { vi: '‹ Đi thu', en: '‹ The walk' },
  owes: { vi: 'Còn phải thu', en: 'Owes' },
  overdue: { vi: 'Quá hạn {days} ngày: {sum}', en: '{days} days overdue: {sum}' },
  taken: { vi: 'Máy này vừa thu {sum}', en: 'This phone took {sum}' },
  credit: { vi: 'Có tiền nộp trước {sum}', en: 'Paid {sum} in advance' },
  disputed: { vi: 'Đang khiếu nại, văn phòng sẽ trả lời', en: 'In dispute: the office will answer' },
  last: { vi: 'Lần trước: {visit}', en: 'Last time: {visit}' },
  lot: { vi: 'lô {lot}', en: 'lot {lot}' },
  check: { vi: 'Soi mã của sạp', en: 'Check the stall’s code' },
  checked: { vi: 'Soi mã của sạp · lần cuối {at}', en: 'Check the stall’s code · last {at}' },
  why: { vi: 'Vì sao', en: 'Why' },
  period: { vi: 'Kỳ {period} · hạn {day}', en: '{period} · due {day}' },
  partly: { vi: 'đã nộp {sum}', en: '{sum} paid' },
  cash: { vi: 'Tiền mặt', en: 'Cash' },
  code: { vi: 'Quét mã', en: 'Code' },
  not: { vi: 'Chưa nộp', en: 'Not paid' },
}

/** One stall: how much, why, since when, and the three things that can come of the visit. */
export function StopView({ me, asOf, stop }: { me: Me; asOf: string; stop: WalkStop }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const { owedVnd, takenVnd } = seenStop(stop, asOf, queue)
  const visit = useVisit(stop, queue)
  const days = daysOverdue(stop, asOf)
  const checked = lastCheck(stop, queue)
  const place = [stop.zoneName, stop.rowLabel, stop.lot === null ? null : fill(w.lot, { lot: stop.lot })]
  const here = `#/walk/stop/${stop.stallId}`
  return (
    <div className="stack with-actions">
      <a className="text-link touch-link" href="#/walk">
        {w.back}
      </a>
      <h1>
        {stop.stallCode} {stop.stallName}
      </h1>
      <p className="tv-quiet">{place.filter((part) => part !== null).join(' · ')}</p>
      <p className="walk-left">
        <span>{w.owes}</span>
        <b className="figure">
          <Money vnd={owedVnd} />
        </b>
      </p>
      {takenVnd === 0 ? null : <Mark kind="good">{fill(w.taken, { sum: formatVnd(takenVnd) })}</Mark>}
      {days === 0 ? null : (
        <Mark kind="bad">{fill(w.overdue, { days, sum: formatVnd(stop.overdueVnd) })}</Mark>
      )}
      {stop.creditVnd === 0 ? null : (
        <Mark kind="none">{fill(w.credit, { sum: formatVnd(stop.creditVnd) })}</Mark>
      )}
      {stop.disputed ? <Mark kind="warn">{w.disputed}</Mark> : null}
      {visit === null ? null : <p>{fill(w.last, { visit })}</p>}
      <a className="text-link touch-link" href={`${here}/check`} data-testid="check-code">
        {checked === null ? w.check : fill(w.checked, { at: whenOf(checked) })}
      </a>
      <h2>{w.why}</h2>
      {stop.charges.map((charge) => (
        <section key={charge.id} className="why">
          <p className="row">
            <span>
              {fill(w.period, { period: monthOf(charge.period), day: fullDateOf(charge.dueOn) })}
              {charge.outstandingVnd === charge.totalVnd
                ? null
                : ` · ${fill(w.partly, { sum: formatVnd(charge.totalVnd - charge.outstandingVnd) })}`}
            </span>
            <b>
              <Money vnd={charge.outstandingVnd} />
            </b>
          </p>
          <ul>
            {charge.why.map((line) => (
              <li key={`${line.name} ${line.formula}`}>
                <span>
                  {line.name} <small>{line.formula}</small>
                </span>
                <Money vnd={line.amountVnd} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className="actions three-ways">
        <a className="tv-button" href={`${here}/cash`}>
          {w.cash}
        </a>
        <a className="tv-button quiet" href={`${here}/code`}>
          {w.code}
        </a>
        <a className="tv-button quiet" href={`${here}/not`}>
          {w.not}
        </a>
      </div>
    </div>
  )
}
