import { FeedParseError } from './feed.ts'

/** A JSON string, or one of the marks that shape objects and lists. Numbers and words are not needed here. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g

/** No provider's message is deeper than some four levels; what is much deeper was made to break a reader, and is refused. */
const MAX_DEPTH = 32

/**
 * Parses JSON in which every number stays the text that was sent (`18067000.00`, an id over 2^53), so that nothing is
 * rounded before it is read as money. An object that names one key twice is refused: readers disagree on which counts.
 * `toNumber` may give a number's text another shape. Throws `FeedParseError`.
 */
export function parseStrictJson(
  text: string,
  toNumber: (written: string) => unknown = (written) => written,
): unknown {
  let value: unknown
  try {
    value = JSON.parse(text, (_key, one: unknown, context?: { source?: string }) =>
      typeof one === 'number' ? toNumber(context?.source ?? String(one)) : one,
    )
  } catch (cause) {
    throw new FeedParseError('body_unreadable', null, { cause })
  }
  refuseRepeatedKeys(text)
  return value
}

/** `text` is known to be valid JSON, so a string is a key exactly when a colon follows it. */
function refuseRepeatedKeys(text: string): void {
  const scopes: Set<string>[] = []
  let lastString = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (scopes.push(new Set()) > MAX_DEPTH) throw new FeedParseError('body_unreadable', 'depth')
    } else if (token === '}' || token === ']') scopes.pop()
    else if (token === ':') {
      const key = String(JSON.parse(lastString))
      if (scopes.at(-1)?.has(key)) throw new FeedParseError('field_repeated', key)
      scopes.at(-1)?.add(key)
    } else if (token !== ',') lastString = token
  }
}
