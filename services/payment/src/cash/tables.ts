import { sql } from 'drizzle-orm'
import { check, date, foreignKey, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { stall } from '../stalls/tables.ts'

/** Cash that a stall says it took: its own word, kept apart from what banks say. */
export const cashSale = pgTable(
  'cash_sale',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    note: text(),
    userId: text('user_id').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    day: date().notNull(),
    /** The sale's entry in the ledger, by which it can be reversed. */
    ledgerSeq: vndColumn('ledger_seq').notNull(),
    /** When the sale was taken back; the ledger then holds a reversing entry. */
    undoneAt: timestamp('undone_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('cash_sale_stall_day_idx').on(t.marketId, t.stallId, t.day),
    index('cash_sale_amount_idx').on(t.marketId, t.stallId, t.amountVnd, t.occurredAt, t.id),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('cash_sale_amount', sql`${t.amountVnd} between 1 and 499999999`),
  ],
)
