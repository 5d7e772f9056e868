import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import { zoneOfCharge } from '../charges/repository.ts'
import { isTicketPaid } from '../collection/repository.ts'
import { addDays, startOfDay } from '../days.ts'

/** Rows and, from the same statement, what they add up to. */
export type Summed<Row> = { rows: Row[]; total: Row | undefined }

/** Runs a query of which one row is the total of the others. */
export async function summed<Row extends object>(tx: Tx, query: SQL): Promise<Summed<Row>> {
  const answer = await tx.execute(query)
  // Whoever writes the query names its columns as the row's type has them: the driver knows no types.
  const rows = answer.rows as (Row & { isTotal: boolean })[]
  return { rows: rows.filter(({ isTotal }) => !isTotal), total: rows.find(({ isTotal }) => isTotal) }
}

/** A moment's day in the market, in SQL. */
export const dayIn = (moment: SQL): SQL => sql`(${moment} at time zone 'Asia/Ho_Chi_Minh')::date`

/** The contract that holds on a day for stall `s`, as `k`, with the name of who rents as `h`. */
export const holderOn = (day: string): SQL => sql`
  left join contract k on k.market_id = s.market_id and k.stall_id = s.id
    and k.starts_on <= ${day}::date and (k.ended_on is null or k.ended_on >= ${day}::date)
  left join stallholder h on h.market_id = k.market_id and h.id = k.stallholder_id`

export type RoundLine = {
  zoneId: string | null
  zoneCode: string | null
  zoneName: string | null
  service: string | null
  charges: bigint
  netVnd: bigint
  vatVnd: bigint
  passThroughVnd: bigint
  totalVnd: bigint
  changedVnd: bigint
  collectedVnd: bigint
  owedVnd: bigint
}

/** A charge that is paid whole or not at all and was never changed: what is collected of its lines needs no rule. */
const isPlain = sql`c.adjusted_vnd = 0 and c.relieved_vnd = 0 and c.written_off_vnd = 0
  and (c.outstanding_vnd = 0 or c.outstanding_vnd = c.total_vnd)`

const chargesOf = (period: string): SQL => sql`
  from charge c
  join billing_round r on r.market_id = c.market_id and r.id = c.round_id and r.period = ${period}
  join stall s on s.market_id = c.market_id and s.id = c.stall_id
  join zone z on z.market_id = s.market_id and z.id = ${zoneOfCharge(sql`c`, sql`s`)}`

/**
 * What a month was billed, by zone and service, with what is collected and owed of the charges that need no rule for it.
 * `total` is of the charges themselves, all of them, and stands beside the lines as a check.
 */
export async function sumRound(tx: Tx, marketId: string, period: string): Promise<Summed<RoundLine>> {
  const lines = await tx.execute<RoundLine>(sql`
    select z.id as "zoneId", z.code as "zoneCode", z.name as "zoneName", l.service, count(distinct c.id) as charges,
      coalesce(sum(l.net_vnd) filter (where not l.pass_through), 0)::bigint as "netVnd",
      sum(l.vat_vnd)::bigint as "vatVnd",
      coalesce(sum(l.net_vnd) filter (where l.pass_through), 0)::bigint as "passThroughVnd",
      sum(l.amount_vnd)::bigint as "totalVnd", 0::bigint as "changedVnd",
      coalesce(sum(l.amount_vnd) filter (where ${isPlain} and c.outstanding_vnd = 0), 0)::bigint as "collectedVnd",
      coalesce(sum(l.amount_vnd) filter (where ${isPlain} and c.outstanding_vnd > 0), 0)::bigint as "owedVnd"
    ${chargesOf(period)}
    join charge_line l on l.market_id = c.market_id and l.charge_id = c.id
    where c.market_id = ${marketId}
    group by z.id, z.code, z.name, z.position, l.service
    order by z.position, l.service`)
  const [total] = (
    await tx.execute<RoundLine>(sql`
      select null as "zoneId", null as "zoneCode", null as "zoneName", null as service, count(*) as charges,
        coalesce(sum(l.net), 0)::bigint as "netVnd", coalesce(sum(l.vat), 0)::bigint as "vatVnd",
        coalesce(sum(l.pass), 0)::bigint as "passThroughVnd", coalesce(sum(c.total_vnd), 0)::bigint as "totalVnd",
        coalesce(sum(c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd), 0)::bigint as "changedVnd",
        coalesce(sum(c.total_vnd + c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd - c.outstanding_vnd), 0)::bigint as "collectedVnd",
        coalesce(sum(c.outstanding_vnd), 0)::bigint as "owedVnd"
      ${chargesOf(period)}
      left join lateral (
        select sum(net_vnd) filter (where not pass_through) as net, sum(vat_vnd) as vat,
          sum(net_vnd) filter (where pass_through) as pass
        from charge_line where market_id = c.market_id and charge_id = c.id) l on true
      where c.market_id = ${marketId}`)
  ).rows
  return { rows: lines.rows, total }
}

export type SharedLine = {
  chargeId: string
  zoneId: string
  service: string
  amountVnd: bigint
  passThrough: boolean
  changedVnd: bigint
  changedPassVnd: bigint
  owedVnd: bigint
}

/** The lines of the month's charges that were changed or are paid in part, each with its charge's own sums. */
export async function listSharedLines(tx: Tx, marketId: string, period: string): Promise<SharedLine[]> {
  const { rows } = await tx.execute<SharedLine>(sql`
    select c.id as "chargeId", z.id as "zoneId", l.service, l.amount_vnd as "amountVnd", l.pass_through as "passThrough",
      (c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd)::bigint as "changedVnd",
      coalesce((select sum(x.pass_through_vnd) from charge_change x where x.market_id = c.market_id and x.charge_id = c.id
        and x.status = 'approved'), 0)::bigint as "changedPassVnd", c.outstanding_vnd as "owedVnd"
    ${chargesOf(period)}
    join charge_line l on l.market_id = c.market_id and l.charge_id = c.id
    where c.market_id = ${marketId} and not (${isPlain})
    order by c.id, l.line`)
  return rows
}

type Buckets = {
  notDueVnd: bigint
  to30Vnd: bigint
  to60Vnd: bigint
  to90Vnd: bigint
  over90Vnd: bigint
  owedVnd: bigint
}
export type ZoneDebt = Buckets & {
  zoneCode: string | null
  zoneName: string | null
  stalls: bigint
}
export type StallDebt = Buckets & {
  stallId: string | null
  stallCode: string | null
  stallName: string | null
  holder: string | null
  zoneCode: string | null
  oldestDueOn: string | null
}

const BUCKETS = sql`
  coalesce(sum(d.owed) filter (where d.age < 0), 0)::bigint as "notDueVnd",
  coalesce(sum(d.owed) filter (where d.age between 0 and 30), 0)::bigint as "to30Vnd",
  coalesce(sum(d.owed) filter (where d.age between 31 and 60), 0)::bigint as "to60Vnd",
  coalesce(sum(d.owed) filter (where d.age between 61 and 90), 0)::bigint as "to90Vnd",
  coalesce(sum(d.owed) filter (where d.age > 90), 0)::bigint as "over90Vnd",
  coalesce(sum(d.owed), 0)::bigint as "owedVnd"`

/**
 * What charge `c` owed at a moment: what it owes now, less what happened since. Kept signed until the end, since a change
 * after a full payment makes a charge smaller than what was paid of it. Of a charge that was issued by then.
 */
export const owedAt = (moment: SQL): SQL => sql`
  greatest(c.total_vnd + c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd - c.paid_vnd
    + coalesce((select sum(t.amount_vnd) from settlement t where t.market_id = c.market_id and t.charge_id = c.id
      and t.settled_at >= ${moment}), 0)
    - coalesce((select sum(x.amount_vnd) from charge_change x where x.market_id = c.market_id and x.charge_id = c.id
      and x.status = 'approved' and x.decided_at >= ${moment}), 0), 0)`

/** What each charge owed when a day ended. */
const debtsOn = (marketId: string, day: string): SQL => {
  const end = sql`${startOfDay(addDays(day, 1)).toISOString()}::timestamptz`
  return sql`
    select c.stall_id, c.due_on, ${day}::date - c.due_on as age, z.id as zone_id, z.code as zone_code, z.name as zone_name,
      z.position, c.owed
    from (
      select c.market_id, c.id, c.stall_id, c.due_on, c.issued_at,
        greatest(c.total_vnd + c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd - c.paid_vnd
          + coalesce(t.settled, 0) - coalesce(x.changed, 0), 0) as owed
      from charge c
      left join (
        select charge_id, sum(amount_vnd) as settled from settlement
        where market_id = ${marketId} and settled_at >= ${end} group by charge_id) t on t.charge_id = c.id
      left join (
        select charge_id, sum(amount_vnd) as changed from charge_change
        where market_id = ${marketId} and status = 'approved' and decided_at >= ${end} group by charge_id) x on x.charge_id = c.id
      where c.market_id = ${marketId} and c.issued_at < ${end}
    ) c
    join stall s on s.market_id = c.market_id and s.id = c.stall_id
    join zone z on z.market_id = s.market_id and z.id = ${zoneOfCharge(sql`c`, sql`s`)}
    where c.owed > 0`
}

/** Debts by zone and age at the end of a day. */
export async function sumDebtsByZone(tx: Tx, marketId: string, day: string): Promise<Summed<ZoneDebt>> {
  return summed(
    tx,
    sql`with d as (${debtsOn(marketId, day)})
      select d.zone_code as "zoneCode", d.zone_name as "zoneName", count(distinct d.stall_id) as stalls, ${BUCKETS},
        grouping(d.zone_id) = 1 as "isTotal"
      from d
      group by grouping sets ((d.zone_id, d.zone_code, d.zone_name, d.position), ())
      order by "isTotal", d.position`,
  )
}

/** Where a page of stalls ended, and how many to read after it. */
export type DebtPage = { after: { owedVnd: bigint; code: string } | null; limit: number }

/**
 * Debts by stall and age at the end of a day, who owes most first, with who rented it on that day: all of them with their
 * total, or a page without it.
 */
export async function sumDebtsByStall(
  tx: Tx,
  marketId: string,
  day: string,
  page?: DebtPage,
): Promise<Summed<StallDebt>> {
  return summed(
    tx,
    sql`with d as (${debtsOn(marketId, day)}), g as (
        select d.stall_id, min(d.due_on) as oldest, ${BUCKETS},
          grouping(d.stall_id) = 1 as "isTotal"
        from d group by grouping sets ((d.stall_id), ()))
      select g.stall_id as "stallId", s.code as "stallCode", s.name as "stallName", h.name as holder, z.code as "zoneCode",
        g.oldest::text as "oldestDueOn", g."notDueVnd", g."to30Vnd", g."to60Vnd", g."to90Vnd", g."over90Vnd", g."owedVnd",
        g."isTotal"
      from g
      left join stall s on s.market_id = ${marketId} and s.id = g.stall_id
      left join zone z on z.market_id = s.market_id and z.id = s.zone_id
      ${holderOn(day)}
      ${page === undefined ? sql`` : onPage(page)}
      order by g."isTotal", g."owedVnd" desc, s.code
      ${page === undefined ? sql`` : sql`limit ${page.limit}`}`,
  )
}

const onPage = ({ after }: DebtPage): SQL =>
  sql`where not g."isTotal" ${
    after === null
      ? sql``
      : sql`and (g."owedVnd" < ${after.owedVnd} or g."owedVnd" = ${after.owedVnd} and s.code > ${after.code})`
  }`

export type BankPayer = {
  stallId: string | null
  stallCode: string | null
  stallName: string | null
  holder: string | null
  zoneCode: string | null
  payments: bigint
  stalls: bigint
  paidVnd: bigint
  lastDay: string | null
}

/** Who paid charges by bank from `from` to `to`, with what came in all, credit included: the bank's own figure. */
export async function sumBankPayers(
  tx: Tx,
  marketId: string,
  { from, to }: { from: string; to: string },
): Promise<Summed<BankPayer>> {
  return summed(
    tx,
    sql`with g as (
        select p.stall_id, count(*) as payments, count(distinct p.stall_id) as stalls, sum(p.amount_vnd)::bigint as paid,
          max(p.day) as last_day, grouping(p.stall_id) = 1 as "isTotal"
        from payment p where p.market_id = ${marketId} and p.purpose = 'charge' and p.undone_at is null and p.day between ${from}::date and ${to}::date
        group by grouping sets ((p.stall_id), ()))
      select g.stall_id as "stallId", s.code as "stallCode", s.name as "stallName", h.name as holder, z.code as "zoneCode",
        g.payments, g.stalls, coalesce(g.paid, 0)::bigint as "paidVnd", g.last_day::text as "lastDay", g."isTotal"
      from g
      left join stall s on s.market_id = ${marketId} and s.id = g.stall_id
      left join zone z on z.market_id = s.market_id and z.id = s.zone_id
      ${holderOn(to)}
      order by g."isTotal", z.position, s.code`,
  )
}

export type MonthShare = {
  period: string | null
  chargeBankVnd: bigint
  chargeCashVnd: bigint
  ticketBankVnd: bigint
  ticketCashVnd: bigint
}

/** What was collected in each month from the one to the other, by bank and in cash; never what a stall sold. */
export async function sumByWay(
  tx: Tx,
  marketId: string,
  { from, to }: { from: string; to: string },
): Promise<Summed<MonthShare>> {
  return summed(
    tx,
    sql`with taken as (
        select to_char(p.day, 'YYYY-MM') as period, 'charge_bank' as way, p.amount_vnd from payment p
        where p.market_id = ${marketId} and p.purpose = 'charge' and p.undone_at is null and p.day >= ${`${from}-01`}::date
        union all
        select to_char(c.day, 'YYYY-MM'), 'charge_cash', c.amount_vnd from collection c
        where c.market_id = ${marketId} and c.undone_at is null and c.day >= ${`${from}-01`}::date
        union all
        select to_char(t.day, 'YYYY-MM'), 'ticket_' || t.paid_by, t.price_vnd from day_ticket t
        where t.market_id = ${marketId} and ${isTicketPaid} and t.day >= ${`${from}-01`}::date
      ), months as (
        select to_char(m, 'YYYY-MM') as period
        from generate_series(${`${from}-01`}::date, ${`${to}-01`}::date, interval '1 month') m
      )
      select m.period, ${sumOfWay('charge_bank')} as "chargeBankVnd", ${sumOfWay('charge_cash')} as "chargeCashVnd",
        ${sumOfWay('ticket_bank')} as "ticketBankVnd", ${sumOfWay('ticket_cash')} as "ticketCashVnd",
        grouping(m.period) = 1 as "isTotal"
      from months m left join taken t on t.period = m.period
      group by grouping sets ((m.period), ())
      order by "isTotal", m.period desc`,
  )
}

const sumOfWay = (way: string): SQL =>
  sql`coalesce(sum(t.amount_vnd) filter (where t.way = ${way}), 0)::bigint`
