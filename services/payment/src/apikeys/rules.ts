import { KEY_MAX_DAYS } from '@tienve/contracts'

const TOKEN = /^tvk_([0-9a-z]{4,32})_([0-9a-z]{20})_[0-9a-z]{52}$/
const DAY_MS = 86_400_000

/** 260 bits in base 32, so that a double click takes all of a token. */
export const SECRET_LENGTH = 52

/** What goes after `Bearer`: it names its market and itself, so that it is found by one key and never by a search. */
export function tokenOf(marketId: string, keyId: string, secret: string): string {
  return `tvk_${withoutPrefix(marketId)}_${withoutPrefix(keyId)}_${secret}`
}

/** The market and the key that a token names, or null when it has not the form of one. */
export function readToken(token: string): { marketId: string; keyId: string } | null {
  const [, market, key] = TOKEN.exec(token) ?? []
  return market === undefined || key === undefined ? null : { marketId: `mkt_${market}`, keyId: `apk_${key}` }
}

/** True for an end that is still to come and within a year. */
export function isKeySpan(now: Date, expiresAt: Date): boolean {
  return expiresAt > now && expiresAt.getTime() <= now.getTime() + KEY_MAX_DAYS * DAY_MS
}

/** The hour that a moment is in: all that is kept of when a key was used. */
export function hourStart(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 3_600_000) * 3_600_000)
}

function withoutPrefix(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}
