import { formatNumber } from '@tienve/money'

/** What a cell may hold: text, whole đồng or a count (a `number` must be a safe whole one), a day, or nothing. */
export type Cell = string | bigint | number | null

/** A column of a table. `money` is whole đồng, `count` any other whole number, `day` a `YYYY-MM-DD`. */
export type Column = {
  head: string
  kind: 'text' | 'money' | 'count' | 'day'
  /** In characters. On paper a text of less than 20 is never broken; all others share the room that is left. */
  width?: number
}

/** One table, told once, that can be written as CSV, as a spreadsheet or, where it fits in memory, on paper. */
export type Table = {
  /** The sheet's name: at most 31 characters, none of `[]:*?/\`. */
  name: string
  columns: readonly Column[]
  rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>
}

/** A cell as people in Vietnam write it: `1.250.000`, `24/11/2026`. */
export function formatCell(cell: Cell, kind: Column['kind']): string {
  if (cell === null) return ''
  if (kind === 'day') return formatDay(String(cell))
  return kind === 'text' || typeof cell === 'string' ? String(cell) : formatNumber(cell)
}

/** `2026-11-24` as `24/11/2026`. */
export function formatDay(day: string): string {
  return day.split('-').toReversed().join('/')
}
