import type { ChargeStatus } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gt, gte, inArray, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import { zone } from '../markets/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'
import { stallCredit } from '../settlements/tables.ts'
import { tariff, tariffDecision } from '../tariffs/tables.ts'
import { billingRound, charge, chargeLine } from './tables.ts'

export type ChargeFilter = {
  stallId?: string | undefined
  status?: ChargeStatus | 'outstanding' | undefined
  period?: string | undefined
  dueBefore?: string | undefined
  /** Due on these days, both included. */
  dueFrom?: string | undefined
  dueTo?: string | undefined
  /** The code of the zone in which the stall was when the charge was issued. */
  zone?: string | undefined
  /** With a line of this service. */
  service?: string | undefined
}

/**
 * The zone that a charge counts in: the one its stall was in on the day it was issued, so that a stall that moves takes
 * nothing of the past along. `c` and `s` are what the query calls its charge and its stall.
 */
export function zoneOfCharge(c: SQL, s: SQL): SQL {
  return sql`coalesce((select w.zone_id from stall_zone w where w.market_id = ${c}.market_id and w.stall_id = ${c}.stall_id
    and w.from_day <= (${c}.issued_at at time zone 'Asia/Ho_Chi_Minh')::date order by w.from_day desc limit 1), ${s}.zone_id)`
}

/** Unused money that came with a charge and is more than the stall owed. By name, since it stands in queries of one table too. */
const creditOfCharge = sql<bigint>`coalesce((select sum(k.amount_vnd - k.used_vnd) from stall_credit k
  where k.market_id = charge.market_id and k.charge_id = charge.id and k.used_vnd < k.amount_vnd), 0)::bigint`
const hasCredit = sql`exists (select from stall_credit k
  where k.market_id = charge.market_id and k.charge_id = charge.id and k.used_vnd < k.amount_vnd)`

const chargeColumns = {
  id: charge.id,
  stallId: charge.stallId,
  stallCode: stall.code,
  stallName: stall.name,
  zoneCode: zone.code,
  roundId: charge.roundId,
  period: billingRound.period,
  dueOn: charge.dueOn,
  totalVnd: charge.totalVnd,
  arrearsVnd: charge.arrearsVnd,
  adjustedVnd: charge.adjustedVnd,
  relievedVnd: charge.relievedVnd,
  writtenOffVnd: charge.writtenOffVnd,
  settledVnd: charge.paidVnd,
  outstandingVnd: charge.outstandingVnd,
  creditVnd: creditOfCharge,
  code: charge.code,
  account: { bin: receivingAccount.bin, number: receivingAccount.number, holder: receivingAccount.holder },
}
export type ChargeRow = Awaited<ReturnType<typeof listCharges>>[number]

const owedVnd = sql<bigint>`coalesce(sum(${charge.outstandingVnd}), 0)::bigint`
const sums = {
  totalVnd: sql<bigint>`coalesce(sum(${charge.totalVnd}), 0)::bigint`,
  changedVnd: sql<bigint>`coalesce(sum(${charge.adjustedVnd} - ${charge.relievedVnd} - ${charge.writtenOffVnd}), 0)::bigint`,
  paidVnd: sql<bigint>`coalesce(sum(${charge.paidVnd} + ${creditOfCharge}), 0)::bigint`,
  outstandingVnd: owedVnd,
  count: sql<bigint>`count(*)`,
}
/** All that a stall paid ahead and that is not used, whatever it was paid for. */
const creditOfStall = sql<bigint>`coalesce((select sum(k.amount_vnd - k.used_vnd) from stall_credit k
  where k.market_id = stall.market_id and k.stall_id = stall.id and k.used_vnd < k.amount_vnd), 0)::bigint`
export type ChargeSums = Awaited<ReturnType<typeof sumCharges>>

/** A page of charges: what was due first comes first, then by stall. `after` is the last charge of the page before. */
export async function listCharges(
  tx: Tx,
  marketId: string,
  filter: ChargeFilter,
  page: { limit: number; after: { dueOn: string; code: string } | null },
) {
  const { after } = page
  return tx
    .select(chargeColumns)
    .from(charge)
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .innerJoin(
      billingRound,
      and(eq(billingRound.marketId, charge.marketId), eq(billingRound.id, charge.roundId)),
    )
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, charge.marketId), eq(receivingAccount.id, charge.accountId)),
    )
    .where(
      and(
        chargesWhere(marketId, filter),
        after === null
          ? undefined
          : or(lt(charge.dueOn, after.dueOn), and(eq(charge.dueOn, after.dueOn), gt(stall.code, after.code))),
      ),
    )
    .orderBy(desc(charge.dueOn), asc(stall.code))
    .limit(page.limit)
}

export async function findCharge(tx: Tx, marketId: string, id: string): Promise<ChargeRow | null> {
  const [row] = await tx
    .select(chargeColumns)
    .from(charge)
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .innerJoin(
      billingRound,
      and(eq(billingRound.marketId, charge.marketId), eq(billingRound.id, charge.roundId)),
    )
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, charge.marketId), eq(receivingAccount.id, charge.accountId)),
    )
    .where(and(eq(charge.marketId, marketId), eq(charge.id, id)))
  return row ?? null
}

/** The sums of everything a filter covers, not only of one page. What was paid ahead is no month's, but its stall's. */
export async function sumCharges(tx: Tx, marketId: string, filter: ChargeFilter) {
  const [[row], [credit]] = await Promise.all([
    tx.select(sums).from(charge).where(chargesWhere(marketId, filter)),
    tx
      .select({
        creditVnd: sql<bigint>`coalesce(sum(${stallCredit.amountVnd} - ${stallCredit.usedVnd}), 0)::bigint`,
      })
      .from(stallCredit)
      .where(
        and(
          eq(stallCredit.marketId, marketId),
          lt(stallCredit.usedVnd, stallCredit.amountVnd),
          filter.stallId === undefined ? undefined : eq(stallCredit.stallId, filter.stallId),
        ),
      ),
  ])
  if (row === undefined || credit === undefined) throw new Error('a sum without groups always has one row')
  return { ...row, ...credit }
}

/** A page of stalls with the sums of their charges: who owes most comes first. `after` is the last stall of the page before. */
export async function sumByStall(
  tx: Tx,
  marketId: string,
  filter: ChargeFilter,
  page: { limit: number; after: { outstandingVnd: bigint; code: string } | null },
) {
  const { after } = page
  return tx
    .select({
      stallId: stall.id,
      stallCode: stall.code,
      stallName: stall.name,
      zoneCode: zone.code,
      ...sums,
      creditVnd: creditOfStall,
    })
    .from(charge)
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(chargesWhere(marketId, filter))
    .groupBy(stall.marketId, stall.id, stall.code, stall.name, zone.code)
    .having(
      after === null
        ? undefined
        : or(
            lt(owedVnd, after.outstandingVnd),
            and(eq(owedVnd, after.outstandingVnd), gt(stall.code, after.code)),
          ),
    )
    .orderBy(desc(owedVnd), asc(stall.code))
    .limit(page.limit)
}

export async function listLines(tx: Tx, marketId: string, chargeIds: readonly string[]) {
  if (chargeIds.length === 0) return []
  return tx
    .select({
      chargeId: chargeLine.chargeId,
      name: chargeLine.name,
      formula: chargeLine.formula,
      amountVnd: chargeLine.amountVnd,
      decision: tariffDecision.number,
    })
    .from(chargeLine)
    .innerJoin(tariff, and(eq(tariff.marketId, chargeLine.marketId), eq(tariff.id, chargeLine.tariffId)))
    .innerJoin(
      tariffDecision,
      and(eq(tariffDecision.marketId, tariff.marketId), eq(tariffDecision.id, tariff.decisionId)),
    )
    .where(and(eq(chargeLine.marketId, marketId), inArray(chargeLine.chargeId, [...chargeIds])))
    .orderBy(asc(chargeLine.chargeId), asc(chargeLine.line))
}

/** What paid a charge and what took it back, in the order that it happened, each with its receipt if it has one. */
export async function listSettlements(tx: Tx, marketId: string, chargeId: string) {
  const { rows } = await tx.execute<{
    settled_at: string
    source: 'bank' | 'cash' | 'credit' | 'change'
    amount_vnd: bigint
    receipt_id: string | null
    year: number
    number: number
    token: string
  }>(sql`
    select s.settled_at, s.amount_vnd, r.id as receipt_id, r.year, r.number, r.token,
      case when s.payment_id is not null then 'bank' when s.collection_id is not null then 'cash'
        when s.amount_vnd < 0 then 'change' else 'credit' end as source
    from settlement s
    left join stall_credit k on k.market_id = s.market_id and k.id = s.credit_id
    left join receipt r on r.market_id = s.market_id and (r.payment_id = s.payment_id
      or r.collection_id = s.collection_id or r.payment_id = case k.source_kind when 'payment' then k.source_id end
      or r.collection_id = case k.source_kind when 'collection' then k.source_id end)
    where s.market_id = ${marketId} and s.charge_id = ${chargeId}
    order by s.settled_at, s.id`)
  return rows.map((row) => ({
    at: new Date(row.settled_at),
    source: row.source,
    amountVnd: row.amount_vnd,
    receipt:
      row.receipt_id === null
        ? null
        : { id: row.receipt_id, year: row.year, number: row.number, token: row.token },
  }))
}

function chargesWhere(marketId: string, filter: ChargeFilter): SQL | undefined {
  return and(
    eq(charge.marketId, marketId),
    filter.stallId === undefined ? undefined : eq(charge.stallId, filter.stallId),
    filter.period === undefined
      ? undefined
      : sql`${charge.roundId} in (select r.id from billing_round r where r.market_id = ${marketId} and r.period = ${filter.period})`,
    filter.dueBefore === undefined ? undefined : lt(charge.dueOn, filter.dueBefore),
    filter.dueFrom === undefined ? undefined : gte(charge.dueOn, filter.dueFrom),
    filter.dueTo === undefined ? undefined : lte(charge.dueOn, filter.dueTo),
    filter.zone === undefined
      ? undefined
      : sql`${charge.id} in (select c.id from charge c join stall s on s.market_id = c.market_id and s.id = c.stall_id
          join zone z on z.market_id = c.market_id and z.id = ${zoneOfCharge(sql`c`, sql`s`)}
          where c.market_id = ${marketId} and z.code = ${filter.zone})`,
    filter.service === undefined
      ? undefined
      : sql`exists (select 1 from charge_line l where l.market_id = ${marketId} and l.charge_id = ${charge.id}
          and l.service = ${filter.service})`,
    filter.status === undefined ? undefined : STATUS_SQL[filter.status],
  )
}

/** The same as `chargeStatusOf` says of a row. */
const STATUS_SQL = {
  outstanding: sql`${charge.outstandingVnd} > 0`,
  issued: sql`${charge.outstandingVnd} > 0 and ${charge.paidVnd} = 0`,
  part_paid: sql`${charge.outstandingVnd} > 0 and ${charge.paidVnd} > 0`,
  overpaid: sql`${charge.outstandingVnd} = 0 and ${hasCredit}`,
  written_off: sql`${charge.outstandingVnd} = 0 and not ${hasCredit} and ${charge.writtenOffVnd} > 0`,
  relieved: sql`${charge.outstandingVnd} = 0 and not ${hasCredit} and ${charge.writtenOffVnd} = 0 and ${charge.paidVnd} = 0`,
  paid: sql`${charge.outstandingVnd} = 0 and not ${hasCredit} and ${charge.writtenOffVnd} = 0 and ${charge.paidVnd} > 0`,
} as const
