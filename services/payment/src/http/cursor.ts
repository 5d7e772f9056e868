import { AppError } from '@tienve/contracts'

/** Where a page ended: the moment and the id of its last row. Opaque to callers. */
export type Cursor = { at: Date; id: string }

export function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url')
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
