/** A line of a charge, with what its tariff says of it. */
type Line = { amountVnd: bigint; passThrough: boolean }

/** What happened to a charge after it was issued: changes are signed, and `changedPassVnd` is the part that was passed through. */
type Happened = { changedVnd: bigint; changedPassVnd: bigint; owedVnd: bigint }

export type LinePart = { changedVnd: bigint; collectedVnd: bigint; owedVnd: bigint }

/**
 * Splits a sum pro rata of weights (zero or more, not all of them zero unless the sum is) into whole đồng that add up to it:
 * each gets the floor of its share, and the đồng that are left go one each to the largest remainders, the first of equals.
 */
export function spread(amountVnd: bigint, weights: readonly bigint[]): bigint[] {
  if (amountVnd < 0n) return spread(-amountVnd, weights).map((part) => -part)
  const whole = weights.reduce((sum, weight) => sum + weight, 0n)
  if (whole === 0n) {
    if (amountVnd !== 0n) throw new RangeError('nothing to spread a sum over')
    return weights.map(() => 0n)
  }
  const parts = weights.map((weight) => (amountVnd * weight) / whole)
  let left = amountVnd - parts.reduce((sum, part) => sum + part, 0n)
  const byRemainder = weights
    .map((weight, at) => ({ at, remainder: (amountVnd * weight) % whole }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.at - b.at : a.remainder > b.remainder ? -1 : 1))
  for (const { at } of byRemainder) {
    if (left === 0n) break
    parts[at] = (parts[at] ?? 0n) + 1n
    left -= 1n
  }
  return parts
}

/**
 * How much of each line of a charge is collected and owed. Money is paid for a charge and not for a line of it, so this is a
 * rule and no fact: what changed of money passed through falls on those lines and the rest on the others, pro rata of their
 * amounts; what was collected falls on what the lines then come to, pro rata again. The parts add up to the charge's own sums,
 * no line owes less than nothing, and none is collected beyond what it comes to.
 */
export function settleLines(lines: readonly Line[], happened: Happened): LinePart[] {
  const changes = changesOf(lines, happened)
  const due = lines.map(({ amountVnd }, at) => amountVnd + (changes[at] ?? 0n))
  const collected = spread(due.reduce((sum, one) => sum + one, 0n) - happened.owedVnd, due)
  return due.map((dueVnd, at) => {
    const collectedVnd = collected[at] ?? 0n
    return { changedVnd: changes[at] ?? 0n, collectedVnd, owedVnd: dueVnd - collectedVnd }
  })
}

function changesOf(lines: readonly Line[], { changedVnd, changedPassVnd }: Happened): bigint[] {
  const pass = lines.map(({ amountVnd, passThrough }) => (passThrough ? amountVnd : 0n))
  const rest = lines.map(({ amountVnd, passThrough }) => (passThrough ? 0n : amountVnd))
  const has = (weights: readonly bigint[]): boolean => weights.some((weight) => weight > 0n)
  const all = lines.map(({ amountVnd }) => amountVnd)
  const onPass = spread(changedPassVnd, has(pass) ? pass : all)
  const onRest = spread(changedVnd - changedPassVnd, has(rest) ? rest : all)
  const changes = all.map((_, at) => (onPass[at] ?? 0n) + (onRest[at] ?? 0n))
  // More was taken off one kind than it had: then nothing better is known than the whole charge.
  return all.some((amountVnd, at) => amountVnd + (changes[at] ?? 0n) < 0n) ? spread(changedVnd, all) : changes
}

/** A share as people write it, rounded half up to a tenth of a percent: `47,5 %` on one line; a dash of nothing. */
export function percentOf(part: bigint, whole: bigint): string {
  if (whole === 0n) return '–'
  const tenths = (part * 2_000n + whole) / (2n * whole)
  return `${tenths / 10n},${tenths % 10n}\u{a0}%`
}

/** The last day of a month `YYYY-MM`. */
export function lastDayOf(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

/** The month `count` months before `period`. */
export function monthsBefore(period: string, count: number): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 - count, 1)).toISOString().slice(0, 7)
}

/** `2026-11` as `11/2026`. */
export function formatPeriod(period: string): string {
  return period.split('-').toReversed().join('/')
}

/** A decimal of the database as people write it: `1234.50` as `1.234,5`. */
export function formatDecimal(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.')
  const shown = fraction.replace(/0+$/, '')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, '.')
  return shown === '' ? grouped : `${grouped},${shown}`
}
