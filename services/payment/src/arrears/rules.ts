import { DEBT_AGES, type DebtAge } from '@tienve/contracts'
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
