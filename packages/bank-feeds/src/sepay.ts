import { createHmac } from 'node:crypto'
import type {
  FeedAdapter,
  FeedEvent,
  FeedEventKind,
  FeedKey,
  FeedOutcome,
  FeedPull,
  FeedReply,
  FeedRequest,
  VerifyResult,
} from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { findText, getAmount, getText, readFields, readWhole } from './fields.ts'
import { activeKeys, findMatchingKey, readHeader } from './keys.ts'
import { isSepayTest, readSepayBalance, sepayPull, sepayPullV1 } from './sepay-pull.ts'
import { sepayRequest, sepayTokenRequest } from './sepay-request.ts'
import { issueSepayToken } from './sepay-token.ts'
import { verifyToken } from './token.ts'
import { readVietnamTime } from './vietnam-time.ts'

/** SePay's own tolerance, either way (developer.sepay.vn, "Xác thực"). */
const TOLERANCE_SECONDS = 300

/** SePay tries again a minute after a refusal, whatever we ask for; this is for anything that reads the header. */
const RETRY_AFTER_SECONDS = '60'

/**
 * SePay's bank webhook (developer.sepay.vn/en/sepay-webhooks): one movement of money per request, as JSON, form-encoded
 * or multipart, authenticated by HMAC-SHA256, by an API key or by a token that it fetched from us; and Bank Hub's, which
 * has other names for the same. `request` makes such requests, for the fake bank and for tests.
 * `pullV1` asks the older list, for accounts whose token is of its kind.
 */
export const sepay = {
  provider: 'sepay',
  capabilities: {
    signed: true,
    replayProtected: true,
    pull: 'list',
    balance: true,
    va: true,
    counterparty: false,
  },
  // An API key is its own secret and is not kept: such a message is proved by which key it came with, and by nothing later.
  proofHeaders: ['x-sepay-timestamp', 'x-sepay-signature'],
  verify: verifySepay,
  parse: (rawBody: Buffer, contentType: string | undefined) => [readEvent(readFields(rawBody, contentType))],
  ack: acknowledgeSepay,
  token: { path: 'oauth/token', eventPath: '', issue: issueSepayToken },
  pull: sepayPull,
  pullV1: sepayPullV1,
  request: sepayRequest,
  tokenRequest: sepayTokenRequest,
} as const satisfies FeedAdapter & { pullV1: FeedPull; request: unknown; tokenRequest: unknown }

/** A request that carries a signature stands or falls by it: an API key or a token beside it is not looked at. */
function verifySepay(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult {
  const signature = readHeader(request.headers, 'x-sepay-signature')
  if (signature !== undefined) return verifySignature(request, signature, keys, now)
  const authorization = readHeader(request.headers, 'authorization')
  if (authorization === undefined) return { ok: false, reason: 'credentials_missing' }
  if (/^bearer\s/i.test(authorization)) return verifyToken(request, keys, now)
  return verifyApiKey(authorization, keys, now)
}

function verifySignature(
  request: FeedRequest,
  signature: string,
  keys: readonly FeedKey[],
  now: Date,
): VerifyResult {
  const timestamp = readHeader(request.headers, 'x-sepay-timestamp')
  if (timestamp === undefined) return { ok: false, reason: 'timestamp_missing' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'timestamp_unreadable' }
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1]?.toLowerCase()
  if (hex === undefined) return { ok: false, reason: 'credentials_unreadable' }
  const ageSeconds = Math.abs(now.getTime() / 1000 - Number(timestamp))
  if (!(ageSeconds <= TOLERANCE_SECONDS)) return { ok: false, reason: 'timestamp_outside_tolerance' }
  const active = activeKeys(keys, 'hmac', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  const key = findMatchingKey(active, hex, ({ secret }) =>
    createHmac('sha256', secret).update(`${timestamp}.`).update(request.rawBody).digest('hex'),
  )
  return key === undefined ? { ok: false, reason: 'signature_mismatch' } : { ok: true, keyId: key.id }
}

function verifyApiKey(authorization: string, keys: readonly FeedKey[], now: Date): VerifyResult {
  const given = /^apikey\s+(\S+)$/i.exec(authorization)?.[1]
  if (given === undefined) return { ok: false, reason: 'credentials_unreadable' }
  const active = activeKeys(keys, 'api-key', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  const key = findMatchingKey(active, given, ({ secret }) => secret)
  return key === undefined ? { ok: false, reason: 'api_key_mismatch' } : { ok: true, keyId: key.id }
}

function readEvent(fields: Fields): FeedEvent {
  if (fields.has('transaction_id') && !fields.has('id')) return readHubEvent(fields)
  const id = readWhole(getText(fields, 'id'))
  if (id === null || id <= 0n) throw new FeedParseError('event_id_invalid', 'id')
  const time = readVietnamTime(getText(fields, 'transactionDate'))
  if (time === null) throw new FeedParseError('time_unreadable', 'transactionDate')
  return {
    kind: readKind(fields),
    providerEventId: `sepay:wh:${id}`,
    accountNumber: getText(fields, 'accountNumber'),
    virtualAccount: findText(fields, 'subAccount'),
    amount: getAmount(fields, 'transferAmount'),
    bankReference: findText(fields, 'referenceCode'),
    content: findText(fields, 'content') ?? '',
    rawDescription: findText(fields, 'description'),
    codeHint: findText(fields, 'code'),
    occurredAt: time.occurredAt,
    precision: time.precision,
    balanceAfter: readSepayBalance(fields),
    counterparty: null,
    orderRef: null,
  }
}

/** Bank Hub's IPN (developer.sepay.vn/en/bankhub): ids are text, and the balance is always 0, which is "not told". */
function readHubEvent(fields: Fields): FeedEvent {
  const id = getText(fields, 'transaction_id')
  if (/^0+$/.test(id)) throw new FeedParseError('event_id_invalid', 'transaction_id')
  const time = readVietnamTime(getText(fields, 'transaction_date'))
  if (time === null) throw new FeedParseError('time_unreadable', 'transaction_date')
  const direction = findText(fields, 'transfer_type')?.toLowerCase()
  return {
    kind: direction === 'credit' || direction === 'debit' ? direction : 'unsupported',
    providerEventId: `sepay:hub:${id}`,
    accountNumber: getText(fields, 'account_number'),
    virtualAccount: findText(fields, 'va'),
    amount: getAmount(fields, 'amount'),
    bankReference: findText(fields, 'reference_code'),
    content: findText(fields, 'content') ?? '',
    rawDescription: null,
    codeHint: findText(fields, 'payment_code'),
    occurredAt: time.occurredAt,
    precision: time.precision,
    balanceAfter: null,
    counterparty: null,
    orderRef: null,
  }
}

/** The amount is positive both ways: only `transferType` tells money in from money out. */
function readKind(fields: Fields): FeedEventKind {
  const reference = findText(fields, 'referenceCode')
  if (isSepayTest(reference, findText(fields, 'subAccount'))) return 'test'
  switch (findText(fields, 'transferType')?.toLowerCase()) {
    case 'in':
      return 'credit'
    case 'out':
      return 'debit'
    default:
      return 'unsupported'
  }
}

function acknowledgeSepay(outcome: FeedOutcome): FeedReply {
  switch (outcome) {
    case 'stored':
    case 'duplicate':
    case 'test':
    case 'malformed':
      return { status: 200, body: { success: true } }
    case 'unauthorised':
      return { status: 401, body: { success: false } }
    case 'unavailable':
      return { status: 503, headers: { 'retry-after': RETRY_AFTER_SECONDS }, body: { success: false } }
  }
}
