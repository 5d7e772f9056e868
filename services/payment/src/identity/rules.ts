import type { Role } from '@tienve/contracts'

const FREE_TRIES = 5
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A locked login refuses even the right secret: otherwise the lock would tell a guesser when the guess was right. */
export function isLocked(user: { lockedUntil: Date | null }, now: Date): boolean {
  return user.lockedUntil !== null && user.lockedUntil > now
}

/**
 * Five wrong tries are free, because wet hands mistype a PIN. After that each locks the login, a minute at first and
 * twice as long each time, to an hour at most: ten thousand PINs then take more than a year.
 */
export function afterWrongTry(
  failedCount: number,
  now: Date,
): { failedCount: number; lockedUntil: Date | null } {
  const count = failedCount + 1
  if (count < FREE_TRIES) return { failedCount: count, lockedUntil: null }
  const minutes = Math.min(60, 2 ** (count - FREE_TRIES))
  return { failedCount: count, lockedUntil: new Date(now.getTime() + minutes * MINUTE_MS) }
}

/** A stall's phone stays logged in for a season; a desk of the board's for a working day. */
export function sessionLifetimeMs(role: Role): number {
  return role === 'stallholder' || role === 'helper' ? 90 * DAY_MS : DAY_MS / 2
}
