import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gt, inArray, lt, or, sql, type SQL } from 'drizzle-orm'
import { zone } from '../markets/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'
import { receipt } from '../receipts/tables.ts'
import { tariff, tariffDecision } from '../tariffs/tables.ts'
import { billingRound, charge, chargeLine } from './tables.ts'

export type ChargeFilter = {
  stallId?: string | undefined
  status?: 'issued' | 'part_paid' | 'paid' | 'overpaid' | 'outstanding' | undefined
  period?: string | undefined
  dueBefore?: string | undefined
}

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
  paidVnd: charge.paidVnd,
  code: charge.code,
  account: { bin: receivingAccount.bin, number: receivingAccount.number, holder: receivingAccount.holder },
}
export type ChargeRow = Awaited<ReturnType<typeof listCharges>>[number]

const owedVnd = sql<bigint>`coalesce(sum(greatest(${charge.totalVnd} - ${charge.paidVnd}, 0)), 0)::bigint`
const sums = {
  totalVnd: sql<bigint>`coalesce(sum(${charge.totalVnd}), 0)::bigint`,
  paidVnd: sql<bigint>`coalesce(sum(${charge.paidVnd}), 0)::bigint`,
  outstandingVnd: owedVnd,
  count: sql<bigint>`count(*)`,
}
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

/** The sums of everything a filter covers, not only of one page. */
export async function sumCharges(tx: Tx, marketId: string, filter: ChargeFilter) {
  const [row] = await tx.select(sums).from(charge).where(chargesWhere(marketId, filter))
  if (row === undefined) throw new Error('a sum without groups always has one row')
  return row
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
    })
    .from(charge)
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(chargesWhere(marketId, filter))
    .groupBy(stall.id, stall.code, stall.name, zone.code)
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

export async function listReceipts(tx: Tx, marketId: string, chargeIds: readonly string[]) {
  if (chargeIds.length === 0) return []
  return tx
    .select()
    .from(receipt)
    .where(and(eq(receipt.marketId, marketId), inArray(receipt.chargeId, [...chargeIds])))
    .orderBy(asc(receipt.paidAt), asc(receipt.id))
}

export async function findReceipt(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(receipt)
    .where(and(eq(receipt.marketId, marketId), eq(receipt.id, id)))
  return row ?? null
}

function chargesWhere(marketId: string, filter: ChargeFilter): SQL | undefined {
  return and(
    eq(charge.marketId, marketId),
    filter.stallId === undefined ? undefined : eq(charge.stallId, filter.stallId),
    filter.period === undefined
      ? undefined
      : sql`${charge.roundId} in (select r.id from billing_round r where r.market_id = ${marketId} and r.period = ${filter.period})`,
    filter.dueBefore === undefined ? undefined : lt(charge.dueOn, filter.dueBefore),
    filter.status === undefined ? undefined : STATUS_SQL[filter.status],
  )
}

const STATUS_SQL = {
  issued: sql`${charge.paidVnd} = 0`,
  part_paid: sql`${charge.paidVnd} > 0 and ${charge.paidVnd} < ${charge.totalVnd}`,
  paid: sql`${charge.paidVnd} = ${charge.totalVnd}`,
  overpaid: sql`${charge.paidVnd} > ${charge.totalVnd}`,
  outstanding: sql`${charge.paidVnd} < ${charge.totalVnd}`,
} as const
