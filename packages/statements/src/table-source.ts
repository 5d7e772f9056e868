import { parse } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { fromHtml } from 'hucre'
import { streamXlsxRows } from 'hucre/xlsx'
import { Readable } from 'node:stream'
import type { Cell, TableLine } from './cells.ts'
import { findHeader, HEADER_WITHIN } from './columns.ts'
import type { ColumnProfile } from './profiles.ts'
import { StatementError } from './statement.ts'
import { unpacksWithin } from './zip.ts'

/** A statement of 100,000 rows unpacks to some 60 MB; what is far above that was made to do harm. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024
/** Sheets of much the same rows pack to a thirtieth; a small file that unpacks to a large one is none. */
const MAX_RATIO = 100
const SMALL_BYTES = 16 * 1024 * 1024
const MAX_COLUMNS = 60
const MAX_RECORD_CHARACTERS = 65_536
const SAMPLE_BYTES = 262_144
const CHUNK_BYTES = 65_536

const CSV = {
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: false,
  max_record_size: MAX_RECORD_CHARACTERS,
}

/**
 * The rows of a CSV, each with its number as a spreadsheet shows it. The table is parsed apart from what is above it: the
 * parser makes an error, with its stack, for each row that is not as wide as the first one.
 */
export async function* csvLines(text: string, profile: ColumnProfile | null): AsyncGenerator<TableLine> {
  const bytes = Buffer.from(text)
  const { delimiter, lines, starts, header } = sampleOf(bytes, profile)
  const above = header ?? 0
  for (const line of lines.slice(0, above)) yield line
  const parser = parse({ ...CSV, delimiter })
  Readable.from(chunksOf(bytes.subarray(starts[above] ?? 0))).pipe(parser)
  let line = above
  try {
    for await (const record of parser) yield { line: ++line, cells: toCells(record) }
  } catch (cause) {
    throw cause instanceof StatementError
      ? cause
      : new StatementError('file_unreadable', line + 1, null, { cause })
  }
}

/** The rows of the first sheet of a spreadsheet; those that are empty may be missing. */
export async function* xlsxLines(bytes: Buffer): AsyncGenerator<TableLine> {
  const room = Math.min(MAX_UNPACKED_BYTES, Math.max(SMALL_BYTES, bytes.length * MAX_RATIO))
  if (!unpacksWithin(bytes, room)) throw new StatementError('file_unreadable')
  try {
    for await (const { index, values } of streamXlsxRows(bytes))
      yield { line: index + 1, cells: toCells(values) }
  } catch (cause) {
    throw cause instanceof StatementError
      ? cause
      : new StatementError('file_unreadable', null, null, { cause })
  }
}

/** The rows of a web page that is one table. Throws `format_unknown` when it is none, or more than one. */
export async function* htmlLines(html: string): AsyncGenerator<TableLine> {
  if (html.match(/<table\b/gi)?.length !== 1 || !/<\/table\s*>/i.test(html))
    throw new StatementError('format_unknown')
  const { rows } = readHtml(html.replaceAll(/<br\s*\/?>/gi, '\n'))
  for (const [index, values] of rows.entries()) yield { line: index + 1, cells: toCells(values) }
}

function readHtml(html: string) {
  try {
    return fromHtml(html, { typeInference: false, classes: false })
  } catch (cause) {
    throw new StatementError('file_unreadable', null, null, { cause })
  }
}

/** The first rows of a CSV, and at which byte each of them starts. */
type Sample = { readonly delimiter: string; readonly lines: TableLine[]; readonly starts: readonly number[] }

/** Parts by the delimiter with which a header is found, or else by the one that gives most cells. */
function sampleOf(bytes: Buffer, profile: ColumnProfile | null): Sample & { header: number | null } {
  const tried = [',', ';', '\t'].map((delimiter) => {
    const sample = sampleBy(delimiter, bytes.subarray(0, SAMPLE_BYTES))
    const cells = sample.lines.reduce((sum, line) => sum + line.cells.length, 0)
    return { ...sample, cells, header: findHeader(sample.lines, profile)?.index ?? null }
  })
  const [best] = tried.toSorted(
    (a, b) => Number(b.header !== null) - Number(a.header !== null) || b.cells - a.cells,
  )
  return best ?? { delimiter: ',', lines: [], starts: [], header: null }
}

function sampleBy(delimiter: string, bytes: Buffer): Sample {
  const lines: TableLine[] = []
  const starts = [0]
  try {
    parseSync(bytes, {
      ...CSV,
      delimiter,
      to: HEADER_WITHIN + 1,
      on_record: (record, { bytes: end }) => {
        lines.push({ line: lines.length + 1, cells: toCells(record) })
        starts.push(end)
        return null
      },
    })
    return { delimiter, lines, starts }
  } catch {
    // With a delimiter that is not the file's own, a quotation mark may stand anywhere.
    return { delimiter, lines: [], starts: [0] }
  }
}

function toCells(values: unknown): Cell[] {
  return Array.isArray(values) ? values.slice(0, MAX_COLUMNS).map(toCell) : []
}

function toCell(value: unknown): Cell {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || value instanceof Date ? value : null
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}
