import { index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'

/** The last event number given out at each stall: the row that makes the numbers gapless. */
export const liveCounter = pgTable(
  'live_counter',
  {
    marketId: text('market_id').notNull(),
    stallId: text('stall_id').notNull(),
    lastNumber: vndColumn('last_number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.stallId] })],
)

/** What a stall's open apps are told, in order. Trimmed after some days; the books do not depend on it. */
export const liveEvent = pgTable(
  'live_event',
  {
    marketId: text('market_id').notNull(),
    stallId: text('stall_id').notNull(),
    number: vndColumn('number').notNull(),
    kind: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.stallId, t.number] }),
    index('live_event_created_idx').on(t.marketId, t.createdAt),
  ],
)
