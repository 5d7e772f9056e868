import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'
import { appUser } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'

/** A one-time code that lets one person in at a stall. Kept as a keyed digest: whoever reads this table types nothing from it. */
export const enrolment = pgTable(
  'enrolment',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    kind: text().notNull(),
    stallId: text('stall_id').notNull(),
    /** Whom it sets up; of a helper this is known once it is used. */
    userId: text('user_id'),
    codeHash: bytea('code_hash').notNull(),
    madeBy: text('made_by').notNull(),
    madeAt: timestamp('made_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('enrolment_code_key').on(t.marketId, t.codeHash),
    uniqueIndex('enrolment_open_key')
      .on(t.marketId, t.stallId, t.kind)
      .where(sql`${t.usedAt} is null and ${t.revokedAt} is null`),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({
      name: 'enrolment_made_by_fk',
      columns: [t.marketId, t.madeBy],
      foreignColumns: [appUser.marketId, appUser.id],
    }),
    check('enrolment_kind', sql`${t.kind} in ('holder', 'helper')`),
    check('enrolment_person', sql`${t.userId} is not null or (${t.kind} = 'helper' and ${t.usedAt} is null)`),
    check('enrolment_once', sql`${t.usedAt} is null or ${t.revokedAt} is null`),
    check(
      'enrolment_in_time',
      sql`${t.expiresAt} > ${t.madeAt} and (${t.usedAt} is null or ${t.usedAt} < ${t.expiresAt})`,
    ),
  ],
)
