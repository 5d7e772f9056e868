import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { approval } from '../approvals/tables.ts'
import { vndColumn } from '../columns.ts'
import { contract } from '../contracts/tables.ts'
import { stall } from '../stalls/tables.ts'
import { tariff } from '../tariffs/tables.ts'

/** What the market's board has chosen about its charges. One row a market; a market without one has the defaults. */
export const chargePolicy = pgTable(
  'charge_policy',
  {
    marketId: text('market_id').primaryKey(),
    /** What money for one charge settles first: the charge it names, or the stall's oldest debt. */
    settleOrder: text('settle_order').notNull().default('named_first'),
    dueDay: integer('due_day').notNull().default(15),
    /** No reminder is sent from this hour to that one, Asia/Ho_Chi_Minh. */
    quietFromHour: integer('quiet_from_hour').notNull().default(20),
    quietToHour: integer('quiet_to_hour').notNull().default(7),
    /** A reading above this many times the average of the last three is asked about; below its inverse too. */
    anomalyRatio: numeric('anomaly_ratio', { precision: 4, scale: 2 }).notNull().default('2'),
  },
  (t) => [
    check('charge_policy_order', sql`${t.settleOrder} in ('named_first', 'oldest_first')`),
    check('charge_policy_due_day', sql`${t.dueDay} between 1 and 28`),
    check(
      'charge_policy_quiet',
      sql`${t.quietFromHour} between 0 and 23 and ${t.quietToHour} between 0 and 23`,
    ),
    check('charge_policy_ratio', sql`${t.anomalyRatio} > 1`),
  ],
)

/**
 * One month's charges. Prepared, proposed by one person (which freezes its charges as drafts), issued by the approval of
 * another; nobody is billed before. Issuing goes on in pieces: `issuing` until the last charge is posted.
 */
export const billingRound = pgTable(
  'billing_round',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    period: text().notNull(),
    dueOn: date('due_on').notNull(),
    status: text().notNull(),
    approvalId: text('approval_id'),
    approvedBy: text('approved_by'),
    preparedBy: text('prepared_by'),
    /** That it be closed, proposed by one and approved by another. */
    closeApprovalId: text('close_approval_id'),
    closedBy: text('closed_by'),
    issuedAt: timestamp('issued_at', { withTimezone: true }),
    closedAt: timestamp('closed_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('billing_round_period_key').on(t.marketId, t.period),
    foreignKey({
      name: 'billing_round_approved_fk',
      columns: [t.marketId, t.approvalId, t.approvedBy],
      foreignColumns: [approval.marketId, approval.id, approval.approvedBy],
    }),
    foreignKey({
      name: 'billing_round_close_fk',
      columns: [t.marketId, t.closeApprovalId, t.closedBy],
      foreignColumns: [approval.marketId, approval.id, approval.approvedBy],
    }),
    check(
      'billing_round_approved',
      sql`(${t.status} in ('issuing', 'issued', 'closed')) = (${t.approvedBy} is not null)`,
    ),
    check(
      'billing_round_closed_by',
      sql`(${t.status} = 'closed') = (${t.closedBy} is not null) and (${t.closedBy} is null or ${t.closeApprovalId} is not null)`,
    ),
    check(
      'billing_round_status',
      sql`${t.status} in ('preparing', 'proposed', 'issuing', 'issued', 'closed')`,
    ),
    check('billing_round_issued', sql`(${t.status} in ('issued', 'closed')) = (${t.issuedAt} is not null)`),
    check('billing_round_closed', sql`(${t.status} = 'closed') = (${t.closedAt} is not null)`),
    check('billing_round_proposed', sql`(${t.status} = 'preparing') = (${t.approvalId} is null)`),
  ],
)

/**
 * What a proposed round would bill under a contract (two of a stall, when it changed hands in the month): frozen when it
 * was proposed, so that what was seen is what is issued. Each becomes a `charge` when its piece of the round is posted; a
 * round taken back loses them.
 */
export const chargeDraft = pgTable(
  'charge_draft',
  {
    marketId: text('market_id').notNull(),
    roundId: text('round_id').notNull(),
    stallId: text('stall_id').notNull(),
    contractId: text('contract_id').notNull(),
    totalVnd: vndColumn('total_vnd').notNull(),
    /** The lines as `charge_line` will have them, amounts as text. */
    lines: jsonb().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.roundId, t.stallId, t.contractId] }),
    foreignKey({
      columns: [t.marketId, t.roundId],
      foreignColumns: [billingRound.marketId, billingRound.id],
    }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.contractId], foreignColumns: [contract.marketId, contract.id] }),
    check('charge_draft_total', sql`${t.totalVnd} > 0`),
  ],
)

/**
 * What a stall owes for a round, under one contract. `totalVnd` never changes once it is issued: what changes it later is
 * a `charge_change`, whose sums are kept here beside what was paid.
 */
export const charge = pgTable(
  'charge',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    roundId: text('round_id').notNull(),
    stallId: text('stall_id').notNull(),
    contractId: text('contract_id'),
    code: text().notNull(),
    accountId: text('account_id').notNull(),
    totalVnd: vndColumn('total_vnd').notNull(),
    /** What the stall still owed from before when this was issued: told on the bill, and no part of this debt. */
    arrearsVnd: vndColumn('arrears_vnd')
      .notNull()
      .default(sql`0`),
    /** Adjusted up or down, tax included. */
    adjustedVnd: vndColumn('adjusted_vnd')
      .notNull()
      .default(sql`0`),
    relievedVnd: vndColumn('relieved_vnd')
      .notNull()
      .default(sql`0`),
    writtenOffVnd: vndColumn('written_off_vnd')
      .notNull()
      .default(sql`0`),
    /** What was settled of it: the sum of its settlements. */
    paidVnd: vndColumn('paid_vnd')
      .notNull()
      .default(sql`0`),
    outstandingVnd: vndColumn('outstanding_vnd')
      .notNull()
      .generatedAlwaysAs(
        sql`greatest(total_vnd + adjusted_vnd - relieved_vnd - written_off_vnd - paid_vnd, 0)`,
      ),
    dueOn: date('due_on').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('charge_round_stall_key').on(t.marketId, t.roundId, t.stallId, t.contractId).nullsNotDistinct(),
    unique('charge_code_key').on(t.marketId, t.code),
    index('charge_stall_idx').on(t.marketId, t.stallId, t.dueOn),
    index('charge_owed_idx')
      .on(t.marketId, t.stallId, t.dueOn)
      .where(sql`${t.outstandingVnd} > 0`),
    foreignKey({
      columns: [t.marketId, t.roundId],
      foreignColumns: [billingRound.marketId, billingRound.id],
    }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('charge_total_positive', sql`${t.totalVnd} > 0`),
    // What comes beyond it is the stall's credit, never a charge paid more than it comes to.
    check(
      'charge_paid',
      sql`${t.paidVnd} between 0 and ${t.totalVnd} + ${t.adjustedVnd} - ${t.relievedVnd} - ${t.writtenOffVnd}`,
    ),
    check(
      'charge_changed',
      sql`${t.relievedVnd} >= 0 and ${t.writtenOffVnd} >= 0 and ${t.arrearsVnd} >= 0 and ${t.totalVnd} + ${t.adjustedVnd} - ${t.relievedVnd} - ${t.writtenOffVnd} >= 0`,
    ),
    foreignKey({ columns: [t.marketId, t.contractId], foreignColumns: [contract.marketId, contract.id] }),
  ],
)

/** How a charge came to its sum, line by line, with the price in force on the day. */
export const chargeLine = pgTable(
  'charge_line',
  {
    marketId: text('market_id').notNull(),
    chargeId: text('charge_id').notNull(),
    line: integer().notNull(),
    service: text().notNull(),
    name: text().notNull(),
    formula: text().notNull(),
    /** What the price is taken times, in its unit, already pro rata; null for a percentage. */
    quantity: numeric({ precision: 14, scale: 4 }),
    netVnd: vndColumn('net_vnd').notNull(),
    vatPercent: numeric('vat_percent', { precision: 5, scale: 2 }).notNull(),
    vatVnd: vndColumn('vat_vnd').notNull(),
    /** Net and tax: what the stall pays for this line. */
    amountVnd: vndColumn('amount_vnd').notNull(),
    passThrough: boolean('pass_through').notNull(),
    tariffId: text('tariff_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.chargeId, t.line] }),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({ columns: [t.marketId, t.tariffId], foreignColumns: [tariff.marketId, tariff.id] }),
    check(
      'charge_line_sum',
      sql`${t.amountVnd} = ${t.netVnd} + ${t.vatVnd} and ${t.netVnd} >= 0 and ${t.vatVnd} >= 0`,
    ),
  ],
)

/**
 * Something that changes what an issued charge comes to: proposed by one person with a reason, approved by another, and
 * then posted. Sums are signed as the debt feels them: an adjustment up is above zero, relief and write-off are below.
 */
export const chargeChange = pgTable(
  'charge_change',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    chargeId: text('charge_id').notNull(),
    kind: text().notNull(),
    /** The line that an adjustment is of: its tax, and whether it is passed on, are the line's. */
    line: integer(),
    netVnd: vndColumn('net_vnd').notNull(),
    vatVnd: vndColumn('vat_vnd').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    /** What of it is money passed through (electricity, water) and no revenue. */
    passThroughVnd: vndColumn('pass_through_vnd')
      .notNull()
      .default(sql`0`),
    reason: text().notNull(),
    approvalId: text('approval_id').notNull(),
    approvedBy: text('approved_by'),
    status: text().notNull(),
    decidedAt: timestamp('decided_at', { withTimezone: true }),
    ledgerSeq: vndColumn('ledger_seq'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('charge_change_charge_idx').on(t.marketId, t.chargeId),
    // One at a time: whoever approves has seen what the charge comes to without any other.
    uniqueIndex('charge_change_open_key')
      .on(t.marketId, t.chargeId)
      .where(sql`${t.status} = 'proposed'`),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({
      name: 'charge_change_line_fk',
      columns: [t.marketId, t.chargeId, t.line],
      foreignColumns: [chargeLine.marketId, chargeLine.chargeId, chargeLine.line],
    }),
    foreignKey({
      name: 'charge_change_approved_fk',
      columns: [t.marketId, t.approvalId, t.approvedBy],
      foreignColumns: [approval.marketId, approval.id, approval.approvedBy],
    }),
    check('charge_change_approved', sql`(${t.status} = 'approved') = (${t.approvedBy} is not null)`),
    check('charge_change_line', sql`(${t.kind} = 'adjusted') = (${t.line} is not null)`),
    check('charge_change_kind', sql`${t.kind} in ('adjusted', 'relieved', 'written_off')`),
    check('charge_change_sum', sql`${t.amountVnd} = ${t.netVnd} + ${t.vatVnd} and ${t.amountVnd} <> 0`),
    check('charge_change_sign', sql`${t.kind} = 'adjusted' or ${t.amountVnd} < 0`),
    check('charge_change_status', sql`${t.status} in ('proposed', 'approved', 'refused')`),
    check('charge_change_decided', sql`(${t.status} = 'proposed') = (${t.decidedAt} is null)`),
    check('charge_change_posted', sql`(${t.status} = 'approved') = (${t.ledgerSeq} is not null)`),
    check('charge_change_reason', sql`length(${t.reason}) >= 3`),
  ],
)
