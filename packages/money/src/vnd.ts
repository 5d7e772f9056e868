declare const brand: unique symbol

/** Whole đồng. A `bigint` that came through `vnd()` or out of arithmetic on such: never a float, never a fraction. */
export type Vnd = bigint & { readonly [brand]: 'Vnd' }

/**
 * Takes a whole number of đồng. Throws `RangeError` for a fraction, an unsafe number, or text that is not digits with
 * at most a sign.
 */
export function vnd(value: bigint | number | string): Vnd {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError('not a whole number of đồng')
  if (typeof value === 'string' && !/^-?\d+$/.test(value)) throw new RangeError('not a whole number of đồng')
  // The brand exists for the compiler only: this is the one place that gives it.
  return BigInt(value) as Vnd
}

/** `1250000` as `1.250.000`: Vietnamese puts dots between thousands. */
export function formatNumber(amount: bigint | number): string {
  const digits = String(amount)
  return digits.replace(/\B(?=(\d{3})+$)/g, '.')
}

/** `35000` as `35.000 đ`, with a space that does not break, so that the sign never stands alone on a line. */
export function formatVnd(amount: bigint | number): string {
  return `${formatNumber(amount)}\u00a0đ`
}

/** Reads what people type: `35000`, `35.000`, `35.000 đ`. Null for anything else, `35.00` and `35,5` among it. */
export function parseVnd(text: string): Vnd | null {
  const bare = text.trim().replace(/\s*(?:đ|₫|đồng|vnd)$/iu, '')
  return /^(?:\d+|\d{1,3}(?:\.\d{3})+)$/.test(bare) ? vnd(bare.replaceAll('.', '')) : null
}

/** An amount as JSON carries it. Throws `RangeError` where a JSON number would no longer be exact. */
export function vndToJson(amount: bigint): number {
  const number = Number(amount)
  if (!Number.isSafeInteger(number)) throw new RangeError('the amount does not fit a JSON number')
  return number
}
