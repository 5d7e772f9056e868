import { SERVICES, STALL_KINDS, TARIFF_UNITS, type Tariff } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { readOne } from '../columns.ts'
import { listTariffs, listTiers } from './repository.ts'

/** Prices as decided, the newest first. */
export async function getTariffs(tx: Tx, marketId: string): Promise<Tariff[]> {
  const rows = await listTariffs(tx, marketId)
  const tiers = Map.groupBy(
    await listTiers(
      tx,
      marketId,
      rows.map((row) => row.tariff.id),
    ),
    ({ tariffId }) => tariffId,
  )
  return rows.map(({ tariff, decision, decidedOn, zoneCode }) => ({
    id: tariff.id,
    decisionId: tariff.decisionId,
    decision,
    decidedOn,
    service: readOne(SERVICES, tariff.service),
    name: tariff.name,
    unit: readOne(TARIFF_UNITS, tariff.unit),
    positionGrade: tariff.positionGrade,
    zoneId: tariff.zoneId,
    zoneCode,
    stallKind: tariff.stallKind === null ? null : readOne(STALL_KINDS, tariff.stallKind),
    unitPriceVnd: tariff.unitPriceVnd === null ? null : vndToJson(tariff.unitPriceVnd),
    ceilingVnd: tariff.ceilingVnd === null ? null : vndToJson(tariff.ceilingVnd),
    tiers: (tiers.get(tariff.id) ?? []).map((tier) => ({
      fromQuantity: tier.fromQuantity,
      unitPriceVnd: vndToJson(tier.unitPriceVnd),
      ceilingVnd: vndToJson(tier.ceilingVnd),
    })),
    ratePercent: tariff.ratePercent,
    percentOf: (tariff.percentOf ?? []).map((one) => readOne(SERVICES, one)),
    vatIncluded: tariff.vatIncluded,
    passThrough: tariff.passThrough,
    whilePaused: tariff.whilePaused,
    effectiveFrom: tariff.effectiveFrom,
    effectiveTo: tariff.effectiveTo,
  }))
}
