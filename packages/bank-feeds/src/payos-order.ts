import type { FeedCounterparty, FeedEvent, PullAnswer, PullQuery, PullRequest } from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { fieldsOf, findText, getAmount, getText, listOf, memberOf } from './fields.ts'
import { type PullFault, pullFault, readAnswer } from './pull.ts'
import { readVietnamTime } from './vietnam-time.ts'

export interface PayosOrderQuery extends Pick<PullQuery, 'baseUrl'> {
  /** `clientId:apiKey`, which are not the checksum key of the webhook. */
  readonly secret: string
  /** An order code or a payment link's id. */
  readonly orderRef: string
}

/** `status` is payOS's word: PENDING, PROCESSING, PAID, UNDERPAID, CANCELLED, EXPIRED or FAILED are known. */
export type PayosOrder =
  | { readonly ok: true; readonly status: string; readonly events: readonly FeedEvent[] }
  | PullFault

/** payOS has no list: what was missed is found by asking for each open order until its status is final. */
export const payosOrder = {
  baseUrl: 'https://api-merchant.payos.vn',
  // No limit is published, though 429 is.
  requestsPerSecond: 1,
  request: requestOrder,
  read: readOrder,
}

function requestOrder({ baseUrl, secret, orderRef }: PayosOrderQuery): PullRequest {
  const colon = secret.indexOf(':')
  return {
    method: 'GET',
    url: `${baseUrl}/v2/payment-requests/${encodeURIComponent(orderRef)}`,
    headers: { 'x-client-id': secret.slice(0, Math.max(colon, 0)), 'x-api-key': secret.slice(colon + 1) },
  }
}

/** Never throws. The answer's own signature is by a key that is not asked for here: TLS alone says who answered. */
function readOrder(answer: PullAnswer): PayosOrder {
  return readAnswer(answer, (body): PayosOrder => {
    const code = memberOf(body, 'code')
    if (code === '401') return pullFault('unauthorised')
    if (code === '429') return pullFault('rate_limited')
    if (code !== '00') return pullFault('unreadable')
    const data = memberOf(body, 'data')
    const order = fieldsOf(data)
    const known = { paymentLinkId: getText(order, 'id'), orderRef: getText(order, 'orderCode') }
    const events = listOf(data, 'transactions').map((row) => readPayosPayment(fieldsOf(row), known))
    return { ok: true, status: getText(order, 'status'), events }
  })
}

/** The fields that a webhook's `data` and an order's transactions share. Throws `FeedParseError`. */
export function readPayosPayment(
  fields: Fields,
  { paymentLinkId, orderRef }: { paymentLinkId: string; orderRef: string },
): FeedEvent {
  const reference = getText(fields, 'reference')
  // A webhook writes Vietnam's time without a zone, an order with `+07:00`.
  const time = readVietnamTime(getText(fields, 'transactionDateTime'))
  if (time === null) throw new FeedParseError('time_unreadable', 'transactionDateTime')
  return {
    kind: 'credit',
    providerEventId: `payos:${paymentLinkId}:${reference}`,
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
