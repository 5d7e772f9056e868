import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import type { AccountSpec } from './chart.ts'

/** One movement inside one book: the debit account gains a debit, the credit account a credit. */
export type Transfer = { book: string; debit: string; credit: string; amountVnd: bigint }

/**
 * One event for the books of one legal person: all its transfers are of one book. `idemKey` names the event: the same key
 * with the same content is posted once, with another content it is a conflict. `occurredAt` is the bank's time. Ids and
 * codes only: no names, memos or account numbers. `sourceHash` is the SHA-256 of the bytes that tell of the event.
 */
export type PostItem = {
  idemKey: string
  kind: string
  occurredAt: Date
  sourceKind: string
  sourceId: string
  sourceHash?: Buffer | null
  transfers: Transfer[]
  /** The txn that this one mirrors; prefer `reverse`, which makes the mirror itself. */
  reversesSeq?: bigint
}

/** `seq` is the number of the new txn, or of the one that has the key already; a refused item has none, but a reason. */
export type PostResult =
  | { outcome: 'created' | 'exists' | 'conflict'; seq: bigint }
  | { outcome: 'refused'; why: string }

export type Reversal = {
  seq: bigint
  idemKey: string
  occurredAt: Date
  sourceKind: string
  sourceId: string
  sourceHash?: Buffer | null
}

/** Whose word it is: only the worker has heard the bank and may move bank money (112). */
type As = { as: 'api' | 'worker' }
type ResultRow = { outcome: PostResult['outcome']; seq: bigint | null; why: string | null }

/** Items that had to be posted and were not: refused, or under a key that names another content. */
export class LedgerRefusal extends Error {
  constructor(idemKey: string, why: string) {
    super(`The ledger refused ${idemKey}: ${why}`)
    this.name = 'LedgerRefusal'
  }
}

/**
 * Posts a batch as one block, in one round trip, and answers item by item in order. Must be the last statement of the
 * transaction, since it locks the market's head. A bad item (unknown or closed account, two books, nothing to move, an
 * account that would go below zero, bank money as `api`) is `refused` with the reason and the others are posted.
 */
export async function post(
  tx: Tx,
  marketId: string,
  items: readonly PostItem[],
  { as }: As,
): Promise<PostResult[]> {
  if (items.length === 0) return []
  const legs = items.flatMap((item, at) => item.transfers.map((transfer) => ({ ...transfer, item: at + 1 })))
  const column = <T>(
    rows: readonly T[],
    value: (row: T) => string | number | Buffer | null,
    type: string,
  ): SQL => sql`${sql.param(rows.map(value))}::${sql.raw(type)}[]`
  const { rows } = await tx.execute<ResultRow>(sql`
    select outcome, seq, why from ${sql.raw(as === 'worker' ? 'ledger_post' : 'ledger_post_office')}(
      ${marketId},
      ${column(items, (item) => item.idemKey, 'text')},
      ${column(items, (item) => item.kind, 'text')},
      ${column(items, (item) => item.occurredAt.toISOString(), 'timestamptz')},
      ${column(items, (item) => item.sourceKind, 'text')},
      ${column(items, (item) => item.sourceId, 'text')},
      ${column(items, (item) => item.sourceHash ?? null, 'bytea')},
      ${column(items, (item) => item.reversesSeq?.toString() ?? null, 'bigint')},
      ${column(legs, (leg) => leg.item, 'integer')},
      ${column(legs, (leg) => leg.book, 'text')},
      ${column(legs, (leg) => leg.debit, 'text')},
      ${column(legs, (leg) => leg.credit, 'text')},
      ${column(legs, (leg) => leg.amountVnd.toString(), 'bigint')}
    ) order by item`)
  return rows.map(toResult)
}

/**
 * Posts what the rest of the transaction stands on: all of it, or the transaction fails. Answers the numbers in order; an
 * item that was posted before gives its number again. Errors: `LedgerRefusal` for the first item that was not posted.
 */
export async function postAll(
  tx: Tx,
  marketId: string,
  items: readonly PostItem[],
  as: As,
): Promise<bigint[]> {
  const results = await post(tx, marketId, items, as)
  return results.map((result, at) => numberOf(result, items[at]?.idemKey ?? ''))
}

/**
 * Posts the mirror of one txn, as a txn of its own, and answers its number. Safe to repeat with the same key. Only a
 * connection that may post bank money can mirror it. Errors: `LedgerRefusal` (unknown txn, reversed before, below zero).
 */
export async function reverse(tx: Tx, marketId: string, reversal: Reversal): Promise<bigint> {
  const { seq, idemKey, occurredAt, sourceKind, sourceId, sourceHash = null } = reversal
  const { rows } = await tx.execute<ResultRow>(sql`
    select outcome, seq, why from ledger_reverse(${marketId}, ${seq.toString()}::bigint, ${idemKey},
      ${occurredAt.toISOString()}::timestamptz, ${sourceKind}, ${sourceId}, ${sourceHash}::bytea)`)
  const [row] = rows
  if (row === undefined) throw new Error('ledger_reverse answered nothing')
  return numberOf(toResult(row), idemKey)
}

function toResult({ outcome, seq, why }: ResultRow): PostResult {
  return outcome === 'refused' || seq === null ? { outcome: 'refused', why: why ?? '' } : { outcome, seq }
}

function numberOf(result: PostResult, idemKey: string): bigint {
  if (result.outcome === 'refused') throw new LedgerRefusal(idemKey, result.why)
  if (result.outcome === 'conflict') throw new LedgerRefusal(idemKey, 'the key names another content')
  return result.seq
}

/** Opens accounts; those already open stay as they are. Answers how many are new. */
export async function openAccounts(
  tx: Tx,
  marketId: string,
  accounts: readonly AccountSpec[],
): Promise<number> {
  const column = (value: (account: AccountSpec) => string | boolean, type = 'text'): SQL =>
    sql`${sql.param(accounts.map(value))}::${sql.raw(type)}[]`
  const { rows } = await tx.execute<{ opened: number }>(sql`
    select ledger_open_accounts(
      ${marketId},
      ${column((account) => account.id)},
      ${column((account) => account.book)},
      ${column((account) => account.code)},
      ${column((account) => account.glCode)},
      ${column((account) => account.side)},
      ${column((account) => account.keepsSide ?? false, 'boolean')},
      ${column((account) => account.name)}
    ) as opened`)
  return rows[0]?.opened ?? 0
}

/** What whoever closes a day was shown, and has seen: counts and sums only. */
export type DaySeen = { suspenseCount: number; suspenseVnd: bigint; differenceVnd: bigint; deafCount: number }

/**
 * Closes the business days up to and with `day` (`YYYY-MM-DD`, not in the future): what is posted afterwards goes to the
 * next day, whenever it happened. Keeps who closed it (`by`, a user's id) and what that person saw. Safe to repeat: a
 * closed day stays as it was closed. Must be the last statement of the transaction. Answers the last closed day.
 */
export async function closeDay(
  tx: Tx,
  marketId: string,
  day: string,
  { by, seen }: { by: string; seen: DaySeen },
): Promise<string> {
  const { rows } = await tx.execute<{ closed: string }>(sql`
    select ledger_close_day(${marketId}, ${day}::date, ${by}, ${seen.suspenseCount}::integer,
      ${seen.suspenseVnd.toString()}::bigint, ${seen.differenceVnd.toString()}::bigint,
      ${seen.deafCount}::integer)::text as closed`)
  const [row] = rows
  if (row === undefined) throw new Error('ledger_close_day answered nothing')
  return row.closed
}
