/** A movement of an account: what it changed, and what the bank says stood there afterwards, where it says so. */
export type BalanceRow = {
  id: string
  at: number
  changeVnd: bigint
  balanceAfterVnd: bigint | null
}

/** How many rows' balances follow, and the first one that does not: what it should have been, and what was told. */
export type Followed = {
  checked: number
  firstWrong: { id: string; expectedVnd: bigint; toldVnd: bigint } | null
}

type Told = BalanceRow & { balanceAfterVnd: bigint }

/**
 * Follows what stood on an account from movement to movement, in the bank's order. Movements of one moment (or of one day,
 * where the bank tells no more) may have come in any order: they follow when there is one in which they do. Rows without a
 * balance are passed over by their amounts; where several of one moment lack it, the check starts afresh after them.
 */
export function followBalances(rows: readonly BalanceRow[], openingVnd: bigint | null): Followed {
  let standsVnd = openingVnd
  let checked = 0
  const moments = Map.groupBy(
    rows.toSorted((a, b) => a.at - b.at),
    ({ at }) => at,
  )
  for (const group of moments.values()) {
    const told = group.filter((row): row is Told => row.balanceAfterVnd !== null)
    if (told.length === group.length) {
      const first = told.length === 1 && standsVnd === null
      const walked = walk(told, standsVnd)
      if (walked === null) return { checked, firstWrong: firstStuck(told, standsVnd) }
      // The first balance of all has nothing to follow from.
      checked += told.length - (first ? 1 : 0)
      standsVnd = walked.endsVnd
    } else if (told.length === 0) {
      standsVnd = standsVnd === null ? null : group.reduce((sum, row) => sum + row.changeVnd, standsVnd)
    } else standsVnd = null
  }
  return { checked, firstWrong: null }
}

function before(row: Told): bigint {
  return row.balanceAfterVnd - row.changeVnd
}

/**
 * Where the account stands after all of these, when they can be put in an order in which each follows; null when they
 * cannot. Balances are places and movements ways from one to the next: asked for is one walk over all ways. A walk that
 * comes back to where it began may have begun anywhere: then it is not known where it ends.
 */
function walk(rows: readonly Told[], from: bigint | null): { endsVnd: bigint | null } | null {
  const surplus = new Map<bigint, number>()
  const add = (place: bigint, by: number) => surplus.set(place, (surplus.get(place) ?? 0) + by)
  for (const row of rows) {
    add(before(row), 1)
    add(row.balanceAfterVnd, -1)
  }
  const [first] = rows
  const known = from ?? [...surplus].find(([, by]) => by === 1)?.[0]
  const start = known ?? (first === undefined ? 0n : before(first))
  const end = rows.reduce((sum, row) => sum + row.changeVnd, start)
  add(start, -1)
  add(end, 1)
  if ([...surplus.values()].some((by) => by !== 0) || !reaches(rows, start)) return null
  return { endsVnd: known === undefined ? null : end }
}

/** True when every movement can be come to from a place. */
function reaches(rows: readonly Told[], start: bigint): boolean {
  const leaving = Map.groupBy(rows, before)
  const open = [start]
  let count = 0
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const ways = leaving.get(place) ?? []
    leaving.delete(place)
    count += ways.length
    open.push(...ways.map((row) => row.balanceAfterVnd))
  }
  return count === rows.length
}

/** The first movement at which no other is left that follows. */
function firstStuck(rows: readonly Told[], from: bigint | null): Followed['firstWrong'] {
  const left = [...rows]
  let standsVnd = from
  for (;;) {
    const at: bigint | null = standsVnd
    const next = at === null ? 0 : left.findIndex((row) => before(row) === at)
    const [row] = left.splice(next === -1 ? 0 : next, 1)
    if (row === undefined) return null
    if (next === -1 && at !== null)
      return { id: row.id, expectedVnd: at + row.changeVnd, toldVnd: row.balanceAfterVnd }
    standsVnd = row.balanceAfterVnd
  }
}

/** A statement of an account that covers a day, and how far it is read. */
export type Cover = {
  fromDay: string
  toDay: string
  openingVnd: bigint | null
  closingVnd: bigint | null
  isRead: boolean
}

/**
 * What an account stood at as a day began and ended, as the bank says: from a statement that begins or ends with the day,
 * or else from the first and last movement, where their balances are told and follow.
 */
export function standingOf(
  day: string,
  covers: readonly Cover[],
  rows: readonly BalanceRow[],
): { openingVnd: bigint | null; closingVnd: bigint | null; toldBy: 'statement' | 'balances' | null } {
  const openingVnd = covers.find((one) => one.fromDay === day && one.openingVnd !== null)?.openingVnd ?? null
  const closingVnd = covers.find((one) => one.toDay === day && one.closingVnd !== null)?.closingVnd ?? null
  if (openingVnd !== null || closingVnd !== null) return { openingVnd, closingVnd, toldBy: 'statement' }
  const inOrder = rows.toSorted((a, b) => a.at - b.at)
  const [first, last] = [inOrder[0], inOrder.at(-1)]
  const isAlone = (row: BalanceRow) => rows.filter(({ at }) => at === row.at).length === 1
  const opens =
    first?.balanceAfterVnd != null && isAlone(first) ? first.balanceAfterVnd - first.changeVnd : null
  const closes = last?.balanceAfterVnd != null && isAlone(last) ? last.balanceAfterVnd : null
  const toldBy = opens === null && closes === null ? null : 'balances'
  return { openingVnd: opens, closingVnd: closes, toldBy }
}
