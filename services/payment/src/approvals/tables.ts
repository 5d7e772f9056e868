import { sql } from 'drizzle-orm'
import { check, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** A thing two people must want: whoever approves did not propose. The check makes it so whatever the code does. */
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
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    check('approval_two_people', sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.proposedBy}`),
    check('approval_dated', sql`(${t.approvedBy} is null) = (${t.approvedAt} is null)`),
  ],
)
