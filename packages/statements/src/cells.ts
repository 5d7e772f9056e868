import { readVietnamTime, vietnamTimeText, type ReadTime } from '@tienve/bank-feeds'
import { StatementError } from './statement.ts'

/** A cell as a table file holds it. A date of a spreadsheet has no zone: its UTC fields are what the sheet shows. */
export type Cell = string | number | Date | null

/** One row of a table file, with its number as a person sees it. */
export type TableLine = { readonly line: number; readonly cells: readonly Cell[] }

const DAY_MS = 86_400_000
/** Day 0 of a spreadsheet's calendar, for days after February 1900. */
const SERIAL_EPOCH_MS = Date.UTC(1899, 11, 30)
/** 2009 to 2064 as a spreadsheet counts days. */
const SERIALS = { first: 40_000, last: 60_000 }

/** A text as one line that Postgres can hold: single blanks, no NUL, no half surrogate pairs. */
export function oneLine(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().replaceAll(/\s+/g, ' ').trim()
}

/** A cell as a person reads it; '' for an empty one. */
export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (!(cell instanceof Date)) return String(cell).trim()
  if (Number.isNaN(cell.getTime())) return ''
  const [day = '', time = ''] = isoText(cell).split('T')
  const shown = day.split('-').toReversed().join('/')
  return time === '00:00:00' ? shown : `${shown} ${time}`
}

/** What a header or a label says whatever its accents, case and marks: `Số CT/Doc No.` is `so ct doc no`. */
export function plainWords(text: string): string {
  return withoutAccents(text)
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
}

/** Lower case without accents; everything else stays. */
export function withoutAccents(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').toLowerCase()
}

/** `23/11/2026` with a time before or behind it; the separators are those that Vietnamese files use. */
const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}:\d{2}(?::\d{2})?))?$/

/** The start of `DAY_FIRST` or of an ISO date, for a cell that goes on with something else. */
export const LEADING_TIME =
  /^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?=\s|$)/

/**
 * Reads the date of a row: `dd/mm/yyyy` or ISO, each with or without a time, a spreadsheet's date or its bare serial.
 * Always Asia/Ho_Chi_Minh unless ISO names a zone. Null when it is no date.
 */
export function readTime(cell: Cell): ReadTime | null {
  if (cell === null) return null
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : asDay(isoText(cell))
  if (typeof cell === 'number') {
    if (cell < SERIALS.first || cell > SERIALS.last) return null
    return asDay(isoText(new Date(SERIAL_EPOCH_MS + cell * DAY_MS)))
  }
  const text = oneLine(cell)
  const match = DAY_FIRST.exec(text)
  if (match === null) return asDay(text)
  const [, day = '', month = '', year = '', time = ''] = match
  return asDay(
    `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} ${time && time.padStart(time.length > 5 ? 8 : 5, '0')}`,
  )
}

/** Midnight to the second is how files write a day without a time. */
function asDay(isoLike: string): ReadTime | null {
  return readVietnamTime(isoLike.replace(/([ T])00:00(:00(\.0+)?)?$/, ''))
}

/** Spreadsheets keep a time as a fraction of a day, which is off by some microseconds. */
function isoText(at: Date): string {
  return new Date(Math.round(at.getTime() / 1000) * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)
}

/** `YYYY-MM-DD` in Vietnam. */
export function vietnamDay(at: Date): string {
  return vietnamTimeText(at).slice(0, 'YYYY-MM-DD'.length)
}

/** `1,500,000.00` or `1.500.000,00`. */
type NumberStyle = 'comma' | 'point'

const WHOLE = /^[+-]?\d{1,15}$/
const STYLES: Readonly<Record<NumberStyle, RegExp>> = {
  comma: /^[+-]?(?:\d{1,3}(?:,\d{3}){1,4}(?:\.(\d{1,2}))?|\d{1,15}\.(\d{1,2}))$/,
  point: /^[+-]?(?:\d{1,3}(?:\.\d{3}){1,4}(?:,(\d{1,2}))?|\d{1,15},(\d{1,2}))$/,
}
const CURRENCY = /\s*(?:vnd|vnđ|đ|đồng)\.?$/i
/** What a spreadsheet's accounting format shows for nothing. */
const NOTHING = /^[-–—]?$/

/** Reads the amounts of one file; see `amountReader`. */
export type AmountReader = (cell: Cell, line: number, field: string) => bigint | null

/**
 * A reader of one file's amounts. Thousands are parted by commas or by points, the same in the whole file: the first
 * amount with a separator decides, and one in the other way is refused, since `12.000` may be twelve or twelve thousand.
 * Answers null for an empty cell. Throws `amount_ambiguous`, `amount_fractional` and `amount_unreadable`.
 */
export function amountReader(): AmountReader {
  let style: NumberStyle | null = null
  return (cell, line, field) => {
    if (cell === null) return null
    if (typeof cell === 'number') return wholeNumber(cell, line, field)
    const text = cellText(cell).replace(CURRENCY, '').replaceAll(/\s/g, '').replace(/^−/, '-')
    if (NOTHING.test(text)) return null
    if (WHOLE.test(text)) return BigInt(text.replace('+', ''))
    const found = STYLES.comma.test(text) ? 'comma' : 'point'
    const match = STYLES[found].exec(text)
    if (cell instanceof Date || match === null) throw new StatementError('amount_unreadable', line, field)
    style ??= found
    if (found !== style) throw new StatementError('amount_ambiguous', line, field)
    const decimals = match[1] ?? match[2] ?? ''
    if (/[1-9]/.test(decimals)) throw new StatementError('amount_fractional', line, field)
    const whole = decimals === '' ? text : text.slice(0, -decimals.length - 1)
    return BigInt(whole.replaceAll(/[+,.]/g, ''))
  }
}

function wholeNumber(value: number, line: number, field: string): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value)
  throw new StatementError(Number.isInteger(value) ? 'amount_unreadable' : 'amount_fractional', line, field)
}
