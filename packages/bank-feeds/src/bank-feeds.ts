import type { FeedAdapter } from './feed.ts'
import { sepay } from './sepay.ts'
import { standard } from './standard.ts'
import { vietqrvn } from './vietqrvn.ts'

export type {
  FeedAdapter,
  FeedCapabilities,
  FeedCounterparty,
  FeedEvent,
  FeedEventKind,
  FeedHeaders,
  FeedKey,
  FeedOutcome,
  FeedParseCode,
  FeedPull,
  FeedReply,
  FeedRequest,
  FeedScheme,
  FeedToken,
  PullAnswer,
  PullPage,
  PullProblem,
  PullQuery,
  PullRequest,
  VerifyFailure,
  VerifyResult,
} from './feed.ts'
export { FeedParseError } from './feed.ts'
export { proofOf } from './keys.ts'
export type { FindCodesOptions, FoundCodes } from './memo.ts'
export { findCodes, normaliseMemo } from './memo.ts'
export type {
  SepayContentType,
  SepayRequest,
  SepayRequestOptions,
  SepayTransaction,
} from './sepay-request.ts'
export { sepayRequest } from './sepay-request.ts'

/** Every provider we can hear, by the name in `/webhooks/:provider/…`. One file per provider, one line here. */
export const feeds = { sepay, standard, vietqrvn } as const satisfies Record<string, FeedAdapter>

export type Provider = keyof typeof feeds

/** Tells a name out of an address from a provider we know. */
export function isProvider(name: string): name is Provider {
  return Object.hasOwn(feeds, name)
}
