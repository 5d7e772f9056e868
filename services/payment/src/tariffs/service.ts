import {
  AppError,
  SERVICES,
  STALL_KINDS,
  TARIFF_UNITS,
  type CreateTariff,
  type CreateTariffDecision,
  type CreateVatRate,
  type EndTariff,
  type Tariff,
  type TariffDecision,
  type VatRate,
} from '@tienve/contracts'
import { insertMany, newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { and, eq } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { lastDayOf } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { zone } from '../markets/tables.ts'
import * as repository from './repository.ts'
import { requireSoundPrice, spanToEnd } from './rules.ts'
import { tariff, tariffDecision, tariffTier, vatRate } from './tables.ts'

/** Prices as decided, the newest first. */
export async function getTariffs(tx: Tx, marketId: string): Promise<Tariff[]> {
  const rows = await repository.listTariffs(tx, marketId)
  const tiers = Map.groupBy(
    await repository.listTiers(
      tx,
      marketId,
      rows.map((row) => row.tariff.id),
    ),
    ({ tariffId }) => tariffId,
  )
  return rows.map(({ tariff: price, decision, decidedOn, zoneCode }) => ({
    id: price.id,
    decisionId: price.decisionId,
    decision,
    decidedOn,
    service: readOne(SERVICES, price.service),
    name: price.name,
    unit: readOne(TARIFF_UNITS, price.unit),
    positionGrade: price.positionGrade,
    zoneId: price.zoneId,
    zoneCode,
    stallKind: price.stallKind === null ? null : readOne(STALL_KINDS, price.stallKind),
    unitPriceVnd: price.unitPriceVnd === null ? null : vndToJson(price.unitPriceVnd),
    ceilingVnd: price.ceilingVnd === null ? null : vndToJson(price.ceilingVnd),
    tiers: (tiers.get(price.id) ?? []).map((tier) => ({
      fromQuantity: tier.fromQuantity,
      unitPriceVnd: vndToJson(tier.unitPriceVnd),
      ceilingVnd: vndToJson(tier.ceilingVnd),
    })),
    ratePercent: price.ratePercent,
    percentOf: (price.percentOf ?? []).map((one) => readOne(SERVICES, one)),
    vatIncluded: price.vatIncluded,
    passThrough: price.passThrough,
    whilePaused: price.whilePaused,
    effectiveFrom: price.effectiveFrom,
    effectiveTo: price.effectiveTo,
  }))
}

/**
 * Adds a price as decided. The one of the same service, name, unit and scope that is in force ends on the day before.
 * Errors: `request_invalid`, `price_above_ceiling`, `price_already_billed` (a month that it would change is billed).
 */
export async function createTariff(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  input: CreateTariff,
): Promise<Tariff> {
  const { marketId } = actor
  requireSoundPrice(input)
  await requireNamed(tx, marketId, input)
  await repository.lockPrices(tx, marketId)
  const { tiers, percentOf, ...rest } = input
  const row = {
    ...rest,
    marketId,
    id: newId('trf'),
    positionGrade: input.positionGrade ?? null,
    zoneId: input.zoneId ?? null,
    stallKind: input.stallKind ?? null,
    unitPriceVnd: input.unitPriceVnd == null ? null : BigInt(input.unitPriceVnd),
    ceilingVnd: input.ceilingVnd == null ? null : BigInt(input.ceilingVnd),
    percentOf: percentOf.length === 0 ? null : percentOf,
    createdBy: actor.userId,
    createdAt: ctx.now(),
  }
  const before = spanToEnd(await repository.listSameScope(tx, marketId, row), input)
  const ended = before === null ? null : await findTariff(tx, marketId, before.ends.id)
  if (before !== null) await endPrice(tx, marketId, before.ends.id, before.on, 'effectiveFrom')
  await tx.insert(tariff).values(row)
  await insertMany(
    tx,
    tariffTier,
    tiers.map((tier) => ({
      marketId,
      tariffId: row.id,
      fromQuantity: tier.fromQuantity,
      unitPriceVnd: BigInt(tier.unitPriceVnd),
      ceilingVnd: BigInt(tier.ceilingVnd),
    })),
  )
  const made = await findTariff(tx, marketId, row.id)
  noteChange(actor, {
    ...(ended === null ? {} : { before: priceOf(ended) }),
    after: { ...priceOf(made), effectiveFrom: made.effectiveFrom, decisionId: made.decisionId },
    open: ['name', 'zoneCode'],
  })
  return made
}

/** Ends a price on a day. Errors: `not_found`, `request_invalid`, `price_already_billed`. */
export async function endTariff(tx: Tx, actor: Actor, id: string, input: EndTariff): Promise<Tariff> {
  const { marketId } = actor
  await repository.lockPrices(tx, marketId)
  const { effectiveFrom, effectiveTo } = await findTariff(tx, marketId, id)
  const fault =
    input.effectiveTo < effectiveFrom
      ? 'before its first day'
      : effectiveTo !== null && input.effectiveTo > effectiveTo
        ? `it ends on ${effectiveTo} already`
        : null
  if (fault !== null) throw new AppError('request_invalid', undefined, { fields: { effectiveTo: fault } })
  await endPrice(tx, marketId, id, input.effectiveTo, 'effectiveTo')
  noteChange(actor, { before: { effectiveTo }, after: input })
  return findTariff(tx, marketId, id)
}

/** A price that a month was billed by stays in force to the end of that month. */
async function endPrice(
  tx: Tx,
  marketId: string,
  id: string,
  on: string,
  field: 'effectiveFrom' | 'effectiveTo',
): Promise<void> {
  const period = await repository.lastPeriodBilled(tx, marketId, id)
  if (period !== null && on < lastDayOf(period)) {
    throw new AppError('price_already_billed', undefined, {
      fields: { [field]: `${period} is billed at the price in force` },
    })
  }
  await tx
    .update(tariff)
    .set({ effectiveTo: on })
    .where(and(eq(tariff.marketId, marketId), eq(tariff.id, id)))
}

/** What the audit trail says of a price. */
function priceOf({
  service,
  name,
  unit,
  zoneCode,
  stallKind,
  positionGrade,
  unitPriceVnd,
  ratePercent,
  tiers,
}: Tariff) {
  return { service, name, unit, zoneCode, stallKind, positionGrade, unitPriceVnd, ratePercent, tiers }
}

async function findTariff(tx: Tx, marketId: string, id: string): Promise<Tariff> {
  const found = (await getTariffs(tx, marketId)).find((one) => one.id === id)
  if (found === undefined) throw new AppError('not_found')
  return found
}

async function requireNamed(
  tx: Tx,
  marketId: string,
  { decisionId, zoneId }: Pick<CreateTariff, 'decisionId' | 'zoneId'>,
): Promise<void> {
  const decisions = await repository.listDecisions(tx, marketId)
  const zones = await tx.select({ id: zone.id }).from(zone).where(eq(zone.marketId, marketId))
  const fields = {
    ...(decisions.some(({ id }) => id === decisionId) ? {} : { decisionId: 'no such decision' }),
    ...(zoneId == null || zones.some(({ id }) => id === zoneId) ? {} : { zoneId: 'no such zone' }),
  }
  if (Object.keys(fields).length > 0) throw new AppError('request_invalid', undefined, { fields })
}

/** What prices stand on, the newest first. */
export async function getDecisions(tx: Tx, marketId: string): Promise<TariffDecision[]> {
  return (await repository.listDecisions(tx, marketId)).map(({ id, number, issuedOn, issuer, title }) => ({
    id,
    number,
    issuedOn,
    issuer,
    title,
  }))
}

/** Adds a decision. Errors: `request_invalid` when one of the same number and day is there. */
export async function createDecision(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  input: CreateTariffDecision,
): Promise<TariffDecision> {
  const id = newId('dec')
  const made = await tx
    .insert(tariffDecision)
    .values({ ...input, marketId, id, createdAt: ctx.now() })
    .onConflictDoNothing()
    .returning({ id: tariffDecision.id })
  if (made.length === 0) {
    throw new AppError('request_invalid', undefined, {
      fields: { number: 'a decision of this number and day is there' },
    })
  }
  return { id, ...input }
}

/** Rates of VAT with what says so, by service, the newest first. */
export async function getVatRates(tx: Tx, marketId: string): Promise<VatRate[]> {
  return (await repository.listVatRates(tx, marketId)).map(toVatRate)
}

/** Adds a rate of VAT; the one in force for the same service ends on the day before. Errors: `request_invalid`. */
export async function createVatRate(tx: Tx, marketId: string, input: CreateVatRate): Promise<VatRate> {
  if (input.effectiveTo != null && input.effectiveTo < input.effectiveFrom) {
    throw new AppError('request_invalid', undefined, { fields: { effectiveTo: 'before its first day' } })
  }
  if (Number(input.ratePercent) >= 100) {
    throw new AppError('request_invalid', undefined, { fields: { ratePercent: 'below 100' } })
  }
  await repository.lockPrices(tx, marketId)
  const same = (await repository.listVatRates(tx, marketId)).filter(
    ({ service }) => service === input.service,
  )
  const before = spanToEnd(same, input)
  if (before !== null) {
    await tx
      .update(vatRate)
      .set({ effectiveTo: before.on })
      .where(and(eq(vatRate.marketId, marketId), eq(vatRate.id, before.ends.id)))
  }
  const [made] = await tx
    .insert(vatRate)
    .values({ ...input, marketId, id: newId('vat') })
    .returning()
  if (made === undefined) throw new Error('a rate that was written was not answered')
  return toVatRate(made)
}

function toVatRate(row: typeof vatRate.$inferSelect): VatRate {
  const { marketId: _, service, ...rest } = row
  return { ...rest, service: service === null ? null : readOne(SERVICES, service) }
}
