import { sql } from 'drizzle-orm'
import { check, index, pgTable, primaryKey, text, timestamp, unique, uniqueIndex } from 'drizzle-orm/pg-core'

/**
 * Somebody who logs in at another market and works in this one too, as this market sees it: asked by its administrator,
 * active once she has accepted, over when either ends it (`ended_by` is null where she said no). Her secrets stay at home.
 */
export const membership = pgTable(
  'membership',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    login: text().notNull(),
    name: text().notNull(),
    role: text().notNull(),
    /** Who she is in this market once she has accepted. */
    userId: text('user_id').notNull(),
    invitedBy: text('invited_by').notNull(),
    invitedAt: timestamp('invited_at', { withTimezone: true }).notNull(),
    acceptedAt: timestamp('accepted_at', { withTimezone: true }),
    endedBy: text('ended_by'),
    endedAt: timestamp('ended_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('membership_login_key')
      .on(t.marketId, t.login)
      .where(sql`${t.endedAt} is null`),
    // Nobody sells in two markets: whoever comes from another works for the board. Some who came to sell once have ended.
    check('membership_role', sql`${t.endedAt} is not null or ${t.role} not in ('stallholder', 'helper')`),
    check('membership_ended', sql`${t.endedBy} is null or ${t.endedAt} is not null`),
  ],
)

/**
 * Which markets a person works in beside her own, across markets: like `directory` no tenant table, and read and written
 * only through narrow functions, which answer for one session's own person. `home_…` is null until she has accepted.
 */
export const personMarket = pgTable(
  'person_market',
  {
    login: text().notNull(),
    marketId: text('market_id').notNull(),
    membershipId: text('membership_id').notNull(),
    userId: text('user_id').notNull(),
    homeMarketId: text('home_market_id'),
    homeUserId: text('home_user_id'),
  },
  (t) => [
    primaryKey({ columns: [t.login, t.marketId] }),
    unique('person_market_membership_key').on(t.marketId, t.membershipId),
    index('person_market_home_idx').on(t.homeMarketId, t.homeUserId),
    check('person_market_home', sql`(${t.homeMarketId} is null) = (${t.homeUserId} is null)`),
    check('person_market_elsewhere', sql`${t.homeMarketId} is distinct from ${t.marketId}`),
  ],
)
