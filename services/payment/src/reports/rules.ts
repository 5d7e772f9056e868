/** The two ways in which a stall is paid. They are figures of their own, and each follows the rule of five. */
export const WAYS = ['bank', 'cash'] as const
export type Way = (typeof WAYS)[number]

/** What came in one way, and to whom. */
export type Taken = { stallIds: readonly string[]; vnd: bigint; count: bigint }

/** What the unnamed of some zones took on a day: stalls that have not agreed to be named. */
export type Unnamed = Record<Way, Taken>

export type Zone = { id: string; code: string; name: string }
export type ZoneDay = { zone: Zone; unnamed: Unnamed }
export type Cell = { zones: Zone[]; unnamed: Unnamed }

/** The cells of one day, and the ways in which one to four unnamed stalls were paid, of which they say nothing. */
export type DayCells = { day: string; cells: Cell[]; withheld: readonly Way[] }

export type Totals = { bankVnd: bigint; cashVnd: bigint; count: bigint }

/** Cells of the same zones, added up over the days on which they stood so. */
export type SpanCell = { zones: Zone[]; days: number; stallCount: number; totals: Totals }

/** A figure about fewer stalls than this says too much about each of them. */
export const LEAST_STALLS = 5

/**
 * The rule of five, for one day: a cell of unnamed stalls shows when at least five of them sold, or none did. Smaller
 * cells are merged, the smallest with the next, until each has five by bank and in cash, or nobody. What fewer than five
 * of the whole day took in one of the two ways is left out.
 *
 * Everything that is shown of unnamed stalls is a way of one of these cells or a sum of whole ones. They do not overlap,
 * so nothing smaller comes out by taking one figure from another. Hence no cell is ever made for a longer span.
 */
export function cellsOf(day: string, zones: readonly ZoneDay[]): DayCells {
  const whole = zones.map(({ unnamed }) => unnamed).reduce(addUnnamed, NOBODY)
  const withheld = WAYS.filter((way) => tooFew(whole[way]))
  const isSmall = ({ unnamed }: Cell): boolean => WAYS.some((way) => tooFew(unnamed[way]))
  const cells = withoutWays({ day, cells: zones.map(toCell), withheld: [] }, withheld).cells
  const quiet = cells.filter((cell) => sizeOf(cell) === 0)
  let selling = cells.filter((cell) => sizeOf(cell) > 0)
  for (;;) {
    selling = selling.toSorted((a, b) => sizeOf(a) - sizeOf(b) || codeOf(a).localeCompare(codeOf(b)))
    const small = selling.find(isSmall)
    const next = selling.find((cell) => cell !== small)
    if (small === undefined || next === undefined) break
    selling = [merge(small, next), ...selling.filter((cell) => cell !== small && cell !== next)]
  }
  return { day, cells: [...selling, ...quiet], withheld }
}

/** The cells of a day without what came in these ways. */
export function withoutWays(day: DayCells, ways: readonly Way[]): DayCells {
  const strip = (unnamed: Unnamed): Unnamed => ({
    bank: ways.includes('bank') ? NOTHING : unnamed.bank,
    cash: ways.includes('cash') ? NOTHING : unnamed.cash,
  })
  return {
    day: day.day,
    cells: day.cells.map(({ zones, unnamed }) => ({ zones, unnamed: strip(unnamed) })),
    withheld: WAYS.filter((way) => ways.includes(way) || day.withheld.includes(way)),
  }
}

/** True when nothing is left of a day that had something: there is no figure, and none is not zero. */
export function isWithheld({ cells, withheld }: DayCells): boolean {
  return withheld.length > 0 && cells.every((cell) => sizeOf(cell) === 0)
}

/**
 * Adds the cells of several days up, those of the same zones together and no others. A zone in which nobody ever sold
 * alone has no row of its own beside those it is merged in.
 */
export function spanCellsOf(days: readonly DayCells[]): SpanCell[] {
  const all = days.flatMap(({ cells }) => cells)
  const spans = [...Map.groupBy(all, ({ zones }) => zones.map(({ id }) => id).join(' ')).values()]
    .map((of) => ({
      zones: of[0]?.zones ?? [],
      days: of.length,
      stallCount: new Set(of.flatMap(({ unnamed }) => stallsIn(unnamed))).size,
      totals: of.map(({ unnamed }) => totalsOf(unnamed)).reduce(addTotals, NO_TOTALS),
    }))
    .toSorted((a, b) => codeOf(a).localeCompare(codeOf(b)) || a.zones.length - b.zones.length)
  const selling = new Set(
    spans.flatMap(({ zones, stallCount }) => (stallCount === 0 ? [] : zones.map(({ id }) => id))),
  )
  return spans.filter(({ zones, stallCount }) => stallCount > 0 || !zones.some(({ id }) => selling.has(id)))
}

/** All cells of a day together. */
export function wholeOf({ cells }: DayCells): Totals {
  return totalsOf(cells.map(({ unnamed }) => unnamed).reduce(addUnnamed, NOBODY))
}

export function addTotals(a: Totals, b: Totals): Totals {
  return { bankVnd: a.bankVnd + b.bankVnd, cashVnd: a.cashVnd + b.cashVnd, count: a.count + b.count }
}

export const NO_TOTALS: Totals = { bankVnd: 0n, cashVnd: 0n, count: 0n }

const NOTHING: Taken = { stallIds: [], vnd: 0n, count: 0n }

export const NOBODY: Unnamed = { bank: NOTHING, cash: NOTHING }

/** True for one to four unnamed stalls: no figure may show that is theirs, alone or less what is named. */
function tooFew({ stallIds }: Taken): boolean {
  return stallIds.length > 0 && stallIds.length < LEAST_STALLS
}

function totalsOf({ bank, cash }: Unnamed): Totals {
  return { bankVnd: bank.vnd, cashVnd: cash.vnd, count: bank.count + cash.count }
}

function stallsIn({ bank, cash }: Unnamed): string[] {
  return [...bank.stallIds, ...cash.stallIds]
}

function sizeOf({ unnamed }: Cell): number {
  return new Set(stallsIn(unnamed)).size
}

function addUnnamed(a: Unnamed, b: Unnamed): Unnamed {
  const add = (x: Taken, y: Taken): Taken => ({
    stallIds: [...x.stallIds, ...y.stallIds],
    vnd: x.vnd + y.vnd,
    count: x.count + y.count,
  })
  return { bank: add(a.bank, b.bank), cash: add(a.cash, b.cash) }
}

function toCell({ zone, unnamed }: ZoneDay): Cell {
  return { zones: [zone], unnamed }
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
