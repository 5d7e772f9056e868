import type { Tx } from '@tienve/db'
import { and, asc, eq, gte, lt, lte, sql } from 'drizzle-orm'
import type { OwnDays } from '../contracts/rules.ts'
import { stallDay } from './tables.ts'

/** What one sale adds to its stall's day; negative for a cash sale taken back. `bin` is empty for cash. */
export type DayTotal = {
  stallId: string
  day: string
  hour: number
  bin: string
  cash: boolean
  amountVnd: bigint
  count: bigint
}

/**
 * Adds sales to the totals that the day's screens read. Summed first, since one statement may touch a row only once;
 * in one order for everybody, so that two writers cannot deadlock.
 */
export async function addToStallDays(tx: Tx, marketId: string, totals: readonly DayTotal[]): Promise<void> {
  if (totals.length === 0) return
  const column = (pick: (total: DayTotal) => unknown) => sql.param(totals.map(pick))
  await tx.execute(sql`
    insert into stall_day (market_id, stall_id, day, hour, bin, cash, amount_vnd, count)
    select ${marketId}, t.stall_id, t.day, t.hour, t.bin, t.cash, sum(t.amount_vnd), sum(t.count)
    from unnest(${column((t) => t.stallId)}::text[], ${column((t) => t.day)}::date[], ${column((t) => t.hour)}::int[],
      ${column((t) => t.bin)}::text[], ${column((t) => t.cash)}::boolean[], ${column((t) => t.amountVnd)}::bigint[],
      ${column((t) => t.count)}::bigint[]) as t (stall_id, day, hour, bin, cash, amount_vnd, count)
    group by t.stall_id, t.day, t.hour, t.bin, t.cash
    order by t.stall_id, t.day, t.hour, t.bin
    on conflict (market_id, stall_id, day, hour, bin)
    do update set amount_vnd = stall_day.amount_vnd + excluded.amount_vnd, count = stall_day.count + excluded.count`)
}

/** The first and last of the days that are asked for. */
export type Span = { from: string; to: string }

/** What a stall took on a day by its bank accounts and in cash, and how often: the row that months, books and files add up. */
export type SalesDay = { day: string; bankVnd: bigint; cashVnd: bigint; count: bigint; cashCount: bigint }

/** What a stall sold on each day of a span on which it sold anything, until `untilHour` where one is named. */
export async function listSalesDays(
  tx: Tx,
  marketId: string,
  stallId: string,
  { from, to }: Span,
  untilHour = 24,
): Promise<SalesDay[]> {
  const { amountVnd, count, cash } = stallDay
  return tx
    .select({
      day: stallDay.day,
      bankVnd: sql<bigint>`coalesce(sum(${amountVnd}) filter (where not ${cash}), 0)::bigint`,
      cashVnd: sql<bigint>`coalesce(sum(${amountVnd}) filter (where ${cash}), 0)::bigint`,
      count: sql<bigint>`coalesce(sum(${count}) filter (where not ${cash}), 0)::bigint`,
      cashCount: sql<bigint>`coalesce(sum(${count}) filter (where ${cash}), 0)::bigint`,
    })
    .from(stallDay)
    .where(
      and(
        eq(stallDay.marketId, marketId),
        eq(stallDay.stallId, stallId),
        gte(stallDay.day, from),
        lte(stallDay.day, to),
        untilHour < 24 ? lt(stallDay.hour, untilHour) : undefined,
        // What was undone within its hour leaves a row of nothing.
        sql`(${amountVnd} <> 0 or ${count} <> 0)`,
      ),
    )
    .groupBy(stallDay.day)
    .orderBy(asc(stallDay.day))
}

/** The days of a span that are somebody's own: its first after its last where none is. */
export function ownPartOf({ from, to }: Span, { since, until }: OwnDays): Span {
  return {
    from: since !== null && since > from ? since : from,
    to: until !== null && until < to ? until : to,
  }
}
