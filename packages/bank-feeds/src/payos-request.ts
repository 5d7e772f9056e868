import { createHmac } from 'node:crypto'
import { canonicalJson, parseToSign, sortedEntries } from './canonical-json.ts'
import { FeedParseError } from './feed.ts'
import { memberOf } from './fields.ts'
import { vietnamTimeText } from './vietnam-time.ts'

/** A payment of a payment link as payOS tells it. What is left out is sent as payOS sends "unknown": ''. */
export interface PayosPayment {
  readonly orderCode: number
  readonly paymentLinkId: string
  readonly reference: string
  readonly amount: bigint
  readonly description: string
  readonly accountNumber: string
  readonly transactionAt: Date
  readonly virtualAccount?: string
  readonly counterparty?: { readonly name?: string; readonly account?: string; readonly bankId?: string }
  /** `00`, which is paid, unless said. */
  readonly code?: string
}

export interface PayosRequestOptions {
  /** The checksum key. */
  readonly secret: string
}

/**
 * The documented example (payos.vn/docs/tich-hop-webhook). Implementers report it as what "confirm-webhook" sends to an
 * address before saving it, signed with the merchant's own key; no official page says so.
 */
export const PAYOS_PROBE = {
  orderCode: '123',
  amount: '3000',
  description: 'VQRIO123',
  accountNumber: '12345678',
  reference: 'TF230204212323',
  transactionDateTime: '2023-02-04 18:25:00',
  paymentLinkId: '124c33293c43417ab7879e14c8d9eb18',
} as const satisfies Readonly<Record<string, string>>

/** A request ready to POST. The signature is in the body. */
export interface PayosRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

/** The webhook that payOS would send for this payment, with a valid signature. */
export function payosRequest(payment: PayosPayment, { secret }: PayosRequestOptions): PayosRequest {
  const data = wireData(payment)
  const sent = parseToSign(Buffer.from(JSON.stringify({ data })))
  const signature = signPayos(payosText(memberOf(sent, 'data')), secret)
  const rawBody = Buffer.from(JSON.stringify({ code: '00', desc: 'success', success: true, data, signature }))
  return { headers: { 'content-type': 'application/json' }, rawBody }
}

/** What payOS is reported to send when an address is saved, with a valid signature. */
export function payosProbeRequest(options: PayosRequestOptions): PayosRequest {
  const { orderCode, amount, transactionDateTime, ...texts } = PAYOS_PROBE
  return payosRequest(
    {
      ...texts,
      orderCode: Number(orderCode),
      amount: BigInt(amount),
      transactionAt: new Date(`${transactionDateTime.replace(' ', 'T')}+07:00`),
    },
    options,
  )
}

/** Hex HMAC-SHA256 of what `payosText` wrote. */
export function signPayos(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

/** What an order that payOS is told of is signed over: five of its fields by name, whatever else it says. */
export interface PayosSignedOrder {
  readonly amount: number
  readonly cancelUrl: string
  readonly description: string
  readonly orderCode: number
  readonly returnUrl: string
}

/** The signature of a new order (payos.vn/docs/api and its SDKs), by the checksum key of the webhook. */
export function signPayosOrder(order: PayosSignedOrder, secret: string): string {
  const { amount, cancelUrl, description, orderCode, returnUrl } = order
  const text = `amount=${amount}&cancelUrl=${cancelUrl}&description=${description}&orderCode=${orderCode}&returnUrl=${returnUrl}`
  return signPayos(text, secret)
}

/**
 * What payOS signs of a webhook: the fields of `data` by name, `k=v` joined by `&` with nothing escaped
 * (payos.vn/docs/tich-hop-webhook/kiem-tra-du-lieu-voi-signature and its SDKs). Nothing outside `data` is covered. Takes what
 * `parseToSign` gives. Throws `FeedParseError` for a `data` that is no object or holds one, which no SDK could sign.
 */
export function payosText(data: unknown): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new FeedParseError('field_missing', 'data')
  }
  return sortedEntries(data)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join('&')
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value === 'null' || value === 'undefined' ? '' : value
  if (value === null) return ''
  const text = canonicalJson(value, JSON.stringify)
  if (text.startsWith('{')) throw new FeedParseError('body_unreadable', 'object in data')
  return text
}

/** In the order of the documented example. */
function wireData(payment: PayosPayment) {
  return {
    orderCode: payment.orderCode,
    amount: Number(payment.amount),
    description: payment.description,
    accountNumber: payment.accountNumber,
    reference: payment.reference,
    transactionDateTime: vietnamTimeText(payment.transactionAt),
    currency: 'VND',
    paymentLinkId: payment.paymentLinkId,
    code: payment.code ?? '00',
    desc: 'success',
    counterAccountBankId: payment.counterparty?.bankId ?? '',
    counterAccountBankName: '',
    counterAccountName: payment.counterparty?.name ?? '',
    counterAccountNumber: payment.counterparty?.account ?? '',
    virtualAccountName: '',
    virtualAccountNumber: payment.virtualAccount ?? '',
  }
}
