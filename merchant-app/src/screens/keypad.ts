export const KEYS = ['1', '2', '3', '⌫', '4', '5', '6', '+', '7', '8', '9', '000', '0'] as const
export type Key = (typeof KEYS)[number]

/** What one transfer may carry has nine digits. */
const MAX_DIGITS = 9
const MAX_VND = 499_999_999
/** More sums than a person reads at a glance. */
const MAX_TERMS = 6

/** Under what the sum is kept that was typed before a credit sale is noted, until the page of the book reads it. */
export const creditDraft = (stallId: string): readonly string[] => ['credit draft', stallId]

/** The notes that people pay with, and so what they round up to. */
const NOTES_VND = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000]
const USUAL_VND = [10_000, 20_000, 50_000, 100_000]
const QUICK_COUNT = 4

/** What is typed is amounts joined by `+`: `12000+8000`. Their sum; a `+` at the end waits for the next and adds nothing. */
export function sumOf(typed: string): number {
  return typed.split('+').reduce((sum, term) => sum + Number(term), 0)
}

/** What is typed after a key: never a leading zero, and never in all more than one transfer can carry. */
export function pressKey(typed: string, key: Key): string {
  if (key === '⌫') return typed.slice(0, -1)
  const terms = typed.split('+')
  const last = terms.at(-1) ?? ''
  if (key === '+') return last === '' || terms.length === MAX_TERMS ? typed : `${typed}+`
  return withLast(typed, (last + key).replace(/^0+/, ''))
}

/** A whole amount in one tap: it takes the place of what is being typed. */
export function pressAmount(typed: string, amountVnd: number): string {
  return withLast(typed, String(amountVnd))
}

function withLast(typed: string, last: string): string {
  const next = [...typed.split('+').slice(0, -1), last].join('+')
  return last.length > MAX_DIGITS || sumOf(next) > MAX_VND ? typed : next
}

/** The amounts that were taken last, the newest first, once this one is taken too. */
export function withTaken(lastVnd: readonly number[], amountVnd: number): number[] {
  return [amountVnd, ...lastVnd.filter((one) => one !== amountVnd)].slice(0, QUICK_COUNT)
}

/** Four amounts for one tap: the last that were taken, and the usual notes where those are fewer. */
export function quickAmounts(lastVnd: readonly number[]): number[] {
  const shown = [...new Set([...lastVnd, ...USUAL_VND])].slice(0, QUICK_COUNT)
  return shown.toSorted((a, b) => a - b)
}

/** What shoppers hand over for a sum, and what they get back: the next round amounts above it, the smallest first. */
export function changeFor(amountVnd: number): { handedVnd: number; backVnd: number }[] {
  const handed = NOTES_VND.map((note) => Math.ceil(amountVnd / note) * note)
  return [...new Set(handed)]
    .filter((one) => one > amountVnd)
    .toSorted((a, b) => a - b)
    .slice(0, 3)
    .map((handedVnd) => ({ handedVnd, backVnd: handedVnd - amountVnd }))
}
