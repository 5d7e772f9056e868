import { Decimal } from 'decimal.js'
import { vnd, type Vnd } from './vnd.ts'

/**
 * The one place where money meets a fraction. Everything is exact until the one rounding at the end, half up to the
 * đồng; docs/CHARGES.md has the rules with worked cases, and a test recomputes them. Quantities and rates are decimal
 * text; each function throws `RangeError` when one is not a plain decimal of zero or more.
 */

/** Enough digits for any market's sums, so that nothing is rounded before the one rounding below. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP })

/** The places that a stored quantity has after the point. */
const QUANTITY_PLACES = 4

/** Some quantity at some price each: a sum of them is rounded once. */
export type Rated = { quantity: string; unitPriceVnd: bigint }

/** The days that are billed, of those that the price is for: of a month's, or of one when it is a day's price. */
export type Share = { days: number; of: number }

/** A quantity (`4.5` m²) times a price in whole đồng. */
export function multiplyRate(quantity: string, unitPriceVnd: bigint): Vnd {
  return sumRates([{ quantity, unitPriceVnd }])
}

/** Quantities times their prices, added up, and a share of the days of it. */
export function sumRates(parts: readonly Rated[], share?: Share): Vnd {
  const whole = parts.reduce(
    (sum, { quantity, unitPriceVnd }) => sum.plus(exact(quantity).times(unitPriceVnd.toString())),
    new Exact(0),
  )
  return round(shareOf(whole, share))
}

/** A percentage of a sum, and a share of the days of it. */
export function percentOf(baseVnd: bigint, ratePercent: string, share?: Share): Vnd {
  return round(shareOf(exact(ratePercent).times(baseVnd.toString()).dividedBy(100), share))
}

/** The tax on top of a net sum. */
export function vatOn(netVnd: bigint, ratePercent: string): Vnd {
  return percentOf(netVnd, ratePercent)
}

/** Parts a sum that holds its tax: the net sum is rounded, and the tax is the rest, so that both add up to it. */
export function partVat(grossVnd: bigint, ratePercent: string): { netVnd: Vnd; vatVnd: Vnd } {
  const net = new Exact(grossVnd.toString()).times(100).dividedBy(exact(ratePercent).plus(100))
  const netVnd = round(net)
  return { netVnd, vatVnd: vnd(grossVnd - netVnd) }
}

/** Quantities added up, as decimal text without zeros that say nothing. */
export function addQuantities(quantities: readonly string[]): string {
  return quantities.reduce((sum, quantity) => sum.plus(exact(quantity)), new Exact(0)).toFixed()
}

/** What is left of a quantity; `RangeError` when more is taken away than there is. */
export function takeQuantity(from: string, taken: string): string {
  const left = exact(from).minus(exact(taken))
  if (left.isNegative()) throw new RangeError('more is taken away than there is')
  return left.toFixed()
}

/** The smaller of two quantities. */
export function leastQuantity(a: string, b: string): string {
  return Exact.min(exact(a), exact(b)).toFixed()
}

/** A share of the days of a quantity, to four places: for showing and comparing, never for reckoning on. */
export function shareQuantity(quantity: string, share: Share): string {
  return shareOf(exact(quantity), share).toDecimalPlaces(QUANTITY_PLACES).toFixed()
}

function exact(quantity: string): Decimal {
  if (!/^\d+(\.\d+)?$/.test(quantity)) throw new RangeError('the quantity is not a plain decimal')
  return new Exact(quantity)
}

function shareOf(whole: Decimal, share: Share | undefined): Decimal {
  if (share === undefined) return whole
  if (!Number.isInteger(share.days) || !Number.isInteger(share.of) || share.days < 0 || share.of < 1) {
    throw new RangeError('the share is not of whole days')
  }
  return whole.times(share.days).dividedBy(share.of)
}

function round(exactVnd: Decimal): Vnd {
  return vnd(exactVnd.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0))
}
