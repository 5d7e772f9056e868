import { AppError, type CreateTariff } from '@tienve/contracts'
import { addDays } from '../days.ts'

type Span = { id: string; effectiveFrom: string; effectiveTo: string | null }

/**
 * Refuses a price that its own fields contradict: one way of pricing and no other, in a unit that fits its service, and
 * never above its ceiling. Errors: `request_invalid`, `price_above_ceiling`.
 */
export function requireSoundPrice(input: CreateTariff): void {
  const fields = { ...faultsOfUnit(input), ...faultsOfTiers(input), ...faultsOfPercentage(input) }
  if (input.effectiveTo != null && input.effectiveTo < input.effectiveFrom) {
    fields.effectiveTo = 'before its first day'
  }
  if (Object.keys(fields).length > 0) throw new AppError('request_invalid', undefined, { fields })
  const above = [
    ...(isAbove(input) ? [['unitPriceVnd', input.ceilingVnd]] : []),
    ...input.tiers.flatMap((tier, at) =>
      tier.unitPriceVnd > tier.ceilingVnd ? [[`tiers.${at}.unitPriceVnd`, tier.ceilingVnd]] : [],
    ),
  ]
  if (above.length > 0) {
    throw new AppError('price_above_ceiling', undefined, {
      fields: Object.fromEntries(above.map(([field, most]) => [String(field), `at most ${most}`])),
    })
  }
}

function isAbove({ unitPriceVnd, ceilingVnd }: CreateTariff): boolean {
  return unitPriceVnd != null && ceilingVnd != null && unitPriceVnd > ceilingVnd
}

type Faults = Record<string, string>

function faultsOfUnit({ service, unit }: CreateTariff): Faults {
  if (unit === 'kwh' && service !== 'electricity') return { unit: 'kWh is for electricity' }
  if (unit === 'm3' && service !== 'water') return { unit: 'm³ is for water' }
  if ((unit === 'ticket') !== (service === 'day_ticket')) return { unit: 'a ticket is for who has no stall' }
  return {}
}

function faultsOfTiers({ unit, tiers, unitPriceVnd, ceilingVnd }: CreateTariff): Faults {
  if (tiers.length === 0) {
    if (unit === 'percent') return {}
    return {
      ...(unitPriceVnd == null ? { unitPriceVnd: 'a price, or tiers' } : {}),
      ...(ceilingVnd == null ? { ceilingVnd: 'the ceiling that the decision sets' } : {}),
    }
  }
  if (unit !== 'kwh' && unit !== 'm3') return { tiers: 'only for what a meter counts' }
  if (unitPriceVnd != null || ceilingVnd != null) return { unitPriceVnd: 'either one price or tiers' }
  const faults: Faults = {}
  tiers.forEach(({ fromQuantity }, at) => {
    const before = tiers[at - 1]
    const field = `tiers.${at}.fromQuantity`
    if (before === undefined) {
      if (Number(fromQuantity) !== 0) faults[field] = 'the first begins at 0'
    } else if (Number(fromQuantity) <= Number(before.fromQuantity)) faults[field] = 'above the one before'
    if (!/^\d{1,8}(\.\d{1,2})?$/.test(fromQuantity)) faults[field] = 'at most two decimals'
  })
  return faults
}

function faultsOfPercentage(input: CreateTariff): Faults {
  const { unit, service, ratePercent, percentOf, unitPriceVnd, ceilingVnd } = input
  if (unit !== 'percent') {
    return {
      ...(ratePercent == null ? {} : { ratePercent: 'only for a percentage' }),
      ...(percentOf.length === 0 ? {} : { percentOf: 'only for a percentage' }),
    }
  }
  return {
    ...(ratePercent != null && Number(ratePercent) > 0 && Number(ratePercent) < 1_000
      ? {}
      : { ratePercent: 'above 0 and below 1000' }),
    ...(percentOf.length === 0 || percentOf.includes(service) ? { percentOf: 'of other services' } : {}),
    ...(unitPriceVnd == null && ceilingVnd == null ? {} : { unitPriceVnd: 'a percentage has no price' }),
  }
}

/**
 * Which of the spans of one thing a new one brings to its end on the day before it begins; null when none is in force then.
 * Errors: `request_invalid` where another begins on the same day, or begins later while the new one would go on.
 */
export function spanToEnd<T extends Span>(
  spans: readonly T[],
  next: { effectiveFrom: string; effectiveTo?: string | null | undefined },
): { ends: T; on: string } | null {
  const { effectiveFrom: from, effectiveTo: to = null } = next
  const refuse = (field: string, fault: string): never => {
    throw new AppError('request_invalid', undefined, { fields: { [field]: fault } })
  }
  if (spans.some(({ effectiveFrom }) => effectiveFrom === from)) {
    refuse('effectiveFrom', 'another begins on this day')
  }
  const later = spans
    .map(({ effectiveFrom }) => effectiveFrom)
    .filter((day) => day > from)
    .toSorted()[0]
  if (later !== undefined && (to === null || to >= later)) {
    refuse('effectiveTo', `another begins on ${later}: end before it`)
  }
  const ends = spans.find((one) => one.effectiveFrom < from && (one.effectiveTo ?? from) >= from)
  return ends === undefined ? null : { ends, on: addDays(from, -1) }
}
