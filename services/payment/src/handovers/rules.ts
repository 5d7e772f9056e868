import { DENOMINATIONS, type CashCount } from '@tienve/contracts'

/** What a count of notes adds up to. */
export function sumOfCount(count: CashCount): bigint {
  return DENOMINATIONS.reduce((sum, note) => sum + BigInt(note) * BigInt(count[String(note)] ?? 0), 0n)
}

/** True when two counts have as many of each note. */
export function isSameCount(one: CashCount, other: CashCount): boolean {
  return DENOMINATIONS.every((note) => (one[String(note)] ?? 0) === (other[String(note)] ?? 0))
}
