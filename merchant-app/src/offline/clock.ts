import { atMarket, MARKET_OFFSET_MS } from '../clock.ts'

const KEY = 'tienve.clock'
/** The header says whole seconds, and the answer was under way for some. */
const NOTED_FROM_MS = 30_000

/**
 * Learns from an answer of the service how far this phone's clock is off. A cheap phone that was flat may be years behind, and
 * what it notes without a network must still say when it was.
 */
export function learnClock(dateHeader: string | null): void {
  const told = Date.parse(dateHeader ?? '')
  if (Number.isNaN(told)) return
  const offMs = told - Date.now()
  if (Math.abs(offMs) < NOTED_FROM_MS) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, String(offMs))
}

/** Now, by the service's clock as far as this phone knows it. */
export function trueNow(): number {
  return Date.now() + Number(localStorage.getItem(KEY) ?? '0')
}

/** Vietnam's clock, as the wire carries it. */
export function momentOf(ms: number): string {
  return new Date(ms + MARKET_OFFSET_MS).toISOString().replace('Z', '+07:00')
}

/** The day it is in Vietnam. */
export function dayNow(): string {
  return atMarket(new Date(trueNow())).day
}
