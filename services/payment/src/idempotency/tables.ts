import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'

/** The answer given to a creating request, kept with its effect in one transaction, so that a repeat gets the same. */
export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    marketId: text('market_id').notNull(),
    principal: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    bodyHash: bytea('body_hash').notNull(),
    status: integer().notNull(),
    answer: jsonb().$type<unknown>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.principal, t.route, t.key] }),
    index('idempotency_key_created_idx').on(t.marketId, t.createdAt),
  ],
)
