import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

export type StallSpan = {
  stallId: string
  code: string
  name: string
  zoneId: string
  consented: boolean
  bankVnd: bigint
  cashVnd: bigint
  count: bigint
}

/** What each stall took from `from` to `to`, both included; stalls that took nothing are in it with zeros. */
export async function listStallSpans(
  tx: Tx,
  marketId: string,
  from: string,
  to: string,
): Promise<StallSpan[]> {
  const { rows } = await tx.execute<{
    id: string
    code: string
    name: string
    zone_id: string
    consented: boolean
    bank_vnd: bigint
    cash_vnd: bigint
    count: bigint
  }>(sql`
    select s.id, s.code, s.name, s.zone_id, s.sales_consent_at is not null as consented,
      coalesce(sum(d.amount_vnd) filter (where not d.cash), 0)::bigint as bank_vnd,
      coalesce(sum(d.amount_vnd) filter (where d.cash), 0)::bigint as cash_vnd,
      coalesce(sum(d.count), 0)::bigint as count
    from stall s
    left join stall_day d on d.market_id = s.market_id and d.stall_id = s.id and d.day between ${from} and ${to}
    where s.market_id = ${marketId}
    group by s.id, s.code, s.name, s.zone_id, s.sales_consent_at
    order by s.code`)
  return rows.map((row) => ({
    stallId: row.id,
    code: row.code,
    name: row.name,
    zoneId: row.zone_id,
    consented: row.consented,
    bankVnd: row.bank_vnd,
    cashVnd: row.cash_vnd,
    count: row.count,
  }))
}

/** The whole market's sales of a span by day, and by hour. */
export async function listDays(tx: Tx, marketId: string, from: string, to: string) {
  const { rows } = await tx.execute<{ day: string; bank_vnd: bigint; cash_vnd: bigint; hidden: bigint }>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day,
      coalesce(sum(d.amount_vnd) filter (where not d.cash), 0)::bigint as bank_vnd,
      coalesce(sum(d.amount_vnd) filter (where d.cash), 0)::bigint as cash_vnd,
      count(distinct d.stall_id) filter (where s.sales_consent_at is null) as hidden
    from stall_day d join stall s on s.market_id = d.market_id and s.id = d.stall_id
    where d.market_id = ${marketId} and d.day between ${from} and ${to}
    group by d.day order by d.day`)
  return rows
}

export async function listHours(tx: Tx, marketId: string, from: string, to: string) {
  const { rows } = await tx.execute<{ hour: number; total_vnd: bigint }>(sql`
    select hour, sum(amount_vnd)::bigint as total_vnd from stall_day
    where market_id = ${marketId} and day between ${from} and ${to}
    group by hour order by hour`)
  return rows
}

export async function listZones(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{ id: string; code: string; name: string }>(
    sql`select id, code, name from zone where market_id = ${marketId} order by position`,
  )
  return rows
}

export async function countFeeds(
  tx: Tx,
  marketId: string,
): Promise<{ listening: number; deaf: number; none: number }> {
  const { rows } = await tx.execute<{ listening: bigint; deaf: bigint; none: bigint }>(sql`
    select count(*) filter (where c.id is not null and c.deaf_since is null) as listening,
      count(*) filter (where c.deaf_since is not null) as deaf,
      count(*) filter (where c.id is null) as none
    from receiving_account r
    left join connection_account a on a.market_id = r.market_id and a.bin = r.bin and a.number = r.number
    left join connection c on c.market_id = a.market_id and c.id = a.connection_id
    where r.market_id = ${marketId}`)
  const [row] = rows
  return {
    listening: Number(row?.listening ?? 0n),
    deaf: Number(row?.deaf ?? 0n),
    none: Number(row?.none ?? 0n),
  }
}

export async function sumOpenSuspense(
  tx: Tx,
  marketId: string,
): Promise<{ count: number; amountVnd: bigint }> {
  const { rows } = await tx.execute<{ count: bigint; amount_vnd: bigint }>(sql`
    select count(*), coalesce(sum(amount_vnd), 0)::bigint as amount_vnd from suspense
    where market_id = ${marketId} and status = 'open'`)
  return { count: Number(rows[0]?.count ?? 0n), amountVnd: rows[0]?.amount_vnd ?? 0n }
}
