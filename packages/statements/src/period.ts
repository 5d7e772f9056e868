import { vietnamDay } from './cells.ts'
import type { StatementRow } from './statement.ts'

const DAY_MS = 86_400_000

/**
 * The days between two dated balances. Banks date an opening balance by the evening before or by the day itself, which
 * only a row of that day tells.
 */
export function periodOf(
  openingDay: string | null,
  closingDay: string | null,
  rows: readonly Pick<StatementRow, 'occurredAt'>[],
): { fromDay: string | null; toDay: string | null } {
  if (openingDay === null || closingDay === null) return { fromDay: openingDay, toDay: closingDay }
  const isEveningBefore =
    openingDay < closingDay && rows.every(({ occurredAt }) => vietnamDay(occurredAt) > openingDay)
  return { fromDay: isEveningBefore ? dayAfter(openingDay) : openingDay, toDay: closingDay }
}

function dayAfter(day: string): string {
  return new Date(new Date(`${day}T00:00:00Z`).getTime() + DAY_MS).toISOString().slice(0, day.length)
}
