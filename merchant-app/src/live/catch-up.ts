import type { LivePayment, LiveReversal } from '@tienve/contracts'
import { lineFor, lines, type VoiceLine } from '../voice/lines.ts'

/** One missed sale is said as it is; of more only the sum, or the seller would be kept listening to the past. */
const SAY_EACH_UP_TO = 1

/** What came, or what came and went again. */
export type Arrived = LivePayment | LiveReversal

/** Something to say, with what it tells of: that is on the screen while it is said. */
export type Saying = { line: VoiceLine; kind: 'good' | 'bad'; arrived: readonly Arrived[] }

/** Why nobody heard it: the network was gone, the sound, or the app was closed. */
export type Gap = 'network' | 'sound' | 'closed'

const SUMMED = { network: lines.back, sound: lines.soundBack, closed: lines.closed } as const

/**
 * What to say and what to show of what came while nobody heard, oldest first. Only sales that were enough are summed: a
 * charge is money that the stallholder paid, and goods may have left for a sale that was not as asked, which is said by
 * itself like what the bank took back.
 */
export function catchUp(missed: readonly Arrived[], gap: Gap, now: Date): readonly Saying[] {
  const plain = missed.filter(isPlain)
  const summed = gap === 'sound' ? plain.length > 0 : plain.length > SAY_EACH_UP_TO
  const each = summed ? missed.filter((one) => !isPlain(one)) : missed
  const first: Saying[] = summed
    ? [{ line: SUMMED[gap](plain.length, sumOf(plain)), kind: 'good', arrived: plain }]
    : gap === 'network'
      ? [{ line: lines.back(0, 0n), kind: 'good', arrived: [] }]
      : []
  return [...first, ...each.map((one) => tell(one, now))]
}

/** How one of them is said. */
export function tell(one: Arrived, now: Date): Saying {
  const line = isPayment(one) ? lineFor(one, now) : lines.reversed(BigInt(one.amountVnd))
  return { line, kind: isBad(one) ? 'bad' : 'good', arrived: [one] }
}

/** How several are said at once. */
export function tellTogether(several: readonly Arrived[]): Saying {
  return { line: lines.total(several.length, sumOf(several)), kind: 'good', arrived: several }
}

export function isPayment(one: Arrived): one is LivePayment {
  return 'verdict' in one
}

/** A sale that nobody has to do anything about: it may be said in a sum. */
export function isPlain(one: Arrived): boolean {
  return isPayment(one) && one.purpose === 'sale' && (one.verdict === 'exact' || one.verdict === 'late')
}

/** Not enough, or gone again: the goods must not go, or somebody has to be called back. */
export function isBad(one: Arrived): boolean {
  return !isPayment(one) || one.verdict === 'short' || one.slip !== null
}

function sumOf(several: readonly Arrived[]): bigint {
  return several.reduce((sum, { amountVnd }) => sum + BigInt(amountVnd), 0n)
}
