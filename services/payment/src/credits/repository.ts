import type { Tx } from '@tienve/db'
import { and, desc, eq, gt, gte, inArray, lt, or, sql } from 'drizzle-orm'
import type { OwnDays } from '../contracts/rules.ts'
import { addDays, startOfDay } from '../days.ts'
import { EMPTY, type Balance } from './rules.ts'
import { creditCustomer, creditEntry, creditRequest } from './tables.ts'

/** More shoppers than a stall lets buy on credit, and more lines than one looks through. */
const MOST_CUSTOMERS = 500
const MOST_ENTRIES = 100

export type CustomerRow = typeof creditCustomer.$inferSelect
export type EntryRow = typeof creditEntry.$inferSelect

export async function insertCustomer(tx: Tx, row: typeof creditCustomer.$inferInsert): Promise<void> {
  await tx.insert(creditCustomer).values(row)
}

export async function insertEntry(tx: Tx, row: typeof creditEntry.$inferInsert): Promise<void> {
  await tx.insert(creditEntry).values(row)
}

export async function insertRequestOf(tx: Tx, row: typeof creditRequest.$inferInsert): Promise<void> {
  await tx.insert(creditRequest).values(row)
}

export async function findCustomer(tx: Tx, marketId: string, id: string): Promise<CustomerRow | null> {
  const [row] = await tx
    .select()
    .from(creditCustomer)
    .where(and(eq(creditCustomer.marketId, marketId), eq(creditCustomer.id, id)))
  return row ?? null
}

/**
 * Waits for whoever writes in this shopper's book, as the function of the database does that writes what banks say, and answers
 * the balance that the next line finds. To be asked for before anything of the stall's totals or of the ledger is locked.
 */
export async function lockBalance(tx: Tx, marketId: string, customerId: string): Promise<Balance> {
  await tx.execute(sql`select credit_lock(${marketId}, ${customerId})`)
  const [last] = await listEntries(tx, marketId, customerId, 1)
  if (last === undefined) return EMPTY
  return { number: last.number, owedVnd: last.owedAfterVnd, surplusVnd: last.surplusAfterVnd }
}

/** The lines of a shopper's book, the newest first. */
export async function listEntries(
  tx: Tx,
  marketId: string,
  customerId: string,
  limit = MOST_ENTRIES,
): Promise<EntryRow[]> {
  return tx
    .select()
    .from(creditEntry)
    .where(and(eq(creditEntry.marketId, marketId), eq(creditEntry.customerId, customerId)))
    .orderBy(desc(creditEntry.number))
    .limit(limit)
}

export async function findEntry(
  tx: Tx,
  marketId: string,
  by: { id: string } | { cashSaleId: string },
): Promise<EntryRow | null> {
  const of =
    'id' in by
      ? eq(creditEntry.id, by.id)
      : // The kind is said so that credit_entry_cash_key finds it, which is of these only.
        and(eq(creditEntry.kind, 'paid_cash'), eq(creditEntry.cashSaleId, by.cashSaleId))
  const [row] = await tx
    .select()
    .from(creditEntry)
    .where(and(eq(creditEntry.marketId, marketId), of))
  return row ?? null
}

/** Those of the payments that a bank told of which were taken off what somebody owes. */
export async function listPaidCredits(
  tx: Tx,
  marketId: string,
  paymentIds: readonly string[],
): Promise<Set<string>> {
  if (paymentIds.length === 0) return new Set()
  const rows = await tx
    .select({ paymentId: creditEntry.paymentId })
    .from(creditEntry)
    .where(
      and(
        eq(creditEntry.marketId, marketId),
        eq(creditEntry.kind, 'paid_bank'),
        inArray(creditEntry.paymentId, [...paymentIds]),
      ),
    )
  return new Set(rows.flatMap(({ paymentId }) => paymentId ?? []))
}

/** True when a line was taken back by another. */
export async function isReversed(tx: Tx, marketId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ id: creditEntry.id })
    .from(creditEntry)
    .where(and(eq(creditEntry.marketId, marketId), eq(creditEntry.reversesId, id)))
  return rows.length > 0
}

/** Each shopper of a stall with the last line, those who owe most first; whoever was erased and owes nothing is left out. */
export async function listCustomers(tx: Tx, marketId: string, stallId: string, { since, until }: OwnDays) {
  const last = tx
    .select({
      owedVnd: creditEntry.owedAfterVnd,
      surplusVnd: creditEntry.surplusAfterVnd,
      at: creditEntry.at,
    })
    .from(creditEntry)
    .where(and(eq(creditEntry.marketId, marketId), eq(creditEntry.customerId, creditCustomer.id)))
    .orderBy(desc(creditEntry.number))
    .limit(1)
    .as('last')
  return tx
    .select({
      id: creditCustomer.id,
      name: creditCustomer.name,
      phone: creditCustomer.phone,
      owedVnd: last.owedVnd,
      surplusVnd: last.surplusVnd,
      lastAt: last.at,
    })
    .from(creditCustomer)
    .crossJoinLateral(last)
    .where(
      and(
        eq(creditCustomer.marketId, marketId),
        eq(creditCustomer.stallId, stallId),
        since === null ? undefined : gte(creditCustomer.createdAt, startOfDay(since)),
        until === null ? undefined : lt(creditCustomer.createdAt, startOfDay(addDays(until, 1))),
        or(sql`${creditCustomer.erasedAt} is null`, gt(last.owedVnd, 0n), gt(last.surplusVnd, 0n)),
      ),
    )
    .orderBy(desc(last.owedVnd), desc(last.surplusVnd), creditCustomer.name)
    .limit(MOST_CUSTOMERS)
}

/** Takes away who a shopper is and what they bought; what was owed and paid stays. */
export async function eraseCustomer(tx: Tx, marketId: string, id: string, at: Date): Promise<void> {
  await tx
    .update(creditCustomer)
    .set({ name: '', phone: null, erasedAt: at })
    .where(and(eq(creditCustomer.marketId, marketId), eq(creditCustomer.id, id)))
  await tx
    .update(creditEntry)
    .set({ note: '' })
    .where(
      and(
        eq(creditEntry.marketId, marketId),
        eq(creditEntry.customerId, id),
        sql`${creditEntry.note} is not null`,
      ),
    )
}

/** Writes in the books of those who owe what banks say of payments that came or were taken back. For the worker. */
export async function writeBankWord(
  tx: Tx,
  marketId: string,
  said: { paid: readonly string[]; takenBack: readonly string[]; at: Date },
): Promise<void> {
  const at = sql`${said.at.toISOString()}::timestamptz`
  const call = (name: string, payments: readonly string[]) =>
    payments.length === 0
      ? null
      : tx.execute(
          sql`select ${sql.identifier(name)}(${marketId}, ${sql.param([...payments])}::text[], ${at})`,
        )
  // All at once, in this order on the wire: what is sent after them locks the day and the ledger. What was taken back is so before
  // what came after it is set against it; and once more, since it may have come in the same batch.
  await Promise.all([
    call('credit_take_back', said.takenBack),
    call('credit_pay', said.paid),
    call('credit_take_back', said.takenBack),
  ])
}
