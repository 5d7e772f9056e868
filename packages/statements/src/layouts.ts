import { vietnamTimeText } from '@tienve/bank-feeds'
import type { StatementBank } from './profiles.ts'
import type { StatementRow } from './statement.ts'

/** A cell to be written: text, an amount, or a moment (in a CSV as text). */
export type Written = string | bigint | Date | null

/**
 * A bank's table as we write it for tests and for the fake bank: the columns of its profile, and of what no source tells
 * (separators, how a spreadsheet holds dates, where the balances stand) a different choice for each bank, so that all of
 * them are read.
 */
export type Layout = {
  readonly delimiter: ',' | ';' | '\t'
  readonly thousands: ',' | '.'
  /** Empty rows above the header, for a bank whose header stands low. */
  readonly blankLines: number
  readonly closing: 'above' | 'below'
  readonly titles: readonly string[]
  readonly cells: (row: Row, number: number) => readonly Written[]
}

type Row = Omit<StatementRow, 'line'>

const day = (row: Row): string =>
  vietnamTimeText(row.occurredAt).slice(0, 10).split('-').toReversed().join('/')
const dayAndTime = (row: Row): string =>
  row.precision === 'day' ? day(row) : `${day(row)} ${vietnamTimeText(row.occurredAt).slice(11)}`
const debit = (row: Row): bigint | null => (row.direction === 'out' ? row.amountVnd : null)
const credit = (row: Row): bigint | null => (row.direction === 'in' ? row.amountVnd : null)

export const layouts: Readonly<Record<StatementBank, Layout>> = {
  vietcombank: {
    delimiter: ',',
    thousands: ',',
    blankLines: 1,
    closing: 'below',
    titles: [
      'Ngày giao dịch/TNX Date\n/ Số CT/Doc No',
      'Số tiền ghi nợ/Debit',
      'Số tiền ghi có/Credit',
      'Số dư/Balance',
      'Nội dung chi tiết/Transactions in detail',
    ],
    cells: (row) => [
      row.reference === null ? day(row) : `${day(row)}\n${row.reference}`,
      debit(row),
      credit(row),
      row.balanceVnd,
      row.content,
    ],
  },
  mb: {
    delimiter: ',',
    thousands: ',',
    blankLines: 12,
    closing: 'above',
    titles: [
      'Ngày giao dịch/Transaction Date',
      'Ngày hạch toán',
      'Số bút toán/Transaction No',
      'Phát sinh nợ/Debit',
      'Phát sinh có/Credit',
      'Số dư/Balance',
      'Nội dung/Details',
      'Đơn vị thụ hưởng/chuyển',
      'Tài khoản',
      'Ngân hàng đối tác',
    ],
    cells: (row) => [
      row.occurredAt,
      day(row),
      row.reference,
      debit(row) ?? 0n,
      credit(row) ?? 0n,
      row.balanceVnd,
      row.content,
      null,
      null,
      null,
    ],
  },
  techcombank: {
    delimiter: '\t',
    thousands: ',',
    blankLines: 0,
    closing: 'below',
    titles: [
      'Ngày KH thực hiện/Requesting date',
      'Ngày giao dịch/Transaction date',
      'Số bút toán/Reference',
      "Ngân hàng đối tác/Remitter's bank",
      'Tài khoản đích',
      'Tên tài khoản đối ứng',
      'Diễn giải/Description',
      'Nợ/Debit',
      'Có/Credit',
      'Số dư/Balance',
    ],
    cells: (row) => [
      day(row),
      day(row),
      row.reference,
      null,
      null,
      null,
      row.content,
      debit(row),
      credit(row),
      row.balanceVnd,
    ],
  },
  vietinbank: {
    delimiter: ',',
    thousands: '.',
    blankLines: 0,
    closing: 'above',
    titles: [
      'STT',
      'Ngày giờ giao dịch',
      'Mô tả/Diễn giải',
      'Nợ/Debit',
      'Có/Credit',
      'Số dư',
      'Số tài khoản đối ứng',
      'Tên tài khoản đối ứng',
    ],
    cells: (row, number) => [
      String(number),
      dayAndTime(row),
      row.content,
      debit(row),
      credit(row),
      row.balanceVnd,
      null,
      null,
    ],
  },
  bidv: {
    delimiter: ';',
    thousands: ',',
    blankLines: 2,
    closing: 'below',
    titles: ['STT', 'Ngày hiệu lực', 'Ghi nợ', 'Ghi có', 'Số dư', 'Mô tả'],
    cells: (row, number) => [
      String(number),
      dayAndTime(row),
      debit(row),
      credit(row),
      row.balanceVnd,
      row.content,
    ],
  },
  agribank: {
    delimiter: ';',
    thousands: '.',
    blankLines: 0,
    closing: 'above',
    titles: ['Ngày/Date', 'Tham chiếu/Reference', 'Nội dung/Details', 'Ghi nợ/Debit', 'Ghi có/Credit'],
    cells: (row) => [day(row), row.reference, row.content, debit(row), credit(row)],
  },
}
