import { readCamt053 } from './camt053.ts'
import { cellText, type TableLine } from './cells.ts'
import { guessHeader, HEADER_WITHIN } from './columns.ts'
import { decodeText } from './decode.ts'
import { readMt940 } from './mt940.ts'
import type { ColumnProfile, ColumnRole } from './profiles.ts'
import { readTable, type TableOptions } from './read-table.ts'
import { StatementError, type Statement } from './statement.ts'
import { csvLines, htmlLines, xlsxLines } from './table-source.ts'

export { profiles, type ColumnProfile, type ColumnRole, type StatementBank } from './profiles.ts'
export {
  StatementError,
  type Checked,
  type Mismatch,
  type Statement,
  type StatementErrorCode,
  type StatementFormat,
  type StatementRow,
} from './statement.ts'
export { writeStatement, type StatementToWrite, type WriteOptions } from './write.ts'
export { unpacksWithin } from './zip.ts'

/** A camt.053 of 100,000 entries has some 60 MB. */
const MAX_BYTES = 96 * 1024 * 1024

type TableFormat = 'csv' | 'xlsx' | 'html'
type Sniffed =
  | { readonly format: TableFormat; readonly lines: AsyncGenerator<TableLine> }
  | { readonly format: 'mt940' | 'camt053'; readonly text: string }

/**
 * Reads a statement file of any format that we know, told by its bytes and not by its name. Without a profile the columns
 * of a table are found by what banks usually call them. Every row is read or the whole file is refused. Throws
 * `StatementError` and nothing else.
 */
export async function readStatement(bytes: Buffer, options: TableOptions = {}): Promise<Statement> {
  const sniffed = sniff(bytes, options.profile ?? null)
  switch (sniffed.format) {
    case 'mt940':
    case 'camt053': {
      const read = sniffed.format === 'mt940' ? readMt940(sniffed.text) : readCamt053(sniffed.text)
      options.onRows?.(read.rows.length)
      return { format: sniffed.format, profile: null, ...read }
    }
    default:
      return { format: sniffed.format, ...(await readTable(sniffed.lines, options)) }
  }
}

export type TablePreview = {
  readonly format: TableFormat
  /** The first rows as text, each as wide as itself. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
  /** The row that looks like a header; null when none does. */
  readonly headerLine: number | null
  /** The columns of that header and what we take them for. */
  readonly columns: readonly { readonly title: string; readonly roles: readonly ColumnRole[] }[]
}

/**
 * The first rows of a CSV, XLSX or HTML table as text, with the columns as we guess them, for a person to map by hand: the
 * titles that they choose are the `headers` of a profile. Throws `StatementError`.
 */
export async function previewTable(
  bytes: Buffer,
  profile: ColumnProfile | null = null,
): Promise<TablePreview> {
  const sniffed = sniff(bytes, profile)
  if (!('lines' in sniffed)) throw new StatementError('format_unknown')
  const lines: TableLine[] = []
  for await (const line of sniffed.lines) {
    if (line.line > HEADER_WITHIN + 1) break
    lines.push(line)
  }
  const header = guessHeader(lines, profile)
  return {
    format: sniffed.format,
    rows: lines.map(({ line, cells }) => ({ line, cells: cells.map(cellText) })),
    headerLine: header === null ? null : (lines[header.index]?.line ?? null),
    columns: (header?.titles ?? []).map((title, at) => ({
      title,
      roles: [...(header?.roles ?? [])].filter(([, column]) => column === at).map(([role]) => role),
    })),
  }
}

function sniff(bytes: Buffer, profile: ColumnProfile | null): Sniffed {
  if (bytes.length === 0) throw new StatementError('file_empty')
  if (bytes.length > MAX_BYTES) throw new StatementError('file_too_large')
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) {
    return { format: 'xlsx', lines: xlsxLines(bytes) }
  }
  // One container holds both: an old binary .xls, and any spreadsheet behind a password.
  if (bytes.subarray(0, 4).equals(Buffer.from('d0cf11e0', 'hex'))) {
    const isEncrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    throw new StatementError(isEncrypted ? 'file_encrypted' : 'xls_binary')
  }
  const text = decodeText(bytes)
  const start = text.slice(0, 4096).trimStart()
  if (start === '') throw new StatementError('file_empty')
  if (start.startsWith('<')) {
    if (/<(?:\w+:)?BkToCstmrStmt[\s>]/.test(start)) return { format: 'camt053', text }
    if (/<(?:table|html)\b/i.test(start)) return { format: 'html', lines: htmlLines(text) }
    throw new StatementError('format_unknown')
  }
  if (/^:20:/m.test(start) && /^:25:/m.test(start)) return { format: 'mt940', text }
  return { format: 'csv', lines: csvLines(text, profile) }
}
