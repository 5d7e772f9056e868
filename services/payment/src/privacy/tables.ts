import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { appUser } from '../identity/tables.ts'
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

/**
 * What a stall has said to the board seeing its sales by name, each time: only ever added to. `stall.salesConsentAt` is
 * what it comes to now, and the functions that write here (consent_record, consent_end) write it too.
 */
export const consentChange = pgTable(
  'consent_change',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    given: boolean().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    /** Who said so; null for what was said before this was kept, and where it ended since somebody else has the stall. */
    userId: text('user_id'),
    /** The version of the words that were shown. */
    words: text().notNull(),
    /** The kind of device it was said on, where that is known. */
    device: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('consent_change_stall_idx').on(t.marketId, t.stallId, t.at),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
  ],
)

/** A person asks that what is kept of them goes. `outcome` says item by item what went and what stays, once it is done. */
export const dataRequest = pgTable(
  'data_request',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    userId: text('user_id').notNull(),
    stallId: text('stall_id').notNull(),
    askedAt: timestamp('asked_at', { withTimezone: true }).notNull(),
    /** By when the law wants an answer. */
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
    status: text().notNull().default('open'),
    answeredBy: text('answered_by'),
    answeredAt: timestamp('answered_at', { withTimezone: true }),
    /** Why it was refused. */
    reason: text(),
    outcome: jsonb().$type<Record<string, number>>(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('data_request_open_key')
      .on(t.marketId, t.userId)
      .where(sql`${t.status} = 'open'`),
    index('data_request_asked_idx').on(t.marketId, t.askedAt, t.id),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({ columns: [t.marketId, t.answeredBy], foreignColumns: [appUser.marketId, appUser.id] }),
    check('data_request_due', sql`${t.dueAt} > ${t.askedAt}`),
    check('data_request_status', sql`${t.status} in ('open', 'done', 'refused', 'withdrawn')`),
    check(
      'data_request_answered',
      sql`num_nonnulls(${t.answeredBy}, ${t.answeredAt}) = case ${t.status} when 'open' then 0 else 2 end`,
    ),
    check('data_request_reason', sql`(${t.reason} is not null) = (${t.status} = 'refused')`),
    check('data_request_outcome', sql`(${t.outcome} is not null) = (${t.status} = 'done')`),
    // Whoever asks may take it back, and somebody else carries it out or refuses it.
    check('data_request_two', sql`(${t.answeredBy} = ${t.userId}) = (${t.status} = 'withdrawn')`),
  ],
)
