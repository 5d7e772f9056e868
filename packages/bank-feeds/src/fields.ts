import { FeedParseError } from './feed.ts'
import { readMultipart } from './multipart.ts'
import { parseStrictJson } from './strict-json.ts'

/** The flat fields of a body: every value as the text that was sent, null where the provider sent JSON's null. */
export type Fields = ReadonlyMap<string, string | null>

/** Reads a body that can only be JSON, numbers as the text that was sent. Throws `FeedParseError`. */
export function readJson(rawBody: Buffer, contentType?: string): unknown {
  const mediaType = mediaTypeOf(contentType)
  if (mediaType !== '' && mediaType !== 'application/json') {
    throw new FeedParseError('content_type_unsupported', mediaType)
  }
  return parseStrictJson(decodeUtf8(rawBody))
}

/** Reads a JSON, form-encoded or multipart body of one object. Throws `FeedParseError`. */
export function readFields(rawBody: Buffer, contentType: string | undefined): Fields {
  const mediaType = mediaTypeOf(contentType)
  switch (mediaType) {
    case '':
    case 'application/json':
      return fieldsOf(parseStrictJson(decodeUtf8(rawBody)))
    case 'application/x-www-form-urlencoded':
      return toFields([...new URLSearchParams(decodeUtf8(rawBody))])
    case 'multipart/form-data':
      return toFields(
        readMultipart(rawBody, contentType ?? '').map(([name, value]) => [name, decodeUtf8(value)]),
      )
    default:
      throw new FeedParseError('content_type_unsupported', mediaType)
  }
}

/** A field's text without the blanks around it; null when it is absent, null or blank. */
export function findText(fields: Fields, name: string): string | null {
  return fields.get(name)?.trim() || null
}

/** As `findText`, but throws `field_missing`. */
export function getText(fields: Fields, name: string): string {
  const text = findText(fields, name)
  if (text === null) throw new FeedParseError('field_missing', name)
  return text
}

/**
 * A positive number of whole đồng, written `50000`, `"50000"` or `50000.00`. Anything else throws: an amount that is
 * nearly readable must not become money.
 */
export function getAmount(fields: Fields, name: string): bigint {
  const whole = getWhole(fields, name)
  if (whole <= 0n) throw new FeedParseError('amount_not_positive', name)
  return whole
}

/** As `getAmount`, of either sign or zero. */
export function getWhole(fields: Fields, name: string): bigint {
  const text = getText(fields, name)
  const whole = readWhole(text)
  if (whole !== null) return whole
  throw new FeedParseError(/^-?\d+\.\d{1,2}$/.test(text) ? 'amount_fractional' : 'amount_unreadable', name)
}

/**
 * A whole number with at most `.00` behind it; null for anything else. 15 digits stay exact as JSON too. A point with
 * three digits is how Vietnam writes thousands: `12.000` may be twelve thousand, so it is never read as 12.
 */
export function readWhole(text: string): bigint | null {
  const match = /^(-?\d{1,15})(?:\.0{1,2})?$/.exec(text)
  return match?.[1] === undefined ? null : BigInt(match[1])
}

/** The flat fields of one JSON object; what is nested in it is left out. Throws `FeedParseError`. */
export function fieldsOf(value: unknown): Fields {
  if (!isObject(value)) throw new FeedParseError('body_unreadable', 'object expected')
  return toFields(Object.entries(value).filter(isScalar))
}

/** What an object holds under a name; undefined when it is no object or holds nothing. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** As `memberOf`, for a list that must be there. Throws `field_missing`. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name)
  if (!Array.isArray(list)) throw new FeedParseError('field_missing', name)
  return list
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function isScalar(entry: [string, unknown]): entry is [string, string | null] {
  return typeof entry[1] === 'string' || entry[1] === null
}

function toFields(entries: readonly [string, string | null][]): Fields {
  const fields = new Map<string, string | null>()
  for (const [name, value] of entries) {
    if (fields.has(name)) throw new FeedParseError('field_repeated', name)
    fields.set(name, value === null ? null : storable(value))
  }
  return fields
}

/** Without NUL and half surrogate pairs, neither of which a Postgres `text` can hold. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/** Throws `body_not_utf8`. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new FeedParseError('body_not_utf8', null, { cause })
  }
}
