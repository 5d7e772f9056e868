import type { FeedEvent, FeedHeaders, PullAnswer, PullPage, PullProblem } from './feed.ts'
import { FeedParseError } from './feed.ts'
import { readJson } from './fields.ts'
import { readHeader } from './keys.ts'

/** Whatever a provider asks for, we come back within the hour. */
const MAX_RETRY_AFTER_SECONDS = 3600

export type PullFault = Extract<PullPage, { ok: false }>

export function pullFault(problem: PullProblem, retryAfterSeconds: number | null = null): PullFault {
  return { ok: false, problem, retryAfterSeconds }
}

/**
 * Reads an answer of status 200 by `read`, which may throw `FeedParseError`; everything else is a problem by name.
 * `retryHeader` is where this provider says how long to wait, beside the usual Retry-After.
 */
export function readAnswer<T>(
  answer: PullAnswer,
  read: (body: unknown) => T,
  retryHeader = 'retry-after',
): T | PullFault {
  const { status, headers, rawBody } = answer
  if (status === 401 || status === 403) return pullFault('unauthorised')
  const wait = retryAfterSeconds(headers, retryHeader) ?? retryAfterSeconds(headers, 'retry-after')
  if (status === 429) return pullFault('rate_limited', wait)
  if (status >= 500) return pullFault('unavailable', wait)
  if (status !== 200) return pullFault('unreadable')
  try {
    return read(readJson(rawBody))
  } catch (error) {
    if (error instanceof FeedParseError) return pullFault('unreadable')
    throw error
  }
}

/** The events of the account that was asked for; all of them when none was. */
export function ofAccount(events: readonly FeedEvent[], accountNumber: string | null): readonly FeedEvent[] {
  return accountNumber === null ? events : events.filter((event) => event.accountNumber === accountNumber)
}

/** A page's number as a cursor keeps it: 1 for the first. */
export function pageOf(cursor: string | null): number {
  return cursor !== null && /^[1-9]\d{0,8}$/.test(cursor) ? Number(cursor) : 1
}

/**
 * Seconds, or a date (RFC 9110, 10.2.3). A date counts from the answer's own `Date`, so that a wrong clock here does not
 * matter; without one it says nothing.
 */
function retryAfterSeconds(headers: FeedHeaders, name: string): number | null {
  const text = readHeader(headers, name)
  if (text === undefined) return null
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS)
  const seconds = Math.ceil((readDate(text) - readDate(readHeader(headers, 'date') ?? '')) / 1000)
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS)
}

/** An HTTP date in milliseconds; NaN for anything else, of which `Date.parse` alone would read far too much. */
function readDate(text: string): number {
  return /^[A-Z][a-z]{2}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN
}
