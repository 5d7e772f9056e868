import { parseToSign } from './canonical-json.ts'
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
import type { Fields } from './fields.ts'
import { fieldsOf, findText, getText, memberOf, readJson } from './fields.ts'
import { activeKeys, findMatchingKey } from './keys.ts'
import { payosOrders, readPayosPayment } from './payos-order.ts'
import { PAYOS_PROBE, payosRequest, payosText, signPayos } from './payos-request.ts'

/** payOS's retry schedule is not published; this is for anything that reads the header. */
const RETRY_AFTER_SECONDS = '60'

/**
 * payOS's webhook (payos.vn/docs): one payment of one payment link per request, signed inside the body by HMAC-SHA256 over
 * `data` alone. A transfer to the same account outside a link is not told. `request` makes such requests, for the fake
 * bank and for tests; `orders` tells of an order and asks what was paid on it.
 */
export const payos = {
  provider: 'payos',
  capabilities: {
    signed: true,
    // Nothing signed tells when it was sent: an old message is as good as new, and only its id says that it is known.
    replayProtected: false,
    pull: 'per-item',
    balance: false,
    va: true,
    counterparty: true,
  },
  // The signature is in the bytes, so that any header at all is enough to say that it can be checked again.
  proofHeaders: ['content-type'],
  verify: verifyPayos,
  parse: (rawBody: Buffer, contentType: string | undefined) => [readEvent(rawBody, contentType)],
  ack: acknowledgePayos,
  orders: payosOrders,
  request: payosRequest,
} as const satisfies FeedAdapter & { request: unknown }

function verifyPayos(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult {
  const signed = readSigned(request.rawBody)
  if (signed === null) return { ok: false, reason: 'credentials_unreadable' }
  const { signature, text } = signed
  if (signature === undefined) return { ok: false, reason: 'credentials_missing' }
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/i.test(signature)) {
    return { ok: false, reason: 'credentials_unreadable' }
  }
  const active = activeKeys(keys, 'hmac', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  const key = findMatchingKey(active, signature.toLowerCase(), ({ secret }) => signPayos(text, secret))
  return key === undefined ? { ok: false, reason: 'signature_mismatch' } : { ok: true, keyId: key.id }
}

function readSigned(rawBody: Buffer): { signature: unknown; text: string } | null {
  try {
    const body = parseToSign(rawBody)
    return { signature: memberOf(body, 'signature'), text: payosText(memberOf(body, 'data')) }
  } catch (error) {
    if (error instanceof FeedParseError) return null
    throw error
  }
}

/** Only `data` is read: `code` and `success` beside it are not signed, so anybody on the way could have changed them. */
function readEvent(rawBody: Buffer, contentType: string | undefined): FeedEvent {
  const data = memberOf(readJson(rawBody, contentType), 'data')
  if (data === undefined) throw new FeedParseError('field_missing', 'data')
  const fields = fieldsOf(data)
  const event = readPayosPayment(fields, {
    namespace: 'payos',
    paymentLinkId: getText(fields, 'paymentLinkId'),
    orderRef: getText(fields, 'orderCode'),
  })
  if (isProbe(fields)) return { ...event, kind: 'test' }
  return isPaid(fields) ? event : { ...event, kind: 'unsupported' }
}

function isProbe(fields: Fields): boolean {
  return Object.entries(PAYOS_PROBE).every(([name, value]) => findText(fields, name) === value)
}

/** `00` is the one code of success; amounts of another currency are no đồng. */
function isPaid(fields: Fields): boolean {
  return findText(fields, 'code') === '00' && (findText(fields, 'currency') ?? 'VND') === 'VND'
}

/** Any 2xx is documented to do. */
function acknowledgePayos(outcome: FeedOutcome): FeedReply {
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
