import { PROMISE_STATES, type PromiseState } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
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
  paidVnd: bigint
  owedVnd: bigint
  state: PromiseState
}
/** The market's promises for a day from `since` on, as they stand on `today`. */
export type PromisesAsked = { marketId: string; since: string; today: string }
export type PromiseCursor = { state: PromiseState; promisedOn: string; visitId: string }

/** A page of promises with what came of each: those first that need somebody, then the latest day first. */
export async function listPromises(
  tx: Tx,
  asked: PromisesAsked,
  { after, limit }: { after: PromiseCursor | null; limit: number },
): Promise<PromiseRow[]> {
  const isAfter =
    after === null
      ? sql`true`
      : sql`(${rankOf(sql`p.state`)} > ${rankOf(sql`${after.state}`)} or p.state = ${after.state}
          and (p."promisedOn", p."visitId") < (${after.promisedOn}, ${after.visitId}))`
  const { rows } = await tx.execute<Omit<PromiseRow, 'visitedAt'> & { visitedAt: string | Date }>(sql`
    with p as (${promises(asked)})
    select * from p where ${isAfter}
    order by ${rankOf(sql`p.state`)}, p."promisedOn" desc, p."visitId" desc limit ${limit}`)
  return rows.map((row) => ({ ...row, visitedAt: new Date(row.visitedAt) }))
}

/** How many promises there are of each state. */
export async function countPromises(tx: Tx, asked: PromisesAsked): Promise<Map<PromiseState, number>> {
  const { rows } = await tx.execute<{ state: PromiseState; count: bigint }>(
    sql`with p as (${promises(asked)}) select p.state, count(*) as count from p group by p.state`,
  )
  return new Map(rows.map(({ state, count }) => [state, Number(count)]))
}

const rankOf = (state: SQL): SQL =>
  sql`array_position(${`{${PROMISE_STATES.join(',')}}`}::text[], ${state}::text)`

/**
 * More than was owed cannot be asked of a promise, and a debt that is gone (relieved, or set off) has nothing left to keep.
 * Credit set off is no payment.
 */
const promises = ({ marketId, since, today }: PromisesAsked): SQL => sql`
    select v.id as "visitId", s.id as "stallId", s.code as "stallCode", s.name as "stallName", u.name as "collectorName",
      v.visited_at as "visitedAt", v.promised_on::text as "promisedOn", v.promised_vnd as "promisedVnd",
      coalesce(o.then, 0)::bigint as "owedThenVnd", coalesce(o.paid, 0)::bigint as "paidVnd",
      coalesce(o.now, 0)::bigint as "owedVnd",
      case
        when coalesce(o.paid, 0) >= least(v.promised_vnd, coalesce(o.then, 0)) or coalesce(o.at_end, 0) = 0 then 'kept'
        when v.promised_on < ${today}::date then 'broken'
        else 'waiting'
      end as state
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
    ) o on true`

/** The stalls of which a charge is disputed now. */
export async function listDisputedStalls(tx: Tx, marketId: string): Promise<Set<string>> {
  const { rows } = await tx.execute<{ stall_id: string }>(
    sql`select distinct stall_id from dispute where market_id = ${marketId} and answered_at is null`,
  )
  return new Set(rows.map(({ stall_id }) => stall_id))
}
