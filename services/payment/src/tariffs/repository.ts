import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, inArray, isNull, lte, or } from 'drizzle-orm'
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
