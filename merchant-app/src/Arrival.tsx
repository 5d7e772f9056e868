import './arrival.css'
import type { LivePayment } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { clockOf, useWords } from '@tienve/ui'
import { useEffect, type CSSProperties } from 'react'
import { isPayment, type Arrived } from './live/catch-up.ts'
import type { Turn } from './voice/telling.ts'

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
  came: { vi: 'Đã về', en: 'Arrived' },
  times: { vi: 'LẦN', en: 'PAYMENTS' },
  before: { vi: 'Vừa về trước đó', en: 'Just before' },
  close: { vi: 'Xong', en: 'Done' },
}
type Words = Record<keyof typeof WORDS, string>
const SHOWN_MS = 8_000
/** A list takes longer to look through. */
const SHOWN_A_ROW_MS = 1_500
const SHOWN_AT_MOST_MS = 20_000

/** The one thing this app is for: full screen, the amount as large as it fits, and one word about it. Several that came fast are a sum and a list. */
export function Arrival({ turn, onDone }: { turn: Turn; onDone: () => void }) {
  const w = useWords(WORDS)
  const { text, arrived, before } = turn
  const rows = arrived.length > 1 ? arrived.length : 0
  useEffect(() => {
    const timer = setTimeout(onDone, Math.min(SHOWN_MS + rows * SHOWN_A_ROW_MS, SHOWN_AT_MOST_MS))
    return () => clearTimeout(timer)
  }, [rows, onDone])
  const [one] = arrived
  if (one === undefined) return null
  const { kind, lead, word, about } = rows > 0 ? describeSum(rows, w) : describe(one, w)
  const sumVnd = arrived.reduce((sum, { amountVnd }) => sum + amountVnd, 0)
  return (
    <div
      className={`arrival ${kind}`}
      data-testid="arrival"
      data-verdict={rows > 0 ? 'total' : verdictOf(one)}
      role="alertdialog"
      aria-label={text}
    >
      {/* What is longer than the phone is scrolled, by keys too. */}
      <section className="arrival-main" aria-label={lead} tabIndex={0}>
        <p className="arrival-lead">{lead}</p>
        <FittingAmount amountVnd={sumVnd} />
        <p className="arrival-verdict">{word}</p>
        <p className="arrival-line">{text}</p>
        {rows > 0 ? (
          <ArrivalList arrived={arrived} />
        ) : (
          <p className="arrival-line">
            {one.bankCode} · {about} {clockOf(one.occurredAt)}
          </p>
        )}
        {before.length > 0 ? (
          <>
            <p className="arrival-line arrival-before">{w.before}</p>
            <ArrivalList arrived={before} />
          </>
        ) : null}
      </section>
      <button type="button" className="arrival-close" onClick={onDone}>
        {w.close}
      </button>
    </div>
  )
}

/** Digits that fill the width whatever their number: nine are a quarter smaller than seven. */
function FittingAmount({ amountVnd }: { amountVnd: number }) {
  const digits = formatNumber(amountVnd)
  const style: CSSProperties & Record<'--letters', number> = { '--letters': widthOf(digits) }
  return (
    <p className="arrival-amount" style={style}>
      {digits}
    </p>
  )
}

/** In widths of a digit: a dot takes near half of one. */
function widthOf(digits: string): number {
  const dots = digits.split('.').length - 1
  return Math.max(digits.length - dots + dots * 0.45, 3)
}

function ArrivalList({ arrived }: { arrived: readonly Arrived[] }) {
  const w = useWords(WORDS)
  return (
    <ul className="arrival-list">
      {arrived.map((one) => (
        <li key={one.number} data-verdict={verdictOf(one)}>
          <span>{clockOf(one.occurredAt)}</span>
          <b>{formatNumber(one.amountVnd)}</b>
          <span>{describe(one, w).word ?? w.came}</span>
        </li>
      ))}
    </ul>
  )
}

function verdictOf(one: Arrived): string {
  return isPayment(one) ? one.verdict : 'reversed'
}

function describeSum(count: number, w: Words) {
  return { kind: 'good', lead: w.arrived, word: `${count} ${w.times}`, about: '' }
}

/** How it looks, and the words around the amount. What was taken back is never in the green of money that came. */
function describe(arrived: Arrived, w: Words) {
  if (!isPayment(arrived)) return { kind: 'short', lead: w.bank, word: w.reversed, about: w.reversedAt }
  const { verdict, purpose } = arrived
  const kind = verdict === 'short' ? 'short' : verdict === 'exact' || verdict === 'late' ? 'good' : 'over'
  const lead = purpose === 'charge' ? w.charge : w.arrived
  return { kind, lead, word: wordOf(arrived, w), about: w.at }
}

function wordOf(payment: LivePayment, w: Words): string | null {
  const { verdict, purpose, amountVnd, expectedVnd } = payment
  if (payment.slip === 'thousandfold') return w.slip
  if (verdict === 'exact') return purpose === 'charge' || expectedVnd === null ? null : w.enough
  if (verdict !== 'short' && verdict !== 'over') return w[verdict]
  return `${w[verdict]} ${formatNumber(expectedVnd === null ? 0 : Math.abs(amountVnd - expectedVnd))}`
}
