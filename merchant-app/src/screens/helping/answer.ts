import type { PaymentRequest } from '@tienve/contracts'
import { isPayment, type Arrived } from '../../live/catch-up.ts'

/** What came last while the app was open, and when that was by this phone's clock. */
export type Latest = { arrived: Arrived; heardAt: number }

/** May the goods go? `why` says which words stand below. */
export type Answer =
  | { may: 'yes'; why: 'enough' | 'over' | 'came'; vnd: number; at: string | null }
  | { may: 'short'; why: 'short'; vnd: number; gotVnd: number; at: string | null }
  | { may: 'wait'; why: 'asked' | 'nothing' | 'expired' | 'unheard'; vnd: number }

/** A shopper who paid by the printed code stands there no longer than this; the next one must not find a yes of theirs. */
export const FRESH_MS = 60_000

/**
 * The one question of whoever hands the goods over. Yes only for money that a bank says came, that was not taken back, and that
 * is enough; what cannot be told is a wait.
 */
export function answerOf(
  request: Pick<PaymentRequest, 'amountVnd' | 'status' | 'payments'> | null,
  latest: Latest | null,
  { hears, now }: { hears: boolean; now: number },
): Answer {
  if (request !== null) return answerOfRequest(request, hears)
  const isFresh = latest !== null && now - latest.heardAt < FRESH_MS
  if (isFresh && isPayment(latest.arrived) && latest.arrived.purpose === 'sale') {
    const { verdict, amountVnd, expectedVnd, occurredAt: at } = latest.arrived
    if (verdict === 'short' && expectedVnd !== null)
      return { may: 'short', why: 'short', vnd: expectedVnd - amountVnd, gotVnd: amountVnd, at }
    if (verdict === 'exact' || verdict === 'over')
      return { may: 'yes', why: verdict === 'over' ? 'over' : 'came', vnd: amountVnd, at }
  }
  return { may: 'wait', why: hears ? 'nothing' : 'unheard', vnd: 0 }
}

function answerOfRequest(
  { amountVnd, status, payments }: Pick<PaymentRequest, 'amountVnd' | 'status' | 'payments'>,
  hears: boolean,
): Answer {
  const standing = payments.filter(({ reversedAt }) => reversedAt === null)
  const gotVnd = standing.reduce((sum, one) => sum + one.amountVnd, 0)
  if (gotVnd > amountVnd) return { may: 'yes', why: 'over', vnd: gotVnd - amountVnd, at: null }
  if (gotVnd === amountVnd) return { may: 'yes', why: 'enough', vnd: gotVnd, at: null }
  if (gotVnd > 0) return { may: 'short', why: 'short', vnd: amountVnd - gotVnd, gotVnd, at: null }
  if (status === 'expired' || status === 'cancelled') return { may: 'wait', why: 'expired', vnd: amountVnd }
  return { may: 'wait', why: hears ? 'asked' : 'unheard', vnd: amountVnd }
}
