import { DEBT_AGES, type DebtAge, type PromiseState } from '@tienve/contracts'
import { addDays } from '../days.ts'

/** The days past due at which an age begins and ends; null is without an end. */
const AGE_DAYS: Record<DebtAge, { least: number | null; most: number | null }> = {
  notDue: { least: null, most: -1 },
  to30: { least: 0, most: 30 },
  to60: { least: 31, most: 60 },
  to90: { least: 61, most: 90 },
  over90: { least: 91, most: null },
}

/** The days on which the charges of each age were due, seen from a day. */
export function dueBetween(asOf: string): Record<DebtAge, { from: string | null; to: string | null }> {
  const back = (days: number | null) => (days === null ? null : addDays(asOf, -days))
  const spans = DEBT_AGES.map((age) => [
    age,
    { from: back(AGE_DAYS[age].most), to: back(AGE_DAYS[age].least) },
  ])
  // Every age was visited just above.
  return Object.fromEntries(spans) as Record<DebtAge, { from: string | null; to: string | null }>
}

/**
 * What has become of a promise. More than was owed cannot be asked of it, and a debt that is gone (relieved, or set off) has
 * nothing left to keep.
 */
export function promiseStateOf(
  of: {
    promisedOn: string
    promisedVnd: bigint | null
    owedThenVnd: bigint
    owedAtEndVnd: bigint
    paidVnd: bigint
  },
  today: string,
): PromiseState {
  const { promisedVnd, owedThenVnd, paidVnd } = of
  const askedVnd = promisedVnd === null || promisedVnd > owedThenVnd ? owedThenVnd : promisedVnd
  if (paidVnd >= askedVnd || of.owedAtEndVnd === 0n) return 'kept'
  return today > of.promisedOn ? 'broken' : 'waiting'
}
