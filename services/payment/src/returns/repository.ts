import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, inArray, lt, ne, or, sql } from 'drizzle-orm'
import { addDays, startOfDay } from '../days.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { payment } from '../payments/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { saleRefund } from './tables.ts'

/** A sale of a stall as far as it may go back; null when the stall has no such sale, or the bank took it back. */
export async function findSale(tx: Tx, marketId: string, stallId: string, paymentId: string) {
  const [row] = await tx
    .select({
      accountId: payment.accountId,
      amountVnd: payment.amountVnd,
      expectedVnd: payment.expectedVnd,
      verdict: payment.verdict,
    })
    .from(payment)
    .where(
      and(
        eq(payment.marketId, marketId),
        eq(payment.id, paymentId),
        eq(payment.stallId, stallId),
        eq(payment.purpose, 'sale'),
        sql`not exists (select from bank_transaction b where b.market_id = ${payment.marketId}
          and b.reverses_id = ${payment.bankTransactionId})`,
      ),
    )
  return row ?? null
}

/** Writes a promise; false when the sale has one, or went back already. */
export async function insertRefund(tx: Tx, row: typeof saleRefund.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(saleRefund).values(row).onConflictDoNothing().returning({ id: saleRefund.id })
  return rows.length === 1
}

export type SaleRefundRow = typeof saleRefund.$inferSelect

/** The refund by its id, locked until the transaction ends. */
export async function lockRefund(tx: Tx, marketId: string, id: string): Promise<SaleRefundRow | null> {
  const [row] = await tx
    .select()
    .from(saleRefund)
    .where(and(eq(saleRefund.marketId, marketId), eq(saleRefund.id, id)))
    .for('update')
  return row ?? null
}

/** What stands of the sales of one day, and what has yet to go of any day, the newest promise first. At most 200. */
export async function listStanding(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
): Promise<SaleRefundRow[]> {
  const rows = await tx
    .select({ refund: saleRefund })
    .from(saleRefund)
    .innerJoin(payment, and(eq(payment.marketId, saleRefund.marketId), eq(payment.id, saleRefund.paymentId)))
    .where(
      and(
        eq(saleRefund.marketId, marketId),
        eq(saleRefund.stallId, stallId),
        ne(saleRefund.status, 'cancelled'),
        or(eq(saleRefund.status, 'due'), eq(payment.day, day)),
      ),
    )
    .orderBy(desc(saleRefund.promisedAt), desc(saleRefund.id))
    .limit(200)
  return rows.map(({ refund }) => refund)
}

/** A page of what a stall gave back on one day, of whatever day its sale was, newest first. */
export async function listPaidOfDay(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select({
      id: saleRefund.id,
      paymentId: saleRefund.paymentId,
      amountVnd: saleRefund.amountVnd,
      bin: receivingAccount.bin,
      occurredAt: sql<Date>`${saleRefund.paidAt}`.mapWith(saleRefund.paidAt),
    })
    .from(saleRefund)
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, saleRefund.marketId), eq(receivingAccount.id, saleRefund.accountId)),
    )
    .where(
      and(
        eq(saleRefund.marketId, marketId),
        eq(saleRefund.stallId, stallId),
        gte(saleRefund.paidAt, startOfDay(day)),
        lt(saleRefund.paidAt, startOfDay(addDays(day, 1))),
        isAfterPage(page.before, { occurredAt: saleRefund.paidAt, id: saleRefund.id }),
      ),
    )
    .orderBy(desc(saleRefund.paidAt), desc(saleRefund.id))
    .limit(page.limit)
}

/** What has yet to leave these accounts, locked in one order, with the bank of each. */
export async function lockDue(tx: Tx, marketId: string, accountIds: readonly string[]) {
  const rows = await tx
    .select({ refund: saleRefund, bin: receivingAccount.bin })
    .from(saleRefund)
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, saleRefund.marketId), eq(receivingAccount.id, saleRefund.accountId)),
    )
    .where(
      and(
        eq(saleRefund.marketId, marketId),
        eq(saleRefund.status, 'due'),
        inArray(saleRefund.accountId, [...accountIds]),
      ),
    )
    .orderBy(asc(saleRefund.id))
    .for('update', { of: saleRefund })
  return rows.map(({ refund, bin }) => ({ ...refund, bin, decidedAt: refund.promisedAt }))
}

export async function setRefund(
  tx: Tx,
  marketId: string,
  id: string,
  values: Partial<typeof saleRefund.$inferInsert>,
): Promise<void> {
  await tx
    .update(saleRefund)
    .set(values)
    .where(and(eq(saleRefund.marketId, marketId), eq(saleRefund.id, id)))
}
