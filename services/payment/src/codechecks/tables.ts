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
import { bytea } from '../columns.ts'
import { appUser } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'

/**
 * Somebody read the code that hangs at a stall. Only ever added to. The account is kept as a keyed digest, which says that
 * two codes pay the same one; of an account that is not the stall's, the bank and the last four digits besides.
 */
export const codeCheck = pgTable(
  'code_check',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    checkedBy: text('checked_by').notNull(),
    checkedAt: timestamp('checked_at', { withTimezone: true }).notNull(),
    way: text().notNull(),
    result: text().notNull(),
    accountDigest: bytea('account_digest'),
    bin: text(),
    accountTail: text('account_tail'),
    otherStallId: text('other_stall_id'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('code_check_stall_idx').on(t.marketId, t.stallId, t.checkedAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.otherStallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.checkedBy], foreignColumns: [appUser.marketId, appUser.id] }),
    check('code_check_way', sql`${t.way} in ('camera', 'photo')`),
    check('code_check_result', sql`${t.result} in ('right', 'old', 'other_stall', 'wrong', 'not_vietqr')`),
    check('code_check_digest', sql`(${t.accountDigest} is null) = (${t.result} = 'not_vietqr')`),
    check('code_check_digest_length', sql`octet_length(${t.accountDigest}) = 32`),
    check(
      'code_check_foreign',
      sql`num_nonnulls(${t.bin}, ${t.accountTail}) = case when ${t.result} in ('right', 'not_vietqr') then 0 else 2 end`,
    ),
    check('code_check_tail', sql`length(${t.accountTail}) <= 4`),
    check('code_check_other', sql`(${t.otherStallId} is not null) = (${t.result} = 'other_stall')`),
  ],
)

/** A code that pays somebody else was found at a stall: open until somebody of the board says what was done about it. */
export const codeAlert = pgTable(
  'code_alert',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    checkId: text('check_id').notNull(),
    accountDigest: bytea('account_digest').notNull(),
    openedAt: timestamp('opened_at', { withTimezone: true }).notNull(),
    settledBy: text('settled_by'),
    settledAt: timestamp('settled_at', { withTimezone: true }),
    note: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    uniqueIndex('code_alert_open_key')
      .on(t.marketId, t.stallId, t.accountDigest)
      .where(sql`${t.settledAt} is null`),
    index('code_alert_opened_idx').on(t.marketId, t.openedAt, t.id),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.checkId], foreignColumns: [codeCheck.marketId, codeCheck.id] }),
    foreignKey({ columns: [t.marketId, t.settledBy], foreignColumns: [appUser.marketId, appUser.id] }),
    check('code_alert_settled', sql`num_nonnulls(${t.settledBy}, ${t.settledAt}, ${t.note}) in (0, 3)`),
  ],
)
