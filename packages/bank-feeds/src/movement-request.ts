import { createHash } from 'node:crypto'
import { cassoRequest } from './casso-request.ts'
import type { FeedScheme } from './feed.ts'
import { payosProbeRequest, payosRequest } from './payos-request.ts'
import { sepayRequest, type SepayContentType } from './sepay-request.ts'
import { standardData, standardRequest, type StandardTransaction } from './standard-request.ts'
import { vietqrvnRequest } from './vietqrvn-request.ts'

/** A movement on an account as its bank knows it: what each provider's message is made from. */
export interface Movement {
  /** A number that no other movement has; every provider's own id is made from it. */
  readonly id: number
  readonly direction: 'in' | 'out'
  /** Positive both ways. */
  readonly amountVnd: bigint
  readonly occurredAt: Date
  readonly accountNumber: string
  /** The bank's brand, e.g. `Vietcombank`. */
  readonly bankName: string
  /** What the payer wrote. */
  readonly memo: string
  /** What the bank made of it. */
  readonly content: string
  readonly reference: string
  /** The account's balance after it; null when it is not told. */
  readonly balanceVnd: bigint | null
  /** The movement in that this money out undoes. */
  readonly reversesId: number | null
  /** The order that it paid, where payOS was told of it. */
  readonly order?: PayosOrderName
}

/** What payOS calls an order. */
export interface PayosOrderName {
  readonly orderCode: number
  readonly paymentLinkId: string
}

/** How a connection's provider was told to send, beside the scheme: SePay lets its user choose. */
export type MessageForm = 'json' | 'urlencoded' | 'multipart' | 'bank-hub'

export interface MovementOptions {
  /** For the scheme `token`, the token that was fetched. */
  readonly secret: string
  readonly scheme: FeedScheme
  readonly form?: MessageForm
  /** The time of this attempt. */
  readonly now: Date
}

/** A request ready to POST. */
export interface MovementRequest {
  readonly headers: Record<string, string>
  readonly rawBody: Buffer
}

const CONTENT_TYPES: Readonly<Record<MessageForm, SepayContentType>> = {
  json: 'application/json',
  urlencoded: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  'bank-hub': 'application/json',
}

/** What each provider sends of one movement. payOS has no word for money that goes out. */
const REQUESTS = {
  sepay: (movement, { secret, scheme, now, form = 'json' }) =>
    sepayRequest(
      {
        id: movement.id,
        gateway: movement.bankName,
        transactionAt: movement.occurredAt,
        accountNumber: movement.accountNumber,
        transferType: movement.direction,
        transferAmount: movement.amountVnd,
        content: movement.content,
        referenceCode: movement.reference,
        ...(movement.balanceVnd === null ? {} : { accumulated: movement.balanceVnd }),
      },
      { secret, scheme, now, contentType: CONTENT_TYPES[form], isBankHub: form === 'bank-hub' },
    ),
  casso: (movement, { secret, scheme, now }) =>
    cassoRequest(
      {
        id: movement.id,
        reference: movement.reference,
        description: movement.content,
        amount: movement.direction === 'in' ? movement.amountVnd : -movement.amountVnd,
        balanceAfter: movement.balanceVnd ?? 0n,
        transactionAt: movement.occurredAt,
        accountNumber: movement.accountNumber,
      },
      { secret, scheme, now },
    ),
  payos: (movement, { secret }) =>
    payosRequest(
      {
        ...payosOrderOf(movement),
        reference: movement.reference,
        amount: movement.amountVnd,
        // payOS tells the memo alone, without what the bank wrote around it (seen in captured messages).
        description: movement.memo,
        accountNumber: movement.accountNumber,
        transactionAt: movement.occurredAt,
      },
      { secret },
    ),
  vietqrvn: (movement, { secret }) =>
    vietqrvnRequest(
      {
        transactionId: String(movement.id),
        transactionAt: movement.occurredAt,
        referenceNumber: movement.reference,
        bankAccount: movement.accountNumber,
        transType: movement.direction === 'in' ? 'C' : 'D',
        amount: movement.amountVnd,
        content: movement.content,
      },
      { token: secret },
    ),
  standard: (movement, { secret, now }) => standardRequest(standardTransactionOf(movement), { secret, now }),
} satisfies Record<string, (movement: Movement, options: MovementOptions) => MovementRequest>

/** The webhook that a provider would send for a movement, with valid credentials: for the fake bank, its past and tests. */
export function movementRequest(
  provider: keyof typeof REQUESTS,
  movement: Movement,
  options: MovementOptions,
): MovementRequest {
  return REQUESTS[provider](movement, options)
}

/** How each provider marks what it sends at the press of "test". VietQR.vn marks nothing: its test looks like money. */
const TESTS: Record<
  keyof typeof REQUESTS,
  ((movement: Movement, options: MovementOptions) => MovementRequest) | null
> = {
  sepay: (movement, options) =>
    REQUESTS.sepay({ ...movement, reference: `SB${movement.id}`, balanceVnd: null }, options),
  casso: (movement, options) => REQUESTS.casso({ ...movement, id: 0 }, options),
  payos: (_movement, options) => payosProbeRequest(options),
  vietqrvn: null,
  standard: (movement, { secret, now }) =>
    standardRequest({ ...standardTransactionOf(movement), test: true }, { secret, now }),
}

/** The test message of a provider, with valid credentials; null for one whose test cannot be told from money. */
export function testRequest(
  provider: keyof typeof REQUESTS,
  movement: Movement,
  options: MovementOptions,
): MovementRequest | null {
  return TESTS[provider]?.(movement, options) ?? null
}

/** A movement as the list of `standard` has it. */
export function standardItemOf(movement: Movement): Record<string, unknown> {
  return standardData(standardTransactionOf(movement))
}

function standardTransactionOf(movement: Movement): StandardTransaction {
  return {
    id: String(movement.id),
    accountNumber: movement.accountNumber,
    direction: movement.direction,
    amountVnd: movement.amountVnd,
    content: movement.content,
    reference: movement.reference,
    occurredAt: movement.occurredAt,
    ...(movement.balanceVnd === null ? {} : { balanceVnd: movement.balanceVnd }),
    ...(movement.reversesId === null ? {} : { reverses: String(movement.reversesId) }),
  }
}

/** The order that a movement paid. Where payOS was told of none, everything with one memo to one account paid one. */
export function payosOrderOf({
  accountNumber,
  memo,
  order,
}: Pick<Movement, 'accountNumber' | 'memo' | 'order'>): PayosOrderName {
  if (order !== undefined) return order
  const digest = createHash('sha256').update(`${accountNumber}\n${memo}`).digest('hex')
  return { orderCode: Number.parseInt(digest.slice(0, 11), 16), paymentLinkId: digest.slice(32) }
}
