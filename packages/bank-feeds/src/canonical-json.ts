import { FeedParseError } from './feed.ts'
import { decodeUtf8 } from './fields.ts'
import { parseStrictJson } from './strict-json.ts'

/** No body of a provider is deeper than three. */
const MAX_DEPTH = 16

const WRITTEN = Symbol('a number as it was written')
type WrittenNumber = { readonly [WRITTEN]: string }

/**
 * Parses a body whose signature is over its values written out again. A number stays the text that was sent: whoever
 * signed it wrote it the same way twice, and a rounded one would be another text. Throws `FeedParseError`.
 */
export function parseToSign(rawBody: Buffer): unknown {
  return parseStrictJson(decodeUtf8(rawBody), (written): WrittenNumber => ({ [WRITTEN]: written }))
}

/**
 * JSON without blanks and with every object's keys in the order of their UTF-16 code units. `quote` writes a string, in
 * which libraries differ. Takes what `parseToSign` gives. Throws `FeedParseError` when it is nested too deep.
 */
export function canonicalJson(value: unknown, quote: (text: string) => string, depth = 0): string {
  if (depth > MAX_DEPTH) throw new FeedParseError('body_unreadable', 'depth')
  const write = (one: unknown): string => canonicalJson(one, quote, depth + 1)
  if (typeof value === 'string') return quote(value)
  if (isWrittenNumber(value)) return value[WRITTEN]
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = sortedEntries(value).map(([name, one]) => `${quote(name)}:${write(one)}`)
  return `{${members.join(',')}}`
}

/** An object's members by name, as `Array.prototype.sort` orders names. */
export function sortedEntries(value: object): [name: string, value: unknown][] {
  return Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function isWrittenNumber(value: unknown): value is WrittenNumber {
  return typeof value === 'object' && value !== null && WRITTEN in value
}
