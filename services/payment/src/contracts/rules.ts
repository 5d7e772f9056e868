import type { ContractState } from '@tienve/contracts'

/** The days of a contract: from when, until when it was agreed, and its last day once it is ended. */
export type ContractDays = { startsOn: string; endsOn: string | null; endedOn: string | null }

/** True on the days on which a contract binds: whoever holds it is billed, whatever end was agreed. */
export function bindsOn({ startsOn, endedOn }: ContractDays, day: string): boolean {
  return startsOn <= day && (endedOn === null || endedOn >= day)
}

/** How a contract stands on a day. Past its agreed end and not ended it is `expired`, and binds all the same. */
export function contractStateOf(days: ContractDays, today: string): ContractState {
  if (days.endedOn !== null && days.endedOn < today) return 'ended'
  if (days.startsOn > today) return 'coming'
  return days.endsOn !== null && days.endsOn < today && days.endedOn === null ? 'expired' : 'active'
}
