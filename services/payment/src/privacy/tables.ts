import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { stall } from '../stalls/tables.ts'

/**
 * Who of the board looked at what of a named stall's sales. Only ever added to; the same look again within an hour adds
 * nothing, so that a screen left open does not fill it. Days are null where all that there is was asked for.
 */
export const look = pgTable(
  'look',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    userId: text('user_id').notNull(),
    /** As it was then: a person's role may change. */
    role: text().notNull(),
    what: text().notNull(),
    fromDay: date('from_day'),
    toDay: date('to_day'),
    at: timestamp({ withTimezone: true }).notNull(),
    /** The hour that `at` is in. */
    hour: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('look_hour_key')
      .on(t.marketId, t.stallId, t.userId, t.what, t.fromDay, t.toDay, t.hour)
      .nullsNotDistinct(),
    index('look_stall_idx').on(t.marketId, t.stallId, t.at, t.id),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('look_hour', sql`${t.at} >= ${t.hour} and ${t.at} < ${t.hour} + interval '1 hour'`),
  ],
)
