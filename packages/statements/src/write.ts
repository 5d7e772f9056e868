import { vietnamTimeText } from '@tienve/bank-feeds'
import { writeXlsx } from 'hucre/xlsx'
import { signedVnd } from './balances.ts'
import { layouts, type Layout, type Written } from './layouts.ts'
import type { StatementBank } from './profiles.ts'
import type { Statement, StatementRow } from './statement.ts'
import { writeCamt053 } from './write-camt053.ts'
import { writeMt940 } from './write-mt940.ts'

/** What a written statement says; a `Statement` that was read will do. Rows oldest first, opening to closing. */
export type StatementToWrite = {
  readonly accountNumber: string
  /** `YYYY-MM-DD`, both included. */
  readonly fromDay: string
  readonly toDay: string
  readonly openingVnd: bigint
  readonly closingVnd: bigint
  readonly rows: readonly Omit<StatementRow, 'line'>[]
}

export type WriteOptions = {
  readonly bank: StatementBank
  readonly format: Exclude<Statement['format'], 'html'>
  /** Turns a table round. MT940 and camt.053 always go forward. */
  readonly newestFirst?: boolean
}

/**
 * Writes a statement as a bank's customer would get it, for tests and the fake bank. What the layout has no column for is
 * left out: times with Vietcombank, Techcombank and Agribank, references with VietinBank and BIDV, running balances with
 * Agribank, MT940 and camt.053, reversal flags in tables. Balances that rows lack are worked out from the opening; nothing
 * is checked, so that a wrong statement can be written too. Throws `RangeError` for what a format cannot hold.
 */
export async function writeStatement(statement: StatementToWrite, options: WriteOptions): Promise<Buffer> {
  switch (options.format) {
    case 'mt940':
      return Buffer.from(writeMt940(statement))
    case 'camt053':
      return Buffer.from(writeCamt053(statement))
    case 'csv':
      return writeCsv(tableOf(statement, options), layouts[options.bank])
    case 'xlsx':
      return writeSheet(tableOf(statement, options))
  }
}

function tableOf(statement: StatementToWrite, { bank, newestFirst = false }: WriteOptions): Written[][] {
  const layout = layouts[bank]
  let balanceVnd = statement.openingVnd
  const rows = statement.rows.map((row, at) => {
    balanceVnd += signedVnd(row)
    return [...layout.cells({ ...row, balanceVnd: row.balanceVnd ?? balanceVnd }, at + 1)]
  })
  const closing: Written[] = ['Số dư cuối kỳ/Closing balance', statement.closingVnd]
  return [
    ['SAO KÊ TÀI KHOẢN/STATEMENT OF ACCOUNT'],
    [`Số tài khoản/Account No.: ${statement.accountNumber}`],
    [`Từ ngày/From: ${shownDay(statement.fromDay)}`, `Đến ngày/To: ${shownDay(statement.toDay)}`],
    ['Loại tiền/Currency', 'VND'],
    ['Số dư đầu kỳ/Opening balance', statement.openingVnd],
    ...(layout.closing === 'above' ? [closing] : []),
    ...Array.from({ length: layout.blankLines }, () => []),
    [...layout.titles],
    ...(newestFirst ? rows.toReversed() : rows),
    ...(layout.closing === 'below' ? [['Tổng cộng/Total'], closing] : []),
    ['Chứng từ này được in từ hệ thống'],
  ]
}

/** As Excel saves a CSV for people: with a byte order mark, and lines that end in CR LF. */
function writeCsv(table: readonly Written[][], layout: Layout): Buffer {
  const quoted = (text: string): string =>
    /["\r\n]/.test(text) || text.includes(layout.delimiter) ? `"${text.replaceAll('"', '""')}"` : text
  const shown = (cell: Written): string => {
    if (typeof cell === 'bigint') return cell.toString().replaceAll(/\B(?=(\d{3})+$)/g, layout.thousands)
    if (cell instanceof Date) {
      const [date = '', time = ''] = vietnamTimeText(cell).split(' ')
      return `${shownDay(date)} ${time}`
    }
    return cell ?? ''
  }
  const lines = table.map((cells) => cells.map((cell) => quoted(shown(cell))).join(layout.delimiter))
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`)
}

async function writeSheet(table: readonly Written[][]): Promise<Buffer> {
  const rows = table.map((cells) =>
    cells.map((cell) => {
      if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell.toString()
      // A sheet has no zones: its clock is Vietnam's.
      return cell instanceof Date ? new Date(`${vietnamTimeText(cell).replace(' ', 'T')}Z`) : cell
    }),
  )
  return Buffer.from(await writeXlsx({ sheets: [{ name: 'Sao kê', rows }] }))
}

/** `dd/mm/yyyy` of `YYYY-MM-DD`. */
function shownDay(day: string): string {
  return day.split('-').toReversed().join('/')
}
