import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { payment } from '../payments/tables.ts'
import { stall } from '../stalls/tables.ts'

/** The last receipt number given out in a market and year: the row that makes the numbers gapless. */
export const receiptCounter = pgTable(
  'receipt_counter',
  {
    marketId: text('market_id').notNull(),
    year: integer().notNull(),
    lastNumber: integer('last_number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.year] })],
)

/**
 * A receipt for money the board took: a bank payment, cash from a stall, or a day ticket. Its token is unguessable, so
 * that anyone shown it can check it. A void one keeps its number and says why.
 */
export const receipt = pgTable(
  'receipt',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    year: integer().notNull(),
    number: integer().notNull(),
    token: text().notNull(),
    chargeId: text('charge_id'),
    stallId: text('stall_id'),
    paymentId: text('payment_id'),
    collectionId: text('collection_id'),
    ticketId: text('ticket_id'),
    amountVnd: vndColumn('amount_vnd').notNull(),
    paidAt: timestamp('paid_at', { withTimezone: true }).notNull(),
    /** The page of the collector's book that the payer was given on the spot, as it reads: `B12-0007`. */
    bookPage: text('book_page'),
    /** The invoice that the operator issued elsewhere: we issue none. */
    invoiceNumber: text('invoice_number'),
    voidedAt: timestamp('voided_at', { withTimezone: true }),
    voidReason: text('void_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('receipt_number_key').on(t.marketId, t.year, t.number),
    unique('receipt_payment_key').on(t.marketId, t.paymentId),
    unique('receipt_collection_key').on(t.marketId, t.collectionId),
    unique('receipt_ticket_key').on(t.marketId, t.ticketId),
    unique('receipt_token_key').on(t.marketId, t.token),
    index('receipt_charge_idx').on(t.marketId, t.chargeId),
    index('receipt_stall_idx').on(t.marketId, t.stallId, t.paidAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.paymentId], foreignColumns: [payment.marketId, payment.id] }),
    check('receipt_for', sql`num_nonnulls(${t.paymentId}, ${t.collectionId}, ${t.ticketId}) >= 1`),
    check('receipt_void', sql`(${t.voidedAt} is null) = (${t.voidReason} is null)`),
  ],
)
