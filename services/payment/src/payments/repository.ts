import type { Tx } from '@tienve/db'
import { and, asc, between, desc, eq, gte, inArray, lt, max, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { addDays, startOfDay } from '../days.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { LATEST_REVERSAL_DAYS } from './rules.ts'
import { payment, paymentRequest, stallDay } from './tables.ts'

/** The movement out by which the bank took a payment's money back. */
const reversal = alias(bankTransaction, 'reversal')

const paymentColumns = {
  id: payment.id,
  purpose: payment.purpose,
  stallId: payment.stallId,
  requestId: payment.requestId,
  chargeId: payment.chargeId,
  amountVnd: payment.amountVnd,
  expectedVnd: payment.expectedVnd,
  verdict: payment.verdict,
  matchedBy: payment.matchedBy,
  bin: receivingAccount.bin,
  memoTail: payment.memoTail,
  occurredAt: payment.occurredAt,
  receivedAt: payment.receivedAt,
  reversedAt: reversal.occurredAt,
}

export async function insertRequest(tx: Tx, row: typeof paymentRequest.$inferInsert): Promise<void> {
  await tx.insert(paymentRequest).values(row)
}

export async function findRequest(tx: Tx, marketId: string, id: string, lock = false) {
  const query = tx
    .select({ request: paymentRequest, account: receivingAccount })
    .from(paymentRequest)
    .innerJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, paymentRequest.marketId),
        eq(receivingAccount.id, paymentRequest.accountId),
      ),
    )
    .where(and(eq(paymentRequest.marketId, marketId), eq(paymentRequest.id, id)))
  const [row] = lock ? await query.for('update', { of: paymentRequest }) : await query
  return row ?? null
}

export async function setRequestStatus(tx: Tx, marketId: string, id: string, status: string): Promise<void> {
  await tx
    .update(paymentRequest)
    .set({ status })
    .where(and(eq(paymentRequest.marketId, marketId), eq(paymentRequest.id, id)))
}

/** Marks the open requests that have run out; answers how many. */
export async function expireRequests(tx: Tx, marketId: string, now: Date): Promise<number> {
  const rows = await tx
    .update(paymentRequest)
    .set({ status: 'expired' })
    .where(
      and(
        eq(paymentRequest.marketId, marketId),
        eq(paymentRequest.status, 'open'),
        lt(paymentRequest.expiresAt, now),
      ),
    )
    .returning({ id: paymentRequest.id })
  return rows.length
}

/** What was written to these requests, by their ids; nothing for one without a word. */
export async function listNotes(
  tx: Tx,
  marketId: string,
  requestIds: readonly string[],
): Promise<Map<string, string | null>> {
  if (requestIds.length === 0) return new Map()
  const rows = await tx
    .select({ id: paymentRequest.id, note: paymentRequest.note })
    .from(paymentRequest)
    .where(and(eq(paymentRequest.marketId, marketId), inArray(paymentRequest.id, [...requestIds])))
  return new Map(rows.map(({ id, note }) => [id, note]))
}

export async function listPaymentsOf(
  tx: Tx,
  marketId: string,
  by: { requestId: string } | { chargeId: string },
) {
  const of = 'requestId' in by ? eq(payment.requestId, by.requestId) : eq(payment.chargeId, by.chargeId)
  return selectPayments(tx)
    .where(and(eq(payment.marketId, marketId), of))
    .orderBy(asc(payment.occurredAt), asc(payment.id))
}

/** A page of a stall's sales by bank that are `wanted`, newest first, from just before `before`. */
export async function listSales(
  tx: Tx,
  marketId: string,
  stallId: string,
  wanted: SQL | undefined,
  page: { limit: number; before: Cursor | null },
) {
  return selectPayments(tx)
    .where(
      and(
        eq(payment.marketId, marketId),
        eq(payment.stallId, stallId),
        eq(payment.purpose, 'sale'),
        wanted,
        isAfterPage(page.before, payment),
      ),
    )
    .orderBy(desc(payment.day), desc(payment.occurredAt), desc(payment.id))
    .limit(page.limit)
}

/** As `listSales`, of one day. */
export async function listSalesOfDay(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
  page: { limit: number; before: Cursor | null },
) {
  return listSales(tx, marketId, stallId, eq(payment.day, day), page)
}

/** A page of what the bank took back of a stall's sales on one day, whenever they were, newest first. */
export async function listReversalsOfDay(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select({
      id: reversal.id,
      paymentId: payment.id,
      amountVnd: reversal.amountVnd,
      bin: receivingAccount.bin,
      occurredAt: reversal.occurredAt,
    })
    .from(payment)
    .innerJoin(
      reversal,
      and(eq(reversal.marketId, payment.marketId), eq(reversal.reversesId, payment.bankTransactionId)),
    )
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, payment.marketId), eq(receivingAccount.id, payment.accountId)),
    )
    .where(
      and(
        eq(payment.marketId, marketId),
        eq(payment.stallId, stallId),
        eq(payment.purpose, 'sale'),
        // Nothing is taken back after more days than that.
        between(payment.day, addDays(day, -LATEST_REVERSAL_DAYS), day),
        gte(reversal.occurredAt, startOfDay(day)),
        lt(reversal.occurredAt, startOfDay(addDays(day, 1))),
        isAfterPage(page.before, reversal),
      ),
    )
    .orderBy(desc(reversal.occurredAt), desc(reversal.id))
    .limit(page.limit)
}

/** A stall's day by bank and hour, from the totals that every payment keeps, so that it costs the same at any age. */
export async function listStallDay(tx: Tx, marketId: string, stallId: string, day: string) {
  return tx
    .select({
      hour: stallDay.hour,
      bin: stallDay.bin,
      cash: stallDay.cash,
      amountVnd: stallDay.amountVnd,
      count: stallDay.count,
    })
    .from(stallDay)
    .where(and(eq(stallDay.marketId, marketId), eq(stallDay.stallId, stallId), eq(stallDay.day, day)))
}

/** The latest day before `day`, and from `from` on, on which the stall sold anything. */
export async function findLastTradingDay(
  tx: Tx,
  marketId: string,
  stallIds: string[] | null,
  day: string,
  from?: SQL<string>,
): Promise<string | null> {
  const [row] = await tx
    .select({ day: max(stallDay.day) })
    .from(stallDay)
    .where(
      and(
        eq(stallDay.marketId, marketId),
        lt(stallDay.day, day),
        from === undefined ? undefined : gte(stallDay.day, from),
        sql`${stallDay.amountVnd} > 0`,
        stallIds === null ? undefined : inArray(stallDay.stallId, stallIds),
      ),
    )
  return row?.day ?? null
}

function selectPayments(tx: Tx) {
  return tx
    .select(paymentColumns)
    .from(payment)
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, payment.marketId), eq(receivingAccount.id, payment.accountId)),
    )
    .leftJoin(
      reversal,
      and(eq(reversal.marketId, payment.marketId), eq(reversal.reversesId, payment.bankTransactionId)),
    )
}
