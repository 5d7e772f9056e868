import type {
  AccountBalanceAt,
  AccountStatement,
  LedgerAccount,
  LedgerBlock,
  LedgerRollUp,
  LedgerTransfer,
  LedgerTxn,
  TrialBalance,
} from '@tienve/contracts'
import { AppError } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import {
  balanceOf,
  balances,
  balancesAt,
  bookOf,
  findTxn,
  listBlocks,
  listStatement,
  listTransfers,
  trialBalance,
  type AccountBalance,
  type JournalFilter,
  type TransferRow,
} from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { startOfDay, toMoment } from '../days.ts'
import { cutPageBy } from '../http/cursor.ts'
import { listZones } from '../reports/repository.ts'
import { isWithheld, NO_TOTALS, spanCellsOf, type SpanCell, type Zone } from '../reports/rules.ts'
import {
  EVER,
  FOLDED_BOOK,
  foldedAccounts,
  listFolded,
  listOpenShown,
  readFolded,
  type FoldedTransfer,
} from './folding.ts'
import { readNaming } from './names.ts'
import * as repository from './repository.ts'
import { findStretch } from './stretch.ts'

type JournalQuery = JournalFilter & { after?: string | undefined; limit: number; newestFirst: boolean }

/**
 * A page of the journal; `after` is `<seq>` or `<seq>.<leg>`, as `nextCursor` gives it. Rows of hidden books are without a
 * name while their day is open, and folded into one row a day, kind and pair of accounts once it is closed. A search for a
 * kind or an amount alone may answer fewer rows than there are, or none, with a `nextCursor` to go on from.
 */
export async function getTransfers(
  tx: Tx,
  marketId: string,
  { after: cursor, limit, newestFirst, ...filter }: JournalQuery,
  stretchTxns?: bigint,
): Promise<{ items: LedgerTransfer[]; nextCursor: string | null }> {
  const hidden = await repository.listHiddenBooks(tx, marketId)
  const books = new Set(hidden)
  // Whoever asks for a hidden book by its name is told nothing that the list would not tell.
  const named = filter.book ?? (filter.account === undefined ? undefined : bookOf(filter.account))
  if (named !== undefined && (books.has(named) || named === FOLDED_BOOK))
    return { items: [], nextCursor: null }
  const after = readAfter(cursor, newestFirst)
  const page = { after, limit: limit + 1, newestFirst }
  const stretch = await findStretch(tx, marketId, filter, { after: after?.seq, newestFirst }, stretchTxns)
  const rows = await listTransfers(tx, marketId, page, {
    ...filter,
    fromSeq: stretch?.fromSeq,
    toSeq: stretch?.toSeq,
    folded: { books: hidden, but: await listOpenShown(tx, marketId, hidden) },
  })
  const beyond =
    stretch === null || stretch.isLast ? null : String(newestFirst ? stretch.fromSeq : stretch.toSeq)
  const end =
    rows.length > limit ? (rows.at(-1) ?? null) : (readAfter(beyond ?? undefined, newestFirst) ?? null)
  const folded = await listFolded(tx, marketId, hidden, { after: after ?? null, end, newestFirst }, filter)
  const items = [...rows.map((row) => toTransfer(row, books)), ...folded.map(toFolded)].toSorted((a, b) =>
    newestFirst ? b.seq - a.seq || b.leg - a.leg : a.seq - b.seq || a.leg - b.leg,
  )
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown,
    nextCursor: items.length > limit && last !== undefined ? `${last.seq}.${last.leg}` : beyond,
  }
}

/** One txn with its accounts by name and its place in the chain. Errors: `not_found`, also for a hidden book's. */
export async function getTxn(tx: Tx, marketId: string, seq: bigint): Promise<LedgerTxn> {
  const rows = await findTxn(tx, marketId, seq)
  const hidden = new Set(await repository.listHiddenBooks(tx, marketId))
  const [first] = rows
  if (first === undefined || hidden.has(first.book)) throw new AppError('not_found')
  const ids = rows.flatMap(({ debitAccount, creditAccount }) => [debitAccount, creditAccount])
  const names = await repository.findAccountNames(tx, marketId, ids)
  const naming = await readNaming(tx, marketId)
  const nameOf = (id: string): string => naming({ id, name: names.get(id) ?? '' })
  const sealedAt = await repository.findSealedAt(tx, marketId, first.block)
  return {
    ...toTxn(first),
    sealedAt: sealedAt === null ? null : toMoment(sealedAt),
    transfers: rows.map((row) => ({
      ...toLeg(row),
      debitName: nameOf(row.debitAccount),
      creditName: nameOf(row.creditAccount),
    })),
  }
}

/** Every account with its balance now, the folded ones last. */
export async function getAccounts(tx: Tx, marketId: string): Promise<LedgerAccount[]> {
  const hidden = await repository.listHiddenBooks(tx, marketId)
  const folded = await readFolded(tx, marketId, hidden, EVER)
  const shown = (await balances(tx, marketId)).filter(({ book }) => !hidden.includes(book))
  const naming = await readNaming(tx, marketId)
  return [...shown, ...foldedAccounts(folded.moves, undefined)].map((account) => toAccount(account, naming))
}

/** A page of one account's movements with its balance after each. Errors: `not_found`, also for a hidden book's. */
export async function getStatement(
  tx: Tx,
  marketId: string,
  accountId: string,
  query: {
    fromDay?: string | undefined
    toDay?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<AccountStatement> {
  const account = await getShownAccount(tx, marketId, accountId)
  const { openingVnd, closingVnd, rows } = await listStatement(
    tx,
    marketId,
    account,
    { after: readAfter(query.cursor, true), limit: query.limit + 1 },
    query,
  )
  const page = cutPageBy(rows, query.limit, (last) => `${last.seq}.${last.leg}`)
  return {
    account: toAccount(account, await readNaming(tx, marketId)),
    fromDay: query.fromDay ?? null,
    toDay: query.toDay ?? null,
    openingVnd: vndToJson(openingVnd),
    closingVnd: vndToJson(closingVnd),
    items: page.rows.map((row) => ({
      ...toTransfer(row, new Set()),
      changeVnd: vndToJson(row.changeVnd),
      balanceVnd: vndToJson(row.balanceVnd),
    })),
    nextCursor: page.nextCursor,
  }
}

/** What an account stood at at a moment. Errors: `not_found`, also for a hidden book's. */
export async function getBalanceAt(
  tx: Tx,
  marketId: string,
  accountId: string,
  { at, clock }: { at: Date; clock: 'recorded' | 'occurred' },
): Promise<AccountBalanceAt> {
  const account = await getShownAccount(tx, marketId, accountId)
  const rows = await balancesAt(tx, marketId, account.book, at, clock)
  const { debitVnd, creditVnd } = rows.find(({ id }) => id === accountId) ?? { debitVnd: 0n, creditVnd: 0n }
  const balanceVnd = balanceOf(account.side, { debitVnd, creditVnd })
  return { id: accountId, at: toMoment(at), clock, ...toMoney({ debitVnd, creditVnd, balanceVnd }) }
}

/** The trial balance up to a business day or now, or of a period. Debits equal credits, or the ledger is wrong. */
export async function getTrialBalance(
  tx: Tx,
  marketId: string,
  days: { from?: string | undefined; to?: string | undefined },
): Promise<TrialBalance> {
  const { accounts } = await trialBalance(tx, marketId, days)
  const hidden = await repository.listHiddenBooks(tx, marketId)
  const folded = await readFolded(tx, marketId, hidden, { ...EVER, to: days.to ?? EVER.to })
  const rows = [
    ...accounts.filter(({ book }) => !hidden.includes(book)),
    ...foldedAccounts(folded.moves, days.from),
  ]
  const naming = await readNaming(tx, marketId)
  return {
    day: days.to ?? null,
    from: days.from ?? null,
    withheldDays: folded.withheldDays.filter((day) => days.from === undefined || day >= days.from),
    accounts: rows.map((row) => ({
      id: row.id,
      book: row.book,
      code: row.code,
      glCode: row.glCode,
      name: naming(row),
      ...toMoney({
        openingDebitVnd: row.openingDebitVnd,
        openingCreditVnd: row.openingCreditVnd,
        debitVnd: row.debitVnd,
        creditVnd: row.creditVnd,
      }),
    })),
    totalDebitVnd: vndToJson(rows.reduce((sum, { debitVnd }) => sum + debitVnd, 0n)),
    totalCreditVnd: vndToJson(rows.reduce((sum, { creditVnd }) => sum + creditVnd, 0n)),
  }
}

/**
 * What the stalls' books moved in a span of business days: by zone (each day counts to the zone the stall was in), under
 * the rule of five, or by book where the stall agreed to be named.
 */
export async function getRollUp(
  tx: Tx,
  marketId: string,
  by: 'zone' | 'book',
  span: { from: string; to: string },
): Promise<{ rollUp: LedgerRollUp; shown: string[] }> {
  const stalls = (await repository.listStallNames(tx, marketId)).filter(({ consented }) => consented)
  const ids = stalls.map(({ id }) => id)
  const named = await repository.listNamedBookSpans(tx, marketId, ids, span.from, span.to)
  const { cells, withheldDays } = await readFolded(
    tx,
    marketId,
    await repository.listHiddenBooks(tx, marketId),
    span,
  )
  const rows =
    by === 'book'
      ? [...Map.groupBy(named, ({ book }) => book)].map(([book, of]) => ({
          id: book,
          code: stalls.find(({ id }) => id === book)?.code ?? '',
          name: stalls.find(({ id }) => id === book)?.name ?? '',
          stallCount: 1,
          ...toSums(of),
        }))
      : zoneRows(await listZones(tx, marketId), spanCellsOf(cells), named)
  const rollUp = {
    by,
    ...span,
    withheld: withheldDays.length > 0 && cells.every(isWithheld),
    withheldDays,
    rows: rows.toSorted((a, b) => a.code.localeCompare(b.code)),
  }
  // A zone in which one named stall alone sold says what that stall sold, though it does not say its name.
  const alone = rollUp.rows.filter(({ stallCount }) => stallCount === 1).map(({ id }) => id)
  const shown =
    by === 'book' ? alone : named.filter(({ zoneId }) => alone.includes(zoneId)).map(({ book }) => book)
  return { rollUp, shown }
}

/** A row for each cell of the unnamed, with the named stalls of a zone in the row of that zone alone. */
function zoneRows(
  zones: readonly Zone[],
  cells: readonly SpanCell[],
  named: readonly repository.BookSpan[],
): LedgerRollUp['rows'] {
  const isAlone = (cell: SpanCell, { id }: Zone): boolean =>
    cell.zones.length === 1 && cell.zones[0]?.id === id
  const alone = zones.filter((zone) => !cells.some((cell) => isAlone(cell, zone)))
  const all = [...cells, ...alone.map((zone) => ({ zones: [zone], stallCount: 0, totals: NO_TOTALS }))]
  return all.flatMap(({ zones: of, stallCount, totals: { bankVnd, cashVnd } }) => {
    const own = of.length === 1 ? named.filter(({ zoneId }) => zoneId === of[0]?.id) : []
    const count = stallCount + new Set(own.map(({ book }) => book)).size
    const unnamed = { bankVnd, cashVnd, revenueVnd: bankVnd + cashVnd }
    const row = {
      id: of.map(({ id }) => id).join(' '),
      code: of.map(({ code }) => code).join(' + '),
      name: of.map(({ name }) => name).join(' + '),
      stallCount: count,
      ...toSums([...own, unnamed]),
    }
    return count === 0 ? [] : [row]
  })
}

/** A page of the chain's blocks, newest first. */
export async function getBlocks(
  tx: Tx,
  marketId: string,
  query: { after?: string | undefined; limit: number },
): Promise<{ items: LedgerBlock[]; nextCursor: string | null }> {
  const after = query.after === undefined ? undefined : (readAfter(query.after, true)?.seq ?? 0n)
  const rows = await listBlocks(tx, marketId, { after, limit: query.limit + 1, newestFirst: true })
  const page = cutPageBy(rows, query.limit, (last) => String(last.height))
  return {
    items: page.rows.map((row) => ({
      height: Number(row.height),
      firstSeq: Number(row.firstSeq),
      lastSeq: Number(row.lastSeq),
      prevHash: row.prevHash.toString('hex'),
      hash: row.hash.toString('hex'),
      hashVersion: row.version,
    })),
    nextCursor: page.nextCursor,
  }
}

async function getShownAccount(tx: Tx, marketId: string, accountId: string): Promise<AccountBalance> {
  const [account] = await balances(tx, marketId, [accountId])
  const hidden = await repository.listHiddenBooks(tx, marketId)
  if (account === undefined || hidden.includes(account.book)) throw new AppError('not_found')
  return account
}

function toAccount(row: AccountBalance, naming: (account: AccountBalance) => string): LedgerAccount {
  const { id, book, code, glCode, side, debitVnd, creditVnd, balanceVnd } = row
  return { id, book, code, glCode, side, name: naming(row), ...toMoney({ debitVnd, creditVnd, balanceVnd }) }
}

function toTransfer(row: TransferRow, hidden: ReadonlySet<string>): LedgerTransfer {
  if (!hidden.has(row.book)) return { ...toTxn(row), ...toLeg(row) }
  const account = (id: string): string => id.replace(row.book, FOLDED_BOOK)
  return {
    ...toTxn(row),
    ...toLeg(row),
    sourceId: '',
    book: FOLDED_BOOK,
    debitAccount: account(row.debitAccount),
    creditAccount: account(row.creditAccount),
  }
}

/** What all legs of a txn share. */
function toTxn(row: TransferRow) {
  return {
    seq: Number(row.seq),
    kind: row.kind,
    occurredAt: toMoment(row.occurredAt),
    recordedAt: toMoment(row.recordedAt),
    businessDay: row.businessDay,
    sourceKind: row.sourceKind,
    sourceId: row.sourceId,
    reversesSeq: row.reversesSeq === null ? null : Number(row.reversesSeq),
    reversedBySeq: row.reversedBySeq === null ? null : Number(row.reversedBySeq),
    block: Number(row.block),
  }
}

function toLeg({ leg, book, debitAccount, creditAccount, amountVnd }: TransferRow) {
  return { leg, book, debitAccount, creditAccount, amountVnd: vndToJson(amountVnd) }
}

/** A folded row tells its day and no moment. */
function toFolded(row: FoldedTransfer): LedgerTransfer {
  const day = toMoment(startOfDay(row.businessDay))
  return {
    seq: Number(row.seq),
    leg: row.leg,
    kind: row.kind,
    book: FOLDED_BOOK,
    debitAccount: `${FOLDED_BOOK}:${row.debitCode}`,
    creditAccount: `${FOLDED_BOOK}:${row.creditCode}`,
    amountVnd: vndToJson(row.amountVnd),
    occurredAt: day,
    recordedAt: day,
    businessDay: row.businessDay,
    sourceKind: FOLDED_BOOK,
    sourceId: '',
    reversesSeq: null,
    reversedBySeq: null,
    block: Number(row.block),
  }
}

type Sums = Pick<repository.BookSpan, 'bankVnd' | 'cashVnd' | 'revenueVnd'>

function toSums(spans: readonly Sums[]) {
  const sum = (pick: (one: Sums) => bigint): bigint => spans.reduce((total, one) => total + pick(one), 0n)
  return toMoney({
    bankVnd: sum(({ bankVnd }) => bankVnd),
    cashVnd: sum(({ cashVnd }) => cashVnd),
    revenueVnd: sum(({ revenueVnd }) => revenueVnd),
  })
}

/** Money of the books as the wire shows it, field by field. */
function toMoney<Field extends string>(fields: Record<Field, bigint>): Record<Field, number> {
  const pairs = Object.entries<bigint>(fields).map(([name, value]) => [name, vndToJson(value)])
  // The keys are those that came in.
  return Object.fromEntries(pairs) as Record<Field, number>
}

/** The highest leg that the ledger has a place for. */
const MOST_LEG = 32_767

function readAfter(text: string | undefined, newestFirst: boolean): { seq: bigint; leg: number } | undefined {
  if (text === undefined) return undefined
  const [, seq, leg] = /^(\d{1,18})(?:\.(\d{1,5}))?$/.exec(text) ?? []
  if (seq === undefined || Number(leg ?? 0) > MOST_LEG)
    throw new AppError('request_invalid', undefined, { fields: { after: 'not a number of ours' } })
  // A number alone means the whole txn was seen, however many legs it had; the newest first, a txn ends with its first leg.
  return { seq: BigInt(seq), leg: Number(leg ?? (newestFirst ? 0 : MOST_LEG)) }
}
