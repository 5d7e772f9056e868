import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

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
