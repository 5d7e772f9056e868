import type { Clock } from './clock.ts'

/** A clock that stands until it is turned on, and rings what falls due on the way, in order. */
export type TestClock = Clock & {
  turn(ms: number): void
  settle(ms: number): Promise<void>
  sleep(ms: number): void
}

export function createTestClock(startsAt = Date.parse('2026-11-24T07:12:00+07:00')): TestClock {
  let now = startsAt
  let alarms: { at: number; run: () => void }[] = []
  const ring = (until: number): boolean => {
    const [next] = alarms.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
    if (next === undefined) return false
    alarms = alarms.filter((one) => one !== next)
    now = Math.max(now, next.at)
    next.run()
    return true
  }
  return {
    now: () => now,
    after: (ms, run) => {
      const alarm = { at: now + ms, run }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((one) => one !== alarm)
      }
    },
    turn: (ms) => {
      const until = now + ms
      while (ring(until));
      now = until
    },
    /** Goes by without a ring, as for a phone that sleeps. */
    sleep: (ms) => {
      now += ms
    },
    /** As `turn`, with a pause after each alarm for what was promised to go on. */
    settle: async (ms) => {
      const until = now + ms
      do await new Promise((resolve) => setTimeout(resolve))
      while (ring(until))
      now = until
    },
  }
}
