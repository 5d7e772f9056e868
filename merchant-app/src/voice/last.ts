import { atMarket } from '../clock.ts'
import type { Arrived } from '../live/catch-up.ts'

const keyOf = (stallId: string): string => `tienve.last.${stallId}`

/** Keeps what arrived last on this phone, to be said again after a start too. */
export function keepLast(stallId: string, arrived: Arrived): void {
  localStorage.setItem(keyOf(stallId), JSON.stringify(arrived))
}

/** What arrived last, if it was today: nobody asks to hear yesterday's again. */
export function readLast(stallId: string, now: Date): Arrived | null {
  const kept = localStorage.getItem(keyOf(stallId))
  if (kept === null) return null
  // Written above, by this app alone.
  const last = JSON.parse(kept) as Arrived
  return atMarket(new Date(last.occurredAt)).day === atMarket(now).day ? last : null
}
