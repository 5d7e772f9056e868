import type {
  FeedCounterparty,
  FeedEvent,
  FeedOrders,
  NewOrder,
  OrderAnswer,
  OrderQuery,
  PullAnswer,
  PullRequest,
} from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { fieldsOf, findText, getAmount, getText, listOf, memberOf } from './fields.ts'
import { signPayosOrder } from './payos-request.ts'
import { type PullFault, pullFault, readAnswer } from './pull.ts'
import { readVietnamTime } from './vietnam-time.ts'

/**
 * What payOS is seen to answer to a longer description (code 20, reported by implementers). Its reference says 9 for accounts
 * that were not linked through payOS, which our codes of 11 are too long for: what it answers then is not published.
 */
const DESCRIPTION_MAX = 25

/** Known from memory and from no page that could be read: the order code was used before. */
const DUPLICATE = '231'

/**
 * payOS has no list (payos.vn/docs/api): it knows the orders that it was told of, and what was missed is found by asking for
 * each. The secret is `clientId:apiKey`, which are not the checksum key of the webhook.
 */
export const payosOrders = {
  baseUrl: 'https://api-merchant.payos.vn',
  // No limit is published, though 429 is.
  requestsPerSecond: 1,
  create: createOrder,
  readCreated,
  request: requestOrder,
  read: readOrder,
} as const satisfies FeedOrders

/** Without `expiredAt`: money that comes late is to be told as well. */
function createOrder(order: NewOrder): PullRequest {
  const { baseUrl, secret, signingSecret, orderCode, amountVnd, memo, returnUrl } = order
  const signed = {
    amount: Number(amountVnd),
    cancelUrl: returnUrl,
    description: memo.slice(0, DESCRIPTION_MAX),
    orderCode,
    returnUrl,
  }
  return {
    method: 'POST',
    url: `${baseUrl}/v2/payment-requests`,
    headers: { ...keyHeaders(secret), 'content-type': 'application/json' },
    body: JSON.stringify({ ...signed, signature: signPayosOrder(signed, signingSecret) }),
  }
}

function readCreated(answer: PullAnswer): { ok: true } | PullFault {
  return readAnswer(answer, (body) => {
    const code = memberOf(body, 'code')
    return code === DUPLICATE ? { ok: true } : (faultOf(code) ?? { ok: true })
  })
}

function requestOrder({ baseUrl, secret, orderRef }: OrderQuery): PullRequest {
  return {
    method: 'GET',
    url: `${baseUrl}/v2/payment-requests/${encodeURIComponent(orderRef)}`,
    headers: keyHeaders(secret),
  }
}

function keyHeaders(secret: string): Record<string, string> {
  const colon = secret.indexOf(':')
  return { 'x-client-id': secret.slice(0, Math.max(colon, 0)), 'x-api-key': secret.slice(colon + 1) }
}

/**
 * Never throws. The answer's own signature is by a key that is not asked for here: TLS alone says who answered. `status` is
 * payOS's word: PENDING, PROCESSING, PAID, UNDERPAID, CANCELLED, EXPIRED or FAILED are known.
 */
function readOrder(answer: PullAnswer): OrderAnswer {
  return readAnswer(answer, (body): OrderAnswer => {
    const fault = faultOf(memberOf(body, 'code'))
    if (fault !== null) return fault
    const data = memberOf(body, 'data')
    const order = fieldsOf(data)
    const known = {
      // Apart from the webhook's, as every list's are: whether both word a payment alike is not published. Joining knows them.
      namespace: 'payos:order',
      paymentLinkId: getText(order, 'id'),
      orderRef: getText(order, 'orderCode'),
    }
    const events = listOf(data, 'transactions').map((row) => readPayosPayment(fieldsOf(row), known))
    return { ok: true, status: getText(order, 'status'), events }
  })
}

/** What an envelope's code means; null for `00`, the one code of success. An order that is not known is `unreadable`. */
function faultOf(code: unknown): PullFault | null {
  if (code === '00') return null
  if (code === '401') return pullFault('unauthorised')
  return pullFault(code === '429' ? 'rate_limited' : 'unreadable')
}

/** The fields that a webhook's `data` and an order's transactions share. Throws `FeedParseError`. */
export function readPayosPayment(
  fields: Fields,
  { namespace, paymentLinkId, orderRef }: { namespace: string; paymentLinkId: string; orderRef: string },
): FeedEvent {
  const reference = getText(fields, 'reference')
  // A webhook writes Vietnam's time without a zone, an order with `+07:00`.
  const time = readVietnamTime(getText(fields, 'transactionDateTime'))
  if (time === null) throw new FeedParseError('time_unreadable', 'transactionDateTime')
  return {
    kind: 'credit',
    providerEventId: `${namespace}:${paymentLinkId}:${reference}`,
    accountNumber: getText(fields, 'accountNumber'),
    virtualAccount: findText(fields, 'virtualAccountNumber'),
    amount: getAmount(fields, 'amount'),
    bankReference: reference,
    content: findText(fields, 'description') ?? '',
    rawDescription: null,
    codeHint: null,
    occurredAt: time.occurredAt,
    precision: time.precision,
    balanceAfter: null,
    counterparty: readCounterparty(fields),
    orderRef,
  }
}

/** `counterAccountBankId` in captures is a clearing code such as 01202001 and not the BIN of a QR payload. */
function readCounterparty(fields: Fields): FeedCounterparty | null {
  const name = findText(fields, 'counterAccountName')
  const account = findText(fields, 'counterAccountNumber')
  const bankId = findText(fields, 'counterAccountBankId')
  if (name === null && account === null && bankId === null) return null
  return { ...(name && { name }), ...(account && { account }), ...(bankId && { bankId }) }
}
