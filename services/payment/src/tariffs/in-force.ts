import type { Service, TariffUnit } from '@tienve/contracts'
import type { Month } from '../days.ts'

/** A price as decided, as far as billing goes by it. `zoneId`, `positionGrade`, `stallKind` are its scope; null is all. */
export type Price = {
  id: string
  service: Service
  name: string
  unit: TariffUnit
  zoneId: string | null
  positionGrade: number | null
  stallKind: string | null
  unitPriceVnd: bigint | null
  /** Lowest first; empty when there is one unit price or a percentage. */
  tiers: readonly { fromQuantity: string; unitPriceVnd: bigint }[]
  ratePercent: string | null
  percentOf: readonly Service[]
  vatIncluded: boolean
  passThrough: boolean
  whilePaused: boolean
  effectiveFrom: string
  effectiveTo: string | null
}

export type Vat = {
  service: Service | null
  ratePercent: string
  effectiveFrom: string
  effectiveTo: string | null
}

/** What of a stall decides which prices are its own. */
export type Place = { zoneId: string; positionGrade: number; kind: string }

/** A price and the days of the month (1 to 31) on which it is a stall's own for its service. */
export type PricedDays = { price: Price; days: ReadonlySet<number> }

/**
 * The prices of a stall in a month, day by day, in the order of their first day. One of each service is in force at a
 * time: the one whose scope is the narrowest, and of two equally narrow ones the one from the later day. `other` is no
 * one service: there each name is in force beside the others.
 */
export function pricesOf(prices: readonly Price[], place: Place, month: Month): PricedDays[] {
  const fitting = prices.filter((price) => fits(price, place))
  const found = new Map<Price, Set<number>>()
  for (let day = 1; day <= month.days; day++) {
    const date = dateOf(month, day)
    const inForce = fitting.filter((price) => isInForce(price, date))
    for (const some of Map.groupBy(inForce, kindOf).values()) {
      const [own] = some.toSorted(isNarrower)
      if (own === undefined) continue
      const days = found.get(own) ?? new Set()
      found.set(own, days.add(day))
    }
  }
  return [...found].map(([price, days]) => ({ price, days }))
}

/** The VAT of a service on a day, in percent: a rate of that service goes before one of all, and none is 0 %. */
export function vatOf(rates: readonly Vat[], service: Service, day: string): string {
  const [rate] = rates
    .filter((one) => (one.service === null || one.service === service) && isInForce(one, day))
    .toSorted(
      (a, b) =>
        Number(b.service !== null) - Number(a.service !== null) ||
        b.effectiveFrom.localeCompare(a.effectiveFrom),
    )
  return rate?.ratePercent ?? '0'
}

/** The day of a month by its number, as a date. */
export function dateOf(month: Month, day: number): string {
  return `${month.period}-${String(day).padStart(2, '0')}`
}

function kindOf({ service, name }: Price): string {
  return service === 'other' ? `other ${name}` : service
}

function fits(price: Price, place: Place): boolean {
  return (
    (price.zoneId === null || price.zoneId === place.zoneId) &&
    (price.positionGrade === null || price.positionGrade === place.positionGrade) &&
    (price.stallKind === null || price.stallKind === place.kind)
  )
}

/** How much a scope names; of as much, a zone is narrower than a kind, and a kind than a position. */
function narrowness({ zoneId, stallKind, positionGrade }: Price): number {
  const [zone, kind, grade] = [zoneId, stallKind, positionGrade].map((part) => Number(part !== null))
  return ((zone ?? 0) + (kind ?? 0) + (grade ?? 0)) * 8 + (zone ?? 0) * 4 + (kind ?? 0) * 2 + (grade ?? 0)
}

function isNarrower(a: Price, b: Price): number {
  return (
    narrowness(b) - narrowness(a) ||
    b.effectiveFrom.localeCompare(a.effectiveFrom) ||
    a.id.localeCompare(b.id)
  )
}

function isInForce(one: { effectiveFrom: string; effectiveTo: string | null }, day: string): boolean {
  return one.effectiveFrom <= day && (one.effectiveTo === null || one.effectiveTo >= day)
}
