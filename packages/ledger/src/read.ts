import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gt, inArray, lt, lte, sql, type SQL } from 'drizzle-orm'
import type { Page } from './journal.ts'
import { ledgerAccount, ledgerBalance, ledgerBlock, ledgerDay } from './tables.ts'
import type { BlockRow } from './verify.ts'

export type AccountBalance = {
  id: string
  book: string
  code: string
  glCode: string
  side: 'debit' | 'credit'
  name: string
  debitVnd: bigint
  creditVnd: bigint
  /** Positive on the account's own side: debits less credits of a debit account, the reverse of a credit account. */
  balanceVnd: bigint
}

/** What each account moved in a period, and what had moved before it. Without a `from`, everything up to `to`. */
export type TrialBalance = {
  from: string | null
  to: string | null
  accounts: TrialAccount[]
  totalDebitVnd: bigint
  totalCreditVnd: bigint
}

type TrialAccount = Omit<AccountBalance, 'side' | 'balanceVnd'> & {
  openingDebitVnd: bigint
  openingCreditVnd: bigint
}

/** What an account stands at, counted as positive on its own side. */
export function balanceOf(
  side: 'debit' | 'credit',
  { debitVnd, creditVnd }: { debitVnd: bigint; creditVnd: bigint },
): bigint {
  return side === 'debit' ? debitVnd - creditVnd : creditVnd - debitVnd
}

/** What each account adds up to now: of the accounts named, or of all, ordered by id. */
export async function balances(tx: Tx, marketId: string, ids?: readonly string[]): Promise<AccountBalance[]> {
  const { id, book, code, glCode, side, name } = ledgerAccount
  const rows = await tx
    .select({
      id,
      book,
      code,
      glCode,
      side,
      name,
      debitVnd: ledgerBalance.debitVnd,
      creditVnd: ledgerBalance.creditVnd,
    })
    .from(ledgerAccount)
    .innerJoin(
      ledgerBalance,
      and(eq(ledgerBalance.marketId, ledgerAccount.marketId), eq(ledgerBalance.accountId, id)),
    )
    .where(and(eq(ledgerAccount.marketId, marketId), ids === undefined ? undefined : inArray(id, [...ids])))
    .orderBy(asc(id))
  return rows.map((row) => {
    const ownSide = row.side === 'debit' ? 'debit' : 'credit'
    return { ...row, side: ownSide, balanceVnd: balanceOf(ownSide, row) }
  })
}

/** Debits and credits of every account that moved, by business day: in a period, or up to a day, or up to now. */
export async function trialBalance(
  tx: Tx,
  marketId: string,
  { from, to }: { from?: string | undefined; to?: string | undefined } = {},
): Promise<TrialBalance> {
  const { id, book, code, glCode, name } = ledgerAccount
  const inPeriod = from === undefined ? sql`true` : sql`${ledgerDay.businessDay} >= ${from}`
  const sum = (column: typeof ledgerDay.debitVnd | typeof ledgerDay.creditVnd, when: SQL): SQL<bigint> =>
    sql<bigint>`coalesce(sum(${column}) filter (where ${when}), 0)::bigint`.mapWith(BigInt)
  const accounts = await tx
    .select({
      id,
      book,
      code,
      glCode,
      name,
      debitVnd: sum(ledgerDay.debitVnd, inPeriod),
      creditVnd: sum(ledgerDay.creditVnd, inPeriod),
      openingDebitVnd: sum(ledgerDay.debitVnd, sql`not ${inPeriod}`),
      openingCreditVnd: sum(ledgerDay.creditVnd, sql`not ${inPeriod}`),
    })
    .from(ledgerDay)
    .innerJoin(
      ledgerAccount,
      and(eq(ledgerAccount.marketId, ledgerDay.marketId), eq(id, ledgerDay.accountId)),
    )
    .where(
      and(eq(ledgerDay.marketId, marketId), to === undefined ? undefined : lte(ledgerDay.businessDay, to)),
    )
    .groupBy(id, book, code, glCode, name)
    .orderBy(asc(id))
  return {
    from: from ?? null,
    to: to ?? null,
    accounts,
    totalDebitVnd: accounts.reduce((total, { debitVnd }) => total + debitVnd, 0n),
    totalCreditVnd: accounts.reduce((total, { creditVnd }) => total + creditVnd, 0n),
  }
}

/**
 * What the accounts of one book added up to at a moment: by what was `recorded` by then (what we knew), or by what had
 * `occurred` by then (what was true, late news included). Reads the book's transfers, so it suits one book at a time.
 */
export async function balancesAt(
  tx: Tx,
  marketId: string,
  book: string,
  moment: Date,
  clock: 'recorded' | 'occurred',
): Promise<{ id: string; debitVnd: bigint; creditVnd: bigint }[]> {
  const { rows } = await tx.execute<{ id: string; debitVnd: bigint; creditVnd: bigint }>(sql`
    select side.account as id, sum(side.debit)::bigint as "debitVnd", sum(side.credit)::bigint as "creditVnd"
    from ledger_transfer t
    join ledger_txn x on x.market_id = t.market_id and x.seq = t.seq
    cross join lateral (values (t.debit_account, t.amount_vnd, 0), (t.credit_account, 0, t.amount_vnd))
      as side (account, debit, credit)
    where t.market_id = ${marketId} and t.book = ${book}
      and ${sql.raw(clock === 'recorded' ? 'x.recorded_at' : 'x.occurred_at')} <= ${moment.toISOString()}::timestamptz
    group by 1 order by 1`)
  return rows
}

/** A page of blocks, ordered by height. */
export async function listBlocks(tx: Tx, marketId: string, page: Page<bigint>): Promise<BlockRow[]> {
  const { height } = ledgerBlock
  const beyond = page.newestFirst === true ? lt : gt
  return tx
    .select({
      height,
      firstSeq: ledgerBlock.firstSeq,
      lastSeq: ledgerBlock.lastSeq,
      prevHash: ledgerBlock.prevHash,
      hash: ledgerBlock.hash,
      version: ledgerBlock.hashVer,
    })
    .from(ledgerBlock)
    .where(
      and(
        eq(ledgerBlock.marketId, marketId),
        page.after === undefined ? undefined : beyond(height, page.after),
      ),
    )
    .orderBy(page.newestFirst === true ? desc(height) : asc(height))
    .limit(page.limit)
}
