import { DENOMINATIONS, type CashCount } from '@tienve/contracts'

/** What a count of notes adds up to. */
export function sumOf(counts: CashCount): number {
  return DENOMINATIONS.reduce((sum, note) => sum + note * (counts[String(note)] ?? 0), 0)
}

/** The most of one note that the service takes. */
const MOST = 100_000

/** A count with `by` more of one note, or as many as were typed. A note of which there is none is not in it. */
export function withNotes(counts: CashCount, note: number, count: number): CashCount {
  const { [String(note)]: _before, ...rest } = counts
  const next = Math.min(MOST, Math.max(0, Math.trunc(count)))
  return next === 0 || Number.isNaN(next) ? rest : { ...rest, [String(note)]: next }
}
