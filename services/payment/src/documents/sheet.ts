import { vndToJson } from '@tienve/money'
import { writeXlsx as writeBook, writeXlsxStream } from 'hucre/xlsx'
import type { Cell, Column, Table } from './table.ts'

/** `@` keeps a text that begins like a formula a text even after somebody has edited the cell. */
const FORMATS = { text: '@', money: '#,##0', count: '#,##0', day: 'dd/mm/yyyy' } as const
const WIDTHS = { text: 24, money: 18, count: 12, day: 12 } as const

/**
 * A table as a spreadsheet (XLSX), byte by byte as it is read: the rows are asked for one after the other and never
 * held. The first row is bold and stays in sight. Throws `RangeError` inside the stream for an amount beyond 2⁵³, which
 * a spreadsheet would round, and for a day that is none. The only file that knows the library.
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

/** Several tables as one spreadsheet, a sheet each, looking as above. Held in memory: for tables of some thousand rows. */
export async function writeWorkbook(
  tables: readonly (Table & { rows: Iterable<readonly Cell[]> })[],
): Promise<Buffer> {
  const bold = { numFmt: '@', font: { bold: true } }
  const bytes = await writeBook({
    sheets: tables.map(({ name, columns, rows }) => ({
      name,
      columns: columns.map(({ kind, width }) => ({
        width: width ?? WIDTHS[kind],
        style: { numFmt: FORMATS[kind] },
      })),
      rows: [
        columns.map(({ head }) => head),
        ...Array.from(rows, (row) => row.map((cell, at) => toCell(cell, columns[at]?.kind ?? 'text'))),
      ],
      cells: new Map(columns.map(({ head }, at) => [`0,${at}`, { value: head, style: bold }])),
      freezePane: { rows: 1 },
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
