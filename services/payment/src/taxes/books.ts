import type { Trade } from '@tienve/contracts'
import type { Cell, Column } from '../documents/table.ts'
import { formatDay } from '../documents/table.ts'
import { estimate, FORMS, RATES, revenueLines, type SalesDay } from './rules.ts'
import type { AccountDay } from './repository.ts'

/** One of the household's books, ready to be written: what stands above it, and its parts. */
export type Book = {
  form: (typeof FORMS)[keyof typeof FORMS]
  household: string | null
  place: string
  period: string
  parts: readonly Part[]
  /** What the paper says of itself below. */
  notes: readonly string[]
}
export type Part = {
  title: string | null
  columns: readonly Column[]
  rows: readonly (readonly Cell[])[]
  totals: readonly (readonly Cell[])[]
}
export type Head = Pick<Book, 'household' | 'place' | 'period'>

const UNSURE_CASH =
  'Dòng "tự ghi" là tiền mặt do người bán ghi; dòng "ngân hàng báo" là tiền ngân hàng đã báo về tài khoản.'
const ONE_STALL =
  'Ngưỡng chịu thuế tính cho cả hộ, còn số ở đây là của một sạp: hộ có hai sạp thì cộng cả hai.'
const ESTIMATE = 'Tiền thuế là số ước tính, chưa tính việc giảm thuế nào; số phải nộp là do cơ quan thuế.'
const HEARD_ONLY =
  'Chỉ gồm những lần vào ra mà ngân hàng đã báo cho máy này. Số đầu kỳ, cuối kỳ để trống khi ngân hàng không báo.'

/** S1a-HKD: a household of at most the threshold. One line a day and way, and what they come to. */
export function revenueBook(head: Head, days: readonly SalesDay[]): Book {
  const lines = revenueLines(days)
  return {
    ...head,
    form: FORMS.s1a,
    parts: [
      {
        title: null,
        columns: [
          { head: 'A. Ngày tháng', kind: 'day' },
          { head: 'B. Diễn giải', kind: 'text', width: 48 },
          { head: '1. Số tiền (đ)', kind: 'money' },
        ],
        rows: lines.map(({ day, what, amountVnd }) => [day, what, amountVnd]),
        totals: [[null, 'Tổng cộng', sumOf(lines)]],
      },
    ],
    notes: [UNSURE_CASH, ONE_STALL],
  }
}

/** S2a-HKD: above the threshold, taxed by percent of the turnover of one trade. */
export function tradeBook(head: Head, days: readonly SalesDay[], trade: Trade, thresholdVnd: bigint): Book {
  const lines = revenueLines(days)
  const totalVnd = sumOf(lines)
  const { vatVnd, incomeVnd } = estimate(totalVnd, thresholdVnd, trade)
  const { name } = RATES[trade]
  return {
    ...head,
    form: FORMS.s2a,
    parts: [
      {
        title: `1. Ngành nghề: ${name}`,
        columns: [
          { head: 'A. Số hiệu', kind: 'text', width: 10 },
          { head: 'B. Ngày, tháng', kind: 'day' },
          { head: 'C. Diễn giải', kind: 'text', width: 44 },
          { head: '1. Số tiền (đ)', kind: 'money' },
        ],
        rows: lines.map(({ number, day, what, amountVnd }) => [number, day, what, amountVnd]),
        totals: [
          [null, null, 'Tổng cộng (1)', totalVnd],
          [null, null, 'Thuế GTGT (ước tính)', vatVnd],
          [null, null, 'Thuế TNCN (ước tính)', incomeVnd],
          [null, null, 'Tổng số thuế GTGT phải nộp (ước tính)', vatVnd],
          [null, null, 'Tổng số thuế TNCN phải nộp (ước tính)', incomeVnd],
        ],
      },
    ],
    notes: [UNSURE_CASH, ONE_STALL, ESTIMATE],
  }
}

export type AccountMoves = {
  name: string
  days: readonly AccountDay[]
  /** What the bank said was there before the first of them. */
  openingVnd: bigint | null
}

/** Part II of S2e-HKD: what went in and out of each bank account, by day. */
export function bankBook(head: Head, accounts: readonly AccountMoves[]): Book {
  return {
    ...head,
    form: FORMS.s2e,
    parts: accounts.map(({ name, days, openingVnd }, at) => ({
      title: `II. Tiền gửi không kỳ hạn. ${at + 1}. ${name}`,
      columns: [
        { head: 'A. Số hiệu', kind: 'text', width: 10 },
        { head: 'B. Ngày, tháng', kind: 'day' },
        { head: 'C. Diễn giải', kind: 'text', width: 36 },
        { head: '1. Thu/Gửi vào (đ)', kind: 'money' },
        { head: '2. Chi/Rút ra (đ)', kind: 'money' },
      ],
      rows: [
        [null, null, 'Tiền gửi đầu kỳ', openingVnd, null],
        ...days.map(({ day, inVnd, outVnd }): Cell[] => [
          `NH${day.slice(8)}${day.slice(5, 7)}`,
          day,
          `Vào, ra trong ngày ${formatDay(day)}`,
          inVnd,
          outVnd,
        ]),
      ],
      totals: [
        [
          null,
          null,
          'Tổng tiền gửi vào, rút ra trong kỳ',
          days.reduce((sum, { inVnd }) => sum + inVnd, 0n),
          days.reduce((sum, { outVnd }) => sum + outVnd, 0n),
        ],
        [null, null, 'Tiền gửi cuối kỳ', days.at(-1)?.heldVnd ?? null, null],
      ],
    })),
    notes: [HEARD_ONLY],
  }
}

function sumOf(lines: readonly { amountVnd: bigint }[]): bigint {
  return lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)
}
