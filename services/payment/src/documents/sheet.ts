import { AppError } from '@tienve/contracts'
import { vndToJson } from '@tienve/money'
import { unpacksWithin } from '@tienve/statements'
import { openXlsx, writeXlsx as writeBook, writeXlsxStream } from 'hucre/xlsx'
import type { Cell, Column, Table } from './table.ts'

/** `@` keeps a text that begins like a formula a text even after somebody has edited the cell. */
const FORMATS = { text: '@', money: '#,##0', count: '#,##0', day: 'dd/mm/yyyy' } as const
const WIDTHS = { text: 24, money: 18, count: 12, day: 12 } as const

/**
 * A table as a spreadsheet (XLSX), byte by byte as it is read: the rows are asked for one after the other and never
 * held. The first row is bold and stays in sight. Throws `RangeError` inside the stream for an amount beyond 2⁵³, which
 * a spreadsheet would round, and for a day that is none. This is the only file that knows the library.
 */
export function writeXlsx({ name, columns, rows }: Table): ReadableStream<Uint8Array> {
  let begun = false
  const cells = async function* () {
    begun = true
    for await (const row of rows) yield row.map((cell, at) => toCell(cell, columns[at]?.kind ?? 'text'))
  }
  const shown = columns.map(({ head, kind, width }) => ({
    header: head,
    width: width ?? WIDTHS[kind],
    // A stream of hucre 1.0.0 styles by column alone, so the head is told from the rows by when it is written.
    get style() {
      return begun ? { numFmt: FORMATS[kind] } : { numFmt: '@', font: { bold: true } }
    },
  }))
  return writeXlsxStream(cells(), { name, columns: shown, freezePane: { rows: 1 } })
}

/** A table of some thousand rows, with the lines that a form prints above it. */
export type Sheet = Table & { rows: Iterable<readonly Cell[]>; above?: readonly string[] }

/** Several tables as one spreadsheet, a sheet each, looking as above. Held in memory. */
export async function writeWorkbook(tables: readonly Sheet[]): Promise<Buffer> {
  const bold = { numFmt: '@', font: { bold: true } }
  const bytes = await writeBook({
    sheets: tables.map(({ name, columns, rows, above = [] }) => ({
      name,
      columns: columns.map(({ kind, width }) => ({
        width: width ?? WIDTHS[kind],
        style: { numFmt: FORMATS[kind] },
      })),
      rows: [
        ...above.map((line) => [line]),
        columns.map(({ head }) => head),
        ...Array.from(rows, (row) => row.map((cell, at) => toCell(cell, columns[at]?.kind ?? 'text'))),
      ],
      cells: new Map([
        ...above.map((line, at): [string, object] => [`${at},0`, { value: line, style: { numFmt: '@' } }]),
        ...columns.map(({ head }, at): [string, object] => [
          `${above.length},${at}`,
          { value: head, style: bold },
        ]),
      ]),
      freezePane: { rows: above.length + 1 },
    })),
  })
  return Buffer.from(bytes)
}

function toCell(cell: Cell, kind: Column['kind']): string | number | Date | null {
  if (cell === null) return null
  if (kind === 'text') return String(cell)
  if (kind !== 'day') return vndToJson(BigInt(cell))
  const day = new Date(`${cell}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) throw new RangeError(`not a day: ${cell}`)
  return day
}

/** A cell as it was read: what it holds, and whether that came of a formula, which is never computed here. */
export type SheetCell = { value: string | number | boolean | Date | null; isFormula: boolean }

/** A sheet of a few thousand rows unpacks to a few megabytes; what is far above that was made to do harm. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024
const MAX_COLUMNS = 60

/**
 * The first sheet of a spreadsheet (XLSX), at most `maxRows` rows and as many columns as a table of ours ever has. Rows and
 * cells that are empty are there as such, so that a row's index is its number in the sheet less one. Errors:
 * `sheet_unreadable`.
 */
export async function readXlsx(bytes: Buffer, maxRows: number): Promise<SheetCell[][]> {
  if (!unpacksWithin(bytes, MAX_UNPACKED_BYTES)) throw new AppError('sheet_unreadable')
  const book = await openXlsx(bytes, { sheets: [0], maxRows }).catch((error: unknown) => {
    throw new AppError('sheet_unreadable', undefined, { cause: error })
  })
  const [sheet] = book.sheets
  if (sheet === undefined) throw new AppError('sheet_unreadable')
  return sheet.rows.slice(0, maxRows).map((row, line) =>
    row.slice(0, MAX_COLUMNS).map((value, at) => ({
      value: isPlain(value) ? value : null,
      isFormula: sheet.cells?.get(`${line},${at}`)?.formula !== undefined,
    })),
  )
}

function isPlain(value: unknown): value is SheetCell['value'] {
  return value === null || value instanceof Date || ['string', 'number', 'boolean'].includes(typeof value)
}
