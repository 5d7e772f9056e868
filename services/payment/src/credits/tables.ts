import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { cashSale } from '../cash/tables.ts'
import { vndColumn } from '../columns.ts'
import { payment, paymentRequest } from '../payments/tables.ts'
import { stall } from '../stalls/tables.ts'

/** Somebody who buys on credit at one stall. What they owe is in their last line, and nowhere else. */
export const creditCustomer = pgTable(
  'credit_customer',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    /** As the stallholder says it; empty once it was erased. */
    name: text().notNull(),
    phone: text(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    erasedAt: timestamp('erased_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('credit_customer_stall_idx').on(t.marketId, t.stallId),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('credit_customer_erased', sql`(${t.name} = '') = (${t.erasedAt} is not null)`),
    check('credit_customer_phone', sql`${t.erasedAt} is null or ${t.phone} is null`),
  ],
)

/**
 * The lines of a credit book, one after the other and never changed. Each names the balance it found and the one it leaves: that
 * both are those of its neighbours, and so the sum of all before, is held by keys (credit_entry_before_fk). Neither is below zero.
 */
export const creditEntry = pgTable(
  'credit_entry',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    customerId: text('customer_id').notNull(),
    number: integer().notNull(),
    /** The line before; null for the first. */
    previous: integer().generatedAlwaysAs(sql`nullif(number - 1, 0)`),
    kind: text().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    surplusVnd: vndColumn('surplus_vnd').notNull(),
    owedBeforeVnd: vndColumn('owed_before_vnd').notNull(),
    owedAfterVnd: vndColumn('owed_after_vnd').notNull(),
    surplusBeforeVnd: vndColumn('surplus_before_vnd').notNull(),
    surplusAfterVnd: vndColumn('surplus_after_vnd').notNull(),
    note: text(),
    at: timestamp({ withTimezone: true }).notNull(),
    /** Who wrote it; null for what a bank said. */
    userId: text('user_id'),
    paymentId: text('payment_id'),
    cashSaleId: text('cash_sale_id'),
    reversesId: text('reverses_id'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('credit_entry_number_key').on(t.marketId, t.customerId, t.number),
    unique('credit_entry_after_key').on(
      t.marketId,
      t.customerId,
      t.number,
      t.owedAfterVnd,
      t.surplusAfterVnd,
    ),
    uniqueIndex('credit_entry_reverses_key')
      .on(t.marketId, t.reversesId)
      .where(sql`${t.reversesId} is not null`),
    uniqueIndex('credit_entry_payment_key')
      .on(t.marketId, t.paymentId)
      .where(sql`${t.kind} = 'paid_bank'`),
    uniqueIndex('credit_entry_cash_key')
      .on(t.marketId, t.cashSaleId)
      .where(sql`${t.kind} = 'paid_cash'`),
    // A line takes back one of the same shopper.
    unique('credit_entry_own_key').on(t.marketId, t.customerId, t.id),
    foreignKey({
      name: 'credit_entry_customer_fk',
      columns: [t.marketId, t.customerId],
      foreignColumns: [creditCustomer.marketId, creditCustomer.id],
    }),
    foreignKey({
      name: 'credit_entry_before_fk',
      columns: [t.marketId, t.customerId, t.previous, t.owedBeforeVnd, t.surplusBeforeVnd],
      foreignColumns: [t.marketId, t.customerId, t.number, t.owedAfterVnd, t.surplusAfterVnd],
    }),
    foreignKey({
      name: 'credit_entry_reverses_fk',
      columns: [t.marketId, t.customerId, t.reversesId],
      foreignColumns: [t.marketId, t.customerId, t.id],
    }),
    foreignKey({
      name: 'credit_entry_payment_fk',
      columns: [t.marketId, t.paymentId],
      foreignColumns: [payment.marketId, payment.id],
    }),
    foreignKey({
      name: 'credit_entry_cash_fk',
      columns: [t.marketId, t.cashSaleId],
      foreignColumns: [cashSale.marketId, cashSale.id],
    }),
    check(
      'credit_entry_first',
      sql`${t.number} > 1 or (${t.number} = 1 and ${t.owedBeforeVnd} = 0 and ${t.surplusBeforeVnd} = 0)`,
    ),
    check(
      'credit_entry_owed',
      sql`${t.owedAfterVnd} = ${t.owedBeforeVnd} + ${t.amountVnd} and ${t.owedAfterVnd} >= 0`,
    ),
    check(
      'credit_entry_surplus',
      sql`${t.surplusAfterVnd} = ${t.surplusBeforeVnd} + ${t.surplusVnd} and ${t.surplusAfterVnd} >= 0`,
    ),
    check(
      'credit_entry_kind',
      sql`case ${t.kind}
        when 'sale' then ${t.amountVnd} between 1 and 499999999 and ${t.surplusVnd} = 0
        when 'paid_bank' then ${t.amountVnd} <= 0 and ${t.surplusVnd} >= 0 and ${t.amountVnd} < ${t.surplusVnd}
        when 'paid_cash' then ${t.amountVnd} < 0 and ${t.surplusVnd} = 0
        when 'forgiven' then ${t.amountVnd} < 0 and ${t.surplusVnd} = 0 and ${t.note} is not null
        when 'given_back' then ${t.amountVnd} = 0 and ${t.surplusVnd} < 0
        when 'offset' then ${t.amountVnd} < 0 and ${t.surplusVnd} = ${t.amountVnd}
        when 'reversal' then true
        when 'taken_back' then ${t.amountVnd} >= 0 and ${t.surplusVnd} <= 0
        else false end`,
    ),
    check(
      'credit_entry_source',
      sql`(${t.paymentId} is not null) = (${t.kind} in ('paid_bank', 'taken_back'))
        and (${t.cashSaleId} is not null) = (${t.kind} = 'paid_cash')
        and (${t.reversesId} is not null) = (${t.kind} in ('reversal', 'taken_back'))
        and (${t.userId} is null) = (${t.kind} in ('paid_bank', 'taken_back'))`,
    ),
  ],
)

/** A request for payment that asks for what somebody owes: what comes on it is taken off that. */
export const creditRequest = pgTable(
  'credit_request',
  {
    marketId: text('market_id').notNull(),
    requestId: text('request_id').notNull(),
    customerId: text('customer_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.requestId] }),
    foreignKey({
      name: 'credit_request_request_fk',
      columns: [t.marketId, t.requestId],
      foreignColumns: [paymentRequest.marketId, paymentRequest.id],
    }),
    foreignKey({
      name: 'credit_request_customer_fk',
      columns: [t.marketId, t.customerId],
      foreignColumns: [creditCustomer.marketId, creditCustomer.id],
    }),
  ],
)
