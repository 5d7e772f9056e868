import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { SuspensePart } from '@tienve/contracts'
import { approval } from '../approvals/tables.ts'
import { vndColumn } from '../columns.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { payment } from '../payments/tables.ts'
import { refund } from '../refunds/tables.ts'

/** From which sum on money leaves suspense by the word of two people. Dated, like every parameter that a decision sets. */
export const suspensePolicy = pgTable(
  'suspense_policy',
  {
    marketId: text('market_id').notNull(),
    validFrom: date('valid_from').notNull(),
    twoPeopleFromVnd: vndColumn('two_people_from_vnd').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.validFrom] }),
    check('suspense_policy_sum', sql`${t.twoPeopleFromVnd} > 0`),
  ],
)

/** What somebody said money in suspense was: proposed to another person first, or done at once; undone at most once. */
export const suspenseResolution = pgTable(
  'suspense_resolution',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    suspenseId: text('suspense_id').notNull(),
    /** What the money is to be, part by part. What became of each part is in `suspense_part`. */
    parts: jsonb().$type<SuspensePart[]>().notNull(),
    reason: text().notNull(),
    status: text().notNull(),
    resolvedBy: text('resolved_by').notNull(),
    resolvedAt: timestamp('resolved_at', { withTimezone: true }).notNull(),
    /** The second person's word; null where the sum needs none. */
    approvalId: text('approval_id'),
    approvedBy: text('approved_by'),
    undoneBy: text('undone_by'),
    undoneReason: text('undone_reason'),
    undoneAt: timestamp('undone_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('suspense_resolution_suspense_idx').on(t.marketId, t.suspenseId),
    // Two who resolve the same money at once: the second finds the first's.
    uniqueIndex('suspense_resolution_standing_key')
      .on(t.marketId, t.suspenseId)
      .where(sql`${t.status} in ('proposed', 'done')`),
    foreignKey({
      name: 'suspense_resolution_proposed_fk',
      columns: [t.marketId, t.approvalId, t.resolvedBy],
      foreignColumns: [approval.marketId, approval.id, approval.proposedBy],
    }),
    foreignKey({
      name: 'suspense_resolution_approved_fk',
      columns: [t.marketId, t.approvalId, t.approvedBy],
      foreignColumns: [approval.marketId, approval.id, approval.approvedBy],
    }),
    check(
      'suspense_resolution_approved',
      sql`(${t.approvalId} is not null and ${t.status} in ('done', 'undone')) = (${t.approvedBy} is not null)`,
    ),
    check('suspense_resolution_status', sql`${t.status} in ('proposed', 'refused', 'done', 'undone')`),
    check(
      'suspense_resolution_two_people',
      sql`${t.status} not in ('proposed', 'refused') or ${t.approvalId} is not null`,
    ),
    check(
      'suspense_resolution_undone',
      sql`num_nonnulls(${t.undoneBy}, ${t.undoneReason}, ${t.undoneAt}) = case ${t.status} when 'undone' then 3 else 0 end`,
    ),
  ],
)

/**
 * What a part of some money in suspense became. The parts of a resolution are a chain without a gap (each begins where the
 * one before it ended), and an item can only be resolved by pointing at a last part that ends at the item's own sum.
 */
export const suspensePart = pgTable(
  'suspense_part',
  {
    marketId: text('market_id').notNull(),
    suspenseId: text('suspense_id').notNull(),
    resolutionId: text('resolution_id').notNull(),
    line: integer().notNull(),
    previousLine: integer('previous_line'),
    beforeVnd: vndColumn('before_vnd').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    afterVnd: vndColumn('after_vnd').notNull(),
    becomes: text().notNull(),
    /** True when the books hold the money: then nothing of it goes elsewhere without a txn of its own. */
    posted: boolean().notNull(),
    stallId: text('stall_id'),
    paymentId: text('payment_id'),
    /** What goes back stays in the books until this is paid, and leaves them by its txn. */
    refundId: text('refund_id'),
    ledgerSeq: vndColumn('ledger_seq'),
    /** The transaction that a telling was said to be of: keys hold that it is of the account, direction and sum of what was told. */
    sightingOf: text('sighting_of'),
    /** Those of a telling that was held back, whatever it became. */
    accountId: text('account_id'),
    direction: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.resolutionId, t.line] }),
    unique('suspense_part_end_key').on(
      t.marketId,
      t.suspenseId,
      t.resolutionId,
      t.line,
      t.afterVnd,
      t.posted,
    ),
    unique('suspense_part_told_key').on(t.marketId, t.resolutionId, t.line, t.accountId, t.direction),
    unique('suspense_part_txn_key').on(t.marketId, t.ledgerSeq),
    unique('suspense_part_payment_key').on(t.marketId, t.paymentId),
    unique('suspense_part_refund_key').on(t.marketId, t.refundId),
    foreignKey({
      name: 'suspense_part_chain_fk',
      columns: [t.marketId, t.suspenseId, t.resolutionId, t.previousLine, t.beforeVnd, t.posted],
      foreignColumns: [t.marketId, t.suspenseId, t.resolutionId, t.line, t.afterVnd, t.posted],
    }),
    foreignKey({
      name: 'suspense_part_resolution_fk',
      columns: [t.marketId, t.resolutionId],
      foreignColumns: [suspenseResolution.marketId, suspenseResolution.id],
    }),
    foreignKey({ columns: [t.marketId, t.paymentId], foreignColumns: [payment.marketId, payment.id] }),
    foreignKey({ columns: [t.marketId, t.refundId], foreignColumns: [refund.marketId, refund.id] }),
    foreignKey({
      name: 'suspense_part_sighting_fk',
      columns: [t.marketId, t.sightingOf, t.accountId, t.direction, t.amountVnd],
      foreignColumns: [
        bankTransaction.marketId,
        bankTransaction.id,
        bankTransaction.accountId,
        bankTransaction.direction,
        bankTransaction.amountVnd,
      ],
    }),
    check('suspense_part_sum', sql`${t.amountVnd} > 0 and ${t.afterVnd} = ${t.beforeVnd} + ${t.amountVnd}`),
    check(
      'suspense_part_first',
      sql`case ${t.line} when 1 then ${t.previousLine} is null and ${t.beforeVnd} = 0 else ${t.previousLine} is not null and ${t.previousLine} = ${t.line} - 1 end`,
    ),
    check('suspense_part_becomes', sql`${t.becomes} in ('charge', 'debt', 'not_ours', 'return', 'sighting')`),
    check(
      'suspense_part_posted',
      sql`(${t.ledgerSeq} is not null) = (${t.posted} and ${t.becomes} <> 'return') and (${t.posted} or ${t.becomes} in ('not_ours', 'sighting'))`,
    ),
    check(
      'suspense_part_seen',
      sql`(${t.becomes} = 'sighting') = (${t.sightingOf} is not null) and (${t.accountId} is null) = (${t.direction} is null)
        and (${t.sightingOf} is null or ${t.accountId} is not null and ${t.line} = 1 and not ${t.posted})`,
    ),
    check('suspense_part_returned', sql`(${t.becomes} = 'return') = (${t.refundId} is not null)`),
    check(
      'suspense_part_paid',
      sql`(${t.becomes} in ('charge', 'debt')) = (${t.paymentId} is not null) and (${t.paymentId} is null) = (${t.stallId} is null)`,
    ),
  ],
)
