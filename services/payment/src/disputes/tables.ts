import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { charge } from '../charges/tables.ts'
import { stall } from '../stalls/tables.ts'

/** A stall says that a charge is wrong, and the board answers. While one is open the stall is not reminded. */
export const dispute = pgTable(
  'dispute',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    chargeId: text('charge_id').notNull(),
    stallId: text('stall_id').notNull(),
    reason: text().notNull(),
    openedBy: text('opened_by').notNull(),
    openedAt: timestamp('opened_at', { withTimezone: true }).notNull(),
    outcome: text(),
    answer: text(),
    answeredBy: text('answered_by'),
    answeredAt: timestamp('answered_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('dispute_open_key')
      .on(t.marketId, t.chargeId)
      .where(sql`${t.answeredAt} is null`),
    index('dispute_stall_idx').on(t.marketId, t.stallId, t.openedAt),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('dispute_outcome', sql`${t.outcome} in ('upheld', 'rejected', 'withdrawn')`),
    check(
      'dispute_answered',
      sql`num_nonnulls(${t.outcome}, ${t.answer}, ${t.answeredBy}, ${t.answeredAt}) in (0, 4)`,
    ),
  ],
)
