import { AppError } from '@tienve/contracts'
import { and, eq, lt, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Where a page ended: the moment and the id of its last row. Opaque to callers. */
export type Cursor = { at: Date; id: string }

/** A cursor of two words, as a text that callers do not take apart. */
export function writeWords(first: string | number | bigint, second: string): string {
  return Buffer.from(`${first} ${second}`).toString('base64url')
}

/**
 * The two words of a cursor, which `shape` has as groups; null for the first page. Errors: `request_invalid` for a text
 * that we did not make.
 */
export function readWords(text: string | undefined, shape: RegExp): [string, string] | null {
  if (text === undefined) return null
  const words = Buffer.from(text, 'base64url').toString()
  const [, first, second] = shape.exec(words) ?? []
  // A zero byte is no space to a shape, it was hidden from `refuseZeroBytes`, and Postgres has no place for it.
  if (first === undefined || second === undefined || words.includes('\0')) throw notACursor()
  return [first, second]
}

/** The refusal of a cursor that we did not make. */
export function notACursor(): AppError {
  return new AppError('request_invalid', undefined, { fields: { cursor: 'not a cursor of ours' } })
}

/** Which rows of a list, newest first, come after the page that ended at `cursor`. */
export function isAfterPage(
  cursor: Cursor | null,
  { occurredAt, id }: { occurredAt: PgColumn; id: PgColumn },
): SQL | undefined {
  if (cursor === null) return undefined
  return or(lt(occurredAt, cursor.at), and(eq(occurredAt, cursor.at), lt(id, cursor.id)))
}

/** Cuts rows, newest first, that were read with one too many into a page; `nextCursor` is null when nothing comes after it. */
export function cutPage<Row extends { id: string; occurredAt: Date }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } {
  return cutPageBy(rows, limit, (last) => writeWords(last.occurredAt.getTime(), last.id))
}

/** As `cutPage`, of rows in another order: `cursorOf` names the last one shown. */
export function cutPageBy<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

/** Null for the first page. Errors: `request_invalid` for a text that we did not make. */
export function readCursor(text: string | undefined): Cursor | null {
  const words = readWords(text, /^(\d{1,15}) (\S{1,60})$/)
  return words === null ? null : { at: new Date(Number(words[0])), id: words[1] }
}
