import type { LivePayment } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { clockOf, useWords } from '@tienve/ui'
import { useEffect } from 'react'
import { lineFor } from './voice/lines.ts'

const WORDS = {
  arrived: { vi: 'Tiền đã về', en: 'The money has arrived' },
  enough: { vi: 'ĐỦ', en: 'ENOUGH' },
  short: { vi: 'THIẾU', en: 'SHORT BY' },
  over: { vi: 'THỪA', en: 'TOO MUCH BY' },
  repeated: { vi: 'CHUYỂN HAI LẦN', en: 'PAID TWICE' },
  late: { vi: 'BÁO MUỘN', en: 'TOLD LATE' },
  unknown: { vi: 'KHÔNG RÕ MÃ', en: 'NO CODE' },
  charge: { vi: 'ĐÃ TRẢ NỢ CHỢ', en: 'PAID TO THE MARKET' },
  at: { vi: 'Chuyển lúc', en: 'Sent at' },
  close: { vi: 'Xong', en: 'Done' },
}
const SHOWN_MS = 8_000

/** The one thing this app is for: full screen, the amount as large as it fits, and one word about it. */
export function Arrival({ payment, onDone }: { payment: LivePayment; onDone: () => void }) {
  const w = useWords(WORDS)
  useEffect(() => {
    const timer = setTimeout(onDone, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [onDone])
  const { amountVnd, expectedVnd, verdict } = payment
  const differenceVnd = expectedVnd === null ? 0 : Math.abs(amountVnd - expectedVnd)
  const kind = verdict === 'short' ? 'short' : verdict === 'exact' || verdict === 'late' ? 'good' : 'over'
  return (
    <div
      className={`arrival ${kind}`}
      data-testid="arrival"
      data-verdict={verdict}
      role="alertdialog"
      aria-label={lineFor(payment).text}
    >
      <p className="arrival-lead">{payment.purpose === 'charge' ? w.charge : w.arrived}</p>
      <p className={`arrival-amount ${lengthOf(amountVnd)}`}>{formatNumber(amountVnd)}</p>
      <p className="arrival-verdict">
        {payment.purpose === 'charge' || expectedVnd === null ? null : verdict === 'exact' ? w.enough : null}
        {verdict === 'short' || verdict === 'over' ? `${w[verdict]} ${formatNumber(differenceVnd)}` : null}
        {verdict === 'repeated' || verdict === 'late' || verdict === 'unknown' ? w[verdict] : null}
      </p>
      <p className="arrival-line">{lineFor(payment).text}</p>
      <p className="arrival-line">
        {payment.bankCode} · {w.at} {clockOf(payment.occurredAt)}
      </p>
      <button type="button" className="arrival-close" onClick={onDone}>
        {w.close}
      </button>
    </div>
  )
}

/** Digits of 360 px are cut from ten characters on: longer amounts take smaller steps. */
function lengthOf(amountVnd: number): string {
  return amountVnd >= 100_000_000 ? 'longest' : amountVnd >= 10_000_000 ? 'long' : ''
}
