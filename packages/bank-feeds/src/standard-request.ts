import { createHmac } from 'node:crypto'
import { vietnamTimeText } from './vietnam-time.ts'

/** A movement of money as our own event tells it (docs/FEEDS.md, "Standard"). */
export interface StandardTransaction {
  readonly id: string
  readonly accountNumber: string
  readonly virtualAccount?: string
  readonly direction: 'in' | 'out'
  /** Positive both ways. */
  readonly amountVnd: bigint
  readonly content: string
  readonly reference?: string
  readonly occurredAt: Date
  readonly balanceVnd?: bigint
  /** The id of the movement in that this movement out undoes. */
  readonly reverses?: string
  readonly test?: boolean
}

export interface StandardRequestOptions {
  /** `whsec_…`. */
  readonly secret: string
  /** The time of this attempt: a retry is signed anew over the same bytes. */
  readonly now: Date
}

/** A request ready to POST. */
export interface StandardRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

/** The bytes that a secret stands for; null when it is not written `whsec_<base64>`. */
export function standardSecretBytes(secret: string): Buffer | null {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret.trim())?.[1]
  return encoded === undefined ? null : Buffer.from(encoded, 'base64')
}

/** The `v1` signature of Standard Webhooks 1.0.0, without the version in front. */
export function standardSignature(secret: Buffer, id: string, timestamp: string, rawBody: Buffer): string {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(rawBody).digest('base64')
}

/** The webhook that a bank or gateway would send for this movement. Throws when the secret is no `whsec_…`. */
export function standardRequest(
  transaction: StandardTransaction,
  options: StandardRequestOptions,
): StandardRequest {
  const body = {
    type: 'bank_transaction.created',
    timestamp: options.now.toISOString(),
    data: standardData(transaction),
  }
  return signed(`msg_${transaction.id}`, 'application/json', Buffer.from(JSON.stringify(body)), options)
}

/**
 * The request by which a bank would deliver a file: a statement of an account. `id` is the same for every attempt. Throws when
 * the secret is no `whsec_…`.
 */
export function standardFileRequest(
  { id, contentType, rawBody }: { id: string; contentType: string; rawBody: Buffer },
  options: StandardRequestOptions,
): StandardRequest {
  return signed(id, contentType, rawBody, options)
}

function signed(
  id: string,
  contentType: string,
  rawBody: Buffer,
  options: StandardRequestOptions,
): StandardRequest {
  const secret = standardSecretBytes(options.secret)
  if (secret === null) throw new TypeError('The secret is not written whsec_<base64>')
  const timestamp = String(Math.floor(options.now.getTime() / 1000))
  return {
    headers: {
      'content-type': contentType,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${standardSignature(secret, id, timestamp, rawBody)}`,
    },
    rawBody,
  }
}

/** A movement as it stands under `data` of an event, and in a list. */
export function standardData(transaction: StandardTransaction): Record<string, unknown> {
  const { amountVnd, balanceVnd, occurredAt, ...rest } = transaction
  return {
    ...rest,
    amountVnd: Number(amountVnd),
    ...(balanceVnd === undefined ? {} : { balanceVnd: Number(balanceVnd) }),
    occurredAt: `${vietnamTimeText(occurredAt).replace(' ', 'T')}+07:00`,
  }
}
