import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { stall } from '../stalls/tables.ts'

/** A person or household of the market, whether or not they log in. Names and phones are here and in no ledger row. */
export const stallholder = pgTable(
  'stallholder',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** The name of the household business as registered, when it has one. */
    registeredName: text('registered_name'),
    phone: text(),
    email: text(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.id] })],
)

/**
 * Who has a stall from when to when. Who rents (liable for the charges) and who sells may be two people. It binds until
 * `endedOn`: a contract past its `endsOn` that nobody ended or renewed still bills, and shows as expired. Two contracts of
 * one stall never cover the same day: the database excludes it.
 */
export const contract = pgTable(
  'contract',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    number: text().notNull(),
    stallId: text('stall_id').notNull(),
    stallholderId: text('stallholder_id').notNull(),
    /** Who stands at the stall, when it is not who rents it. */
    sellerId: text('seller_id'),
    kind: text().notNull(),
    signedOn: date('signed_on'),
    startsOn: date('starts_on').notNull(),
    /** Until when it was agreed; null is open-ended. */
    endsOn: date('ends_on'),
    /** Its last day, once it is ended. */
    endedOn: date('ended_on'),
    endReason: text('end_reason'),
    depositVnd: vndColumn('deposit_vnd')
      .notNull()
      .default(sql`0`),
    /** The contract whose stall this one took over (sang nhượng). */
    transferredFrom: text('transferred_from'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('contract_number_key').on(t.marketId, t.number),
    index('contract_stall_idx').on(t.marketId, t.stallId, t.startsOn),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({
      columns: [t.marketId, t.stallholderId],
      foreignColumns: [stallholder.marketId, stallholder.id],
    }),
    foreignKey({ columns: [t.marketId, t.sellerId], foreignColumns: [stallholder.marketId, stallholder.id] }),
    check('contract_kind', sql`${t.kind} in ('use', 'rent')`),
    check(
      'contract_days',
      sql`(${t.endsOn} is null or ${t.endsOn} >= ${t.startsOn}) and (${t.endedOn} is null or ${t.endedOn} >= ${t.startsOn})`,
    ),
    check('contract_ended', sql`(${t.endedOn} is null) = (${t.endReason} is null)`),
    check('contract_end_reason', sql`${t.endReason} in ('expired', 'terminated', 'transferred')`),
    check('contract_deposit', sql`${t.depositVnd} >= 0`),
  ],
)

/** Days on which a stall is closed by notice; what is charged meanwhile is what its tariffs say. Never overlapping. */
export const contractPause = pgTable(
  'contract_pause',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    contractId: text('contract_id').notNull(),
    fromDay: date('from_day').notNull(),
    /** Its last day; null while nobody knows when the stall opens again. */
    toDay: date('to_day'),
    reason: text().notNull(),
    noticedOn: date('noticed_on').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    foreignKey({ columns: [t.marketId, t.contractId], foreignColumns: [contract.marketId, contract.id] }),
    check('contract_pause_days', sql`${t.toDay} is null or ${t.toDay} >= ${t.fromDay}`),
  ],
)
