import type { LedgerAccount, LedgerBlock, LedgerTransfer, TrialBalance } from '@tienve/contracts'
import { AppError } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import {
  balances,
  listBlocks,
  listTransfers,
  trialBalance,
  type AccountBalance,
  type TransferRow,
} from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, eq, isNull } from 'drizzle-orm'
import { toMoment } from '../days.ts'
import { stall } from '../stalls/tables.ts'

/**
 * The board reviews the ledger without watching stalls: the books of those that have not consented are shown as one,
 * under this name. Every sum still adds up, and no row says whose it is.
 */
const FOLDED_BOOK = 'stalls'
const FOLDED_NAME = 'Các sạp không nêu tên'

type Money = { debitVnd: bigint; creditVnd: bigint }

/** A page of transfers in their own order; `after` is `<seq>` or `<seq>.<leg>`, as `nextCursor` gives it. */
export async function getTransfers(
  tx: Tx,
  marketId: string,
  query: { after?: string | undefined; limit: number; newestFirst: boolean },
): Promise<{ items: LedgerTransfer[]; nextCursor: string | null }> {
  const hidden = await listHiddenBooks(tx, marketId)
  const rows = await listTransfers(tx, marketId, {
    after: readAfter(query.after),
    limit: query.limit + 1,
    newestFirst: query.newestFirst,
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => toTransfer(row, hidden)),
    nextCursor: rows.length > page.length && last !== undefined ? `${last.seq}.${last.leg}` : null,
  }
}

/** Every account with its balance now, the folded ones last. */
export async function getAccounts(tx: Tx, marketId: string): Promise<LedgerAccount[]> {
  const hidden = await listHiddenBooks(tx, marketId)
  const rows = fold(await balances(tx, marketId), hidden)
  return rows.map((row) => ({
    ...toAccount(row),
    side: row.side,
    balanceVnd: vndToJson(row.side === 'debit' ? row.debitVnd - row.creditVnd : row.creditVnd - row.debitVnd),
  }))
}

/** The trial balance at the end of a business day, or now. Debits equal credits, or the ledger is wrong. */
export async function getTrialBalance(
  tx: Tx,
  marketId: string,
  day: string | undefined,
): Promise<TrialBalance> {
  const hidden = await listHiddenBooks(tx, marketId)
  const { accounts, totalDebitVnd, totalCreditVnd } = await trialBalance(tx, marketId, { to: day })
  return {
    day: day ?? null,
    accounts: fold(accounts, hidden).map(toAccount),
    totalDebitVnd: vndToJson(totalDebitVnd),
    totalCreditVnd: vndToJson(totalCreditVnd),
  }
}

/** A page of the chain's blocks, newest first. */
export async function getBlocks(
  tx: Tx,
  marketId: string,
  query: { after?: string | undefined; limit: number },
): Promise<{ items: LedgerBlock[]; nextCursor: string | null }> {
  const after = query.after === undefined ? undefined : (readAfter(query.after)?.seq ?? 0n)
  const rows = await listBlocks(tx, marketId, { after, limit: query.limit + 1, newestFirst: true })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({
      height: Number(row.height),
      firstSeq: Number(row.firstSeq),
      lastSeq: Number(row.lastSeq),
      prevHash: row.prevHash,
      hash: row.hash,
      hashVersion: row.hashVersion,
    })),
    nextCursor: rows.length > page.length && last !== undefined ? String(last.height) : null,
  }
}

async function listHiddenBooks(tx: Tx, marketId: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: stall.id })
    .from(stall)
    .where(and(eq(stall.marketId, marketId), isNull(stall.salesConsentAt)))
  return new Set(rows.map(({ id }) => id))
}

/** Adds up the accounts of the hidden books by their code; what the board's own book says of a stall stays. */
function fold<T extends Omit<AccountBalance, 'side' | 'balanceVnd'>>(
  rows: readonly T[],
  hidden: ReadonlySet<string>,
): T[] {
  const shown = rows.filter(({ book }) => !hidden.has(book))
  const folded = new Map<string, T>()
  for (const row of rows) {
    if (!hidden.has(row.book)) continue
    const sum: Money = folded.get(row.code) ?? { debitVnd: 0n, creditVnd: 0n }
    folded.set(row.code, {
      ...row,
      id: `${FOLDED_BOOK}:${row.code}`,
      book: FOLDED_BOOK,
      name: `${row.name} · ${FOLDED_NAME}`,
      debitVnd: sum.debitVnd + row.debitVnd,
      creditVnd: sum.creditVnd + row.creditVnd,
    })
  }
  return [...shown, ...folded.values()]
}

function toAccount(row: Omit<AccountBalance, 'side' | 'balanceVnd'>) {
  return {
    id: row.id,
    book: row.book,
    code: row.code,
    glCode: row.glCode,
    name: row.name,
    debitVnd: vndToJson(row.debitVnd),
    creditVnd: vndToJson(row.creditVnd),
  }
}

function toTransfer(row: TransferRow, hidden: ReadonlySet<string>): LedgerTransfer {
  const folded = hidden.has(row.book)
  const account = (id: string): string => (folded ? id.replace(row.book, FOLDED_BOOK) : id)
  return {
    seq: Number(row.seq),
    leg: row.leg,
    kind: row.kind,
    book: folded ? FOLDED_BOOK : row.book,
    debitAccount: account(row.debitAccount),
    creditAccount: account(row.creditAccount),
    amountVnd: vndToJson(row.amountVnd),
    occurredAt: toMoment(row.occurredAt),
    recordedAt: toMoment(row.recordedAt),
    businessDay: row.businessDay,
    sourceKind: row.sourceKind,
    sourceId: folded ? '' : row.sourceId,
    reversesSeq: row.reversesSeq === null ? null : Number(row.reversesSeq),
    block: Number(row.block),
  }
}

function readAfter(text: string | undefined): { seq: bigint; leg: number } | undefined {
  if (text === undefined) return undefined
  const [, seq, leg] = /^(\d{1,18})(?:\.(\d{1,4}))?$/.exec(text) ?? []
  if (seq === undefined)
    throw new AppError('request_invalid', undefined, { fields: { after: 'not a number of ours' } })
  // A number alone means the whole txn was seen, however many legs it had.
  return { seq: BigInt(seq), leg: Number(leg ?? 32_767) }
}
