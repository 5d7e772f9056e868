import { AppError } from '@tienve/contracts'

/** What somebody looks for: any of some amounts, or letters of a memo's end or of a note; both where it may be either. */
export type Wanted = { amountsVnd: bigint[]; words: string | null }

const THOUSAND = 1_000n
const MILLION = 1_000_000n
/** Prices are said in thousands: `35` is 35.000 đ as a rule, and 35 đ now and then. Nobody says `35000` for 35 million. */
const SAID_IN_THOUSANDS = 1_000n
const FEWEST_LETTERS = 2
/** The last digits of a bank's reference stand at a memo's end, so that a longer number may be one of those. */
const FEWEST_DIGITS_OF_MEMO = 4

/**
 * A whole number with its thousands parted, or one with a fraction, and the word after it, all without accents. None is of more digits
 * than twelve: a longer one is no price, and would not fit the database's numbers.
 */
const GROUPED = /^(\d{1,3}(?:[.,\s]\d{3}){1,3})\s*(?:d|dong|vnd)?$/
const PLAIN = /^(\d{1,12})\s*(d|dong|vnd)?$/
const SCALED = /^(\d{1,9})(?:[.,](\d{1,3}))?\s*(k|nghin|ngan|tr|trieu)$/
/** `1tr2` and `1 triệu 250`, as amounts are said: what follows are hundreds of thousands, tens of them, or thousands. */
const SAID = /^(\d{1,6})\s*(?:tr|trieu)\s*(\d{1,3})$/

/** Reads what was typed into the search. Errors: `search_unclear` for what is neither an amount nor two letters. */
export function readSearch(text: string): Wanted {
  const folded = fold(text).trim().replaceAll(/\s+/g, ' ')
  const amountsVnd = amountsOf(folded).filter((amount) => amount > 0n)
  const isNumber = PLAIN.test(folded) && folded.length >= FEWEST_DIGITS_OF_MEMO
  const words = amountsVnd.length === 0 || isNumber ? folded : null
  if (amountsVnd.length === 0 && [...folded.matchAll(/[\p{L}\d]/gu)].length < FEWEST_LETTERS)
    throw new AppError('search_unclear', undefined, { fields: { q: 'an amount, or at least two letters' } })
  return { amountsVnd, words }
}

function amountsOf(text: string): bigint[] {
  const [, grouped] = GROUPED.exec(text) ?? []
  if (grouped !== undefined) return [BigInt(grouped.replaceAll(/\D/g, ''))]
  const [, plain, unit] = PLAIN.exec(text) ?? []
  if (plain !== undefined) {
    const amount = BigInt(plain)
    return unit === undefined && amount < SAID_IN_THOUSANDS ? [amount, amount * THOUSAND] : [amount]
  }
  const [, millions, rest] = SAID.exec(text) ?? []
  if (millions !== undefined && rest !== undefined)
    return [BigInt(millions) * MILLION + BigInt(rest.padEnd(3, '0')) * THOUSAND]
  const [, whole, fraction = '', scale = ''] = SCALED.exec(text) ?? []
  if (whole === undefined) return []
  const one = scale.startsWith('tr') ? MILLION : THOUSAND
  return [BigInt(whole) * one + (BigInt(fraction.padEnd(3, '0')) * one) / THOUSAND]
}

/** Letters as they are compared: small and without accents, since banks drop those. The database does the same (`repository.ts`). */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
}
