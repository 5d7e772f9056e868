import { TRANSFER_MAX_VND } from '@tienve/contracts'

export const CASH_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '000', '0', '⌫'] as const
export type CashKey = (typeof CASH_KEYS)[number]

/** The digits of a sum after a key: never a leading zero, never more than the service takes at once. */
export function pressKey(digits: string, key: CashKey): string {
  if (key === '⌫') return digits.slice(0, -1)
  const next = (digits + key).replace(/^0+/, '')
  return Number(next) > TRANSFER_MAX_VND ? digits : next
}

/** Notes that people pay with. */
export const NOTES = [50_000, 100_000, 200_000, 500_000] as const

/** What to give back of the notes given: below zero is what is missing. Null while no note is given. */
export function changeOf(amountVnd: number, givenVnd: number): number | null {
  return givenVnd === 0 ? null : givenVnd - amountVnd
}
