import { setImmediate } from 'node:timers/promises'
import { checkBalances, oldestFirst } from './balances.ts'
import { amountReader, cellText, plainWords, type TableLine } from './cells.ts'
import { findHeader, HEADER_WITHIN, headerRepeats, profileOf, type Header } from './columns.ts'
import { readBalanceLine, readPreambleLine, refuseForeign, type Surroundings } from './preamble.ts'
import type { ColumnProfile } from './profiles.ts'
import { isTotal, readRow, type RowReader } from './row.ts'
import { StatementError, type Statement, type StatementRow } from './statement.ts'

export type TableOptions = {
  readonly profile?: ColumnProfile | undefined
  /** Told now and then how many rows have been read. */
  readonly onRows?: ((count: number) => void) | undefined
}

export const MAX_ROWS = 200_000
const ROWS_A_REPORT = 2_000

/** Reads a table, row after row as it comes. Throws `StatementError`. */
export async function readTable(
  lines: AsyncIterable<TableLine>,
  { profile, onRows }: TableOptions,
): Promise<Omit<Statement, 'format'>> {
  const source = lines[Symbol.asyncIterator]()
  try {
    const head = await takeHead(source)
    if (head.length === 0) throw new StatementError('file_empty')
    const header = findHeader(head, profile ?? null)
    if (header === null) throw new StatementError('columns_unknown')
    const body = tableBody(header, head[header.index]?.line ?? 1)
    for (const line of head.slice(0, header.index)) readPreambleLine(body.found, line, body.reader.readAmount)
    for (const line of head.slice(header.index + header.height)) body.take(line)
    let reported = 0
    for (let next = await source.next(); !next.done; next = await source.next()) {
      body.take(next.value)
      if (body.rows.length < reported + ROWS_A_REPORT) continue
      reported = body.rows.length
      onRows?.(reported)
      // A large file is read between other work, not instead of it.
      await setImmediate()
    }
    onRows?.(body.rows.length)
    return { profile: profile?.name ?? profileOf(header), ...finish(body, header) }
  } finally {
    await source.return?.()
  }
}

/** As many rows as a header can be in, and the one below it. */
async function takeHead(source: AsyncIterator<TableLine>): Promise<TableLine[]> {
  const head: TableLine[] = []
  for (let next = await source.next(); !next.done; next = await source.next()) {
    head.push(next.value)
    if (next.value.line > HEADER_WITHIN) break
  }
  return head
}

type Body = {
  readonly rows: StatementRow[]
  readonly found: Surroundings
  readonly reader: RowReader
  readonly take: (line: TableLine) => void
}

/** What is below the header. Rows of money are read, rows that are surely none are passed over, all others are refused. */
function tableBody(header: Header, headerLine: number): Body {
  const rows: StatementRow[] = []
  const found: Surroundings = {
    accountNumber: null,
    fromDay: null,
    toDay: null,
    opening: null,
    closing: null,
  }
  const readAmount = amountReader()
  const reader: RowReader = { header, readAmount, dateKind: null, unproved: null }
  for (const title of header.titles) refuseForeign(title, headerLine, title)
  const repeatsHeader = headerRepeats(header)
  const balanceColumn = header.roles.get('balance') ?? null
  let words: { line: number; text: string } | null = null
  const take = (line: TableLine) => {
    const texts = line.cells.map(cellText)
    const filled = texts.filter((text) => text !== '')
    if (filled.length === 0) return
    if (repeatsHeader(filled)) {
      // What stands between the pages of a table is no part of it.
      words = null
      return
    }
    if (rows.length === 0 && isColumnNumbers(filled)) return
    const row = readRow(reader, line, texts)
    if (row === 'no_money') {
      if (readBalanceLine(found, line, balanceColumn, readAmount) || isTotal(filled) || isPageNumber(filled))
        return
      if (continues(line, header, rows.at(-1), words)) {
        const before = rows.pop()
        if (before !== undefined)
          rows.push({ ...before, content: `${before.content} ${filled.join(' ')}`.trim() })
        return
      }
      words ??= { line: line.line, text: filled[0] ?? '' }
      return
    }
    // Words are a footer only when no more money follows them.
    if (words !== null) throw new StatementError('row_unreadable', words.line, words.text)
    if (rows.length >= MAX_ROWS) throw new StatementError('too_many_rows', line.line)
    rows.push(row)
  }
  return { rows, found, reader, take }
}

function finish(
  { rows, found, reader }: Body,
  { roles, titles }: Header,
): Omit<Statement, 'format' | 'profile'> {
  const { opening, closing, ...rest } = found
  const said = { openingVnd: opening?.amountVnd ?? null, closingVnd: closing?.amountVnd ?? null }
  const ordered = oldestFirst(rows, said)
  const place = { line: closing?.line ?? null, field: closing?.field ?? null }
  const balances = checkBalances(ordered, said, place, titles[roles.get('balance') ?? -1] ?? null)
  const isOneSided = rows.every(({ direction }) => direction === 'in')
  if (
    reader.unproved !== null &&
    balances.checked === 'none' &&
    (reader.unproved.code !== 'direction_unknown' || isOneSided)
  )
    throw reader.unproved
  return { ...rest, ...balances, rows: ordered }
}

/** `(1) (2) (3)` below the header. */
function isColumnNumbers(filled: readonly string[]): boolean {
  return filled.length > 2 && filled.every((text, at) => new RegExp(`^\\(?${at + 1}\\)?$`).test(text))
}

function isPageNumber(filled: readonly string[]): boolean {
  return (
    filled.length === 1 && /^(?:trang|page) ?\d+(?: (?:tren |of )?\d+)?$/.test(plainWords(filled[0] ?? ''))
  )
}

/** A memo that goes on in the row below: only in its own column, right behind its row. */
function continues(
  line: TableLine,
  { roles }: Header,
  before: StatementRow | undefined,
  words: unknown,
): boolean {
  const only = line.cells.every((cell, at) => (cellText(cell) !== '') === (at === roles.get('content')))
  return only && before !== undefined && words === null && roles.get('content') !== 0
}
