import { createHmac } from 'node:crypto'
import type { FeedScheme } from './feed.ts'
import { vietnamTimeText } from './vietnam-time.ts'

/** A movement of money as SePay tells it. What is left out is sent as SePay sends "unknown": null, '' or 0. */
export interface SepayTransaction {
  readonly id: number
  /** The bank's brand, e.g. `Vietcombank`. */
  readonly gateway: string
  readonly transactionAt: Date
  readonly accountNumber: string
  readonly transferType: 'in' | 'out'
  /** Positive both ways. */
  readonly transferAmount: bigint
  readonly content: string
  readonly subAccount?: string | null
  readonly code?: string | null
  readonly accumulated?: bigint
  readonly referenceCode?: string | null
  readonly description?: string
}

export type SepayContentType =
  | 'application/json'
  | 'application/x-www-form-urlencoded'
  | 'multipart/form-data'

export interface SepayRequestOptions {
  /** For the scheme `token`, the token that was fetched. */
  readonly secret: string
  /** `hmac` unless said. */
  readonly scheme?: FeedScheme
  /** The time of this attempt: a retry is signed anew over the same bytes. */
  readonly now: Date
  /** `application/json` unless said. */
  readonly contentType?: SepayContentType
  /** The names of Bank Hub's fields instead of the webhook's. */
  readonly isBankHub?: boolean
}

/** A request ready to POST. `headers` holds the credentials and the content type. */
export interface SepayRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

/** Any text that no field contains would do. */
const BOUNDARY = '----sepay-form-7MA4YWxkTrZu0gW'

/** The webhook that SePay would send for this movement, with valid credentials. */
export function sepayRequest(transaction: SepayTransaction, options: SepayRequestOptions): SepayRequest {
  const contentType = options.contentType ?? 'application/json'
  const rawBody = encodeBody(
    options.isBankHub ? hubFields(transaction) : wireFields(transaction),
    contentType,
  )
  const boundary = contentType === 'multipart/form-data' ? `; boundary=${BOUNDARY}` : ''
  return {
    headers: { 'content-type': `${contentType}${boundary}`, ...credentials(rawBody, options) },
    rawBody,
  }
}

/** The published request for a token, for a secret written `clientId:clientSecret`. */
export function sepayTokenRequest(options: { readonly secret: string }): SepayRequest {
  const [clientId, ...rest] = options.secret.split(':')
  return {
    headers: { 'content-type': 'application/json' },
    rawBody: Buffer.from(JSON.stringify({ clientId, clientSecret: rest.join(':') })),
  }
}

function credentials(rawBody: Buffer, options: SepayRequestOptions): Record<string, string> {
  if (options.scheme === 'token') return { authorization: `Bearer ${options.secret}` }
  if (options.scheme === 'api-key') return { authorization: `Apikey ${options.secret}` }
  const timestamp = String(Math.floor(options.now.getTime() / 1000))
  const signature = createHmac('sha256', options.secret).update(`${timestamp}.`).update(rawBody).digest('hex')
  return { 'x-sepay-timestamp': timestamp, 'x-sepay-signature': `sha256=${signature}` }
}

/** In the order of SePay's documented example. */
function wireFields(transaction: SepayTransaction): Record<string, string | number | null> {
  return {
    id: transaction.id,
    gateway: transaction.gateway,
    transactionDate: vietnamTimeText(transaction.transactionAt),
    accountNumber: transaction.accountNumber,
    code: transaction.code ?? null,
    content: transaction.content,
    transferType: transaction.transferType,
    transferAmount: Number(transaction.transferAmount),
    accumulated: Number(transaction.accumulated ?? 0n),
    subAccount: transaction.subAccount ?? null,
    referenceCode: transaction.referenceCode ?? null,
    description: transaction.description ?? '',
  }
}

/** In the order of the documented table. */
function hubFields(transaction: SepayTransaction): Record<string, string | number | null> {
  return {
    gateway: transaction.gateway,
    transaction_date: vietnamTimeText(transaction.transactionAt),
    account_number: transaction.accountNumber,
    bank_account_xid: '',
    va: transaction.subAccount ?? '',
    payment_code: transaction.code ?? null,
    content: transaction.content,
    transfer_type: transaction.transferType === 'in' ? 'credit' : 'debit',
    amount: Number(transaction.transferAmount),
    reference_code: transaction.referenceCode ?? null,
    accumulated: 0,
    transaction_id: String(transaction.id),
  }
}

function encodeBody(fields: Record<string, string | number | null>, contentType: SepayContentType): Buffer {
  const texts = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value ?? '')])
  switch (contentType) {
    case 'application/json':
      return Buffer.from(JSON.stringify(fields))
    case 'application/x-www-form-urlencoded':
      return Buffer.from(new URLSearchParams(texts).toString())
    case 'multipart/form-data':
      return Buffer.from(
        [
          ...texts.map(
            ([name, value]) =>
              `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
          ),
          `--${BOUNDARY}--\r\n`,
        ].join(''),
      )
  }
}
