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
import { stallCredit } from '../settlements/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'

/**
 * Money of the board's account that may go back: what a payment brought beyond all debts is `offered`, and `due` once a
 * person said to whom; what leaves suspense as not the market's is due at once. Only the bank's word makes it `paid`.
 */
export const refund = pgTable(
  'refund',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    /** What it belongs to: a payment (with the credit that it left), or a resolution of money in suspense (by refund_resolution_fk of the migration). */
    paymentId: text('payment_id'),
    creditId: text('credit_id'),
    resolutionId: text('resolution_id'),
    accountId: text('account_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    /** When the money came: what left the account before cannot have been it. */
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    status: text().notNull(),
    /** Written in the transfer's memo, it names this refund and no other. */
    code: text(),
    toWhom: text('to_whom'),
    reason: text(),
    decidedBy: text('decided_by'),
    decidedAt: timestamp('decided_at', { withTimezone: true }),
    /** The outgoing transfer that a person says was it, where the bank's word alone did not tell. */
    namedTransactionId: text('named_transaction_id'),
    namedBy: text('named_by'),
    paidBy: text('paid_by'),
    paidAt: timestamp('paid_at', { withTimezone: true }),
    ledgerSeq: vndColumn('ledger_seq'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('refund_status_idx').on(t.marketId, t.status, t.occurredAt, t.id),
    unique('refund_payment_key').on(t.marketId, t.paymentId),
    unique('refund_resolution_key').on(t.marketId, t.resolutionId),
    unique('refund_code_key').on(t.marketId, t.code),
    unique('refund_paid_by_key').on(t.marketId, t.paidBy),
    uniqueIndex('refund_named_key')
      .on(t.marketId, t.namedTransactionId)
      .where(sql`${t.status} = 'due'`),
    foreignKey({ columns: [t.marketId, t.paymentId], foreignColumns: [payment.marketId, payment.id] }),
    foreignKey({ columns: [t.marketId, t.creditId], foreignColumns: [stallCredit.marketId, stallCredit.id] }),
    foreignKey({
      name: 'refund_account_fk',
      columns: [t.marketId, t.accountId],
      foreignColumns: [receivingAccount.marketId, receivingAccount.id],
    }),
    foreignKey({
      name: 'refund_named_fk',
      columns: [t.marketId, t.namedTransactionId],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
    foreignKey({
      name: 'refund_paid_by_fk',
      columns: [t.marketId, t.paidBy],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
    check('refund_amount', sql`${t.amountVnd} > 0`),
    check(
      'refund_of',
      sql`num_nonnulls(${t.paymentId}, ${t.resolutionId}) = 1 and (${t.paymentId} is null) = (${t.creditId} is null)`,
    ),
    check('refund_status', sql`${t.status} in ('offered', 'due', 'paid', 'cancelled')`),
    check('refund_offered', sql`${t.status} <> 'offered' or ${t.paymentId} is not null`),
    check(
      'refund_decided',
      sql`${t.status} not in ('due', 'paid') or num_nonnulls(${t.code}, ${t.toWhom}, ${t.reason}, ${t.decidedBy}, ${t.decidedAt}) = 5`,
    ),
    check('refund_named', sql`(${t.namedTransactionId} is null) = (${t.namedBy} is null)`),
    check(
      'refund_paid',
      sql`num_nonnulls(${t.paidBy}, ${t.paidAt}, ${t.ledgerSeq}) = case ${t.status} when 'paid' then 3 else 0 end`,
    ),
  ],
)
