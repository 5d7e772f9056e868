import { DRAFT_REASONS, type DraftCharge } from '@tienve/contracts'
import type { Draft } from './drafts.ts'
import type { Line } from './lines.ts'

type Reason = DraftCharge['reasons'][number]

/** A line as far as two months are compared by it. */
type Compared = Pick<Line, 'service' | 'formula' | 'quantity' | 'tariffId'>

/** What was billed the month before; `contractId` is null for what was billed before there were contracts. */
export type Billed = Omit<Draft, 'contractId' | 'lines'> & { contractId: string | null; lines: Compared[] }

/** What a contract would be billed beside what it was billed the month before; null lines for one that is gone. */
export type Comparison = {
  now: Draft | null
  place: Omit<Draft, 'totalVnd' | 'lines' | 'contractId'> & { contractId: string | null }
  lastVnd: bigint | null
  differenceVnd: bigint
  reasons: Reason[]
}

/**
 * Sets a month beside the one before, contract by contract: the largest differences first, of equal ones by stall. A
 * charge that named no contract is taken for one of the first contract of its stall.
 */
export function compareMonths(drafts: readonly Draft[], before: readonly Billed[]): Comparison[] {
  const left = new Map(before.map((billed) => [billed.contractId ?? billed.stallId, billed]))
  const compared = drafts.map((draft): Comparison => {
    const key = left.has(draft.contractId) ? draft.contractId : draft.stallId
    const last = left.get(key)
    left.delete(key)
    return {
      now: draft,
      place: draft,
      lastVnd: last?.totalVnd ?? null,
      differenceVnd: draft.totalVnd - (last?.totalVnd ?? 0n),
      reasons: last === undefined ? ['new'] : reasonsOf(draft.lines, last.lines),
    }
  })
  const gone = [...left.values()].map((last): Comparison => ({
    now: null,
    place: last,
    lastVnd: last.totalVnd,
    differenceVnd: -last.totalVnd,
    reasons: ['gone'],
  }))
  return [...compared, ...gone].toSorted(byDifference)
}

/** The order of a preview. */
function byDifference(a: Comparison, b: Comparison): number {
  const [mine, other] = [sizeOf(a), sizeOf(b)]
  if (mine !== other) return mine > other ? -1 : 1
  return nameOf(a) < nameOf(b) ? -1 : 1
}

export function sizeOf({ differenceVnd }: Comparison): bigint {
  return differenceVnd < 0n ? -differenceVnd : differenceVnd
}

/** The stall and the contract: no two comparisons have the same. */
export function nameOf({ place }: Comparison): string {
  return `${place.stallCode}/${place.contractId ?? ''}`
}

function reasonsOf(now: readonly Compared[], before: readonly Compared[]): Reason[] {
  const found = new Set<Reason>()
  const services = new Set([...now, ...before].map(({ service }) => service))
  for (const service of services) {
    const [own, last] = [now, before].map((lines) => lines.filter((line) => line.service === service))
    if (own === undefined || last === undefined) continue
    if (own.length === 0 || last.length === 0) {
      found.add('services')
      continue
    }
    if (textOf(own, ({ tariffId }) => tariffId) !== textOf(last, ({ tariffId }) => tariffId))
      found.add('price')
    if (Math.abs(quantityOf(own) - quantityOf(last)) < QUANTITY_ROUNDING) continue
    if (own.some(isMetered)) found.add('usage')
    else if (textOf(own, areaOf) !== textOf(last, areaOf)) found.add('area')
    else found.add('days')
  }
  return DRAFT_REASONS.filter((reason) => found.has(reason))
}

/** Two parts of a month are each rounded to four places, so that their sum may be off by as little. */
const QUANTITY_ROUNDING = 0.001

/** Quantities are compared and not multiplied here, so a float will do. */
function quantityOf(lines: readonly Compared[]): number {
  return lines.reduce((sum, { quantity }) => sum + Number(quantity ?? 0), 0)
}

function isMetered({ formula }: Compared): boolean {
  return formula.includes('→')
}

/** The area as the words say it: a stored quantity has the days in it already. Empty where the price is not by area. */
function areaOf({ formula }: Compared): string {
  return /^(\S+) m² /.exec(formula)?.[1] ?? ''
}

/** Lines with the same values, whatever their order, have the same text. */
function textOf(lines: readonly Compared[], value: (line: Compared) => string): string {
  return [...new Set(lines.map(value))].toSorted().join()
}
