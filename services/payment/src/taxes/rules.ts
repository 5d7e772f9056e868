import { AppError, type LawSource, type Trade } from '@tienve/contracts'
import { percentOf } from '@tienve/money'
import type { SalesDay } from '../payments/totals.ts'

const CHECKED_ON = '2026-11-23'

/** A turnover up to which a household owes neither VAT nor personal income tax, from a day on. */
type Threshold = { from: string; amountVnd: bigint; source: string }

/** Decree 141/2026/NĐ-CP of 29/04/2026 put one billion in the place of 500 million, back to the first day of 2026. */
const THRESHOLDS: readonly Threshold[] = [
  { from: '2026-01-01', amountVnd: 1_000_000_000n, source: 'Nghị định 141/2026/NĐ-CP' },
]

type Rate = { vatPercent: string; incomePercent: string }
export type SourcedRate = Rate & { source: LawSource }

/** What each trade is called in the head of a book. */
export const TRADE_NAMES: Record<Trade, string> = {
  goods: 'Phân phối, cung cấp hàng hóa',
  services: 'Dịch vụ',
  food: 'Dịch vụ có gắn với hàng hóa, ăn uống',
  other: 'Hoạt động kinh doanh khác',
}

/**
 * Percent of the whole turnover (VAT, Law 48/2024/QH15, article 12.2.b) and of what lies above the threshold (income tax, for who chose
 * to pay by percent between one and three billion), from a day on. The cut of VAT by a fifth until 31/12/2026 (NQ 204/2025/QH15) is
 * left out: whether it holds for whom is for the tax office to say, so that what is shown is rather too much.
 */
const RATES: readonly { from: string; source: string; rates: Record<Trade, Rate> }[] = [
  {
    from: '2026-01-01',
    source: 'Luật 48/2024/QH15 (GTGT), Luật 109/2025/QH15 và Nghị định 68/2026/NĐ-CP (TNCN)',
    rates: {
      goods: { vatPercent: '1', incomePercent: '0.5' },
      services: { vatPercent: '5', incomePercent: '2' },
      food: { vatPercent: '3', incomePercent: '1.5' },
      other: { vatPercent: '2', incomePercent: '1' },
    },
  },
]

const CIRCULAR = '(Kèm theo Thông tư số 152/2025/TT-BTC ngày 31 tháng 12 năm 2025 của Bộ trưởng Bộ Tài chính)'

/**
 * The books' heads, as Circular 152/2025/TT-BTC of 31/12/2025 prints them. The list of accounts is to be copied from: how form
 * 01/BK-STK itself looks was not seen, and it changed twice in 2026.
 */
export const FORMS = {
  s1a: {
    number: 'S1a-HKD',
    label: 'Mẫu số S1a-HKD',
    title: 'SỔ DOANH THU BÁN HÀNG HÓA, DỊCH VỤ',
    source: CIRCULAR,
  },
  s2a: {
    number: 'S2a-HKD',
    label: 'Mẫu số S2a-HKD',
    title: 'SỔ DOANH THU BÁN HÀNG HÓA, DỊCH VỤ',
    source: CIRCULAR,
  },
  s2e: { number: 'S2e-HKD', label: 'Mẫu số S2e-HKD', title: 'SỔ CHI TIẾT TIỀN', source: CIRCULAR },
  accounts: {
    number: '01/BK-STK',
    label: 'Để chép vào mẫu 01/BK-STK',
    title: 'DANH SÁCH TÀI KHOẢN NHẬN TIỀN',
    source: '(Đây không phải mẫu in của cơ quan thuế)',
  },
} as const

/** The threshold that holds at the end of a year, and where it is written; null for a year before the first that we know. */
export function thresholdOf(year: number): { amountVnd: bigint; source: LawSource } | null {
  const known = inForce(THRESHOLDS, year)
  return known === null ? null : { amountVnd: known.amountVnd, source: sourceOf(known) }
}

/** The rates of a trade at the end of a year, and where they are written; null for a year before the first that we know. */
export function rateOf(year: number, trade: Trade): SourcedRate | null {
  const known = inForce(RATES, year)
  return known === null ? null : { ...known.rates[trade], source: sourceOf(known) }
}

/** What holds at the end of a year. Of a year before the first row nothing is said: the law was another then. */
function inForce<T extends { from: string }>(rows: readonly T[], year: number): T | null {
  return rows.findLast(({ from }) => from <= `${year}-12-31`) ?? null
}

function sourceOf({ source, from }: { source: string; from: string }): LawSource {
  return { name: source, from, checkedOn: CHECKED_ON }
}

/**
 * Where the yearly notice comes from: the duty from the decree, for turnover from the first day of 2026. Its form was made by Circular
 * 18/2026, replaced by Circular 50/2026 of 13/05/2026 and touched again by 89/2026, whose final wording we have not seen: wherever this
 * is named, the reader is told to ask which form is in use.
 */
export const NOTICE_SOURCE: LawSource = {
  name: 'Nghị định 68/2026/NĐ-CP (điều 8) và các Thông tư 18/2026, 50/2026 (ngày 13/05/2026), 89/2026 của Bộ Tài chính',
  from: '2026-01-01',
  checkedOn: CHECKED_ON,
}

/** The last day of the notice of a year's turnover (Decree 68/2026/NĐ-CP, article 8.1.a). */
export function noticeDayOf(year: number): string {
  return `${year + 1}-01-31`
}

/**
 * Who begins in the first half of a year notices that half by the end of July too. Read in others' code and not in the decree, so that
 * the screen says to ask.
 */
export function halfYearNoticeDayOf(year: number, beganOn: string | null): string | null {
  return beganOn !== null && beganOn >= `${year}-01-01` && beganOn <= `${year}-06-30` ? `${year}-07-31` : null
}

/**
 * A tax code without the spaces, points and dashes that people write it with: 10 digits, 13 of a dependent unit (10 and 3 more), or
 * the 12 of the personal number, which has been the tax code of people and households since 01/07/2025 (Circular 86/2024/TT-BTC, not
 * read in its own text). Errors: `tax_code_invalid`.
 */
export function readTaxCode(text: string): string {
  const digits = text.replaceAll(/[\s.-]/g, '')
  if (!/^(\d{10}|\d{12}|\d{13})$/.test(digits))
    throw new AppError('tax_code_invalid', undefined, { fields: { taxCode: '10, 12 or 13 digits' } })
  return digits
}

/** What a household of this turnover might owe: an estimate, and zero up to the threshold. */
export function estimate(
  turnoverVnd: bigint,
  thresholdVnd: bigint,
  { vatPercent, incomePercent }: Rate,
): { vatVnd: bigint; incomeVnd: bigint } {
  if (turnoverVnd <= thresholdVnd) return { vatVnd: 0n, incomeVnd: 0n }
  return {
    vatVnd: percentOf(turnoverVnd, vatPercent),
    incomeVnd: percentOf(turnoverVnd - thresholdVnd, incomePercent),
  }
}

export type BookLine = { number: string; day: string; what: string; amountVnd: bigint }

/**
 * The lines of a revenue book: one a day and way, in the order of days. What the bank told and what the seller noted are never one
 * line, since only the first can be proved. A day on which more went back than came has a line below zero.
 */
export function revenueLines(days: readonly Pick<SalesDay, 'day' | 'bankVnd' | 'cashVnd'>[]): BookLine[] {
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
