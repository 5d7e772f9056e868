/** The time and the alarms of whatever watches for silence: the phone's own, or a test's that turns fifteen seconds at once. */
export type Clock = {
  now(): number
  /** Calls once after that time, unless the answered function is called before. */
  after(ms: number, run: () => void): () => void
}

export const CLOCK: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** The market's hour has no summer time: seven hours after that of Greenwich all year. */
export const MARKET_OFFSET_MS = 7 * 3_600_000

/** A moment as the clock and the calendar of the market have it, whatever the phone is set to. */
export function atMarket(at: Date): { day: string; hour: number; minute: number } {
  const there = new Date(at.getTime() + MARKET_OFFSET_MS)
  return {
    day: there.toISOString().slice(0, 10),
    hour: there.getUTCHours(),
    minute: there.getUTCMinutes(),
  }
}

/** The market's day before the one that holds this moment. */
export function dayBefore(at: Date): string {
  return atMarket(new Date(at.getTime() - 86_400_000)).day
}
