/** What the stalls of one zone took in a span of days, apart for those that agreed to be named and those that did not. */
export type ZoneTotals = {
  zone: { id: string; code: string; name: string }
  /** Stalls that have not consented and sold something in the span. */
  hiddenStalls: number
  hidden: Totals
}

export type Totals = { bankVnd: bigint; cashVnd: bigint; count: bigint }

export type Cell = { zones: ZoneTotals['zone'][]; sellingStalls: number; totals: Totals }

/** A figure about fewer stalls than this says too much about each of them. */
export const LEAST_STALLS = 5

/**
 * The rule of five: a cell of stalls that have not consented shows when at least five of them sold, or none did.
 * Smaller cells are merged, the smallest two first, until each has five; a last one that is still too small takes the
 * next smallest with it, since otherwise the total less the rest would give it away. Null when the whole is too small.
 */
export function cellsOf(zones: readonly ZoneTotals[]): Cell[] | null {
  const cells: Cell[] = zones.map(({ zone, hiddenStalls, hidden }) => ({
    zones: [zone],
    sellingStalls: hiddenStalls,
    totals: hidden,
  }))
  if (tooFew(cells.reduce((sum, cell) => sum + cell.sellingStalls, 0))) return null
  const quiet = cells.filter((cell) => cell.sellingStalls === 0)
  let selling = cells.filter((cell) => cell.sellingStalls > 0)
  for (;;) {
    selling = selling.toSorted(
      (a, b) => a.sellingStalls - b.sellingStalls || codeOf(a).localeCompare(codeOf(b)),
    )
    const [first, second, ...rest] = selling
    if (first === undefined || first.sellingStalls >= LEAST_STALLS || second === undefined) break
    selling = [merge(first, second), ...rest]
  }
  return [...selling, ...quiet].toSorted((a, b) => codeOf(a).localeCompare(codeOf(b)))
}

/** True for one to four unnamed stalls: no figure may show that is theirs, alone or less what is named. */
export function tooFew(hiddenStalls: number): boolean {
  return hiddenStalls > 0 && hiddenStalls < LEAST_STALLS
}

export function addTotals(a: Totals, b: Totals): Totals {
  return { bankVnd: a.bankVnd + b.bankVnd, cashVnd: a.cashVnd + b.cashVnd, count: a.count + b.count }
}

export const NO_TOTALS: Totals = { bankVnd: 0n, cashVnd: 0n, count: 0n }

function merge(a: Cell, b: Cell): Cell {
  return {
    zones: [...a.zones, ...b.zones].toSorted((x, y) => x.code.localeCompare(y.code)),
    sellingStalls: a.sellingStalls + b.sellingStalls,
    totals: addTotals(a.totals, b.totals),
  }
}

function codeOf(cell: Cell): string {
  return cell.zones[0]?.code ?? ''
}
