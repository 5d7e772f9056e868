import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'

/** A sum a stall asks one shopper for, with a code of its own in the memo. */
export const paymentRequest = pgTable(
  'payment_request',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    accountId: text('account_id').notNull(),
    code: text().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    paidVnd: vndColumn('paid_vnd')
      .notNull()
      .default(sql`0`),
    note: text(),
    status: text().notNull().default('open'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    /**
     * When its provider is told of it as an order (the moment that it was made), and from then on asked what was paid on it
     * next; null where the provider knows no orders, and once nothing more is expected.
     */
    orderDueAt: timestamp('order_due_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('payment_request_code_key').on(t.marketId, t.code),
    index('payment_request_open_idx')
      .on(t.marketId, t.expiresAt)
      .where(sql`${t.status} = 'open'`),
    index('payment_request_order_idx')
      .on(t.marketId, t.orderDueAt)
      .where(sql`${t.orderDueAt} is not null`),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({
      columns: [t.marketId, t.accountId],
      foreignColumns: [receivingAccount.marketId, receivingAccount.id],
    }),
    check('payment_request_amount', sql`${t.amountVnd} between 1 and 499999999`),
    check('payment_request_paid', sql`${t.paidVnd} >= 0`),
  ],
)

/** Money that came, and what it was for. Exists only because a bank said so: one per bank transaction that a rule matched, never edited. */
export const payment = pgTable(
  'payment',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    bankTransactionId: text('bank_transaction_id').notNull(),
    purpose: text().notNull(),
    stallId: text('stall_id').notNull(),
    requestId: text('request_id'),
    chargeId: text('charge_id'),
    accountId: text('account_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    expectedVnd: vndColumn('expected_vnd'),
    verdict: text().notNull(),
    /** The rule that said what it was for (feeds/rules.ts), or `person`. */
    matchedBy: text('matched_by').notNull(),
    memoTail: text('memo_tail').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    /** The day of `occurredAt` in Asia/Ho_Chi_Minh: the merchant's totals go by the bank's time. */
    day: date().notNull(),
    /** When the resolution out of suspense that it came from was undone. */
    undoneAt: timestamp('undone_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    // What a person makes of money in suspense may be several, and made anew once it was undone.
    uniqueIndex('payment_transaction_key')
      .on(t.marketId, t.bankTransactionId)
      .where(sql`${t.matchedBy} <> 'person'`),
    index('payment_bank_transaction_idx').on(t.marketId, t.bankTransactionId),
    index('payment_stall_day_idx').on(t.marketId, t.stallId, t.day, t.occurredAt, t.id),
    // A sale is looked for by its amount: of a stall's tens of thousands a year only the few that are of it are read.
    index('payment_sale_amount_idx')
      .on(t.marketId, t.stallId, t.amountVnd, t.occurredAt, t.id)
      .where(sql`${t.purpose} = 'sale'`),
    index('payment_request_idx').on(t.marketId, t.requestId),
    index('payment_charge_idx').on(t.marketId, t.chargeId),
    foreignKey({
      columns: [t.marketId, t.bankTransactionId],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
    check('payment_amount_positive', sql`${t.amountVnd} > 0`),
    check('payment_purpose', sql`${t.purpose} in ('sale', 'charge', 'deposit')`),
    check('payment_verdict', sql`${t.verdict} in ('exact', 'short', 'over', 'repeated', 'late', 'unknown')`),
    check(
      'payment_matched_by',
      sql`${t.matchedBy} in ('request', 'stall', 'virtual_account', 'account', 'charge', 'debt', 'deposit', 'person')`,
    ),
    check('payment_undone', sql`${t.undoneAt} is null or ${t.matchedBy} = 'person'`),
  ],
)

/** What each stall took on each day, kept by the same transaction that adds a payment or a cash sale. */
export const stallDay = pgTable(
  'stall_day',
  {
    marketId: text('market_id').notNull(),
    stallId: text('stall_id').notNull(),
    day: date().notNull(),
    hour: integer().notNull(),
    bin: text().notNull(),
    cash: boolean().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    count: vndColumn('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.stallId, t.day, t.hour, t.bin] })],
)

/** Money whose purpose is not known, with the reason, until a person or a rule resolves it. */
export const suspense = pgTable(
  'suspense',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    bankTransactionId: text('bank_transaction_id'),
    inboxId: text('inbox_id').notNull(),
    /** Which telling of that message, where the money is not told of by a bank transaction. */
    providerEventId: text('provider_event_id'),
    /** Which account of ours a telling that was held back speaks of. */
    heldAccountId: text('held_account_id'),
    /** Money that came, or (`out`) that left and nobody knows why. */
    direction: text().notNull().default('in'),
    reason: text().notNull(),
    status: text().notNull().default('open'),
    amountVnd: vndColumn('amount_vnd').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    /** True when the ledger holds the sum in its suspense account: the money is on an account of the market's board. */
    posted: boolean().notNull(),
    resolution: text(),
    resolvedBy: text('resolved_by'),
    resolvedReason: text('resolved_reason'),
    resolvedAt: timestamp('resolved_at', { withTimezone: true }),
    /**
     * The resolution that closed it, and its last part. Keys of the database (suspense_parts_fk, in the migration, since
     * the parts' table refers to this one's neighbour) hold that the parts add up to this sum, and that each has its txn;
     * suspense_told_fk that they are of the account and direction of what was held back.
     */
    resolutionId: text('resolution_id'),
    lastLine: integer('last_line'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('suspense_status_idx').on(t.marketId, t.status, t.occurredAt, t.id),
    check(
      'suspense_reason',
      sql`${t.reason} in ('no_code', 'several_codes', 'unknown_code', 'hint_disagrees', 'foreign_account', 'changed_event',
        'overpaid_twice', 'wrong_amount', 'ambiguous', 'unconfirmed', 'outgoing')`,
    ),
    check('suspense_direction', sql`${t.direction} in ('in', 'out')`),
    check('suspense_status', sql`(${t.status} = 'resolved') = (${t.resolution} is not null)`),
    check(
      'suspense_resolved',
      sql`num_nonnulls(${t.resolutionId}, ${t.lastLine}) = case ${t.status} when 'resolved' then 2 else 0 end`,
    ),
  ],
)
