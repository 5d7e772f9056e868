import { boolean, integer, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core'

/** One market and its operator. `demo` is set at birth and never changes: a demo cannot take money. */
export const market = pgTable(
  'market',
  {
    marketId: text('market_id').primaryKey(),
    name: text().notNull(),
    code: text().notNull(),
    operatorKind: text('operator_kind').notNull(),
    demo: boolean().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [unique('market_code_key').on(t.marketId, t.code)],
)

/**
 * Where a public id or code belongs, before any market is known: a webhook's connection, a log-in, a stall's public
 * page, a receipt's token. Not a tenant table; read and written only through narrow functions.
 */
export const directory = pgTable(
  'directory',
  {
    kind: text().notNull(),
    key: text().notNull(),
    marketId: text('market_id').notNull(),
    objectId: text('object_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] })],
)

export const zone = pgTable(
  'zone',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    code: text().notNull(),
    name: text().notNull(),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.id] }), unique('zone_code_key').on(t.marketId, t.code)],
)
