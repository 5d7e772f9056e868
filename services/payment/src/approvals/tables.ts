import { sql } from 'drizzle-orm'
import { check, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

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
