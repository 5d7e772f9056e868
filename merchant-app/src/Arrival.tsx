import type { LivePayment } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { clockOf, useWords } from '@tienve/ui'
import { useEffect } from 'react'
import { isPayment, tell, type Arrived } from './live/catch-up.ts'

const WORDS = {
  arrived: { vi: 'Tiền đã về', en: 'The money has arrived' },
  enough: { vi: 'ĐỦ', en: 'ENOUGH' },
  short: { vi: 'THIẾU', en: 'SHORT BY' },
  over: { vi: 'THỪA', en: 'TOO MUCH BY' },
  repeated: { vi: 'CHUYỂN HAI LẦN', en: 'PAID TWICE' },
  late: { vi: 'BÁO MUỘN', en: 'TOLD LATE' },
  unknown: { vi: 'KHÔNG RÕ MÃ', en: 'NO CODE' },
  slip: { vi: 'THIẾU BA SỐ 0', en: 'THREE ZEROS SHORT' },
  bank: { vi: 'Ngân hàng', en: 'The bank' },
  reversed: { vi: 'ĐÃ LẤY LẠI', en: 'HAS TAKEN BACK' },
  reversedAt: { vi: 'Lấy lại lúc', en: 'Taken back at' },
  charge: { vi: 'ĐÃ TRẢ NỢ CHỢ', en: 'PAID TO THE MARKET' },
  at: { vi: 'Chuyển lúc', en: 'Sent at' },
  close: { vi: 'Xong', en: 'Done' },
}
const SHOWN_MS = 8_000

/** The one thing this app is for: full screen, the amount as large as it fits, and one word about it. */
export function Arrival({ arrived, onDone }: { arrived: Arrived; onDone: () => void }) {
  const w = useWords(WORDS)
  useEffect(() => {
    const timer = setTimeout(onDone, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [onDone])
  const { amountVnd } = arrived
  const { kind, lead, word, about } = describe(arrived, w)
  const { text } = tell(arrived).line
  return (
    <div
      className={`arrival ${kind}`}
      data-testid="arrival"
      data-verdict={isPayment(arrived) ? arrived.verdict : 'reversed'}
      role="alertdialog"
      aria-label={text}
    >
      <p className="arrival-lead">{lead}</p>
      <p className={`arrival-amount ${lengthOf(amountVnd)}`}>{formatNumber(amountVnd)}</p>
      <p className="arrival-verdict">{word}</p>
      <p className="arrival-line">{text}</p>
      <p className="arrival-line">
        {arrived.bankCode} · {about} {clockOf(arrived.occurredAt)}
      </p>
      <button type="button" className="arrival-close" onClick={onDone}>
        {w.close}
      </button>
    </div>
  )
}

/** How it looks, and the words around the amount. What was taken back is never in the green of money that came. */
function describe(arrived: Arrived, w: Record<keyof typeof WORDS, string>) {
  if (!isPayment(arrived)) return { kind: 'short', lead: w.bank, word: w.reversed, about: w.reversedAt }
  const { verdict, purpose } = arrived
  const kind = verdict === 'short' ? 'short' : verdict === 'exact' || verdict === 'late' ? 'good' : 'over'
  const lead = purpose === 'charge' ? w.charge : w.arrived
  return { kind, lead, word: wordOf(arrived, w), about: w.at }
}

function wordOf(payment: LivePayment, w: Record<keyof typeof WORDS, string>): string | null {
  const { verdict, purpose, amountVnd, expectedVnd } = payment
  if (payment.slip === 'thousandfold') return w.slip
  if (verdict === 'exact') return purpose === 'charge' || expectedVnd === null ? null : w.enough
  if (verdict !== 'short' && verdict !== 'over') return w[verdict]
  return `${w[verdict]} ${formatNumber(expectedVnd === null ? 0 : Math.abs(amountVnd - expectedVnd))}`
}

/** Digits of 360 px are cut from ten characters on: longer amounts take smaller steps. */
function lengthOf(amountVnd: number): string {
  return amountVnd >= 100_000_000 ? 'longest' : amountVnd >= 10_000_000 ? 'long' : ''
}
