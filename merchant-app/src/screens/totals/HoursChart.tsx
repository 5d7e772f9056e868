import { formatVnd } from '@tienve/money'
import { fill, useWords } from '@tienve/ui'

const WORDS = {
  title: { vi: 'Tiền về theo giờ', en: 'Money by the hour' },
  busiest: { vi: 'Đông nhất lúc {from}–{to} giờ.', en: 'Busiest from {from} to {to} o’clock.' },
  hour: { vi: 'Giờ', en: 'Hour' },
  amount: { vi: 'Số tiền', en: 'Amount' },
}

/** The hours of a market; a sale outside of them makes the chart wider. */
const OPENS = 5
const CLOSES = 19
const LABEL_EVERY = 3
/** In parts of the drawing, which is stretched to the width that there is. */
const BAR = 10
const TALL = 60

/** How a day's money came over its hours: to be seen without a number, and a table for whoever hears the screen. */
export function HoursChart({ byHour }: { byHour: readonly { hour: number; amountVnd: number }[] }) {
  const w = useWords(WORDS)
  const known = new Map(byHour.map(({ hour, amountVnd }) => [hour, amountVnd]))
  const first = Math.min(OPENS, ...known.keys())
  const last = Math.max(CLOSES, ...known.keys())
  const hours = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  const most = Math.max(0, ...known.values())
  if (most === 0) return null
  const busiest = hours.find((hour) => known.get(hour) === most) ?? first
  return (
    <figure className="hours" data-testid="hours">
      <svg viewBox={`0 0 ${hours.length * BAR} ${TALL}`} preserveAspectRatio="none" aria-hidden="true">
        {hours.map((hour, at) => {
          const tall = (Math.max(0, known.get(hour) ?? 0) / most) * TALL
          // A little is still to be seen.
          const shown = tall === 0 ? 0 : Math.max(2, tall)
          const [x, y] = [at * BAR + 1, TALL - shown]
          return <rect key={hour} x={x} y={y} width={BAR - 2} height={shown} data-most={hour === busiest} />
        })}
      </svg>
      <div className="hours-below" aria-hidden="true">
        {hours.map((hour, at) => (
          <span key={hour}>{at % LABEL_EVERY === 0 ? hour : ''}</span>
        ))}
      </div>
      <figcaption>{fill(w.busiest, { from: busiest, to: busiest + 1 })}</figcaption>
      <table className="sr-only">
        <caption>{w.title}</caption>
        <thead>
          <tr>
            <th scope="col">{w.hour}</th>
            <th scope="col">{w.amount}</th>
          </tr>
        </thead>
        <tbody>
          {[...byHour].map(({ hour, amountVnd }) => (
            <tr key={hour}>
              <th scope="row">
                {hour}–{hour + 1}
              </th>
              <td>{formatVnd(BigInt(amountVnd))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
