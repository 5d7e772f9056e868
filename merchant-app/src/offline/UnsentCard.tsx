import { formatVnd } from '@tienve/money'
import { ApiError } from '@tienve/contracts'
import { Button, Card, clockOf, dateOf, ErrorPanel, fill, Money, useWords } from '@tienve/ui'
import { dayNow } from './clock.ts'
import { countUnsent, type UnsentSale } from './unsent.ts'
import type { Unsent } from './use-unsent.ts'
import './offline.css'

const WORDS = {
  title: { vi: 'Tiền mặt chưa gửi', en: 'Cash not sent yet' },
  kept: {
    vi: 'Máy giữ trong máy này, có mạng thì tự gửi. Chưa vào sổ, chưa tính vào tổng.',
    en: 'Kept on this phone and sent when there is a network. Not in the books or the total yet.',
  },
  unsent: { vi: 'Chưa gửi', en: 'Not sent' },
  back: { vi: 'Đã bỏ, chờ mạng', en: 'Undone, waiting' },
  undo: { vi: 'Bỏ ghi', en: 'Undo' },
  refused: { vi: 'Không gửi được', en: 'Refused' },
  again: { vi: 'Gửi lại', en: 'Send again' },
  discard: { vi: 'Bỏ', en: 'Discard' },
  count: { vi: '{count} lần tiền mặt chưa gửi ({sum})', en: '{count} cash sales not sent ({sum})' },
  odd: { vi: '{count} lần tiền mặt không gửi được', en: '{count} cash sales were refused' },
  look: { vi: 'Xem', en: 'Look' },
}

/**
 * How many sales in cash the service has not got, and the way to them, where there is one for whoever holds the phone. Nothing
 * when it has all.
 */
export function UnsentCount({ unsent, onOpen }: { unsent: Unsent; onOpen: (() => void) | null }) {
  const w = useWords(WORDS)
  const { waiting, waitingVnd, refused } = countUnsent(unsent.sales)
  if (waiting === 0 && refused === 0) return null
  const said = (
    <span>
      {waiting === 0 ? null : <b>{fill(w.count, { count: waiting, sum: formatVnd(waitingVnd) })}</b>}
      {refused === 0 ? null : <b className="late">{fill(w.odd, { count: refused })}</b>}
    </span>
  )
  if (onOpen === null) {
    return (
      <p className="unsent-count" data-testid="unsent-count">
        {said}
      </p>
    )
  }
  return (
    <button type="button" className="unsent-count" data-testid="unsent-count" onClick={onOpen}>
      {said}
      <span className="unsent-look">{w.look}</span>
    </button>
  )
}

/** Each sale in cash that the service has not got: when it was, and what became of it. Nothing when it has all. */
export function UnsentCard({ unsent }: { unsent: Unsent }) {
  const w = useWords(WORDS)
  if (unsent.sales.length === 0) return null
  return (
    <Card title={w.title} className="unsent">
      <p>{w.kept}</p>
      <ul className="rows" data-testid="unsent">
        {unsent.sales.map((sale) => (
          <UnsentRow key={sale.key} sale={sale} unsent={unsent} />
        ))}
      </ul>
    </Card>
  )
}

function UnsentRow({ sale, unsent }: { sale: UnsentSale; unsent: Unsent }) {
  const w = useWords(WORDS)
  const { key, amountVnd, soldAt, problem, takenBack } = sale
  return (
    <li>
      <span className="time">
        {soldAt.startsWith(dayNow()) ? null : `${dateOf(soldAt)} `}
        {clockOf(soldAt)}
      </span>
      <b>
        <Money vnd={amountVnd} />
      </b>
      <span className={`verdict ${problem === null ? 'late' : 'short'}`}>
        {problem !== null ? w.refused : takenBack ? w.back : w.unsent}
      </span>
      {problem === null && takenBack ? null : (
        <div className="below stack">
          {problem === null ? (
            <Button kind="danger" onClick={() => void unsent.takeBack(key)}>
              {w.undo}
            </Button>
          ) : (
            <>
              <ErrorPanel error={new ApiError(problem, false)} />
              <div className="pair">
                <Button kind="quiet" onClick={() => void unsent.tryAgain(key)}>
                  {w.again}
                </Button>
                <Button kind="danger" onClick={() => void unsent.discard(key)}>
                  {w.discard}
                </Button>
              </div>
            </>
          )}
        </div>
      )}
    </li>
  )
}
