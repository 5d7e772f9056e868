import type { MonthDays, Taking } from '@tienve/contracts'
import { makePdf } from '../documents/pdf.ts'
import { DEMO_LABEL, tableOf } from '../documents/report.ts'
import { formatDay, type Cell, type Table } from '../documents/table.ts'

type Head = { stallCode: string; marketName: string; demo: boolean }

/** What a stall took as one table: to be written as CSV, as a spreadsheet or on paper, under a plain file name. */
export type SalesSheet = Head & {
  title: string
  fileName: string
  table: Table & { rows: readonly (readonly Cell[])[] }
  /** The sums, for paper alone: a program adds up by itself. */
  total: readonly Cell[]
}

const SAYS =
  'Cột "Ngân hàng báo" là tiền ngân hàng đã báo về tài khoản; cột "Tiền mặt tự ghi" là do người bán ghi. Đây là sổ của sạp, không phải hóa đơn.'

/** Every sale of a day in the order in which they were made; what went back stands below zero. */
export function daySheet(head: Head, day: string, takings: readonly Taking[]): SalesSheet {
  const rows = takings.map(rowOf)
  return {
    ...head,
    title: `Sổ bán hàng ngày ${formatDay(day)}`,
    fileName: `ban-hang-${head.stallCode}-${day}`,
    table: {
      name: day,
      columns: [
        { head: 'Giờ', kind: 'text', width: 8 },
        { head: 'Cách thu', kind: 'text', width: 26 },
        { head: 'Ngân hàng báo (đ)', kind: 'money' },
        { head: 'Tiền mặt tự ghi (đ)', kind: 'money' },
        { head: 'Nội dung, ghi chú', kind: 'text', width: 30 },
      ],
      rows,
    },
    total: [null, 'Cộng', sumOf(rows, 2), sumOf(rows, 3), null],
  }
}

/** The days of a month on which anything was sold. */
export function monthSheet(head: Head, month: MonthDays): SalesSheet {
  const name = month.period.split('-').toReversed().join('/')
  return {
    ...head,
    title: `Sổ bán hàng tháng ${name}`,
    fileName: `ban-hang-${head.stallCode}-${month.period}`,
    table: {
      name: month.period,
      columns: [
        { head: 'Ngày', kind: 'day' },
        { head: 'Ngân hàng báo (đ)', kind: 'money' },
        { head: 'Số lần', kind: 'count' },
        { head: 'Tiền mặt tự ghi (đ)', kind: 'money' },
        { head: 'Số lần ghi', kind: 'count' },
        { head: 'Cộng (đ)', kind: 'money' },
      ],
      rows: month.days.map((of) => [of.day, of.bankVnd, of.count, of.cashVnd, of.cashCount, of.totalVnd]),
    },
    total: ['Cộng', month.bankVnd, month.count, month.cashVnd, month.cashCount, month.totalVnd],
  }
}

/** The sheet on A4, with its sums. */
export function sheetPdf(
  { title, stallCode, marketName, demo, table, total }: SalesSheet,
  madeAt: Date,
): Promise<Buffer> {
  return makePdf({
    title: `${title} · ${stallCode}`,
    madeAt,
    page: 'a4',
    numbered: true,
    ...(demo ? { label: DEMO_LABEL } : {}),
    content: [
      { text: `Sạp ${stallCode} · ${marketName}` },
      { text: title, bold: true, fontSize: 18, alignment: 'center', margin: [0, 14, 0, 12] },
      tableOf(table.columns, table.rows, total),
      { text: SAYS, italics: true, fontSize: 8 },
    ],
  })
}

function rowOf(taking: Taking): Cell[] {
  switch (taking.kind) {
    case 'bank': {
      const { occurredAt, bankCode, amountVnd, memoTail } = taking.payment
      return [clockOf(occurredAt), `Chuyển khoản ${bankCode}`, amountVnd, null, memoTail]
    }
    case 'cash': {
      const { occurredAt, amountVnd, note } = taking.cashSale
      return [clockOf(occurredAt), 'Tiền mặt (tự ghi)', null, amountVnd, note]
    }
    case 'reversal': {
      const { occurredAt, bankCode, amountVnd } = taking.reversal
      return [clockOf(occurredAt), `Ngân hàng lấy lại ${bankCode}`, -amountVnd, null, null]
    }
    case 'refund': {
      const { occurredAt, bankCode, amountVnd } = taking.refund
      return [clockOf(occurredAt), `Trả lại khách ${bankCode}`, -amountVnd, null, null]
    }
  }
}

function clockOf(moment: string): string {
  return moment.slice(11, 16)
}

function sumOf(rows: readonly (readonly Cell[])[], column: number): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[column] ?? 0), 0n)
}
