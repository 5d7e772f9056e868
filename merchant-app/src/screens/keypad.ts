export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '000', '0', '⌫'] as const
export type Key = (typeof KEYS)[number]

/** What one transfer may carry has nine digits. */
const MAX_DIGITS = 9

/** The digits after a key: never a leading zero, never more than a transfer can carry. */
export function pressKey(digits: string, key: Key): string {
  if (key === '⌫') return digits.slice(0, -1)
  const next = (digits + key).replace(/^0+/, '')
  return next.length > MAX_DIGITS || Number(next) > 499_999_999 ? digits : next
}
