import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { zone } from '../markets/tables.ts'
import { tariff, tariffDecision, tariffTier, vatRate } from './tables.ts'

/** Every price of a market with its decision, the newest first; `tiers` are by tariff. */
export async function listTariffs(tx: Tx, marketId: string) {
  return tx
    .select({
      tariff,
      decision: tariffDecision.number,
      decidedOn: tariffDecision.issuedOn,
      zoneCode: zone.code,
    })
    .from(tariff)
    .innerJoin(
      tariffDecision,
      and(eq(tariffDecision.marketId, tariff.marketId), eq(tariffDecision.id, tariff.decisionId)),
    )
    .leftJoin(zone, and(eq(zone.marketId, tariff.marketId), eq(zone.id, tariff.zoneId)))
    .where(eq(tariff.marketId, marketId))
    .orderBy(desc(tariff.effectiveFrom), asc(tariff.service), asc(tariff.positionGrade), asc(tariff.id))
}

/** The steps of tiered prices, lowest first. */
export async function listTiers(tx: Tx, marketId: string, tariffIds: readonly string[]) {
  if (tariffIds.length === 0) return []
  return tx
    .select()
    .from(tariffTier)
    .where(and(eq(tariffTier.marketId, marketId), inArray(tariffTier.tariffId, [...tariffIds])))
    .orderBy(asc(tariffTier.tariffId), asc(tariffTier.fromQuantity))
}

/** Decisions, the newest first. */
export async function listDecisions(tx: Tx, marketId: string) {
  return tx
    .select()
    .from(tariffDecision)
    .where(eq(tariffDecision.marketId, marketId))
    .orderBy(desc(tariffDecision.issuedOn), asc(tariffDecision.number))
}

/** Rates of VAT, by service, the newest first. */
export async function listVatRates(tx: Tx, marketId: string) {
  return tx
    .select()
    .from(vatRate)
    .where(eq(vatRate.marketId, marketId))
    .orderBy(sql`${vatRate.service} nulls first`, desc(vatRate.effectiveFrom))
}

/** Whoever changes prices does so one after the other, so that two never leave a day with two prices. */
export async function lockPrices(tx: Tx, marketId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`prices ${marketId}`}, 0))`)
}

type Scope = Pick<
  typeof tariff.$inferSelect,
  'service' | 'name' | 'unit' | 'positionGrade' | 'zoneId' | 'stallKind'
>

/** The prices of the same thing, of all times. */
export async function listSameScope(tx: Tx, marketId: string, scope: Scope) {
  const { service, name, unit, positionGrade, zoneId, stallKind } = scope
  return tx
    .select({ id: tariff.id, effectiveFrom: tariff.effectiveFrom, effectiveTo: tariff.effectiveTo })
    .from(tariff)
    .where(
      and(
        eq(tariff.marketId, marketId),
        eq(tariff.service, service),
        eq(tariff.name, name),
        eq(tariff.unit, unit),
        positionGrade === null ? isNull(tariff.positionGrade) : eq(tariff.positionGrade, positionGrade),
        zoneId === null ? isNull(tariff.zoneId) : eq(tariff.zoneId, zoneId),
        stallKind === null ? isNull(tariff.stallKind) : eq(tariff.stallKind, stallKind),
      ),
    )
    .orderBy(asc(tariff.effectiveFrom))
}

/** The last month that a price was billed in, or that a round which is not taken back would bill by it; null when none. */
export async function lastPeriodBilled(tx: Tx, marketId: string, tariffId: string): Promise<string | null> {
  const named = JSON.stringify([{ tariffId }])
  const { rows } = await tx.execute<{ period: string | null }>(sql`
    select max(r.period) as period from billing_round r
    where r.market_id = ${marketId} and r.status <> 'preparing' and (
      exists (
        select from charge c join charge_line l on l.market_id = c.market_id and l.charge_id = c.id
        where c.market_id = r.market_id and c.round_id = r.id and l.tariff_id = ${tariffId})
      or exists (
        select from charge_draft d
        where d.market_id = r.market_id and d.round_id = r.id and d.lines @> ${named}::jsonb))`)
  return rows[0]?.period ?? null
}

/** The prices in force on some day of a stretch. */
export async function listTariffsBetween(tx: Tx, marketId: string, from: string, to: string) {
  return tx
    .select()
    .from(tariff)
    .where(
      and(
        eq(tariff.marketId, marketId),
        lte(tariff.effectiveFrom, to),
        or(isNull(tariff.effectiveTo), gte(tariff.effectiveTo, from)),
      ),
    )
    .orderBy(asc(tariff.effectiveFrom), asc(tariff.id))
}

/** Prices by their ids, each with its decision: what lines cite. */
export async function listCited(tx: Tx, marketId: string, tariffIds: readonly string[]) {
  if (tariffIds.length === 0) return []
  return tx
    .select({
      id: tariff.id,
      name: tariff.name,
      unitPriceVnd: tariff.unitPriceVnd,
      decision: tariffDecision.number,
    })
    .from(tariff)
    .innerJoin(
      tariffDecision,
      and(eq(tariffDecision.marketId, tariff.marketId), eq(tariffDecision.id, tariff.decisionId)),
    )
    .where(and(eq(tariff.marketId, marketId), inArray(tariff.id, [...tariffIds])))
    .orderBy(asc(tariff.service), asc(tariff.positionGrade), asc(tariff.name), asc(tariff.id))
}

/** The VAT rates in force on a day. */
export async function listVatOn(tx: Tx, marketId: string, day: string) {
  return tx
    .select()
    .from(vatRate)
    .where(
      and(
        eq(vatRate.marketId, marketId),
        lte(vatRate.effectiveFrom, day),
        or(isNull(vatRate.effectiveTo), gte(vatRate.effectiveTo, day)),
      ),
    )
}
