import { Decimal } from 'decimal.js'
import { vnd, type Vnd } from './vnd.ts'

/** Enough digits for any market's sums, so that nothing is rounded before the one rounding below. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP })

/**
 * A quantity (`4.5` m², as decimal text) times a price in whole đồng, rounded half up to the đồng: the one place where
 * money meets a fraction. Throws `RangeError` when the quantity is not a plain decimal of zero or more.
 */
export function multiplyRate(quantity: string, unitPriceVnd: bigint): Vnd {
  return round(exact(quantity).times(unitPriceVnd.toString()))
}

/** The tax on top of a net sum. */
export function vatOn(netVnd: bigint, ratePercent: string): Vnd {
  return round(exact(ratePercent).times(netVnd.toString()).dividedBy(100))
}

/** Parts a sum that holds its tax: the net sum is rounded, and the tax is the rest, so that both add up to it. */
export function partVat(grossVnd: bigint, ratePercent: string): { netVnd: Vnd; vatVnd: Vnd } {
  const net = new Exact(grossVnd.toString()).times(100).dividedBy(exact(ratePercent).plus(100))
  const netVnd = round(net)
  return { netVnd, vatVnd: vnd(grossVnd - netVnd) }
}

function exact(quantity: string): Decimal {
  if (!/^\d+(\.\d+)?$/.test(quantity)) throw new RangeError('the quantity is not a plain decimal')
  return new Exact(quantity)
}

function round(exactVnd: Decimal): Vnd {
  return vnd(exactVnd.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0))
}
