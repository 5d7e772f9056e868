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
import { vndColumn } from '../columns.ts'
import { appUser } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'

/**
 * Who sold at a stall from when to when. A sale is of the shift in whose time it lies, its first moment included and its last
 * not, so that each is of one shift of a person at most; what a shift took is added up from the sales and not kept, until it is
 * confirmed. That two shifts of one person never overlap is held by shift_one_at_a_time, in the migration.
 */
export const shift = pgTable(
  'shift',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    userId: text('user_id').notNull(),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    /** The cash in the drawer at the beginning; null where nobody counted it. */
    openingVnd: vndColumn('opening_vnd'),
    endedAt: timestamp('ended_at', { withTimezone: true }),
    countedVnd: vndColumn('counted_vnd'),
    /** What the owner accepted: what should have lain there, by the sales of that moment. */
    expectedVnd: vndColumn('expected_vnd'),
    confirmedBy: text('confirmed_by'),
    confirmedAt: timestamp('confirmed_at', { withTimezone: true }),
    note: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('shift_open_key')
      .on(t.marketId, t.stallId, t.userId)
      .where(sql`${t.endedAt} is null`),
    index('shift_stall_idx').on(t.marketId, t.stallId, t.startedAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    check('shift_ended', sql`${t.endedAt} >= ${t.startedAt}`),
    check('shift_counted', sql`num_nonnulls(${t.endedAt}, ${t.countedVnd}) in (0, 2)`),
    check('shift_sums', sql`${t.openingVnd} >= 0 and ${t.countedVnd} >= 0 and ${t.expectedVnd} >= 0`),
    check(
      'shift_confirmed',
      sql`num_nonnulls(${t.expectedVnd}, ${t.confirmedBy}, ${t.confirmedAt}) in (0, 3)
        and (${t.confirmedAt} is null or ${t.confirmedAt} >= ${t.endedAt})`,
    ),
  ],
)
