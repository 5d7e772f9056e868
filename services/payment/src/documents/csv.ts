import { inChunks } from './chunks.ts'
import type { Cell, Table } from './table.ts'

/**
 * A table as comma-separated values (RFC 4180), piece by piece: UTF-8 with the mark that tells spreadsheets so, CRLF
 * after every row. Amounts are plain digits and days ISO, for programs; the spreadsheet beside it is for people.
 */
export function writeCsv(table: Table): AsyncGenerator<string> {
  return inChunks(csvLines(table))
}

async function* csvLines({ columns, rows }: Table): AsyncGenerator<string> {
  yield `\u{feff}${csvLine(columns.map(({ head }) => head))}`
  for await (const row of rows) yield csvLine(row)
}

function csvLine(row: readonly Cell[]): string {
  return `${row.map(csvCell).join(',')}\r\n`
}

/** A text that begins like a formula would be run by a spreadsheet; a number is one of ours, its minus included. */
function csvCell(cell: Cell): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : String(cell ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
