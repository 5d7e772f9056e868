const VIETNAM_OFFSET_MINUTES = 7 * 60
const MINUTE_MS = 60_000

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/

export interface ReadTime {
  readonly occurredAt: Date
  readonly precision: 'second' | 'day'
}

/**
 * Reads `YYYY-MM-DD[ HH:mm[:ss]]`. Without a zone the text is Vietnam's own time (UTC+7, no summer time), whatever zone
 * this machine is in: `new Date(text)` would move a payment into another business day. Null when it is no time at all.
 */
export function readVietnamTime(text: string): ReadTime | null {
  const match = TIME.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour, minute, second, zone] = match
  const fields = [year, month, day, hour ?? '0', minute ?? '0', second ?? '0'].map(Number)
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = fields
  const asUtc = new Date(Date.UTC(y, m - 1, d, h, min, s))
  // Date.UTC turns 30 February into 2 March and year 26 into 1926; a bank's date that does not exist is an error.
  const isDay = asUtc.getUTCFullYear() === y && asUtc.getUTCMonth() === m - 1 && asUtc.getUTCDate() === d
  if (!isDay || h > 23 || min > 59 || s > 59) return null
  const occurredAt = new Date(asUtc.getTime() - offsetMinutes(zone) * MINUTE_MS)
  return { occurredAt, precision: hour === undefined ? 'day' : 'second' }
}

/** `YYYY-MM-DD HH:mm:ss` as a clock in Vietnam shows it. */
export function vietnamTimeText(at: Date): string {
  const shifted = new Date(at.getTime() + VIETNAM_OFFSET_MINUTES * MINUTE_MS)
  return shifted.toISOString().slice(0, 'YYYY-MM-DD HH:mm:ss'.length).replace('T', ' ')
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined) return VIETNAM_OFFSET_MINUTES
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone.startsWith('-') ? -minutes : minutes
}
