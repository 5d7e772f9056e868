import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { cashDuty } from '../approvals/tables.ts'
import { vndColumn } from '../columns.ts'
import { appUser } from '../identity/tables.ts'

/**
 * A collector hands the day's cash over: counted by note by the collector, counted again by the cashier, signed by both.
 * Who collected cannot confirm it: the check makes it so whatever the code does. A difference is posted and not hidden.
 */
export const handover = pgTable(
  'handover',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    collectorId: text('collector_id').notNull(),
    day: date().notNull(),
    /** What the receipts and tickets that it covers add up to. */
    expectedVnd: vndColumn('expected_vnd').notNull(),
    /** How many of each note: `{"500000": 2, "20000": 7}`. */
    collectorCounts: jsonb('collector_counts').notNull(),
    collectorVnd: vndColumn('collector_vnd').notNull(),
    collectorSignedAt: timestamp('collector_signed_at', { withTimezone: true }).notNull(),
    cashierId: text('cashier_id'),
    cashierCounts: jsonb('cashier_counts'),
    cashierVnd: vndColumn('cashier_vnd'),
    cashierSignedAt: timestamp('cashier_signed_at', { withTimezone: true }),
    cashierDuty: text('cashier_duty').notNull().default('count'),
    note: text(),
    ledgerSeq: vndColumn('ledger_seq'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('handover_collector_key').on(t.marketId, t.id, t.collectorId),
    // A collector signs once and then waits for the cashier: what is taken meanwhile belongs to the next one.
    uniqueIndex('handover_open_key')
      .on(t.marketId, t.collectorId)
      .where(sql`${t.cashierId} is null`),
    index('handover_collector_idx').on(t.marketId, t.collectorId, t.day),
    foreignKey({ columns: [t.marketId, t.collectorId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({ columns: [t.marketId, t.cashierId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({
      name: 'handover_duty_fk',
      columns: [t.marketId, t.day, t.cashierId, t.cashierDuty],
      foreignColumns: [cashDuty.marketId, cashDuty.day, cashDuty.userId, cashDuty.duty],
    }),
    check('handover_duty', sql`${t.cashierDuty} = 'count'`),
    check('handover_two_people', sql`${t.cashierId} is null or ${t.cashierId} <> ${t.collectorId}`),
    check(
      'handover_signed',
      sql`num_nonnulls(${t.cashierId}, ${t.cashierCounts}, ${t.cashierVnd}, ${t.cashierSignedAt}) in (0, 4)`,
    ),
    check('handover_posted', sql`(${t.cashierId} is null) = (${t.ledgerSeq} is null)`),
    check('handover_sums', sql`${t.expectedVnd} >= 0 and ${t.collectorVnd} >= 0 and ${t.cashierVnd} >= 0`),
  ],
)
