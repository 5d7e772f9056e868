import type {
  FeedAdapter,
  FeedEvent,
  FeedKey,
  FeedOutcome,
  FeedReply,
  FeedRequest,
  VerifyResult,
} from './feed.ts'
import { fieldsOf, getText, memberOf, readJson } from './fields.ts'
import { activeKeys, findMatchingKey, readHeader } from './keys.ts'
import { readStandardEvent } from './standard-event.ts'
import { standardPull } from './standard-pull.ts'
import {
  standardFileRequest,
  standardRequest,
  standardSecretBytes,
  standardSignature,
} from './standard-request.ts'

/** The tolerance that Standard Webhooks 1.0.0 suggests, either way. */
const TOLERANCE_SECONDS = 300

/**
 * The specification asks for secrets of 24 to 64 bytes. Svix, its best-known sender, publishes an example of 18, which
 * no one can guess either; what is shorter is taken for a mistake.
 */
const SECRET_BYTES = { min: 18, max: 64 } as const

const RETRY_AFTER_SECONDS = '60'

const EVENT_TYPE = 'bank_transaction.created'

/**
 * Our own event (docs/FEEDS.md, "Standard") in an envelope that has libraries in every language: Standard Webhooks
 * 1.0.0, signed over the raw bytes. It is how a bank or a gateway without an adapter of its own can push to us.
 */
export const standard = {
  provider: 'standard',
  capabilities: {
    signed: true,
    replayProtected: true,
    pull: 'list',
    balance: true,
    va: true,
    counterparty: false,
  },
  proofHeaders: ['webhook', 'svix'].flatMap((prefix) => [
    `${prefix}-id`,
    `${prefix}-timestamp`,
    `${prefix}-signature`,
  ]),
  verify: verifyStandard,
  parse: parseStandard,
  ack: acknowledgeStandard,
  pull: standardPull,
  request: standardRequest,
  fileRequest: standardFileRequest,
} as const satisfies FeedAdapter & { request: unknown; fileRequest: unknown }

function verifyStandard(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult {
  // Svix names the same three headers after itself.
  const prefix = readHeader(request.headers, 'webhook-signature') === undefined ? 'svix' : 'webhook'
  const signatures = readHeader(request.headers, `${prefix}-signature`)
  const id = readHeader(request.headers, `${prefix}-id`)
  if (signatures === undefined || id === undefined) return { ok: false, reason: 'credentials_missing' }
  const timestamp = readHeader(request.headers, `${prefix}-timestamp`)
  if (timestamp === undefined) return { ok: false, reason: 'timestamp_missing' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'timestamp_unreadable' }
  const given = [...signatures.matchAll(/(?<=^|\s)v1,(\S+)/g)].map(([, signature]) => signature ?? '')
  if (given.length === 0) return { ok: false, reason: 'credentials_unreadable' }
  const ageSeconds = Math.abs(now.getTime() / 1000 - Number(timestamp))
  if (!(ageSeconds <= TOLERANCE_SECONDS)) return { ok: false, reason: 'timestamp_outside_tolerance' }
  const expected = new Map(
    activeKeys(keys, 'hmac', now).flatMap((key) => {
      const secret = readSecret(key)
      return secret === null ? [] : [[key, standardSignature(secret, id, timestamp, request.rawBody)]]
    }),
  )
  if (expected.size === 0) return { ok: false, reason: 'no_active_key' }
  const matches = given.map((signature) =>
    findMatchingKey([...expected.keys()], signature, (key) => expected.get(key) ?? ''),
  )
  const key = matches.find((match) => match !== undefined)
  return key === undefined ? { ok: false, reason: 'signature_mismatch' } : { ok: true, keyId: key.id }
}

function readSecret(key: FeedKey): Buffer | null {
  const secret = standardSecretBytes(key.secret)
  if (secret === null || secret.length < SECRET_BYTES.min || secret.length > SECRET_BYTES.max) return null
  return secret
}

/** A type that we do not know is no error: a sender may tell of more than we asked for. */
function parseStandard(rawBody: Buffer, contentType: string | undefined): FeedEvent[] {
  const body = readJson(rawBody, contentType)
  if (getText(fieldsOf(body), 'type') !== EVENT_TYPE) return []
  return [readStandardEvent(memberOf(body, 'data'), 'standard')]
}

function acknowledgeStandard(outcome: FeedOutcome): FeedReply {
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
