import type { ContractState } from '@tienve/contracts'
import { addDays } from '../days.ts'

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

/** From which day on somebody stands at a stall: who sells there, or else who rents it. */
export type Standing = { startsOn: string; holderId: string }

/** The first and the last day on which a stall is somebody's; null where nobody is known to have had it before, or after. */
export type OwnDays = { since: string | null; until: string | null }

/**
 * The days of one person at a stall, from what its contracts say in the order of days: of who had it twice the latest time alone,
 * since what lies between is another's. Without a person: of who stands there today. Who has no contract there has today.
 */
export function ownDaysIn(standings: readonly Standing[], person: string | null, today: string): OwnDays {
  const begun = standings.filter(({ startsOn }) => startsOn <= today)
  const own = person ?? begun.at(-1)?.holderId
  const last = begun.findLastIndex(({ holderId }) => holderId === own)
  if (last === -1) return { since: begun.length === 0 ? null : today, until: null }
  const before = begun.slice(0, last).findLastIndex(({ holderId }) => holderId !== own)
  const next = standings.slice(last).find(({ holderId }) => holderId !== own)
  return {
    since: before === -1 ? null : (begun[before + 1]?.startsOn ?? null),
    until: next === undefined ? null : addDays(next.startsOn, -1),
  }
}

/** True on the days that are within. */
export function isOwnDay({ since, until }: OwnDays, day: string): boolean {
  return (since === null || since <= day) && (until === null || day <= until)
}
