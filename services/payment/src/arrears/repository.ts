import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { owedAt } from '../summaries/repository.ts'

export type PromiseRow = {
  visitId: string
  stallId: string
  stallCode: string
  stallName: string
  collectorName: string
  visitedAt: Date
  promisedOn: string
  promisedVnd: bigint | null
  owedThenVnd: bigint
  owedAtEndVnd: bigint
  paidVnd: bigint
  owedVnd: bigint
}

/** Promises for a day from `since` on, the latest day first, with what came of each. Credit set off is no payment. */
export async function listPromises(tx: Tx, marketId: string, since: string): Promise<PromiseRow[]> {
  const { rows } = await tx.execute<Omit<PromiseRow, 'visitedAt'> & { visitedAt: string | Date }>(sql`
    select v.id as "visitId", s.id as "stallId", s.code as "stallCode", s.name as "stallName", u.name as "collectorName",
      v.visited_at as "visitedAt", v.promised_on::text as "promisedOn", v.promised_vnd as "promisedVnd",
      coalesce(o.then, 0)::bigint as "owedThenVnd", coalesce(o.at_end, 0)::bigint as "owedAtEndVnd",
      coalesce(o.paid, 0)::bigint as "paidVnd", coalesce(o.now, 0)::bigint as "owedVnd"
    from (
      select v.*, (v.promised_on + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh' as ends_at from visit v
      where v.market_id = ${marketId} and v.outcome = 'promised' and v.promised_on >= ${since}::date
    ) v
    join stall s on s.market_id = v.market_id and s.id = v.stall_id
    join app_user u on u.market_id = v.market_id and u.id = v.collector_id
    left join lateral (
      select sum(c.outstanding_vnd) as now,
        sum(${owedAt(sql`v.visited_at`)}) filter (where c.issued_at <= v.visited_at) as then,
        sum(${owedAt(sql`v.ends_at`)}) filter (where c.issued_at <= v.visited_at) as at_end,
        sum((select sum(t.amount_vnd) from settlement t where t.market_id = c.market_id and t.charge_id = c.id
          and t.credit_id is null and t.settled_at >= v.visited_at and t.settled_at < v.ends_at)) as paid
      from charge c where c.market_id = v.market_id and c.stall_id = v.stall_id
    ) o on true
    order by v.promised_on desc, v.visited_at desc, v.id`)
  return rows.map((row) => ({ ...row, visitedAt: new Date(row.visitedAt) }))
}

/** The stalls of which a charge is disputed now. */
export async function listDisputedStalls(tx: Tx, marketId: string): Promise<Set<string>> {
  const { rows } = await tx.execute<{ stall_id: string }>(
    sql`select distinct stall_id from dispute where market_id = ${marketId} and answered_at is null`,
  )
  return new Set(rows.map(({ stall_id }) => stall_id))
}
