import type { ReadingAnomaly } from '@tienve/contracts'

/** Readings and ratios have two decimals at most: as whole hundredths they compare exactly. */
export function hundredths(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'))
}

/**
 * Whether a month's usage is one to ask about: none at all, above `ratio` times the average of the months before (at most
 * three, newest first), or below its inverse. Without a month before only none is odd.
 */
export function anomalyOf(usage: string, before: readonly string[], ratio: string): ReadingAnomaly | null {
  const used = hundredths(usage)
  if (used === 0n) return 'zero'
  if (before.length === 0) return null
  const sum = before.reduce((all, one) => all + hundredths(one), 0n)
  const months = BigInt(before.length)
  if (used * months * 100n > hundredths(ratio) * sum) return 'high'
  return used * months * hundredths(ratio) < sum * 100n ? 'low' : null
}

/** What a meter counted from one reading to a later one; decimal text. */
export function usageOf(oldValue: string, newValue: string): string {
  return fromHundredths(hundredths(newValue) - hundredths(oldValue))
}

/** Two usages together; decimal text. */
export function together(a: string, b: string): string {
  return fromHundredths(hundredths(a) + hundredths(b))
}

function fromHundredths(size: bigint): string {
  const part = String(size % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '')
  return `${size / 100n}${part === '' ? '' : `.${part}`}`
}
