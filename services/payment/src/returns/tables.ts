import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { payment } from '../payments/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'

/**
 * What a sale on a stall's own account brought too much and is to go back to the shopper. Apart from `refund`, which is the
 * board's and is read by its office: what a stall gives back is its own affair.
 */
export const saleRefund = pgTable(
  'sale_refund',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    paymentId: text('payment_id').notNull(),
    accountId: text('account_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    /** Written in the transfer's memo, it names this refund and no other. */
    code: text().notNull(),
    toWhom: text('to_whom').notNull(),
    status: text().notNull().default('due'),
    promisedBy: text('promised_by').notNull(),
    promisedAt: timestamp('promised_at', { withTimezone: true }).notNull(),
    cancelledAt: timestamp('cancelled_at', { withTimezone: true }),
    /** The transfer that left, and the txn that says so in the stall's book (by sale_refund_txn_fk of the migration). */
    paidBy: text('paid_by'),
    paidAt: timestamp('paid_at', { withTimezone: true }),
    ledgerSeq: vndColumn('ledger_seq'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    // A sale goes back once; a promise that was taken back may be made anew.
    uniqueIndex('sale_refund_payment_key')
      .on(t.marketId, t.paymentId)
      .where(sql`${t.status} <> 'cancelled'`),
    unique('sale_refund_code_key').on(t.marketId, t.code),
    unique('sale_refund_paid_by_key').on(t.marketId, t.paidBy),
    index('sale_refund_due_idx')
      .on(t.marketId, t.accountId)
      .where(sql`${t.status} = 'due'`),
    index('sale_refund_stall_idx').on(t.marketId, t.stallId, t.paidAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.paymentId], foreignColumns: [payment.marketId, payment.id] }),
    foreignKey({
      name: 'sale_refund_account_fk',
      columns: [t.marketId, t.accountId],
      foreignColumns: [receivingAccount.marketId, receivingAccount.id],
    }),
    foreignKey({
      name: 'sale_refund_paid_by_fk',
      columns: [t.marketId, t.paidBy],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
    check('sale_refund_amount', sql`${t.amountVnd} > 0`),
    check('sale_refund_status', sql`${t.status} in ('due', 'paid', 'cancelled')`),
    check('sale_refund_cancelled', sql`(${t.cancelledAt} is not null) = (${t.status} = 'cancelled')`),
    check(
      'sale_refund_paid',
      sql`num_nonnulls(${t.paidBy}, ${t.paidAt}, ${t.ledgerSeq}) = case ${t.status} when 'paid' then 3 else 0 end`,
    ),
  ],
)
