/** Statuses and what may follow each: one table a noun, shared by the service (which enforces) and the apps (which explain). */
export const PAYMENT_REQUEST_STATUSES = ['open', 'paid', 'short', 'over', 'expired', 'cancelled'] as const
export type PaymentRequestStatus = (typeof PAYMENT_REQUEST_STATUSES)[number]

/** An expired or short request can still be paid: the bank's word wins over our clock. */
export const PAYMENT_REQUEST_NEXT = {
  open: ['paid', 'short', 'over', 'expired', 'cancelled'],
  short: ['paid', 'over', 'expired'],
  expired: ['paid', 'short', 'over'],
  cancelled: ['paid', 'short', 'over'],
  paid: ['over'],
  over: [],
} as const satisfies Record<PaymentRequestStatus, readonly PaymentRequestStatus[]>

/**
 * What a payment is, set against what was asked. `exact` with `expectedVnd` null is a payment by the printed code,
 * where no amount was asked; `unknown` reached the stall's account without any code of ours.
 */
export const VERDICTS = ['exact', 'short', 'over', 'repeated', 'late', 'unknown'] as const
export type Verdict = (typeof VERDICTS)[number]

/** How a sum that is `short` was typed wrong: what was asked is a `thousandfold` of it, as prices are said without their zeros. */
export const SLIPS = ['thousandfold'] as const
export type Slip = (typeof SLIPS)[number]

/**
 * What has become of an issued charge; that it is overdue is a matter of the day (`overdueDays`). `overpaid` while money that
 * came with it lies unused; `relieved` and `written_off` when that is why nothing is owed.
 */
export const CHARGE_STATUSES = ['issued', 'part_paid', 'paid', 'overpaid', 'relieved', 'written_off'] as const
export type ChargeStatus = (typeof CHARGE_STATUSES)[number]

/** A round taken back before it is issued is `preparing` again; `closed` by two people, when nothing of it is to change. */
export const ROUND_STATUSES = ['preparing', 'proposed', 'issuing', 'issued', 'closed'] as const
export type RoundStatus = (typeof ROUND_STATUSES)[number]

/**
 * What an account's feeds are doing. `late`: its messages have stopped and the provider's list alone tells of its money, so it
 * is told of minutes after it came. `none`: no feed can hear it.
 */
export const FEED_STATES = ['listening', 'late', 'deaf', 'none'] as const
export type FeedState = (typeof FEED_STATES)[number]

export const SUSPENSE_REASONS = [
  'no_code',
  'several_codes',
  'unknown_code',
  'hint_disagrees',
  'foreign_account',
  'changed_event',
  'overpaid_twice',
  'wrong_amount',
  'ambiguous',
  'unconfirmed',
  'outgoing',
] as const
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number]

/** Why the bank has a movement that the ledger does not: on an account of nobody here, or not posted. */
export const DIFFERENCE_REASONS = ['foreign_account', 'not_posted'] as const
export type DifferenceReason = (typeof DIFFERENCE_REASONS)[number]

/** `GET /v1/stalls/:id/card.pdf?size=`: a card, a tent of folded A4 that reads from both sides, or eight stickers on A4. */
export const CARD_SIZES = ['a6', 'a5', 'tent', 'sticker'] as const
export type CardSize = (typeof CARD_SIZES)[number]
