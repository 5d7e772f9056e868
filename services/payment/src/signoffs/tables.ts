import type { AccountCheck, DifferenceReason } from '@tienve/contracts'
import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { approval, cashDuty } from '../approvals/tables.ts'
import { vndColumn } from '../columns.ts'

/** An account as it stood when a day was signed. Of the stalls' line (`number` null) the difference alone is kept. */
export type SignedAccount = {
  bin: string | null
  number: string | null
  bankVnd: number | null
  ledgerVnd: number | null
  differenceVnd: number
  openingVnd: number | null
  closingVnd: number | null
  statement: AccountCheck['statement'] | null
}

export type SignedReason = {
  bankTransactionId: string
  amountVnd: number
  why: DifferenceReason
  reason: string
}

export type SignedSuspense = { reason: string; count: number; amountVnd: number }

/**
 * A day as whoever signed it off saw it. Only ever added to: the second signature, or the refusal, is in `approval`, and a
 * refused one is followed by the next `version`.
 */
export const daySignOff = pgTable(
  'day_sign_off',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    day: date().notNull(),
    version: integer().notNull(),
    approvalId: text('approval_id').notNull(),
    bankVnd: vndColumn('bank_vnd').notNull(),
    ledgerVnd: vndColumn('ledger_vnd').notNull(),
    differenceVnd: vndColumn('difference_vnd').notNull(),
    suspenseVnd: vndColumn('suspense_vnd').notNull(),
    suspenseCount: integer('suspense_count').notNull(),
    accounts: jsonb().$type<SignedAccount[]>().notNull(),
    reasons: jsonb().$type<SignedReason[]>().notNull(),
    suspense: jsonb().$type<SignedSuspense[]>().notNull(),
    /** The movements of the board's accounts that were there: any other one of that day came later. */
    movementIds: text('movement_ids').array().notNull(),
    signedBy: text('signed_by').notNull(),
    duty: text().notNull().default('account'),
    signedAt: timestamp('signed_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('day_sign_off_day_key').on(t.marketId, t.day, t.version),
    foreignKey({
      name: 'day_sign_off_proposed_fk',
      columns: [t.marketId, t.approvalId, t.signedBy],
      foreignColumns: [approval.marketId, approval.id, approval.proposedBy],
    }),
    foreignKey({
      name: 'day_sign_off_duty_fk',
      columns: [t.marketId, t.day, t.signedBy, t.duty],
      foreignColumns: [cashDuty.marketId, cashDuty.day, cashDuty.userId, cashDuty.duty],
    }),
    check('day_sign_off_duty', sql`${t.duty} = 'account'`),
    check('day_sign_off_version', sql`${t.version} >= 1`),
  ],
)
