import { Decimal } from 'decimal.js'
import { vnd, type Vnd } from './vnd.ts'

/** Enough digits for any market's sums, so that nothing is rounded before the one rounding below. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP })

/**
 * A quantity (`4.5` m², as decimal text) times a price in whole đồng, rounded half up to the đồng: the one place where
 * money meets a fraction. Throws `RangeError` when the quantity is not a plain decimal of zero or more.
 */
export function multiplyRate(quantity: string, unitPriceVnd: bigint): Vnd {
  if (!/^\d+(\.\d+)?$/.test(quantity)) throw new RangeError('the quantity is not a plain decimal')
  const product = new Exact(quantity).times(unitPriceVnd.toString())
  return vnd(product.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0))
}
