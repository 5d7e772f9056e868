import { AppError } from '@tienve/contracts'
import { and, eq, lt, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Where a page ended: the moment and the id of its last row. Opaque to callers. */
export type Cursor = { at: Date; id: string }

function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url')
}

/** Which rows of a list, newest first, come after the page that ended at `cursor`. */
export function isAfterPage(
  cursor: Cursor | null,
  { occurredAt, id }: { occurredAt: PgColumn; id: PgColumn },
): SQL | undefined {
  if (cursor === null) return undefined
  return or(lt(occurredAt, cursor.at), and(eq(occurredAt, cursor.at), lt(id, cursor.id)))
}

/** Cuts rows that were read with one too many into a page; `nextCursor` is null when nothing comes after it. */
export function cutPage<Row extends { id: string; occurredAt: Date }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isLast = rows.length <= limit || last === undefined
  return { rows: page, nextCursor: isLast ? null : writeCursor({ at: last.occurredAt, id: last.id }) }
}

/** Null for the first page. Errors: `request_invalid` for a text that we did not make. */
export function readCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null
  const [, time, id] = /^(\d{1,15}) (\S{1,60})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (time === undefined || id === undefined) {
    throw new AppError('request_invalid', undefined, { fields: { cursor: 'not a cursor of ours' } })
  }
  return { at: new Date(Number(time)), id }
}
