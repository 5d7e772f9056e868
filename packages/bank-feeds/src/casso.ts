import { createHmac } from 'node:crypto'
import { canonicalJson, parseToSign } from './canonical-json.ts'
import { type CassoNames, readCassoEvent } from './casso-event.ts'
import { cassoPull } from './casso-pull.ts'
import { CASSO_FORMS, cassoRequest } from './casso-request.ts'
import type {
  FeedAdapter,
  FeedEvent,
  FeedKey,
  FeedOutcome,
  FeedReply,
  FeedRequest,
  VerifyResult,
} from './feed.ts'
import { FeedParseError } from './feed.ts'
import { fieldsOf, memberOf, readJson } from './fields.ts'
import { activeKeys, findMatchingKey, readHeader } from './keys.ts'

/**
 * Casso publishes no tolerance, and not whether a retry is signed anew. Ten minutes, the wide end of what is usual, loses
 * fewer retries that keep their first timestamp; a replay within them brings an event that is already known by its id.
 */
const TOLERANCE_MS = 10 * 60_000

/** Casso's retry schedule could not be read anywhere; this is for anything that reads the header. */
const RETRY_AFTER_SECONDS = '60'

const V1: CassoNames = {
  namespace: 'casso:v1',
  reference: 'tid',
  time: 'when',
  account: ['bank_sub_acc_id', 'subAccId'],
  balance: ['cusum_balance', 'cusumBalance'],
  virtualAccount: 'virtualAccount',
  counterparty: { name: 'corresponsiveName', account: 'corresponsiveAccount', bankId: 'corresponsiveBankId' },
}

const V2: CassoNames = {
  namespace: 'casso:v2',
  reference: 'reference',
  time: 'transactionDateTime',
  account: ['accountNumber'],
  balance: ['runningBalance'],
  virtualAccount: 'virtualAccountNumber',
  counterparty: {
    name: 'counterAccountName',
    account: 'counterAccountNumber',
    bankId: 'counterAccountBankId',
  },
}

/**
 * Casso's webhook (developer.casso.vn), of which there are two. Version 1 sends a key along and a list of movements;
 * version 2 signs, by HMAC-SHA512 over the body written out anew with sorted keys, and tells of one. The header tells
 * which: `X-Casso-Signature` is version 2. `request` makes such requests, for the fake bank and for tests.
 */
export const casso = {
  provider: 'casso',
  capabilities: {
    signed: true,
    replayProtected: true,
    pull: 'list',
    balance: true,
    va: true,
    counterparty: true,
  },
  // Version 1's token is its own secret and is not kept.
  proofHeaders: ['x-casso-signature'],
  verify: verifyCasso,
  parse: parseCasso,
  ack: acknowledgeCasso,
  pull: cassoPull,
  request: cassoRequest,
} as const satisfies FeedAdapter & { request: unknown }

/** A request that carries a signature stands or falls by it: a token beside it is not looked at. */
function verifyCasso(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult {
  const signature = readHeader(request.headers, 'x-casso-signature')
  if (signature !== undefined) return verifySignature(request, signature, keys, now)
  const token = readHeader(request.headers, 'secure-token')
  if (token === undefined) return { ok: false, reason: 'credentials_missing' }
  const active = activeKeys(keys, 'api-key', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  const key = findMatchingKey(active, token, ({ secret }) => secret)
  return key === undefined ? { ok: false, reason: 'api_key_mismatch' } : { ok: true, keyId: key.id }
}

function verifySignature(
  request: FeedRequest,
  signature: string,
  keys: readonly FeedKey[],
  now: Date,
): VerifyResult {
  const [, timestamp, hex] = /^t=(\d{1,15}),\s*v1=([0-9a-f]{128})$/i.exec(signature) ?? []
  if (timestamp === undefined || hex === undefined) return { ok: false, reason: 'credentials_unreadable' }
  const ageMs = Math.abs(now.getTime() - Number(timestamp))
  if (!(ageMs <= TOLERANCE_MS)) return { ok: false, reason: 'timestamp_outside_tolerance' }
  const active = activeKeys(keys, 'hmac', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  // Every form is tried with every key even after one has matched, so that the time taken does not tell which.
  const matches = writeForms(request.rawBody).map((body) =>
    findMatchingKey(active, hex.toLowerCase(), ({ secret }) =>
      createHmac('sha512', secret).update(`${timestamp}.${body}`).digest('hex'),
    ),
  )
  const key = matches.find((match) => match !== undefined)
  return key === undefined ? { ok: false, reason: 'signature_mismatch' } : { ok: true, keyId: key.id }
}

/** The body in each form that Casso may have signed. None for one that cannot be read: nobody can have signed that. */
function writeForms(rawBody: Buffer): string[] {
  try {
    const body = parseToSign(rawBody)
    return Object.values(CASSO_FORMS).map((quote) => canonicalJson(body, quote))
  } catch (error) {
    if (error instanceof FeedParseError) return []
    throw error
  }
}

/** Version 1's `data` is a list and version 2's one object. */
function parseCasso(rawBody: Buffer, contentType: string | undefined): FeedEvent[] {
  const data = memberOf(readJson(rawBody, contentType), 'data')
  if (data === undefined || data === null) throw new FeedParseError('field_missing', 'data')
  if (Array.isArray(data)) return data.map((row) => readCassoEvent(fieldsOf(row), V1))
  return [readCassoEvent(fieldsOf(data), V2)]
}

/** The status alone is documented to count. */
function acknowledgeCasso(outcome: FeedOutcome): FeedReply {
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
