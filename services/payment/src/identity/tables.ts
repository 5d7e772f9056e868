import { sql } from 'drizzle-orm'
import { check, foreignKey, integer, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'
import { stallholder } from '../contracts/tables.ts'
import { zone } from '../markets/tables.ts'
import { stall } from '../stalls/tables.ts'

/** A person who logs in: a stallholder or helper by phone and PIN, the board's people by login and password. */
export const appUser = pgTable(
  'app_user',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    login: text().notNull(),
    name: text().notNull(),
    role: text().notNull(),
    stallId: text('stall_id'),
    /** Whom the contract of the stall names, once a code was printed for them: another holder is another person. */
    holderId: text('holder_id'),
    /** The zone that a leader looks after. */
    zoneId: text('zone_id'),
    /** argon2id, with its parameters. Null until the person has chosen one: there is no secret that is given out. */
    secretHash: text('secret_hash'),
    /** Wrong tries from browsers that the person has never logged in with; each known one counts its own. */
    failedCount: integer('failed_count').notNull().default(0),
    lockedUntil: timestamp('locked_until', { withTimezone: true }),
    /** Since when this person no longer works here: no log-in, no session, and the name stays under what was done. */
    removedAt: timestamp('removed_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('app_user_login_key').on(t.marketId, t.login),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.holderId], foreignColumns: [stallholder.marketId, stallholder.id] }),
    foreignKey({ columns: [t.marketId, t.zoneId], foreignColumns: [zone.marketId, zone.id] }),
    check('app_user_zone', sql`(${t.role} = 'leader') = (${t.zoneId} is not null)`),
    check('app_user_stall', sql`(${t.role} in ('stallholder', 'helper')) = (${t.stallId} is not null)`),
  ],
)

/** A browser that a person has logged in with. Only the digest of its token is kept; a revoked one never comes back. */
export const device = pgTable(
  'device',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    userId: text('user_id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    /** What its user agent says, such as `Android · Chrome`. */
    name: text(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull(),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    failedCount: integer('failed_count').notNull().default(0),
    lockedUntil: timestamp('locked_until', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('device_token_key').on(t.marketId, t.tokenHash),
    unique('device_user_key').on(t.marketId, t.userId, t.id),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
  ],
)

/**
 * A log-in that still holds, of a person on one device; a device holds one at a time. Only the digest of the token is kept, so
 * a copy of this table opens nothing.
 */
export const session = pgTable(
  'session',
  {
    marketId: text('market_id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    userId: text('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    csrfToken: text('csrf_token').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.tokenHash] }),
    unique('session_device_key').on(t.marketId, t.deviceId),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({
      name: 'session_device_fk',
      columns: [t.marketId, t.userId, t.deviceId],
      foreignColumns: [device.marketId, device.userId, device.id],
    }),
  ],
)
