import { failure, type VietQrFailure } from './errors.ts'

/** Values of one level by tag. */
export type Fields = ReadonlyMap<string, string>

export type FieldsResult = { readonly ok: true; readonly fields: Fields } | VietQrFailure

/** Where a tag stands: `53` at the top, `38.01.00` inside. */
export function pathOf(at: string, tag: string): string {
  return at === '' ? tag : `${at}.${tag}`
}

/**
 * Reads one level of tag, length, value. Lengths count characters, not bytes and not UTF-16 units (EMVCo MPM 1.1,
 * 4.4.1.2); a tag may stand once (4.3.1.2). `at` is the path of the level, empty at the top; `whole` says that the text
 * is known to be complete, so that a length beyond its end is wrong rather than cut off.
 */
export function readFields(text: string, at: string, whole: boolean): FieldsResult {
  const characters = isAscii(text) ? text : Array.from(text)
  const slice = (from: number, to: number): string =>
    typeof characters === 'string' ? characters.slice(from, to) : characters.slice(from, to).join('')
  const fields = new Map<string, string>()
  const nested = at !== ''
  let position = 0
  while (position < characters.length) {
    // Tag 63 ends a code. Some makers write five hex digits, and what follows the four is no field.
    if (!nested && fields.has('63')) return failure('TRAILING_DATA', '63')
    const header = slice(position, position + 4)
    const path = pathOf(at, header.slice(0, 2))
    if (header.length < 4) return failure(nested || whole ? 'STRUCTURE' : 'TRUNCATED', path)
    if (!/^\d\d/.test(header)) return failure('STRUCTURE', path)
    if (!/^\d{4}$/.test(header)) return failure(nested ? 'BAD_LENGTH' : 'STRUCTURE', path)
    const tag = header.slice(0, 2)
    const end = position + 4 + Number(header.slice(2))
    if (end > characters.length) return failure(nested || whole ? 'BAD_LENGTH' : 'TRUNCATED', path)
    if (fields.has(tag)) return failure('DUPLICATE', path)
    fields.set(tag, slice(position + 4, end))
    position = end
  }
  return { ok: true, fields }
}

/** One field as tag, length and value; nothing for no value. `length` is said where letters beyond the BMP may stand. */
export function field(tag: string, value: string | undefined, length = value?.length ?? 0): string {
  if (value === undefined) return ''
  return tag + (length < 10 ? `0${length}` : length) + value
}

/** Characters as EMVCo counts them, a letter outside the basic plane as one. */
export function countCharacters(text: string): number {
  return Array.from(text).length
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}
