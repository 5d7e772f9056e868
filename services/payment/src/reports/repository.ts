import type { FeedState, Overview } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import { feedOfAccount } from '../feeds/deafness.ts'

export type NamedSpan = {
  stallId: string
  code: string
  name: string
  zoneId: string
  bankVnd: bigint
  cashVnd: bigint
  count: bigint
}

/** What each stall that agreed to be named took from `from` to `to`, both included; those that took nothing are left out. */
export async function listNamedSpans(
  tx: Tx,
  marketId: string,
  from: string,
  to: string,
): Promise<NamedSpan[]> {
  const { rows } = await tx.execute<NamedSpan>(sql`
    select s.id as "stallId", s.code, s.name, s.zone_id as "zoneId",
      coalesce(sum(d.amount_vnd) filter (where not d.cash), 0)::bigint as "bankVnd",
      coalesce(sum(d.amount_vnd) filter (where d.cash), 0)::bigint as "cashVnd", sum(d.count)::bigint as count
    from stall s join stall_day d on d.market_id = s.market_id and d.stall_id = s.id
    where s.market_id = ${marketId} and s.sales_consent_at is not null and d.day between ${from} and ${to}
    group by s.id, s.code, s.name, s.zone_id having sum(d.count) > 0
    order by s.code`)
  return rows
}

export type HourTotals = { day: string; hour: number; bankVnd: bigint; cashVnd: bigint }

/** What the stalls that agreed to be named took together, by day and hour. */
export async function listNamedHours(
  tx: Tx,
  marketId: string,
  from: string,
  to: string,
): Promise<HourTotals[]> {
  const { rows } = await tx.execute<HourTotals>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day, d.hour,
      coalesce(sum(d.amount_vnd) filter (where not d.cash), 0)::bigint as "bankVnd",
      coalesce(sum(d.amount_vnd) filter (where d.cash), 0)::bigint as "cashVnd"
    from stall_day d join stall s on s.market_id = d.market_id and s.id = d.stall_id
    where d.market_id = ${marketId} and s.sales_consent_at is not null and d.day between ${from} and ${to}
    group by d.day, d.hour order by d.day, d.hour`)
  return rows
}

export type UnnamedZoneDay = {
  day: string
  zoneId: string
  bankStallIds: string[]
  cashStallIds: string[]
  bankVnd: bigint
  cashVnd: bigint
  bankCount: bigint
  cashCount: bigint
}

/** What the stalls that have not agreed to be named took, by day and by the zone that each was in on the day. */
export async function listUnnamedDays(
  tx: Tx,
  marketId: string,
  from: string,
  to: string,
): Promise<UnnamedZoneDay[]> {
  const { rows } = await tx.execute<UnnamedZoneDay>(sql`
    select to_char(o.day, 'YYYY-MM-DD') as day, o.zone_id as "zoneId",
      coalesce(array_agg(o.stall_id) filter (where o.bank_count > 0), '{}') as "bankStallIds",
      coalesce(array_agg(o.stall_id) filter (where o.cash_count > 0), '{}') as "cashStallIds",
      sum(o.bank_vnd)::bigint as "bankVnd", sum(o.cash_vnd)::bigint as "cashVnd",
      sum(o.bank_count)::bigint as "bankCount", sum(o.cash_count)::bigint as "cashCount"
    from (
      select d.day, d.stall_id, coalesce(z.zone_id, s.zone_id) as zone_id,
        coalesce(sum(d.amount_vnd) filter (where not d.cash), 0) as bank_vnd,
        coalesce(sum(d.amount_vnd) filter (where d.cash), 0) as cash_vnd,
        coalesce(sum(d.count) filter (where not d.cash), 0) as bank_count,
        coalesce(sum(d.count) filter (where d.cash), 0) as cash_count
      from stall_day d join stall s on s.market_id = d.market_id and s.id = d.stall_id
      left join (${zoneSpans(marketId)}) as z
        on z.stall_id = d.stall_id and d.day >= z.from_day and d.day < z.until_day
      where d.market_id = ${marketId} and s.sales_consent_at is null
        and d.day between ${from}::date and ${to}::date
      group by d.day, d.stall_id, z.zone_id, s.zone_id having sum(d.count) > 0
    ) as o
    group by o.day, o.zone_id order by o.day`)
  return rows
}

/** Which zone each stall was in, from a day up to (and not on) another. One look for all of them, and not one a row. */
export function zoneSpans(marketId: string): SQL {
  return sql`select stall_id, zone_id, from_day,
    lead(from_day, 1, 'infinity') over (partition by stall_id order by from_day) as until_day
    from stall_zone where market_id = ${marketId}`
}

export async function listZones(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{ id: string; code: string; name: string }>(
    sql`select id, code, name from zone where market_id = ${marketId} order by position`,
  )
  return rows
}

export async function countFeeds(tx: Tx, marketId: string): Promise<Overview['feeds']> {
  const { rows } = await tx.execute<Record<FeedState, bigint>>(sql`
    select count(*) filter (where feed = 'listening') as listening, count(*) filter (where feed = 'late') as late,
      count(*) filter (where feed = 'deaf') as deaf, count(*) filter (where feed = 'none') as none
    from (select ${feedOfAccount} as feed from receiving_account where receiving_account.market_id = ${marketId}) as heard`)
  const [row] = rows
  return {
    listening: Number(row?.listening ?? 0n),
    late: Number(row?.late ?? 0n),
    deaf: Number(row?.deaf ?? 0n),
    none: Number(row?.none ?? 0n),
  }
}

/** What is in suspense: what nobody has resolved, and what is to go back and has not gone yet. */
export async function sumOpenSuspense(
  tx: Tx,
  marketId: string,
): Promise<{ count: number; amountVnd: bigint }> {
  const { rows } = await tx.execute<{ count: bigint; amount_vnd: bigint }>(sql`
    select count(*), coalesce(sum(amount_vnd), 0)::bigint as amount_vnd from (
      select amount_vnd from suspense where market_id = ${marketId} and status = 'open' and direction = 'in'
      union all
      select amount_vnd from refund where market_id = ${marketId} and status = 'due' and resolution_id is not null
    ) as held`)
  return { count: Number(rows[0]?.count ?? 0n), amountVnd: rows[0]?.amount_vnd ?? 0n }
}
