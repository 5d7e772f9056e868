import { FeedParseError } from './feed.ts'

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i
const FIELD_NAME = /^content-disposition:\s*form-data\b.*?;\s*name="([^"]*)"/im

/**
 * The fields of a multipart/form-data body (RFC 7578) with their values as bytes, in order. Only what a webhook of plain
 * text fields needs: every part must name its field, and a body that does not end with its closing boundary is refused,
 * since it may have been cut. Throws `FeedParseError`.
 */
export function readMultipart(rawBody: Buffer, contentType: string): [name: string, value: Buffer][] {
  const match = BOUNDARY.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw new FeedParseError('body_unreadable', 'boundary')
  // latin1 keeps one character per byte, so that positions in the text are positions in the bytes.
  const parts = `\r\n${rawBody.toString('latin1')}`.split(`\r\n--${boundary}`)
  const isClosed = parts.length > 1 && parts.at(-1)?.startsWith('--') === true
  if (!isClosed) throw new FeedParseError('body_unreadable', 'closing boundary')
  return parts.slice(1, -1).map(readPart)
}

function readPart(part: string): [name: string, value: Buffer] {
  const headEnd = part.indexOf('\r\n\r\n')
  const name = headEnd < 0 ? undefined : FIELD_NAME.exec(part.slice(0, headEnd))?.[1]
  if (name === undefined) throw new FeedParseError('body_unreadable', 'part')
  return [name, Buffer.from(part.slice(headEnd + '\r\n\r\n'.length), 'latin1')]
}
