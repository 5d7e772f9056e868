import { createHash, timingSafeEqual } from 'node:crypto'
import type { FeedHeaders, FeedKey, FeedScheme } from './feed.ts'

/** The keys that may be used now for this scheme. A blank secret never counts: anybody could sign with it. */
export function activeKeys(keys: readonly FeedKey[], scheme: FeedScheme, now: Date): FeedKey[] {
  return keys.filter(
    (key) =>
      key.secret.trim() !== '' &&
      (key.scheme === undefined || key.scheme === scheme) &&
      (key.notBefore === undefined || key.notBefore <= now) &&
      (key.notAfter === undefined || now < key.notAfter),
  )
}

/**
 * The first key for which `expected` gives `given`. Every key is tried even after one has matched, and both sides are
 * hashed first, so that the time taken tells neither which key matched nor how much of it.
 */
export function findMatchingKey(
  keys: readonly FeedKey[],
  given: string,
  expected: (key: FeedKey) => string,
): FeedKey | undefined {
  const givenHash = sha256(given)
  let match: FeedKey | undefined
  for (const key of keys) {
    const isEqual = timingSafeEqual(givenHash, sha256(expected(key)))
    if (isEqual && match === undefined) match = key
  }
  return match
}

/** A header's one value, trimmed, whatever the case of its name; undefined when absent, blank or given twice. */
export function readHeader(headers: FeedHeaders, name: string): string | undefined {
  const values = Object.entries(headers)
    .filter(([header]) => header.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
  // Two values leave open which one was signed.
  if (values.length !== 1) return undefined
  return values[0]?.trim() || undefined
}

/** What can be kept of a request's headers to check its signature again; null when nothing can. */
export function proofOf(headers: FeedHeaders, names: readonly string[]): Record<string, string> | null {
  const kept = names.flatMap((name) => {
    const value = readHeader(headers, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
