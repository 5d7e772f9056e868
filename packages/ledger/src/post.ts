import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import type { AccountSpec } from './chart.ts'

/** One movement inside one book: the debit account gains a debit, the credit account a credit. */
export type Transfer = { book: string; debit: string; credit: string; amountVnd: bigint }

/**
 * One event for the books. `idemKey` names the event: the same key with the same content is posted once, with another
 * content it is a conflict. `occurredAt` is the bank's time. Ids and codes only: no names, memos or account numbers.
 */
export type PostItem = {
  idemKey: string
  kind: string
  occurredAt: Date
  sourceKind: string
  sourceId: string
  transfers: Transfer[]
  /** The txn that this one mirrors; prefer `reverse`, which makes the mirror itself. */
  reversesSeq?: bigint
}

/** `seq` is the number of the new txn, or of the one that has the key already. */
export type PostResult = { outcome: 'created' | 'exists' | 'conflict'; seq: bigint }

export type Reversal = {
  seq: bigint
  idemKey: string
  occurredAt: Date
  sourceKind: string
  sourceId: string
}

/**
 * Posts a batch as one block, in one round trip, and answers item by item in order. Must be the last statement of the
 * transaction, since it locks the market's head. As `api` it refuses bank money (112), which only the worker may post.
 * One bad item (unknown or closed account, two books in a transfer, nothing to move) fails the batch; the error names it.
 */
export async function post(
  tx: Tx,
  marketId: string,
  items: readonly PostItem[],
  { as }: { as: 'api' | 'worker' },
): Promise<PostResult[]> {
  if (items.length === 0) return []
  const legs = items.flatMap((item, at) => item.transfers.map((transfer) => ({ ...transfer, item: at + 1 })))
  const column = <T>(rows: readonly T[], value: (row: T) => string | number | null, type: string): SQL =>
    sql`${sql.param(rows.map(value))}::${sql.raw(type)}[]`
  const { rows } = await tx.execute<{ outcome: PostResult['outcome']; seq: bigint }>(sql`
    select outcome, seq from ${sql.raw(as === 'worker' ? 'ledger_post' : 'ledger_post_office')}(
      ${marketId},
      ${column(items, (item) => item.idemKey, 'text')},
      ${column(items, (item) => item.kind, 'text')},
      ${column(items, (item) => item.occurredAt.toISOString(), 'timestamptz')},
      ${column(items, (item) => item.sourceKind, 'text')},
      ${column(items, (item) => item.sourceId, 'text')},
      ${column(items, (item) => item.reversesSeq?.toString() ?? null, 'bigint')},
      ${column(legs, (leg) => leg.item, 'integer')},
      ${column(legs, (leg) => leg.book, 'text')},
      ${column(legs, (leg) => leg.debit, 'text')},
      ${column(legs, (leg) => leg.credit, 'text')},
      ${column(legs, (leg) => leg.amountVnd.toString(), 'bigint')}
    ) order by item`)
  return rows.map(({ outcome, seq }) => ({ outcome, seq }))
}

/**
 * Posts the mirror of one txn, as a txn of its own. Safe to repeat with the same key; a second reversal under another
 * key fails. Only a connection that may post bank money can mirror it.
 */
export async function reverse(tx: Tx, marketId: string, reversal: Reversal): Promise<PostResult> {
  const { seq, idemKey, occurredAt, sourceKind, sourceId } = reversal
  const { rows } = await tx.execute<{ outcome: PostResult['outcome']; seq: bigint }>(sql`
    select outcome, seq from ledger_reverse(
      ${marketId}, ${seq.toString()}::bigint, ${idemKey}, ${occurredAt.toISOString()}::timestamptz, ${sourceKind}, ${sourceId})`)
  const [row] = rows
  if (row === undefined) throw new Error('ledger_reverse answered nothing')
  return { outcome: row.outcome, seq: row.seq }
}

/** Opens accounts; those already open stay as they are. Answers how many are new. */
export async function openAccounts(
  tx: Tx,
  marketId: string,
  accounts: readonly AccountSpec[],
): Promise<number> {
  const column = (value: (account: AccountSpec) => string): SQL =>
    sql`${sql.param(accounts.map(value))}::text[]`
  const { rows } = await tx.execute<{ opened: number }>(sql`
    select ledger_open_accounts(
      ${marketId},
      ${column((account) => account.id)},
      ${column((account) => account.book)},
      ${column((account) => account.code)},
      ${column((account) => account.glCode)},
      ${column((account) => account.side)},
      ${column((account) => account.name)}
    ) as opened`)
  return rows[0]?.opened ?? 0
}

/**
 * Closes the business days up to and with `day` (`YYYY-MM-DD`, not in the future): what is posted afterwards goes to the
 * next day, whenever it happened. Safe to repeat. Answers the last closed day. For the worker.
 */
export async function closeDay(tx: Tx, marketId: string, day: string): Promise<string> {
  const { rows } = await tx.execute<{ closed: string }>(
    sql`select ledger_close_day(${marketId}, ${day}::date)::text as closed`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('ledger_close_day answered nothing')
  return row.closed
}
