import { casso } from './casso.ts'
import type { FeedAdapter } from './feed.ts'
import { payos } from './payos.ts'
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
  FeedOrders,
  FeedOutcome,
  FeedParseCode,
  FeedPull,
  FeedReply,
  FeedRequest,
  FeedScheme,
  FeedToken,
  NewOrder,
  OrderAnswer,
  OrderQuery,
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
export type { CassoForm, CassoRequest, CassoRequestOptions, CassoTransaction } from './casso-request.ts'
export type { FindCodesOptions, FoundCodes } from './memo.ts'
export { findCodes, normaliseMemo } from './memo.ts'
export type {
  MessageForm,
  Movement,
  MovementOptions,
  MovementRequest,
  PayosOrderName,
} from './movement-request.ts'
export { movementRequest, payosOrderOf, standardItemOf, testRequest } from './movement-request.ts'
export type { PayosPayment, PayosRequest, PayosRequestOptions } from './payos-request.ts'
export { signPayosOrder } from './payos-request.ts'
export type {
  SepayContentType,
  SepayRequest,
  SepayRequestOptions,
  SepayTransaction,
} from './sepay-request.ts'
export { sepayRequest } from './sepay-request.ts'
export { readVietnamTime, vietnamTimeText, type ReadTime } from './vietnam-time.ts'

/** Every provider we can hear, by the name in `/webhooks/:provider/…`. One file per provider, one line here. */
export const feeds = { sepay, casso, payos, vietqrvn, standard } as const satisfies Record<
  string,
  FeedAdapter
>

export type Provider = keyof typeof feeds

/** Tells a name out of an address from a provider we know. */
export function isProvider(name: string): name is Provider {
  return Object.hasOwn(feeds, name)
}
