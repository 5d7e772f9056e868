import {
  cellText,
  LEADING_TIME,
  oneLine,
  plainWords,
  readTime,
  type AmountReader,
  type Cell,
  type TableLine,
} from './cells.ts'
import type { Header } from './columns.ts'
import type { ColumnRole } from './profiles.ts'
import { refuseForeign } from './preamble.ts'
import { StatementError, type StatementRow } from './statement.ts'

/** What the reading of one row knows of the others. */
export type RowReader = {
  readonly header: Header
  readonly readAmount: AmountReader
  /** Whether dates come as a spreadsheet's own or as text. */
  dateKind: 'date' | 'text' | null
  /** The first row whose side is not certain from itself: it stands only when balances prove it. */
  unproved: StatementError | null
}

const IN = new Set(['+', 'c', 'cr', 'credit', 'co', 'ghi co'])
const OUT = new Set(['-', '–', 'd', 'dr', 'debit', 'no', 'ghi no'])

/** Not `cong` or `tong` with any word behind: a memo may begin with "Cong ty" and a name with "Tong". */
const TOTAL =
  /^(?:(?:tong cong|tong so|tong phat sinh|tong tien|cong phat sinh|cong so phat sinh|total|grand total|sub ?total)\b|(?:cong|tong)$)/
const BALANCE = /^(?:so du (?:dau|cuoi)|(?:opening|beginning|closing|ending) balance)\b/

/**
 * Reads one row of the table, of which `texts` are the cells as text. `no_money`: it is none, since it has no date and, unless it is a total or a balance, no
 * amount. Throws `StatementError` with its line for a row that is only nearly one.
 */
export function readRow(
  reader: RowReader,
  line: TableLine,
  texts: readonly string[],
): StatementRow | 'no_money' {
  const { header, readAmount } = reader
  const cell = (role: ColumnRole): Cell => line.cells[header.roles.get(role) ?? -1] ?? null
  const text = (role: ColumnRole): string => texts[header.roles.get(role) ?? -1] ?? ''
  const title = (role: ColumnRole): string => header.titles[header.roles.get(role) ?? -1] ?? role
  const hasAmount = (['debit', 'credit', 'amount'] as const).some((role) => /[1-9]/.test(text(role)))
  const dated = readDate(cell('occurredAt'), cell('time'))
  // "Số dư đầu kỳ" may carry the first day of the period as its date.
  if (!hasAmount && (dated === null || isBalanceLabel(texts))) return 'no_money'
  const dateText = text('occurredAt')
  const isDateless = dateText === '' || isTotal([dateText]) || isBalanceLabel([dateText])
  if (isDateless && (isTotal(texts) || isBalanceLabel(texts))) return 'no_money'
  if (dated === null) throw new StatementError('date_unreadable', line.line, title('occurredAt'))
  const kind = typeof cell('occurredAt') === 'string' ? 'text' : 'date'
  reader.dateKind ??= kind
  // Excel turns `05/11/2026` into 11 May where its month comes first and leaves `23/11/2026` a text: both are then wrong.
  if (reader.dateKind !== kind) throw new StatementError('date_ambiguous', line.line, title('occurredAt'))
  refuseForeign(text('currency'), line.line, title('currency'))
  const readMoney = header.roles.has('debit') ? readSides : readSigned
  const shared = header.roles.get('reference') === header.roles.get('occurredAt')
  return {
    line: line.line,
    ...readMoney(reader, line.line, cell, title),
    occurredAt: dated.occurredAt,
    precision: dated.precision,
    reference: (shared ? dated.rest : oneLine(text('reference'))) || null,
    content: oneLine(text('content')),
    balanceVnd: readAmount(cell('balance'), line.line, title('balance')),
    reversal: false,
  }
}

type Get<T> = (role: ColumnRole) => T
type Amount = Pick<StatementRow, 'direction' | 'amountVnd'>

function readSides(reader: RowReader, line: number, cell: Get<Cell>, title: Get<string>): Amount {
  const { readAmount } = reader
  const debit = readAmount(cell('debit'), line, title('debit')) ?? 0n
  const credit = readAmount(cell('credit'), line, title('credit')) ?? 0n
  if (debit !== 0n && credit !== 0n) throw new StatementError('amount_two_sided', line, title('credit'))
  if (debit === 0n && credit === 0n) throw new StatementError('amount_missing', line, title('credit'))
  // A minus among the debits may be how a bank writes them or an entry taken back: its balances tell, and nothing else.
  if (debit < 0n) reader.unproved ??= new StatementError('amount_negative', line, title('debit'))
  if (credit < 0n) throw new StatementError('amount_negative', line, title('credit'))
  if (debit === 0n) return { direction: 'in', amountVnd: credit }
  return { direction: 'out', amountVnd: debit < 0n ? -debit : debit }
}

function readSigned(reader: RowReader, line: number, cell: Get<Cell>, title: Get<string>): Amount {
  const { readAmount } = reader
  const field = title('amount')
  const amount = readAmount(cell('amount'), line, field) ?? 0n
  if (amount === 0n) throw new StatementError('amount_missing', line, field)
  const sign = cellText(cell('sign'))
  if (sign === '' && reader.header.roles.has('sign'))
    throw new StatementError('direction_unknown', line, title('sign'))
  if (sign === '') {
    // Without a plus, money in cannot be told from a column that leaves the side out.
    const isPlain = amount > 0n && !cellText(cell('amount')).startsWith('+')
    if (isPlain) reader.unproved ??= new StatementError('direction_unknown', line, field)
    return amount < 0n ? { direction: 'out', amountVnd: -amount } : { direction: 'in', amountVnd: amount }
  }
  const word = plainWords(sign) || sign
  const direction = IN.has(word) ? 'in' : OUT.has(word) ? 'out' : null
  if (direction === null) throw new StatementError('direction_unknown', line, title('sign'))
  if (amount < 0n && direction === 'in') throw new StatementError('amount_negative', line, field)
  return { direction, amountVnd: amount < 0n ? -amount : amount }
}

/** The date of a row, and what follows it in its cell: Vietcombank writes the document number there. */
function readDate(cell: Cell, timeCell: Cell) {
  if (typeof cell !== 'string') {
    const whole = readTime(cell)
    return whole === null ? null : { ...whole, rest: '' }
  }
  const text = oneLine(cell)
  const date = LEADING_TIME.exec(text)?.[0] ?? ''
  const time = timeText(timeCell)
  const read = readTime(time === '' ? (date === '' ? text : date) : `${date} ${time}`)
  return read === null ? null : { ...read, rest: text.slice(date.length).replace(/^[\s/-]+/, '') }
}

function timeText(cell: Cell): string {
  if (cell instanceof Date) return cell.toISOString().slice(11, 19)
  return typeof cell === 'string' && /^\d{1,2}:\d{2}(:\d{2})?$/.test(cell.trim()) ? cell.trim() : ''
}

/** `Tổng cộng` and its like, as the first words of a row. */
export function isTotal(texts: readonly string[]): boolean {
  return TOTAL.test(firstWords(texts))
}

function isBalanceLabel(texts: readonly string[]): boolean {
  return BALANCE.test(firstWords(texts))
}

function firstWords(texts: readonly string[]): string {
  return plainWords(texts.find((text) => /\p{L}/u.test(text)) ?? '')
}
