import type { LivePayment } from '@tienve/contracts'
import { lineFor, lines, type VoiceLine } from '../voice/lines.ts'

/** A few missed sales are said one by one; more would keep the seller listening to the past. */
const SAY_EACH_UP_TO = 2

type Told = { line: VoiceLine; kind: 'good' | 'bad' }

/**
 * What to say and what to show of the payments that came while nobody heard, oldest first. Only sales are summed: a
 * charge is money that the stallholder paid. A short sale is always said by itself, since goods left for too little.
 */
export function catchUp(
  missed: readonly LivePayment[],
  wasLost: boolean,
): { say: readonly Told[]; show: readonly LivePayment[] } {
  const sales = missed.filter(({ purpose }) => purpose === 'sale')
  const summed = sales.length > SAY_EACH_UP_TO
  const each = summed ? missed.filter((one) => one.purpose === 'charge' || one.verdict === 'short') : missed
  const sumVnd = sales.reduce((sum, { amountVnd }) => sum + BigInt(amountVnd), 0n)
  const back: Told[] = summed
    ? [{ line: lines.back(sumVnd), kind: 'good' }]
    : wasLost
      ? [{ line: lines.back(0n), kind: 'good' }]
      : []
  const newest = sales.at(-1)
  return {
    say: [...back, ...each.map(tell)],
    show: summed ? missed.filter((one) => one === newest || each.includes(one)) : missed,
  }
}

/** How one payment is said. */
export function tell(payment: LivePayment): Told {
  return { line: lineFor(payment), kind: payment.verdict === 'short' ? 'bad' : 'good' }
}
