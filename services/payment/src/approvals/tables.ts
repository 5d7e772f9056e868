import { sql } from 'drizzle-orm'
import { check, date, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core'

/** A thing two people must want: whoever decides did not propose. The checks make it so whatever the code does. */
export const approval = pgTable(
  'approval',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    kind: text().notNull(),
    objectId: text('object_id').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: timestamp('proposed_at', { withTimezone: true }).notNull(),
    approvedBy: text('approved_by'),
    approvedAt: timestamp('approved_at', { withTimezone: true }),
    refusedBy: text('refused_by'),
    refusedAt: timestamp('refused_at', { withTimezone: true }),
    refusedReason: text('refused_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    // What waits for a decision names who decided it: its foreign key then holds that somebody did, and another.
    unique('approval_proposer_key').on(t.marketId, t.id, t.proposedBy),
    unique('approval_approver_key').on(t.marketId, t.id, t.approvedBy),
    check('approval_two_people', sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.proposedBy}`),
    check('approval_refused_by_another', sql`${t.refusedBy} is null or ${t.refusedBy} <> ${t.proposedBy}`),
    check('approval_decided_once', sql`${t.approvedBy} is null or ${t.refusedBy} is null`),
    check(
      'approval_refused',
      sql`num_nonnulls(${t.refusedBy}, ${t.refusedAt}, ${t.refusedReason}) in (0, 3)`,
    ),
    check('approval_dated', sql`(${t.approvedBy} is null) = (${t.approvedAt} is null)`),
  ],
)

/**
 * What somebody does with the cash of a day: takes it, counts it, or signs for it. One of these a day and person, whatever
 * the role was changed to meanwhile: all that is written of a day's cash points here.
 */
export const cashDuty = pgTable(
  'cash_duty',
  {
    marketId: text('market_id').notNull(),
    day: date().notNull(),
    userId: text('user_id').notNull(),
    duty: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.day, t.userId] }),
    unique('cash_duty_key').on(t.marketId, t.day, t.userId, t.duty),
    check('cash_duty_kind', sql`${t.duty} in ('collect', 'count', 'account')`),
  ],
)
