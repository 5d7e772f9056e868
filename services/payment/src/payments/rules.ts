import type { PaymentRequestStatus, Slip, Verdict } from '@tienve/contracts'

/** A bank takes back what it gave within so many days: what goes out later is money of its own. */
export const LATEST_REVERSAL_DAYS = 3

/** How long a payment request waits before it is called expired. It can still be paid: the bank's word wins. */
export const REQUEST_LIFETIME_MS = 15 * 60_000

/** A shopper who paid longer ago than this has likely left: the stall is told when the money moved, not that it is enough. */
const LATE_AFTER_MS = 2 * 60_000

export type Asked = { amountVnd: bigint; paidVnd: bigint }
export type Arrival = { amountVnd: bigint; occurredAt: Date; receivedAt: Date; precision: 'second' | 'day' }

/**
 * Sets money that came against money that was asked. `expectedVnd` is what was still missing before it came (the whole
 * sum again, for a repeated payment), and null where nothing was asked.
 */
export function judge(
  asked: Asked | null,
  arrival: Arrival,
): { verdict: Verdict; expectedVnd: bigint | null } {
  if (asked === null) return { verdict: isLate(arrival) ? 'late' : 'exact', expectedVnd: null }
  const missingVnd = asked.amountVnd - asked.paidVnd
  if (missingVnd <= 0n) return { verdict: 'repeated', expectedVnd: asked.amountVnd }
  if (arrival.amountVnd < missingVnd) return { verdict: 'short', expectedVnd: missingVnd }
  if (arrival.amountVnd > missingVnd) return { verdict: 'over', expectedVnd: missingVnd }
  return { verdict: isLate(arrival) ? 'late' : 'exact', expectedVnd: missingVnd }
}

/** Somebody typed the sum in thousands, as prices are said aloud. */
export const SLIP = 1_000n

/** Says whether a short sum was typed without its three zeros: exactly a thousandth of what was still asked. */
export function slipOf(of: { verdict: string; amountVnd: bigint; expectedVnd: bigint | null }): Slip | null {
  return of.verdict === 'short' && of.amountVnd * SLIP === of.expectedVnd ? 'thousandfold' : null
}

/** What a request's status is once `paidVnd` in all has come for it. */
export function statusAfter(asked: { amountVnd: bigint }, paidVnd: bigint): PaymentRequestStatus {
  if (paidVnd < asked.amountVnd) return 'short'
  return paidVnd === asked.amountVnd ? 'paid' : 'over'
}

/** A bank that tells only the day does not tell how late it is. */
function isLate({ occurredAt, receivedAt, precision }: Arrival): boolean {
  return precision === 'second' && receivedAt.getTime() - occurredAt.getTime() > LATE_AFTER_MS
}
