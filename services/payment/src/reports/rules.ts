export type Totals = { bankVnd: bigint; cashVnd: bigint; count: bigint }

/** Stalls that have not agreed to be named and sold something: who, how many by bank and in cash, and what all took. */
export type Unnamed = { stallIds: readonly string[]; byBank: number; inCash: number; totals: Totals }

/** The unnamed of one zone on one day. */
export type ZoneDay = { zone: Zone; unnamed: Unnamed }
export type Zone = { id: string; code: string; name: string }

export type Cell = { zones: Zone[]; unnamed: Unnamed }

/** The cells of one day. What came by bank and in cash is told apart in all of them or in none. */
export type DayCells = { day: string; cells: Cell[]; isSplit: boolean }

/** Cells of the same zones, added up over the days on which they stood so. */
export type SpanCell = { zones: Zone[]; days: number; stallCount: number; isSplit: boolean; totals: Totals }

/** A figure about fewer stalls than this says too much about each of them. */
export const LEAST_STALLS = 5

/**
 * The rule of five, for one day: a cell of unnamed stalls shows when at least five of them sold, or none did. Smaller
 * cells are merged, the smallest with the next, until each has five. Null when the whole day is too small. Bank and cash
 * are figures of their own and follow the same rule, unless the whole day has too few for one of them: then neither shows.
 *
 * Everything that is shown of unnamed stalls is one of these cells or a sum of whole ones. They do not overlap, so
 * nothing smaller comes out by taking one figure from another. Hence no cell is ever made for a longer span.
 */
export function cellsOf(day: string, zones: readonly ZoneDay[]): DayCells | null {
  const whole = zones.map(({ unnamed }) => unnamed).reduce(addUnnamed, NOBODY)
  if (tooFew(whole.stallIds.length)) return null
  const isSplit = !tooFew(whole.byBank) && !tooFew(whole.inCash)
  const isSmall = ({ unnamed: { stallIds, byBank, inCash } }: Cell): boolean =>
    tooFew(stallIds.length) || (isSplit && (tooFew(byBank) || tooFew(inCash)))
  const cells: Cell[] = zones.map(({ zone, unnamed }) => ({ zones: [zone], unnamed }))
  const quiet = cells.filter(({ unnamed }) => unnamed.stallIds.length === 0)
  let selling = cells.filter(({ unnamed }) => unnamed.stallIds.length > 0)
  for (;;) {
    selling = selling.toSorted(
      (a, b) => a.unnamed.stallIds.length - b.unnamed.stallIds.length || codeOf(a).localeCompare(codeOf(b)),
    )
    const small = selling.find(isSmall)
    const next = selling.find((cell) => cell !== small)
    if (small === undefined || next === undefined) break
    selling = [merge(small, next), ...selling.filter((cell) => cell !== small && cell !== next)]
  }
  return { day, cells: [...selling, ...quiet], isSplit }
}

/** Adds the cells of several days up, those of the same zones together and no others. */
export function spanCellsOf(days: readonly DayCells[]): SpanCell[] {
  const all = days.flatMap(({ cells, isSplit }) => cells.map((cell) => ({ ...cell, isSplit })))
  return [...Map.groupBy(all, ({ zones }) => zones.map(({ id }) => id).join(' ')).values()]
    .map((of) => ({
      zones: of[0]?.zones ?? [],
      days: of.length,
      stallCount: new Set(of.flatMap(({ unnamed }) => unnamed.stallIds)).size,
      isSplit: of.every(({ isSplit }) => isSplit),
      totals: of.map(({ unnamed }) => unnamed.totals).reduce(addTotals, NO_TOTALS),
    }))
    .toSorted((a, b) => codeOf(a).localeCompare(codeOf(b)) || a.zones.length - b.zones.length)
}

/** All cells of a day together. */
export function wholeOf({ cells }: DayCells): Unnamed {
  return cells.map(({ unnamed }) => unnamed).reduce(addUnnamed, NOBODY)
}

export function addTotals(a: Totals, b: Totals): Totals {
  return { bankVnd: a.bankVnd + b.bankVnd, cashVnd: a.cashVnd + b.cashVnd, count: a.count + b.count }
}

export const NO_TOTALS: Totals = { bankVnd: 0n, cashVnd: 0n, count: 0n }

export const NOBODY: Unnamed = { stallIds: [], byBank: 0, inCash: 0, totals: NO_TOTALS }

/** True for one to four unnamed stalls: no figure may show that is theirs, alone or less what is named. */
function tooFew(stalls: number): boolean {
  return stalls > 0 && stalls < LEAST_STALLS
}

function addUnnamed(a: Unnamed, b: Unnamed): Unnamed {
  return {
    stallIds: [...a.stallIds, ...b.stallIds],
    byBank: a.byBank + b.byBank,
    inCash: a.inCash + b.inCash,
    totals: addTotals(a.totals, b.totals),
  }
}

function merge(a: Cell, b: Cell): Cell {
  return {
    zones: [...a.zones, ...b.zones].toSorted((x, y) => x.code.localeCompare(y.code)),
    unnamed: addUnnamed(a.unnamed, b.unnamed),
  }
}

function codeOf({ zones }: { zones: readonly Zone[] }): string {
  return zones[0]?.code ?? ''
}
