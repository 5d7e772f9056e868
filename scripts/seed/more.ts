import { inMarket, type Db } from '@tienve/db'
import { openAccounts, stallChart } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { readMeters } from '../../services/payment/src/demo/meters.ts'

const ACCOUNTS_AT_ONCE = 2_000

/**
 * Gives a demo market so many stalls more, like those it has and each under contract, and reads every meter of the month
 * after the last that was billed. Answers that month. As the owner of the schema.
 */
export async function fillMonth(db: Db, marketId: string, count: number): Promise<string> {
  return inMarket(db, marketId, async (tx) => {
    await tx.execute(sql`
      with model as (
        select s.*, c.stallholder_id, row_number() over (order by s.id) - 1 as at, count(*) over () as models
        from stall s join contract c on c.market_id = s.market_id and c.stall_id = s.id and c.ended_on is null
        where s.market_id = ${marketId}
      ), made as (
        insert into stall (market_id, id, code, name, zone_id, area_m2, position_grade, kind, status, memo_code)
        select market_id, 'stl_more' || n, 'MORE-' || n, name, zone_id, area_m2, position_grade, kind, 'active', 'MORE' || n
        from generate_series(1, ${count}) n join model on at = n % models
      )
      insert into contract (market_id, id, number, stall_id, stallholder_id, kind, starts_on, created_at)
      select market_id, 'ctr_more' || n, 'MORE-' || n, 'stl_more' || n, stallholder_id, 'use', '2026-01-01', now()
      from generate_series(1, ${count}) n join model on at = n % models`)
    for (let from = 1; from <= count; from += ACCOUNTS_AT_ONCE) {
      const some = Array.from(
        { length: Math.min(ACCOUNTS_AT_ONCE, count + 1 - from) },
        (_, at) => `stl_more${from + at}`,
      )
      await openAccounts(tx, marketId, some.flatMap(stallChart))
    }
    const { rows } = await tx.execute<{ period: string; technician: string }>(sql`
      select to_char(max(period || '-01')::date + interval '1 month', 'YYYY-MM') as period,
        (select min(id) from app_user where market_id = ${marketId} and role = 'technician') as technician
      from billing_round where market_id = ${marketId}`)
    const { period = '', technician: userId = '' } = rows[0] ?? {}
    const now = new Date()
    await readMeters(tx, marketId, period, { userId, readOn: now.toISOString().slice(0, 10), now })
    return period
  })
}
