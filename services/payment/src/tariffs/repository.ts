import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import { zone } from '../markets/tables.ts'
import { tariff, tariffDecision, tariffTier } from './tables.ts'

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
