import type { NoticeDropReason, NoticeKind, NoticeState } from '@tienve/contracts'
import { addDays, dayOf, hourOf, startOfDay } from '../days.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** The hours in which nobody is reminded, Asia/Ho_Chi_Minh: from one on, until the other. The same twice is never. */
export type Quiet = { fromHour: number; toHour: number }

function isQuiet(at: Date, { fromHour, toHour }: Quiet): boolean {
  const hour = hourOf(at)
  return fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour
}

/** The first moment from `at` on that is not quiet: `at` itself, or the end of the quiet hours. */
export function outsideQuiet(at: Date, quiet: Quiet): Date {
  if (!isQuiet(at, quiet)) return at
  const today = dayOf(at)
  const endOn = (day: string): Date => new Date(startOfDay(day).getTime() + quiet.toHour * HOUR_MS)
  const end = endOn(today)
  return end > at ? end : endOn(addDays(today, 1))
}

/** When the quiet hours began that a moment lies in: the moment itself, when it is not quiet. */
export function startOfQuiet(at: Date, quiet: Quiet): Date {
  if (!isQuiet(at, quiet)) return at
  const startOn = (day: string): Date => new Date(startOfDay(day).getTime() + quiet.fromHour * HOUR_MS)
  const start = startOn(dayOf(at))
  return start <= at ? start : startOn(addDays(dayOf(at), -1))
}

/** How long a worker may have been away and still send the reminder of a day. */
export const CATCH_UP_DAYS = 2

/** The days past due (below zero: before) on which a stall is reminded: 3 days before, then 1, 15, 30 and each 30 after. */
export function isReminderDay(daysPastDue: number): boolean {
  return [-3, 1, 15].includes(daysPastDue) || (daysPastDue >= 30 && daysPastDue % 30 === 0)
}

/** The last reminder day in reach of today, or null. */
export function reminderDayOf(daysPastDue: number): number | null {
  for (let ago = 0; ago <= CATCH_UP_DAYS; ago++) {
    if (isReminderDay(daysPastDue - ago)) return daysPastDue - ago
  }
  return null
}

/** Why a reminder is not sent any more; other notices always are. */
export function dropReasonOf(
  kind: NoticeKind,
  charge: { outstandingVnd: bigint | null; disputed: boolean },
): NoticeDropReason | null {
  if (kind !== 'reminder' && kind !== 'overdue') return null
  if (charge.disputed) return 'disputed'
  return (charge.outstandingVnd ?? 0n) > 0n ? null : 'paid'
}

/** Tries before a notice has failed for good: the last of them comes two hours after the first. */
const MOST_ATTEMPTS = 8

/** When it is tried again after so many tries, twice as late each time; null when it is given up. */
export function nextTry(attempts: number, now: Date): Date | null {
  if (attempts >= MOST_ATTEMPTS) return null
  return new Date(now.getTime() + 2 ** (attempts - 1) * MINUTE_MS)
}

/** What has become of a notice. */
export function noticeStateOf(row: {
  sentAt: Date | null
  droppedAt: Date | null
  dropReason: string | null
}): NoticeState {
  if (row.sentAt !== null) return 'sent'
  if (row.droppedAt === null) return 'waiting'
  return row.dropReason === 'failed' ? 'failed' : 'dropped'
}

/**
 * True for an address of a push service that browsers use. The browser says where to send to, so anything else would let
 * whoever logs in make this service call whom they like.
 */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
  const { protocol, hostname, username } = new URL(endpoint)
  const isKnown = hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
  return isKnown && username === '' && (protocol === 'https:' || hostname === '127.0.0.1')
}
