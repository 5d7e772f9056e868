import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core'
import { charge } from '../charges/tables.ts'
import { vndColumn } from '../columns.ts'
import { stall } from '../stalls/tables.ts'

/**
 * Money a stall paid the board beyond what it owed: kept, shown, and set against what it owes next. What is left of all
 * of them is the balance of the advance account (3387).
 */
export const stallCredit = pgTable(
  'stall_credit',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    /** The charge that was overpaid, when the money named one. */
    chargeId: text('charge_id'),
    /** Where it came from: a bank payment, cash, or a change that made a paid charge smaller. */
    sourceKind: text('source_kind').notNull(),
    sourceId: text('source_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    usedVnd: vndColumn('used_vnd')
      .notNull()
      .default(sql`0`),
    /** Promised back to the stall: no charge may take it until the bank has told of it, or the promise is taken back. */
    heldVnd: vndColumn('held_vnd')
      .notNull()
      .default(sql`0`),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('stall_credit_stall_idx').on(t.marketId, t.stallId, t.createdAt),
    index('stall_credit_unused_idx')
      .on(t.marketId, t.stallId)
      .where(sql`${t.usedVnd} < ${t.amountVnd}`),
    index('stall_credit_charge_idx').on(t.marketId, t.chargeId),
    unique('stall_credit_source_key').on(t.marketId, t.sourceKind, t.sourceId),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('stall_credit_source', sql`${t.sourceKind} in ('payment', 'collection', 'change')`),
    check('stall_credit_amount', sql`${t.amountVnd} > 0 and ${t.usedVnd} between 0 and ${t.amountVnd}`),
    check('stall_credit_held', sql`${t.heldVnd} between 0 and ${t.amountVnd} - ${t.usedVnd}`),
  ],
)

/**
 * How much of one source went to one charge. Rows are only added; a collection taken back has rows of its own below zero,
 * and so has a credit that took back what was paid of a charge made smaller.
 */
export const settlement = pgTable(
  'settlement',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    chargeId: text('charge_id').notNull(),
    paymentId: text('payment_id'),
    collectionId: text('collection_id'),
    creditId: text('credit_id'),
    amountVnd: vndColumn('amount_vnd').notNull(),
    settledAt: timestamp('settled_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('settlement_charge_idx').on(t.marketId, t.chargeId),
    index('settlement_payment_idx').on(t.marketId, t.paymentId),
    index('settlement_collection_idx').on(t.marketId, t.collectionId),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({ columns: [t.marketId, t.creditId], foreignColumns: [stallCredit.marketId, stallCredit.id] }),
    check('settlement_source', sql`num_nonnulls(${t.paymentId}, ${t.collectionId}, ${t.creditId}) = 1`),
    check('settlement_amount', sql`${t.amountVnd} <> 0`),
  ],
)
