import type { ChargeStanding, StallState, StallStatus } from '@tienve/contracts'
import { daysBetween } from '../days.ts'

/**
 * How a stall is shown on a day. What the register says of the place itself comes before what its contract says: a place in
 * dispute is not offered as vacant.
 */
export function stallStateOf(status: StallStatus, today: { contract: boolean; paused: boolean }): StallState {
  if (status !== 'active') return status
  if (!today.contract) return 'vacant'
  return today.paused ? 'paused' : 'active'
}

/** Where a stall stands, from how much of how many charges it owes and since when the oldest of them is due. */
export function standingOf(
  of: { count: number; outstandingVnd: bigint; oldestDueOn: string | null } | undefined,
  today: string,
): ChargeStanding {
  if (of === undefined || of.count === 0) return 'none'
  if (of.outstandingVnd === 0n || of.oldestDueOn === null) return 'paid'
  const overdueDays = daysBetween(of.oldestDueOn, today)
  if (overdueDays > 60) return 'over_60_days'
  return overdueDays > 0 ? 'overdue' : 'owed'
}

/** A stall's code with its market's before it: codes are public, and public over all markets. */
export function fullCode(marketCode: string, code: string): string {
  return code.startsWith(`${marketCode}-`) ? code : `${marketCode}-${code}`
}

/** Text to search in and for: without case and without Vietnamese marks, so that `ba nga` finds `Bà Ngà`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()
}
