import { SERVICES, TARIFF_UNITS } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, asc, eq, gte, isNull, lte, or } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { contract, contractPause } from '../contracts/tables.ts'
import type { Month } from '../days.ts'
import { zone } from '../markets/tables.ts'
import { listReadingsOf } from '../meters/repository.ts'
import { stall } from '../stalls/tables.ts'
import { listTariffsBetween, listTiers, listVatOn } from '../tariffs/repository.ts'
import type { Price, Vat } from '../tariffs/in-force.ts'

export type ContractRow = Awaited<ReturnType<typeof listContracts>>[number]
export type MeterRow = Awaited<ReturnType<typeof listReadingsOf>>[number]
export type PauseRow = { contractId: string; fromDay: string; toDay: string | null }

/** Everything that decides what a month bills. */
export type Billable = {
  contracts: ContractRow[]
  pauses: Map<string, PauseRow[]>
  meters: Map<string, MeterRow[]>
  prices: Price[]
  vatRates: Vat[]
}

/** Reads what decides what a month bills: contracts, pauses, prices, tax rates and readings. */
export async function readBillable(tx: Tx, marketId: string, month: Month): Promise<Billable> {
  const contracts = await listContracts(tx, marketId, month)
  const pauses = await listPauses(tx, marketId, month)
  const meters = await listReadingsOf(tx, marketId, month)
  const vatRates = await listVatOn(tx, marketId, month.first)
  return {
    contracts,
    pauses: Map.groupBy(pauses, ({ contractId }) => contractId),
    meters: Map.groupBy(meters, ({ stallId }) => stallId),
    prices: await listPrices(tx, marketId, month),
    vatRates: vatRates.map((rate) => ({
      ...rate,
      service: rate.service === null ? null : readOne(SERVICES, rate.service),
    })),
  }
}

/** The contracts that cover some day of a month, by the code of their stall, and of one stall the earlier first. */
async function listContracts(tx: Tx, marketId: string, month: Month) {
  return tx
    .select({
      id: contract.id,
      startsOn: contract.startsOn,
      endedOn: contract.endedOn,
      stallId: stall.id,
      stallCode: stall.code,
      stallName: stall.name,
      areaM2: stall.areaM2,
      zoneId: stall.zoneId,
      zoneCode: zone.code,
      positionGrade: stall.positionGrade,
      kind: stall.kind,
    })
    .from(contract)
    .innerJoin(stall, and(eq(stall.marketId, contract.marketId), eq(stall.id, contract.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(
      and(
        eq(contract.marketId, marketId),
        lte(contract.startsOn, month.last),
        or(isNull(contract.endedOn), gte(contract.endedOn, month.first)),
      ),
    )
    .orderBy(asc(stall.code), asc(contract.startsOn))
}

async function listPauses(tx: Tx, marketId: string, month: Month): Promise<PauseRow[]> {
  return tx
    .select({
      contractId: contractPause.contractId,
      fromDay: contractPause.fromDay,
      toDay: contractPause.toDay,
    })
    .from(contractPause)
    .where(
      and(
        eq(contractPause.marketId, marketId),
        lte(contractPause.fromDay, month.last),
        or(isNull(contractPause.toDay), gte(contractPause.toDay, month.first)),
      ),
    )
}

async function listPrices(tx: Tx, marketId: string, month: Month): Promise<Price[]> {
  const rows = await listTariffsBetween(tx, marketId, month.first, month.last)
  const ids = rows.map(({ id }) => id)
  const tiers = Map.groupBy(await listTiers(tx, marketId, ids), ({ tariffId }) => tariffId)
  return rows.map((row) => ({
    ...row,
    service: readOne(SERVICES, row.service),
    unit: readOne(TARIFF_UNITS, row.unit),
    tiers: tiers.get(row.id) ?? [],
    percentOf: (row.percentOf ?? []).map((one) => readOne(SERVICES, one)),
  }))
}
