import { sql } from 'drizzle-orm'
import {
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
} from 'drizzle-orm/pg-core'
import { bytea, vndColumn } from '../columns.ts'
import { connection } from '../feeds/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'

/**
 * A statement of an account that a person brought or a connection delivered: its bytes, once, and what they add up to. Its rows go the way of every
 * message, some at a time, and are sightings of the source that has its id.
 */
export const statement = pgTable(
  'statement',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    accountId: text('account_id').notNull(),
    connectionId: text('connection_id').notNull(),
    fileHash: bytea('file_hash').notNull(),
    /** Kept as messages are: null once its time is up, or its person asked that it goes. */
    rawFile: bytea('raw_file'),
    format: text().notNull(),
    profile: text(),
    fromDay: date('from_day').notNull(),
    toDay: date('to_day').notNull(),
    openingVnd: vndColumn('opening_vnd'),
    closingVnd: vndColumn('closing_vnd'),
    rowCount: integer('row_count').notNull(),
    /** The user who brought it, or the connection that delivered it: an id says which it is. */
    importedBy: text('imported_by').notNull(),
    importedAt: timestamp('imported_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('statement_file_key').on(t.marketId, t.accountId, t.fileHash),
    index('statement_account_idx').on(t.marketId, t.accountId, t.toDay),
    foreignKey({
      columns: [t.marketId, t.connectionId],
      foreignColumns: [connection.marketId, connection.id],
    }),
    foreignKey({
      columns: [t.marketId, t.accountId],
      foreignColumns: [receivingAccount.marketId, receivingAccount.id],
    }),
    check('statement_days', sql`${t.toDay} >= ${t.fromDay} and ${t.rowCount} >= 0`),
  ],
)
