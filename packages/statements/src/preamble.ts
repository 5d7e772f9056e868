import {
  cellText,
  plainWords,
  readTime,
  vietnamDay,
  withoutAccents,
  type AmountReader,
  type Cell,
  type TableLine,
} from './cells.ts'
import { StatementError } from './statement.ts'

/** What stands around the table of a statement rather than in it. */
export type Surroundings = {
  accountNumber: string | null
  fromDay: string | null
  toDay: string | null
  opening: Balance | null
  closing: Balance | null
}

export type Balance = { readonly amountVnd: bigint; readonly line: number; readonly field: string }

const OPENING = /^(?:so du dau(?: ky| ngay)?|opening balance|beginning balance)\b/
const CLOSING = /^(?:so du cuoi(?: ky| ngay)?|closing balance|ending balance)\b/
const ACCOUNT =
  /^(?:so tai khoan|so tk|stk|tai khoan(?: so)?|account(?: no| number)?|a c(?: no)?)(?= |$)(?! (?:doi ung|name))/
const CURRENCY = /^(?:loai tien|don vi tien|currency|ccy)\b/
const DATE = String.raw`(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})`
const FROM = new RegExp(String.raw`\b(?:tu|from)\b\D{0,30}?${DATE}`)
const TO = new RegExp(String.raw`\b(?:den|to)\b\D{0,30}?${DATE}`)
/** Currencies that accounts in Vietnam are kept in beside đồng. */
const FOREIGN = /\b(?:USD|EUR|JPY|GBP|AUD|SGD|CNY|KRW|THB|CAD|CHF|HKD|NZD|TWD)\b/

/** Reads one row above the table into `found`. Throws `currency_unsupported` and what the amount reader throws. */
export function readPreambleLine(found: Surroundings, line: TableLine, readAmount: AmountReader): void {
  const texts = line.cells.map(cellText)
  for (const [at, text] of texts.entries()) {
    const label = plainWords(text)
    if (CURRENCY.test(label) || ACCOUNT.test(label)) refuseForeign(texts.join(' '), line.line, text)
    if (ACCOUNT.test(label)) found.accountNumber ??= accountIn([text, ...texts.slice(at + 1)])
  }
  found.opening ??= findBalance(line, OPENING, readAmount)
  found.closing ??= findBalance(line, CLOSING, readAmount)
  const whole = withoutAccents(texts.join(' '))
  found.fromDay ??= dayIn(FROM, whole)
  found.toDay ??= dayIn(TO, whole)
}

/** Reads an opening or closing balance from a row of the table. False when the row is neither. */
export function readBalanceLine(
  found: Surroundings,
  line: TableLine,
  balanceColumn: number | null,
  readAmount: AmountReader,
): boolean {
  const labels = line.cells.map((cell) => (typeof cell === 'string' ? plainWords(cell) : ''))
  const kind = labels.some((label) => OPENING.test(label)) ? 'opening' : 'closing'
  const pattern = kind === 'opening' ? OPENING : CLOSING
  if (!labels.some((label) => pattern.test(label))) return false
  const inColumn = balanceColumn === null ? null : (line.cells[balanceColumn] ?? null)
  const amountVnd = readIfAmount(inColumn) ? readAmount(inColumn, line.line, kind) : null
  const balance =
    amountVnd === null
      ? findBalance(line, pattern, readAmount)
      : { amountVnd, line: line.line, field: labelOf(line, pattern) }
  found[kind] ??= balance
  return true
}

/** Throws `currency_unsupported` when a text names a currency that is not đồng. */
export function refuseForeign(text: string, line: number, field: string | null): void {
  if (FOREIGN.test(text)) throw new StatementError('currency_unsupported', line, field)
}

/** The amount behind a label: after its colon, or in the next cell that is not empty. */
function findBalance({ line, cells }: TableLine, pattern: RegExp, readAmount: AmountReader): Balance | null {
  const at = cells.findIndex((cell) => typeof cell === 'string' && pattern.test(plainWords(cell)))
  if (at < 0) return null
  const label = cellText(cells[at] ?? null)
  refuseForeign(cells.map(cellText).join(' '), line, label)
  const behind = label.includes(':') ? label.slice(label.lastIndexOf(':') + 1) : ''
  const candidates: Cell[] = [behind, ...cells.slice(at + 1)]
  const value = candidates.find((cell) => cellText(cell) !== '') ?? null
  if (!readIfAmount(value)) return null
  const amountVnd = readAmount(value, line, label)
  return amountVnd === null ? null : { amountVnd, line, field: label.split(':')[0]?.trim() ?? label }
}

function labelOf({ cells }: TableLine, pattern: RegExp): string {
  return cells.map(cellText).find((text) => pattern.test(plainWords(text))) ?? ''
}

/** A number, or a text that begins like one: what is neither is another label. */
function readIfAmount(cell: Cell): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && /^\s*[+-]?\d/.test(cell))
}

function accountIn(texts: readonly string[]): string | null {
  const match = texts.map((text) => /\d(?: ?\d){5,18}/.exec(text)).find((one) => one !== null)
  return match?.[0].replaceAll(' ', '') ?? null
}

function dayIn(pattern: RegExp, text: string): string | null {
  const time = readTime(pattern.exec(text)?.[1] ?? null)
  return time === null ? null : vietnamDay(time.occurredAt)
}
