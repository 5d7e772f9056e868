/** Vietnam keeps UTC+7 all year and has since 1975, so a day's bounds need no time-zone table. */
const OFFSET_MS = 7 * 3_600_000
const DAY_MS = 86_400_000

/** The day in Asia/Ho_Chi_Minh of a moment, `YYYY-MM-DD`. */
export function dayOf(moment: Date): string {
  return new Date(moment.getTime() + OFFSET_MS).toISOString().slice(0, 10)
}

/** The hour (0 to 23) in Asia/Ho_Chi_Minh of a moment. */
export function hourOf(moment: Date): number {
  return new Date(moment.getTime() + OFFSET_MS).getUTCHours()
}

/** The first moment of a day in Asia/Ho_Chi_Minh. */
export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00+07:00`)
}

/** The day `count` days after `day` (before it, when negative). */
export function addDays(day: string, count: number): string {
  return dayOf(new Date(startOfDay(day).getTime() + count * DAY_MS))
}

/** The month of a day: `2026-11-24` → `2026-11`. */
export function periodOf(day: string): string {
  return day.slice(0, 7)
}

/** The month after a month: `2026-12` → `2027-01`. */
export function nextPeriod(period: string): string {
  return periodOf(addDays(lastDayOf(period), 1))
}

/** The last day of a month: `2026-11` → `2026-11-30`. */
export function lastDayOf(period: string): string {
  const [year = 0, month = 1] = period.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

/** Whole days from `from` to `to`; negative when `to` is the earlier one. */
export function daysBetween(from: string, to: string): number {
  return Math.round((startOfDay(to).getTime() - startOfDay(from).getTime()) / DAY_MS)
}

/** A moment as the wire shows it: ISO 8601 with Vietnam's offset. */
export function toMoment(moment: Date): string {
  return `${new Date(moment.getTime() + OFFSET_MS).toISOString().slice(0, 23)}+07:00`
}

/** A month that is billed: its first and last day, and how many it has. */
export type Month = { period: string; first: string; last: string; days: number }

/** `2026-11`, and every day of it. */
export function monthOf(period: string): Month {
  const last = lastDayOf(period)
  return { period, first: `${period}-01`, last, days: Number(last.slice(-2)) }
}

/** `2026-01` → `2025-12`. */
export function monthBefore(period: string): string {
  return addDays(`${period}-01`, -1).slice(0, 7)
}
