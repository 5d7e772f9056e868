import type { MeterReading, MeterReadings } from '@tienve/contracts'

export const READING_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ',', '0', '⌫'] as const
export type ReadingKey = (typeof READING_KEYS)[number]

/** A reading as it is typed after a key: at most ten digits and two decimals, as the service keeps them. */
export function pressKey(typed: string, key: ReadingKey): string {
  if (key === '⌫') return typed.slice(0, -1)
  const next = `${typed}${key}`.replace(/^0+(?=\d)/, '').replace(/^,/, '0,')
  return /^\d{1,10}(,\d{0,2})?$/.test(next) ? next : typed
}

/** `1250,5` as it is typed as the wire has it; null while nothing is typed. */
export function valueOf(typed: string): string | null {
  const text = typed.replace(',', '.').replace(/\.$/, '')
  return text === '' ? null : text
}

/** What was used from one value to another, for whoever reads: negative when the meter would have run back. */
export function usedFrom(oldValue: string, newValue: string): number {
  return Math.round(Number(newValue) * 100 - Number(oldValue) * 100) / 100
}

/** Whether a reading of this month may still be written: its round is not proposed. */
export function isOpen({ roundStatus }: Pick<MeterReadings, 'roundStatus'>): boolean {
  return roundStatus === null || roundStatus === 'preparing'
}

/** True while a reading waits for somebody: none yet, or an odd one that nobody has looked at again. */
export function isWaiting({ newValue, anomaly, confirmedBy }: MeterReading): boolean {
  return newValue === null || (anomaly !== null && confirmedBy === null)
}

/** The next meter of the walk that waits, from the one after `at` on and round again; null when none is left. */
export function nextWaiting(meters: readonly MeterReading[], at: number): MeterReading | null {
  return [...meters.slice(at + 1), ...meters.slice(0, Math.max(at, 0))].find(isWaiting) ?? null
}
