import type { FeedPull, PullAnswer, PullPage, PullQuery, PullRequest } from './feed.ts'
import { FeedParseError } from './feed.ts'
import { listOf, memberOf } from './fields.ts'
import { ofAccount, pullFault, readAnswer } from './pull.ts'
import { readStandardEvent } from './standard-event.ts'

/** A cursor goes back as it came; what is longer than this is no cursor. */
const MAX_CURSOR = 500

/**
 * The list of our own contract (docs/FEEDS.md, "Standard"): `GET <address>/transactions`, whose items are what stands under
 * `data` of a push. A secret opens all accounts of its owner.
 */
export const standardPull = {
  baseUrl: null,
  // What the contract promises whoever serves a list.
  requestsPerSecond: 1,
  request: requestPage,
  read: readPage,
} as const satisfies FeedPull

function requestPage({ baseUrl, secret, from, to, cursor }: PullQuery): PullRequest {
  const params = new URLSearchParams({
    from: from.toISOString(),
    to: to.toISOString(),
    ...(cursor === null ? {} : { cursor }),
  })
  return {
    method: 'GET',
    url: `${baseUrl}/transactions?${params}`,
    headers: { authorization: `Bearer ${secret}` },
  }
}

function readPage(answer: PullAnswer, query: PullQuery): PullPage {
  return readAnswer(answer, (body): PullPage => {
    const events = listOf(body, 'data').map((item) => readStandardEvent(item, 'standard-list'))
    const next = nextOf(body)
    // A list that leads back to the page it is on would be asked for ever.
    if (next !== null && next === query.cursor) return pullFault('unreadable')
    return { ok: true, events: ofAccount(events, query.accountNumber), next }
  })
}

/** It must say that nothing follows: an answer that was cut, or is another interface's, would else look like the whole list. */
function nextOf(body: unknown): string | null {
  const next = memberOf(body, 'next')
  if (next === null) return null
  if (typeof next !== 'string' || next === '' || next.length > MAX_CURSOR)
    throw new FeedParseError('field_missing', 'next')
  return next
}
