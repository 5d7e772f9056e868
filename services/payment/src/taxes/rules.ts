import type { LawSource, Trade } from '@tienve/contracts'
import { percentOf } from '@tienve/money'

const CHECKED_ON = '2026-11-23'

/** A turnover up to which a household owes neither VAT nor personal income tax, from a day on. */
type Threshold = { from: string; amountVnd: bigint; source: string }

/** Decree 141/2026/NĐ-CP of 29/04/2026 put one billion in the place of 500 million, back to the first day of 2026. */
const THRESHOLDS: readonly Threshold[] = [
  { from: '2026-01-01', amountVnd: 1_000_000_000n, source: 'Nghị định 141/2026/NĐ-CP' },
]

type Rate = { vatPercent: string; incomePercent: string; name: string }

/**
 * Percent of the whole turnover (VAT, Law 48/2024/QH15, article 12.2.b) and of what lies above the threshold (income tax, for who chose
 * to pay by percent between one and three billion). The cut of VAT by a fifth until 31/12/2026 (NQ 204/2025/QH15) is left out:
 * whether it holds for whom is for the tax office to say, so that what is shown is rather too much.
 */
export const RATES: Record<Trade, Rate> = {
  goods: { vatPercent: '1', incomePercent: '0.5', name: 'Phân phối, cung cấp hàng hóa' },
  services: { vatPercent: '5', incomePercent: '2', name: 'Dịch vụ' },
  food: { vatPercent: '3', incomePercent: '1.5', name: 'Dịch vụ có gắn với hàng hóa, ăn uống' },
  other: { vatPercent: '2', incomePercent: '1', name: 'Hoạt động kinh doanh khác' },
}

/** The books' heads, as Circular 152/2025/TT-BTC of 31/12/2025 prints them. */
export const FORMS = {
  s1a: { number: 'S1a-HKD', title: 'SỔ DOANH THU BÁN HÀNG HÓA, DỊCH VỤ' },
  s2a: { number: 'S2a-HKD', title: 'SỔ DOANH THU BÁN HÀNG HÓA, DỊCH VỤ' },
  s2e: { number: 'S2e-HKD', title: 'SỔ CHI TIẾT TIỀN' },
} as const
export const CIRCULAR =
  '(Kèm theo Thông tư số 152/2025/TT-BTC ngày 31 tháng 12 năm 2025 của Bộ trưởng Bộ Tài chính)'

/** The threshold that holds at the end of a year, and where it is written. A year before the first that we know has that one's. */
export function thresholdOf(year: number): { amountVnd: bigint; source: LawSource } {
  const known = THRESHOLDS.findLast(({ from }) => from <= `${year}-12-31`) ?? THRESHOLDS[0]
  if (known === undefined) throw new Error('no threshold is known')
  const { amountVnd, source, from } = known
  return { amountVnd, source: { name: source, from, checkedOn: CHECKED_ON } }
}

/** The last day of the notice of a year's turnover (Decree 68/2026/NĐ-CP, article 8.1.a). */
export function noticeDayOf(year: number): string {
  return `${year + 1}-01-31`
}

/** What a household of this turnover might owe: an estimate, and zero up to the threshold. */
export function estimate(
  turnoverVnd: bigint,
  thresholdVnd: bigint,
  trade: Trade,
): { vatVnd: bigint; incomeVnd: bigint } {
  if (turnoverVnd <= thresholdVnd) return { vatVnd: 0n, incomeVnd: 0n }
  const { vatPercent, incomePercent } = RATES[trade]
  return {
    vatVnd: percentOf(turnoverVnd, vatPercent),
    incomeVnd: percentOf(turnoverVnd - thresholdVnd, incomePercent),
  }
}

/** What a stall sold on a day by its bank accounts and in cash. */
export type SalesDay = { day: string; bankVnd: bigint; cashVnd: bigint }
export type BookLine = { number: string; day: string; what: string; amountVnd: bigint }

/**
 * The lines of a revenue book: one a day and way, in the order of days. What the bank told and what the seller noted are never one
 * line, since only the first can be proved. A day on which more went back than came has a line below zero.
 */
export function revenueLines(days: readonly SalesDay[]): BookLine[] {
  return days
    .toSorted((a, b) => a.day.localeCompare(b.day))
    .flatMap(({ day, bankVnd, cashVnd }) => [
      lineOf(day, 'CK', 'Bán hàng, khách chuyển khoản (ngân hàng báo)', bankVnd),
      lineOf(day, 'TM', 'Bán hàng thu tiền mặt (tự ghi)', cashVnd),
    ])
    .filter(({ amountVnd }) => amountVnd !== 0n)
}

function lineOf(day: string, way: string, what: string, amountVnd: bigint): BookLine {
  const [, month = '', date = ''] = day.split('-')
  return { number: `${way}${date}${month}`, day, what, amountVnd }
}
