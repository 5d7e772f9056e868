import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  date,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'
import { appUser } from '../identity/tables.ts'

/** The second step of a person's log-in. It counts once `confirmedAt` is set, and a step of time counts once. */
export const totp = pgTable(
  'totp',
  {
    marketId: text('market_id').notNull(),
    userId: text('user_id').notNull(),
    /** Sealed with the master key. */
    ciphertext: bytea().notNull(),
    begunAt: timestamp('begun_at', { withTimezone: true }).notNull(),
    confirmedAt: timestamp('confirmed_at', { withTimezone: true }),
    /** The last step of thirty seconds whose code was used; every code up to it is spent. */
    lastStep: bigint('last_step', { mode: 'bigint' })
      .notNull()
      .default(sql`0`),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.userId] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
  ],
)

/** Codes that stand in for the app, each once. Eighty random bits: a digest is enough. */
export const recoveryCode = pgTable(
  'recovery_code',
  {
    marketId: text('market_id').notNull(),
    userId: text('user_id').notNull(),
    codeHash: bytea('code_hash').notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.userId, t.codeHash] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
  ],
)

/** A code by which a person chooses a password: told once to whoever made it, good for three days and one use. */
export const setUpCode = pgTable(
  'set_up_code',
  {
    marketId: text('market_id').notNull(),
    userId: text('user_id').notNull(),
    codeHash: bytea('code_hash').notNull(),
    madeAt: timestamp('made_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    // One at a time: a new one ends the one before.
    primaryKey({ columns: [t.marketId, t.userId] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    check(
      'set_up_code_days',
      sql`${t.expiresAt} > ${t.madeAt} and ${t.expiresAt} <= ${t.madeAt} + interval '72 hours'`,
    ),
  ],
)

/** What became of a person's log-in, by whom: only ever added to. */
export const staffNote = pgTable(
  'staff_note',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    userId: text('user_id').notNull(),
    what: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    /** Null for what a command of the operator did. */
    byUserId: text('by_user_id'),
    reason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('staff_note_user_idx').on(t.marketId, t.userId, t.at),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    check(
      'staff_note_what',
      sql`${t.what} in ('added', 'role_changed', 'ended', 'code_made', 'set_up', 'totp_on', 'totp_off')`,
    ),
    // Nobody does these to themselves.
    check(
      'staff_note_other',
      sql`${t.what} in ('set_up', 'totp_on') or ${t.byUserId} is null or ${t.byUserId} <> ${t.userId}`,
    ),
    check('staff_note_reason', sql`${t.what} <> 'totp_off' or ${t.reason} is not null`),
  ],
)

/** A permission that the head handed on to another person until a day, that day included. */
export const delegation = pgTable(
  'delegation',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    permission: text().notNull(),
    fromUserId: text('from_user_id').notNull(),
    toUserId: text('to_user_id').notNull(),
    fromDay: date('from_day').notNull(),
    until: date('until_day').notNull(),
    madeAt: timestamp('made_at', { withTimezone: true }).notNull(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
    endedBy: text('ended_by'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('delegation_open_key')
      .on(t.marketId, t.toUserId, t.permission)
      .where(sql`${t.endedAt} is null`),
    foreignKey({ columns: [t.marketId, t.fromUserId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({ columns: [t.marketId, t.toUserId], foreignColumns: [appUser.marketId, appUser.id] }),
    check('delegation_two_people', sql`${t.fromUserId} <> ${t.toUserId}`),
    check('delegation_days', sql`${t.until} >= ${t.fromDay} and ${t.until} <= ${t.fromDay} + 92`),
    check('delegation_ended', sql`(${t.endedAt} is null) = (${t.endedBy} is null)`),
    check(
      'delegation_permission',
      sql`${t.permission} in ('charges.approve', 'suspense.approve', 'reconciliation.approve', 'ledger.close', 'disputes.answer')`,
    ),
  ],
)
