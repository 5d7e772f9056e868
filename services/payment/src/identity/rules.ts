import type { Role } from '@tienve/contracts'

const FREE_TRIES = 5
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Wrong tries and the lock they made: of one known device, or of all browsers together that a person is not known by. */
export type Tries = { failedCount: number; lockedUntil: Date | null }

/** What is locked refuses even the right secret: otherwise the lock would tell a guesser when the guess was right. */
export function isLocked({ lockedUntil }: Tries, now: Date): boolean {
  return lockedUntil !== null && lockedUntil > now
}

/**
 * Five wrong tries are free, because wet hands mistype a PIN. After that each locks, a minute at first and twice as long each
 * time, to an hour at most: ten thousand PINs then take more than a year.
 */
export function afterWrongTry(failedCount: number, now: Date): Tries {
  const count = failedCount + 1
  if (count < FREE_TRIES) return { failedCount: count, lockedUntil: null }
  const minutes = Math.min(60, 2 ** (count - FREE_TRIES))
  return { failedCount: count, lockedUntil: new Date(now.getTime() + minutes * MINUTE_MS) }
}

/** The people of a stall log in by PIN, which is too short to stand alone. */
export function logsInByPin(role: Role): boolean {
  return role === 'stallholder' || role === 'helper'
}

/** A stall's phone stays logged in for a season; a desk of the board's for a working day. */
export function sessionLifetimeMs(role: Role): number {
  return logsInByPin(role) ? 90 * DAY_MS : DAY_MS / 2
}

/** A phone number as a login: its digits alone, `0` for `+84`; null for what is none. */
export function phoneOf(login: string): string | null {
  const digits = login.replaceAll(/[\s.()-]/g, '').replace(/^\+84/, '0')
  return /^0\d{8,10}$/.test(digits) ? digits : null
}

/** How often a device that is in use is noted to be: a write for each request would cost more than it tells. */
const SEEN_EVERY_MS = 10 * MINUTE_MS

export function isSeenAgain(lastSeenAt: Date, now: Date): boolean {
  return now.getTime() - lastSeenAt.getTime() >= SEEN_EVERY_MS
}

/** In this order: a browser built on another names that one too. */
const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/Linux/, 'Linux'],
] as const
const BROWSERS = [
  [/Zalo/, 'Zalo'],
  [/coc_coc_browser/i, 'Cốc Cốc'],
  [/Edg/, 'Edge'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/OPR|OPT\//, 'Opera'],
  [/FxiOS|Firefox/, 'Firefox'],
  [/CriOS|Chrome/, 'Chrome'],
  [/Safari/, 'Safari'],
] as const

/** What a person calls a browser, by its user agent: `Android · Chrome`. Null where neither is known. */
export function deviceNameOf(userAgent: string | undefined): string | null {
  const find = (known: readonly (readonly [RegExp, string])[]): string | undefined =>
    known.find(([sign]) => sign.test(userAgent ?? ''))?.[1]
  const parts = [find(SYSTEMS), find(BROWSERS)].filter((part) => part !== undefined)
  return parts.length === 0 ? null : parts.join(' · ')
}
