import type { CodeResult, Walk, WalkStop } from '@tienve/contracts'
import { accountDigest, payeeOf } from '@tienve/vietqr'
import type { Entry } from './queue.ts'

/** What a code at a stall is, as far as a phone without a network can tell; null where its browser has no digests (plain http). */
export async function judge(
  payload: string,
  { stallId, printed }: Pick<WalkStop, 'stallId' | 'printed'>,
): Promise<CodeResult | null> {
  const payee = payeeOf(payload)
  if (payee === null) return 'not_vietqr'
  if (!('subtle' in crypto)) return null
  return printed.digests.includes(await accountDigest(payee, stallId)) ? 'right' : 'wrong'
}

/** When the code of a stall was last looked at, by this phone or as the walk knows it. */
export function lastCheck({ stallId, printed }: WalkStop, queue: readonly Entry[]): string | null {
  const own = queue.findLast((entry) => entry.kind === 'check' && entry.stallId === stallId)
  const known = printed.last?.at ?? null
  if (own === undefined || own.state === 'refused') return known
  return known === null || Date.parse(own.at) > Date.parse(known) ? own.at : known
}

/** How many stalls of the walk have a code to look at, and at how many it was looked at today. */
export function checkedToday(
  { asOf, stops }: Pick<Walk, 'asOf' | 'stops'>,
  queue: readonly Entry[],
): { checked: number; all: number } {
  const today = asOf.slice(0, 10)
  const withCode = stops.filter(({ printed }) => printed.digests.length > 0)
  const checked = withCode.filter((stop) => lastCheck(stop, queue)?.slice(0, 10) === today)
  return { checked: checked.length, all: withCode.length }
}
