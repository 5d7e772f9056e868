import type { Trade } from '@tienve/contracts'
import type { Cell, Column } from '../documents/table.ts'
import { formatDay } from '../documents/table.ts'
import type { SalesDay } from '../payments/totals.ts'
import type { AccountDay } from './repository.ts'
import { estimate, FORMS, NOTICE_SOURCE, revenueLines, TRADE_NAMES, type SourcedRate } from './rules.ts'

/** One of the household's books, ready to be written: what stands above it, and its parts. */
export type Book = {
  form: (typeof FORMS)[keyof typeof FORMS]
  /** What nobody has said is null, and left to be written by hand. */
  household: string | null
  taxCode: string | null
  address: string
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
export type Head = Pick<Book, 'household' | 'taxCode' | 'address' | 'place' | 'period'>

const UNSURE_CASH =
  'Dòng "tự ghi" là tiền mặt do người bán ghi; dòng "ngân hàng báo" là tiền ngân hàng đã báo về tài khoản.'
const ONE_STALL =
  'Ngưỡng chịu thuế tính cho cả hộ, còn số ở đây là của một sạp: hộ có hai sạp thì cộng cả hai.'
const ESTIMATE = 'Tiền thuế là số ước tính, chưa tính việc giảm thuế nào; số phải nộp là do cơ quan thuế.'
const KNOWN_ACCOUNTS =
  'Chỉ gồm tài khoản mà chợ đã ghi cho sạp; tài khoản khác của hộ thì ghi thêm. "Có tiền từ" là ngày đầu tiên ngân hàng báo cho máy này, không phải ngày mở.'
const FORM_UNSURE = 'Mẫu của cơ quan thuế đã đổi hai lần trong năm 2026: hỏi lại mẫu đang dùng trước khi nộp.'
const NOTICE = `Thông báo doanh thu (mẫu 01/TKN-CNKD) lấy số ở dòng tổng cộng, theo ${NOTICE_SOURCE.name}. ${FORM_UNSURE}`
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
    notes: [UNSURE_CASH, ONE_STALL, NOTICE],
  }
}

/** S2a-HKD: above the threshold, taxed by percent of the turnover of one trade. */
export function tradeBook(
  head: Head,
  days: readonly SalesDay[],
  { trade, rate, thresholdVnd }: { trade: Trade; rate: SourcedRate; thresholdVnd: bigint },
): Book {
  const lines = revenueLines(days)
  const totalVnd = sumOf(lines)
  const { vatVnd, incomeVnd } = estimate(totalVnd, thresholdVnd, rate)
  const { vatPercent, incomePercent, source } = rate
  return {
    ...head,
    form: FORMS.s2a,
    parts: [
      {
        title: `1. Ngành nghề: ${TRADE_NAMES[trade]}`,
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
    notes: [
      UNSURE_CASH,
      ONE_STALL,
      ESTIMATE,
      `Tỷ lệ: GTGT ${inWords(vatPercent)}%, TNCN ${inWords(incomePercent)}% phần trên ngưỡng; theo ${source.name}, xem lại ngày ${formatDay(source.checkedOn)}.`,
    ],
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

export type KnownAccount = { bank: string; number: string; holder: string; heardSince: string | null }

/** The accounts of a stall as its household lists them for the tax office. */
export function accountList(head: Head, accounts: readonly KnownAccount[]): Book {
  return {
    ...head,
    form: FORMS.accounts,
    parts: [
      {
        title: null,
        columns: [
          { head: 'STT', kind: 'count', width: 6 },
          { head: 'Ngân hàng', kind: 'text', width: 22 },
          { head: 'Số tài khoản', kind: 'text', width: 19 },
          { head: 'Chủ tài khoản', kind: 'text', width: 36 },
          { head: 'Có tiền từ', kind: 'day' },
        ],
        rows: accounts.map(({ bank, number, holder, heardSince }, at) => [
          at + 1,
          bank,
          number,
          holder,
          heardSince,
        ]),
        totals: [],
      },
    ],
    notes: [KNOWN_ACCOUNTS, FORM_UNSURE],
  }
}

/** A rate as people in Vietnam write it: `0,5`. */
function inWords(percent: string): string {
  return percent.replace('.', ',')
}

function sumOf(lines: readonly { amountVnd: bigint }[]): bigint {
  return lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)
}
