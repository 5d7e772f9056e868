/** A webhook as it arrived: the exact bytes, since every signature is over bytes and not over parsed values. */
export interface FeedRequest {
  readonly rawBody: Buffer
  readonly headers: FeedHeaders
}

/** Header names in any case; several values of one name as an array, as Node gives them. */
export type FeedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * One secret of a connection. A connection holds several while a secret is being changed; `notBefore` is included and
 * `notAfter` is not. `scheme` says how the provider may use the secret; without it any scheme of the provider will do.
 */
export interface FeedKey {
  readonly id: string
  readonly secret: string
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly scheme?: FeedScheme
}

/**
 * How a provider proves a message: it signs it, sends a key along, or sends a token that it fetched from us before, for a
 * secret written `id:secret`.
 */
export type FeedScheme = 'hmac' | 'api-key' | 'token'

export type VerifyFailure =
  | 'no_active_key'
  | 'credentials_missing'
  | 'credentials_unreadable'
  | 'timestamp_missing'
  | 'timestamp_unreadable'
  | 'timestamp_outside_tolerance'
  | 'signature_mismatch'
  | 'api_key_mismatch'
  | 'token_mismatch'
  | 'token_expired'

export type VerifyResult =
  | { readonly ok: true; readonly keyId: string }
  | { readonly ok: false; readonly reason: VerifyFailure }

/** `reversal` (money out that undoes money in) only where a provider says so itself: a refund arrives as a `debit`. */
export type FeedEventKind = 'credit' | 'debit' | 'reversal' | 'test' | 'unsupported'

/** One movement of money on one bank account, as one provider tells it. */
export interface FeedEvent {
  readonly kind: FeedEventKind
  /** The provider's own id with its namespace, e.g. `sepay:wh:92704`; the same for every retry of one event. */
  readonly providerEventId: string
  readonly accountNumber: string
  readonly virtualAccount: string | null
  /** Whole đồng, always more than zero: the direction is in `kind`. */
  readonly amount: bigint
  /** The bank's reference. Never assume that it is unique: banks repeat them. */
  readonly bankReference: string | null
  /** The payer's memo inside the bank's own words. At most some 270 characters seen; '' when there is none. */
  readonly content: string
  readonly rawDescription: string | null
  /** The payment code as the provider read it: a hint to compare with, never the truth. */
  readonly codeHint: string | null
  readonly occurredAt: Date
  /** `day`: the provider gave a date alone and `occurredAt` is that day's midnight in Asia/Ho_Chi_Minh. */
  readonly precision: 'second' | 'day'
  /** Null when not reported. Zero from a provider that writes 0 for "unknown" is null too. */
  readonly balanceAfter: bigint | null
  readonly counterparty: FeedCounterparty | null
  /** The id of an order at the provider (payOS, VietQR.vn), for feeds that tell of orders. */
  readonly orderRef: string | null
}

export interface FeedCounterparty {
  readonly name?: string
  readonly account?: string
  readonly bankId?: string
}

export interface FeedCapabilities {
  /** The body is covered by a signature in the provider's best scheme. */
  readonly signed: boolean
  readonly replayProtected: boolean
  readonly pull: 'list' | 'per-item' | 'none'
  readonly balance: boolean
  readonly va: boolean
  readonly counterparty: boolean
}

/**
 * What became of a webhook. `malformed` is an authentic body that could not be read: it is stored and shown, and the
 * provider is told to stop, since sending the same bytes again cannot help.
 */
export type FeedOutcome = 'stored' | 'duplicate' | 'test' | 'unauthorised' | 'malformed' | 'unavailable'

export interface FeedReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** To be sent as JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * A provider, as pure functions: no network, no clock, no storage. To add one, write `<provider>.ts` exporting an
 * adapter and name it in `feeds` (bank-feeds.ts).
 */
export interface FeedAdapter {
  readonly provider: string
  readonly capabilities: FeedCapabilities
  /** The headers a signature comes in, lower case: kept with the bytes, so that it can be checked again. Never a secret. */
  readonly proofHeaders: readonly string[]
  /** Says whether the request is authentic, and by which key. Never throws; compares in constant time. */
  verify(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult
  /** Reads an authentic body into events. Throws `FeedParseError` when any part that matters cannot be read. */
  parse(rawBody: Buffer, contentType: string | undefined): FeedEvent[]
  /** The answer this provider understands; some want a reference of ours, the same each time, for the message's bytes. */
  ack(outcome: FeedOutcome, rawBody?: Buffer): FeedReply
  /** For providers that fetch a token from us: where under the connection's address, and where they send to with it. */
  readonly token?: FeedToken
  /** For providers that can be asked what they know. */
  readonly pull?: FeedPull
  /** For providers without a list, who answer for one order at a time. */
  readonly orders?: FeedOrders
}

export interface FeedToken {
  /** What follows the connection's address, without a slash in front: the provider fixes the names. */
  readonly path: string
  /** Where messages then go; '' when it is the connection's own address. */
  readonly eventPath: string
  /** Answers who asks for a token: with one that `verify` takes for as long as its answer says, or a refusal. Never throws. */
  issue(request: FeedRequest, keys: readonly FeedKey[], now: Date): FeedReply
}

/** What a provider is asked for: movements of one account, or of all that the secret opens, since a moment. */
export interface PullQuery {
  /** The provider's address without a slash at the end; the fake bank's in a demo. */
  readonly baseUrl: string
  readonly secret: string
  readonly accountNumber: string | null
  readonly from: Date
  readonly to: Date
  /** Where the page before ended, as `read` gave it; null for the first. */
  readonly cursor: string | null
}

export interface PullRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface PullAnswer {
  readonly status: number
  readonly headers: FeedHeaders
  readonly rawBody: Buffer
}

export type PullProblem = 'unauthorised' | 'rate_limited' | 'unreadable' | 'unavailable'

export type PullPage =
  | { readonly ok: true; readonly events: readonly FeedEvent[]; readonly next: string | null }
  | { readonly ok: false; readonly problem: PullProblem; readonly retryAfterSeconds: number | null }

/** A provider's own list, as pure functions: whoever calls them does the asking. */
export interface FeedPull {
  /** Its public address. */
  readonly baseUrl: string
  readonly requestsPerSecond: number
  request(query: PullQuery): PullRequest
  /** Reads an answer to `request`. Never throws: what cannot be read is a problem by name. */
  read(answer: PullAnswer, query: PullQuery): PullPage
}

/** An order as a provider is told of it. */
export interface NewOrder extends Pick<PullQuery, 'baseUrl' | 'secret'> {
  /** What signs it, where the provider wants it signed. */
  readonly signingSecret: string
  /** A number that no other order of the merchant has. */
  readonly orderCode: number
  readonly amountVnd: bigint
  /** What the payer's memo will say. */
  readonly memo: string
  /** Where the provider's own page of the order, which nobody is sent to, would lead on. */
  readonly returnUrl: string
}

export interface OrderQuery extends Pick<PullQuery, 'baseUrl' | 'secret'> {
  readonly orderRef: string
}

export type OrderAnswer =
  | { readonly ok: true; readonly status: string; readonly events: readonly FeedEvent[] }
  | Extract<PullPage, { ok: false }>

/** A provider's answers for single orders, each of which it has to be told of first. Pure functions, like `FeedPull`. */
export interface FeedOrders {
  readonly baseUrl: string
  readonly requestsPerSecond: number
  create(order: NewOrder): PullRequest
  /** Whether the provider knows the order now, from this request or from one before. Never throws. */
  readCreated(answer: PullAnswer): { readonly ok: true } | Extract<PullPage, { ok: false }>
  request(query: OrderQuery): PullRequest
  /** Never throws; an order that the provider does not know is `unreadable`. */
  read(answer: PullAnswer): OrderAnswer
}

export type FeedParseCode =
  | 'content_type_unsupported'
  | 'body_not_utf8'
  | 'body_unreadable'
  | 'field_repeated'
  | 'field_missing'
  | 'event_id_invalid'
  | 'amount_unreadable'
  | 'amount_fractional'
  | 'amount_not_positive'
  | 'time_unreadable'

/** An authentic body that cannot be turned into events. `field` names the provider's field, where there is one. */
export class FeedParseError extends Error {
  readonly code: FeedParseCode
  readonly field: string | null

  constructor(code: FeedParseCode, field: string | null = null, options?: ErrorOptions) {
    super(field === null ? code : `${code}: ${field}`, options)
    this.name = 'FeedParseError'
    this.code = code
    this.field = field
  }
}
