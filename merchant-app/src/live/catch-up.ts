import type { LivePayment, LiveReversal } from '@tienve/contracts'
import { lineFor, lines, type VoiceLine } from '../voice/lines.ts'

/** A few missed sales are said one by one; more would keep the seller listening to the past. */
const SAY_EACH_UP_TO = 2

/** What came, or what came and went again. */
export type Arrived = LivePayment | LiveReversal

type Told = { line: VoiceLine; kind: 'good' | 'bad' }

/**
 * What to say and what to show of what came while nobody heard, oldest first. Only sales are summed: a charge is money that
 * the stallholder paid. A short sale is always said by itself, since goods left for too little, and so is what the bank took
 * back.
 */
export function catchUp(
  missed: readonly Arrived[],
  wasLost: boolean,
): { say: readonly Told[]; show: readonly Arrived[] } {
  const sales = missed.filter((one) => isPayment(one) && one.purpose === 'sale')
  const summed = sales.length > SAY_EACH_UP_TO
  const each = summed ? missed.filter((one) => !sales.includes(one) || isBad(one)) : missed
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

/** How one of them is said. */
export function tell(one: Arrived): Told {
  const line = isPayment(one) ? lineFor(one) : lines.reversed(BigInt(one.amountVnd))
  return { line, kind: isBad(one) ? 'bad' : 'good' }
}

export function isPayment(one: Arrived): one is LivePayment {
  return 'verdict' in one
}

function isBad(one: Arrived): boolean {
  return !isPayment(one) || one.verdict === 'short'
}
