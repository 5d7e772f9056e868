import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, lte, or, sql } from 'drizzle-orm'
import { ledgerAccount, ledgerBalance, ledgerBlock, ledgerDay, ledgerTransfer, ledgerTxn } from './tables.ts'

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

export type TrialBalance = {
  day: string | null
  accounts: Omit<AccountBalance, 'side' | 'balanceVnd'>[]
  totalDebitVnd: bigint
  totalCreditVnd: bigint
}

export type TransferRow = {
  seq: bigint
  leg: number
  kind: string
  book: string
  debitAccount: string
  creditAccount: string
  amountVnd: bigint
  occurredAt: Date
  recordedAt: Date
  businessDay: string
  sourceKind: string
  sourceId: string
  reversesSeq: bigint | null
  block: bigint
}

/** Hashes in hexadecimal. */
export type BlockRow = {
  height: bigint
  firstSeq: bigint
  lastSeq: bigint
  prevHash: string
  hash: string
  hashVersion: number
}

/** `after` is the last row of the page before, in the page's own order: oldest first unless `newestFirst`. */
export type Page<Cursor> = { after?: Cursor | undefined; limit: number; newestFirst?: boolean }

/** What each account adds up to now: of the accounts named, or of all, ordered by id. */
export async function balances(tx: Tx, marketId: string, ids?: readonly string[]): Promise<AccountBalance[]> {
  return readAccounts(tx, marketId, ids === undefined ? undefined : inArray(ledgerAccount.id, [...ids]))
}

/** A page of accounts with what they add up to, ordered by id. */
export async function listAccounts(
  tx: Tx,
  marketId: string,
  page: { after?: string | undefined; limit: number },
): Promise<AccountBalance[]> {
  return readAccounts(
    tx,
    marketId,
    page.after === undefined ? undefined : gt(ledgerAccount.id, page.after),
    page.limit,
  )
}

/** Debits and credits of every account that moved, up to and with the business day `day`, or up to now. */
export async function trialBalance(tx: Tx, marketId: string, day?: string): Promise<TrialBalance> {
  const { id, book, code, glCode, name } = ledgerAccount
  const debit = sql<string>`sum(${ledgerDay.debitVnd})::bigint`.mapWith(BigInt)
  const credit = sql<string>`sum(${ledgerDay.creditVnd})::bigint`.mapWith(BigInt)
  const accounts = await tx
    .select({ id, book, code, glCode, name, debitVnd: debit, creditVnd: credit })
    .from(ledgerDay)
    .innerJoin(
      ledgerAccount,
      and(eq(ledgerAccount.marketId, ledgerDay.marketId), eq(id, ledgerDay.accountId)),
    )
    .where(
      and(eq(ledgerDay.marketId, marketId), day === undefined ? undefined : lte(ledgerDay.businessDay, day)),
    )
    .groupBy(id, book, code, glCode, name)
    .orderBy(asc(id))
  return {
    day: day ?? null,
    accounts,
    totalDebitVnd: accounts.reduce((sum, account) => sum + account.debitVnd, 0n),
    totalCreditVnd: accounts.reduce((sum, account) => sum + account.creditVnd, 0n),
  }
}

/** A page of transfers with the txn of each, ordered by number and leg. */
export async function listTransfers(
  tx: Tx,
  marketId: string,
  page: Page<{ seq: bigint; leg: number }>,
): Promise<TransferRow[]> {
  const { seq, leg } = ledgerTransfer
  const { after } = page
  const beyond = page.newestFirst === true ? lt : gt
  const order = page.newestFirst === true ? desc : asc
  return tx
    .select({
      seq,
      leg,
      kind: ledgerTxn.kind,
      book: ledgerTransfer.book,
      debitAccount: ledgerTransfer.debitAccount,
      creditAccount: ledgerTransfer.creditAccount,
      amountVnd: ledgerTransfer.amountVnd,
      occurredAt: ledgerTxn.occurredAt,
      recordedAt: ledgerTxn.recordedAt,
      businessDay: ledgerTxn.businessDay,
      sourceKind: ledgerTxn.sourceKind,
      sourceId: ledgerTxn.sourceId,
      reversesSeq: ledgerTxn.reversesSeq,
      block: ledgerTxn.block,
    })
    .from(ledgerTransfer)
    .innerJoin(ledgerTxn, and(eq(ledgerTxn.marketId, ledgerTransfer.marketId), eq(ledgerTxn.seq, seq)))
    .where(
      and(
        eq(ledgerTransfer.marketId, marketId),
        after === undefined
          ? undefined
          : or(beyond(seq, after.seq), and(eq(seq, after.seq), beyond(leg, after.leg))),
      ),
    )
    .orderBy(order(seq), order(leg))
    .limit(page.limit)
}

/** A page of blocks, ordered by height. */
export async function listBlocks(tx: Tx, marketId: string, page: Page<bigint>): Promise<BlockRow[]> {
  const { height } = ledgerBlock
  const beyond = page.newestFirst === true ? lt : gt
  const rows = await tx
    .select()
    .from(ledgerBlock)
    .where(
      and(
        eq(ledgerBlock.marketId, marketId),
        page.after === undefined ? undefined : beyond(height, page.after),
      ),
    )
    .orderBy(page.newestFirst === true ? desc(height) : asc(height))
    .limit(page.limit)
  return rows.map((row) => ({
    height: row.height,
    firstSeq: row.firstSeq,
    lastSeq: row.lastSeq,
    prevHash: row.prevHash.toString('hex'),
    hash: row.hash.toString('hex'),
    hashVersion: row.hashVer,
  }))
}

async function readAccounts(
  tx: Tx,
  marketId: string,
  which: ReturnType<typeof and>,
  limit?: number,
): Promise<AccountBalance[]> {
  const { id, book, code, glCode, side, name } = getTableColumns(ledgerAccount)
  const query = tx
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
    .where(and(eq(ledgerAccount.marketId, marketId), which))
    .orderBy(asc(id))
  const rows = await (limit === undefined ? query : query.limit(limit))
  return rows.map((row) => {
    const isDebit = row.side === 'debit'
    return {
      ...row,
      side: isDebit ? 'debit' : 'credit',
      balanceVnd: isDebit ? row.debitVnd - row.creditVnd : row.creditVnd - row.debitVnd,
    }
  })
}
