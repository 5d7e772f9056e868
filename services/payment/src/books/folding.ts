import type { Tx } from '@tienve/db'
import { balanceOf, type JournalFilter } from '@tienve/ledger'
import { addDays } from '../days.ts'
import { WAYS, wholeOf, withoutWays, type DayCells, type Way } from '../reports/rules.ts'
import { readUnnamed } from '../reports/service.ts'
import {
  findClosedThrough,
  listClosings,
  listUnnamedMoves,
  type Closing,
  type UnnamedMove,
} from './repository.ts'

/**
 * The board reviews the ledger without watching stalls: the books of those that have not agreed to be named are shown as
 * one, under this name, and only on days on which their sales are shown too (`readFolded`). A book is balanced by itself,
 * so what is shown still adds up.
 */
export const FOLDED_BOOK = 'stalls'
const FOLDED_NAME = 'Các sạp không nêu tên'

/** All days that there are, as Postgres names their ends. */
export const EVER = { from: '-infinity', to: 'infinity' }

/** The account of a stall's book that each way of being paid goes to, and the kind of posting. */
const ACCOUNT_OF = {
  bank: { code: '112', kind: 'sale_bank' },
  cash: { code: '111', kind: 'sale_cash' },
} as const
const REVENUE = '511'

/** What the books of unnamed stalls show: the day's cells, the moves they come to, and the days not, or not all, in them. */
type Folded = { cells: DayCells[]; moves: UnnamedMove[]; withheldDays: string[] }

/**
 * The unnamed stalls' books as one, over a span of business days. What came in one way on a day is shown when the sales of
 * the day show it and the books have moved by exactly that: then the books tell nothing that the sales do not. Where they
 * differ (news came after the day was closed, a sale was taken back later), one less the other would be what a single stall
 * did, so it is left out.
 */
export async function readFolded(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
  span: { from: string; to: string },
): Promise<Folded> {
  const sold = new Map((await readUnnamed(tx, marketId, span)).map((cells) => [cells.day, cells]))
  const days = Map.groupBy(await listUnnamedMoves(tx, marketId, hidden, span), ({ day }) => day)
  const shown = [...days].map(([day, moves]) => {
    const cells = withoutOdd(sold.get(day) ?? { day, cells: [], withheld: WAYS }, moves)
    return { cells, moves: movesOf(cells, moves) }
  })
  return {
    cells: shown.map(({ cells }) => cells),
    moves: shown.flatMap(({ moves }) => moves),
    withheldDays: shown.flatMap(({ cells: { day, withheld } }) => (withheld.length > 0 ? [day] : [])),
  }
}

/** A day's cells without the ways in which the books have moved by something else. */
function withoutOdd(cells: DayCells, moves: readonly UnnamedMove[]): DayCells {
  const { bankVnd, cashVnd } = wholeOf(cells)
  const soldVnd = { bank: bankVnd, cash: cashVnd }
  const movedVnd = (way: Way): bigint => moves.find(({ code }) => code === ACCOUNT_OF[way].code)?.netVnd ?? 0n
  return withoutWays(
    cells,
    WAYS.filter((way) => movedVnd(way) !== soldVnd[way]),
  )
}

/** What a day's cells come to on the accounts of the books, balanced by the revenue. */
function movesOf(cells: DayCells, moves: readonly UnnamedMove[]): UnnamedMove[] {
  const { bankVnd, cashVnd } = wholeOf(cells)
  const netVnd: Record<string, bigint> = {
    [ACCOUNT_OF.bank.code]: bankVnd,
    [ACCOUNT_OF.cash.code]: cashVnd,
    [REVENUE]: -bankVnd - cashVnd,
  }
  return moves.flatMap((move) => {
    const vnd = netVnd[move.code] ?? 0n
    return vnd === 0n ? [] : [{ ...move, netVnd: vnd }]
  })
}

/** A place in the journal: after this transfer. */
type Place = { seq: bigint; leg: number }

export type FoldedTransfer = Place & {
  businessDay: string
  kind: string
  debitCode: string
  creditCode: string
  amountVnd: bigint
  block: bigint
}

/** The legs of folded rows begin here, far above those of any txn. */
const FIRST_FOLDED_LEG = 20_001

/**
 * The unnamed stalls' closed days as rows of the journal: one a day for what came by bank and one for cash, standing where
 * the day was closed.
 */
function foldedRows(closings: readonly Closing[], moves: readonly UnnamedMove[]): FoldedTransfer[] {
  const kinds = new Map<string, string>(WAYS.map((way) => [ACCOUNT_OF[way].code, ACCOUNT_OF[way].kind]))
  return closings.flatMap(({ afterDay, toDay, lastSeq, height }) =>
    moves
      .filter(({ day }) => (afterDay === EVER.from || day > afterDay) && day <= toDay)
      .flatMap(({ day, code, netVnd }) => {
        const kind = kinds.get(code)
        return kind === undefined ? [] : [{ day, kind, code, netVnd }]
      })
      .map(({ day, kind, code, netVnd }, at) => ({
        seq: lastSeq,
        leg: FIRST_FOLDED_LEG + at,
        businessDay: day,
        kind,
        debitCode: code,
        creditCode: REVENUE,
        amountVnd: netVnd,
        block: height,
      })),
  )
}

/**
 * The open days of which the unnamed stalls' rows are shown one by one, without a name, by the account they touch: those
 * whose sum is shown too.
 */
export async function listOpenShown(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
): Promise<{ code: string; days: string[] }[]> {
  const closedThrough = await findClosedThrough(tx, marketId)
  const from = closedThrough === null ? EVER.from : addDays(closedThrough, 1)
  const { moves } = await readFolded(tx, marketId, hidden, { ...EVER, from })
  return WAYS.map((way) => {
    const { code } = ACCOUNT_OF[way]
    return { code, days: moves.filter((move) => move.code === code).map(({ day }) => day) }
  })
}

/** The folded rows between two places of the journal (both left out, null for no end); none when something is searched. */
export async function listFolded(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
  page: { after: Place | null; end: Place | null; newestFirst: boolean },
  filter: JournalFilter,
): Promise<FoldedTransfer[]> {
  const searches = [filter.book, filter.account, filter.sourceId, filter.fromVnd, filter.toVnd]
  if (searches.some((one) => one !== undefined)) return []
  const [low, high] = page.newestFirst ? [page.end, page.after] : [page.after, page.end]
  const near = await listClosings(tx, marketId, low?.seq ?? null, high?.seq ?? null)
  const closings = near.filter(
    ({ afterDay, toDay }) =>
      (filter.fromDay === undefined || toDay >= filter.fromDay) &&
      (filter.toDay === undefined || afterDay === EVER.from || afterDay < filter.toDay),
  )
  const [first, last] = [closings[0], closings.at(-1)]
  if (first === undefined || last === undefined) return []
  const { moves } = await readFolded(tx, marketId, hidden, { from: first.afterDay, to: last.toDay })
  const isAfter = (row: Place, place: Place): boolean =>
    row.seq > place.seq || (row.seq === place.seq && row.leg > place.leg)
  return foldedRows(closings, moves).filter(
    (row) =>
      (filter.fromDay === undefined || row.businessDay >= filter.fromDay) &&
      (filter.toDay === undefined || row.businessDay <= filter.toDay) &&
      (filter.kind === undefined || row.kind === filter.kind) &&
      (low === null || isAfter(row, low)) &&
      (high === null || isAfter(high, row)),
  )
}

/**
 * The unnamed stalls' moves as accounts of one book, each day's by what it comes to: how much went to and fro within it
 * would tell of whoever took a sale back. What moved before `from` is the opening.
 */
export function foldedAccounts(moves: readonly UnnamedMove[], from: string | undefined) {
  return [...Map.groupBy(moves, ({ code }) => code)].map(([code, of]) => {
    const [first] = of
    const sum = (isOpening: boolean, sign: 1n | -1n): bigint =>
      of
        .filter(({ day, netVnd }) => isOpening === (from !== undefined && day < from) && netVnd * sign > 0n)
        .reduce((total, { netVnd }) => total + netVnd * sign, 0n)
    const moved = { debitVnd: sum(false, 1n), creditVnd: sum(false, -1n) }
    const side = first?.side ?? 'debit'
    return {
      id: `${FOLDED_BOOK}:${code}`,
      book: FOLDED_BOOK,
      code,
      glCode: first?.glCode ?? code,
      side,
      name: `${first?.name ?? ''} · ${FOLDED_NAME}`,
      openingDebitVnd: sum(true, 1n),
      openingCreditVnd: sum(true, -1n),
      ...moved,
      balanceVnd: balanceOf(side, moved),
    }
  })
}
