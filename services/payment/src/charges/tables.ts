import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { payment } from '../payments/tables.ts'
import { stall } from '../stalls/tables.ts'

/** A price as decided: by position grade, per square metre and month, citing its decision and its ceiling. */
export const tariff = pgTable(
  'tariff',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    name: text().notNull(),
    positionGrade: integer('position_grade').notNull(),
    unitPriceVnd: vndColumn('unit_price_vnd').notNull(),
    ceilingVnd: vndColumn('ceiling_vnd').notNull(),
    decision: text().notNull(),
    decidedOn: date('decided_on').notNull(),
    effectiveFrom: date('effective_from').notNull(),
    effectiveTo: date('effective_to'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('tariff_grade_key').on(t.marketId, t.positionGrade, t.effectiveFrom),
    check('tariff_under_ceiling', sql`${t.unitPriceVnd} between 1 and ${t.ceilingVnd}`),
  ],
)

/** One month's charges. Proposed by one person, issued by the approval of another; nobody is billed before. */
export const billingRound = pgTable(
  'billing_round',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    period: text().notNull(),
    dueOn: date('due_on').notNull(),
    status: text().notNull(),
    approvalId: text('approval_id').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('billing_round_period_key').on(t.marketId, t.period),
    check('billing_round_issued', sql`(${t.status} = 'issued') = (${t.issuedAt} is not null)`),
  ],
)

/** What a stall owes for a round. Never edited after issue but for `paidVnd`, which payments move. */
export const charge = pgTable(
  'charge',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    roundId: text('round_id').notNull(),
    stallId: text('stall_id').notNull(),
    code: text().notNull(),
    accountId: text('account_id').notNull(),
    totalVnd: vndColumn('total_vnd').notNull(),
    paidVnd: vndColumn('paid_vnd')
      .notNull()
      .default(sql`0`),
    dueOn: date('due_on').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('charge_round_stall_key').on(t.marketId, t.roundId, t.stallId),
    unique('charge_code_key').on(t.marketId, t.code),
    index('charge_stall_idx').on(t.marketId, t.stallId, t.dueOn),
    foreignKey({
      columns: [t.marketId, t.roundId],
      foreignColumns: [billingRound.marketId, billingRound.id],
    }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('charge_total_positive', sql`${t.totalVnd} > 0`),
    check('charge_paid', sql`${t.paidVnd} >= 0`),
  ],
)

/** How a charge came to its sum, line by line, with the price in force on the day. */
export const chargeLine = pgTable(
  'charge_line',
  {
    marketId: text('market_id').notNull(),
    chargeId: text('charge_id').notNull(),
    line: integer().notNull(),
    name: text().notNull(),
    formula: text().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    tariffId: text('tariff_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.chargeId, t.line] }),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({ columns: [t.marketId, t.tariffId], foreignColumns: [tariff.marketId, tariff.id] }),
  ],
)

/** The last receipt number given out in a market and year: the row that makes the numbers gapless. */
export const receiptCounter = pgTable(
  'receipt_counter',
  {
    marketId: text('market_id').notNull(),
    year: integer().notNull(),
    lastNumber: integer('last_number').notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.year] })],
)

/** A receipt for one payment towards a charge. Its token is unguessable, so that anyone shown it can check it. */
export const receipt = pgTable(
  'receipt',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    year: integer().notNull(),
    number: integer().notNull(),
    token: text().notNull(),
    chargeId: text('charge_id').notNull(),
    paymentId: text('payment_id').notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    paidAt: timestamp('paid_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('receipt_number_key').on(t.marketId, t.year, t.number),
    unique('receipt_payment_key').on(t.marketId, t.paymentId),
    unique('receipt_token_key').on(t.marketId, t.token),
    foreignKey({ columns: [t.marketId, t.chargeId], foreignColumns: [charge.marketId, charge.id] }),
    foreignKey({ columns: [t.marketId, t.paymentId], foreignColumns: [payment.marketId, payment.id] }),
  ],
)
