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
import { cashDuty } from '../approvals/tables.ts'
import { vndColumn } from '../columns.ts'
import { handover } from '../handovers/tables.ts'
import { appUser } from '../identity/tables.ts'
import { zone } from '../markets/tables.ts'
import { bankTransaction } from '../feeds/tables.ts'
import { stall } from '../stalls/tables.ts'
import { tariff } from '../tariffs/tables.ts'

/** The last book number given out in a market. */
export const bookCounter = pgTable('book_counter', {
  marketId: text('market_id').primaryKey(),
  lastNumber: integer('last_number').notNull(),
})

/** A numbered book, of receipts or of day tickets at one price, given to one collector and one device. */
export const book = pgTable(
  'book',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    /** As it is printed and read out: `B12`. */
    code: text().notNull(),
    kind: text().notNull(),
    collectorId: text('collector_id').notNull(),
    deviceId: text('device_id').notNull(),
    pages: integer().notNull(),
    tariffId: text('tariff_id'),
    issuedBy: text('issued_by').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }).notNull(),
    closedAt: timestamp('closed_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('book_code_key').on(t.marketId, t.code),
    // What is written on a page is of the collector who has the book: the foreign keys of both say so.
    unique('book_collector_key').on(t.marketId, t.id, t.collectorId),
    index('book_collector_idx').on(t.marketId, t.collectorId),
    foreignKey({ columns: [t.marketId, t.collectorId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({ columns: [t.marketId, t.tariffId], foreignColumns: [tariff.marketId, tariff.id] }),
    check('book_kind', sql`${t.kind} in ('receipt', 'ticket')`),
    check('book_priced', sql`(${t.kind} = 'ticket') = (${t.tariffId} is not null)`),
    check('book_pages', sql`${t.pages} between 1 and 500`),
  ],
)

/** A page of a book, with the token of its receipt's address: given out before anybody is paid, so no network is needed. */
export const bookPage = pgTable(
  'book_page',
  {
    marketId: text('market_id').notNull(),
    bookId: text('book_id').notNull(),
    page: integer().notNull(),
    token: text().notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
    /** Why a page was spoilt: such a page is no gap. */
    voidReason: text('void_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.bookId, t.page] }),
    unique('book_page_token_key').on(t.marketId, t.token),
    foreignKey({ columns: [t.marketId, t.bookId], foreignColumns: [book.marketId, book.id] }),
    check('book_page_number', sql`${t.page} >= 1`),
    check('book_page_void', sql`${t.voidReason} is null or ${t.usedAt} is not null`),
  ],
)

/** Cash a collector took from a stall in the board's name. Taken back within reason, by a reversal; the page stays used. */
export const collection = pgTable(
  'collection',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    collectorId: text('collector_id').notNull(),
    bookId: text('book_id').notNull(),
    page: integer().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    /** What of it paid debts when it was told of; the rest is the stall's credit. */
    settledVnd: vndColumn('settled_vnd').notNull(),
    /** Why that was not what the phone had shown. */
    conflict: text(),
    takenAt: timestamp('taken_at', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    day: date().notNull(),
    ledgerSeq: vndColumn('ledger_seq').notNull(),
    duty: text().notNull().default('collect'),
    handoverId: text('handover_id'),
    undoneAt: timestamp('undone_at', { withTimezone: true }),
    undoneReason: text('undone_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('collection_page_key').on(t.marketId, t.bookId, t.page),
    index('collection_day_idx').on(t.marketId, t.day, t.collectorId),
    index('collection_stall_idx').on(t.marketId, t.stallId, t.takenAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({
      name: 'collection_book_collector_fk',
      columns: [t.marketId, t.bookId, t.collectorId],
      foreignColumns: [book.marketId, book.id, book.collectorId],
    }),
    foreignKey({
      columns: [t.marketId, t.bookId, t.page],
      foreignColumns: [bookPage.marketId, bookPage.bookId, bookPage.page],
    }),
    foreignKey({
      name: 'collection_handover_fk',
      columns: [t.marketId, t.handoverId, t.collectorId],
      foreignColumns: [handover.marketId, handover.id, handover.collectorId],
    }),
    foreignKey({
      name: 'collection_duty_fk',
      columns: [t.marketId, t.day, t.collectorId, t.duty],
      foreignColumns: [cashDuty.marketId, cashDuty.day, cashDuty.userId, cashDuty.duty],
    }),
    check('collection_duty', sql`${t.duty} = 'collect'`),
    check('collection_amount', sql`${t.amountVnd} > 0 and ${t.settledVnd} between 0 and ${t.amountVnd}`),
    check('collection_conflict', sql`${t.conflict} in ('paid_meanwhile', 'owed_more')`),
    check('collection_undone', sql`(${t.undoneAt} is null) = (${t.undoneReason} is null)`),
    check('collection_kept', sql`${t.undoneAt} is null or ${t.handoverId} is null`),
  ],
)

/** A day ticket from a numbered book, for who sells without a stall: cash in hand, or a QR code that the bank confirms. */
export const dayTicket = pgTable(
  'day_ticket',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    bookId: text('book_id').notNull(),
    page: integer().notNull(),
    tariffId: text('tariff_id').notNull(),
    collectorId: text('collector_id').notNull(),
    priceVnd: vndColumn('price_vnd').notNull(),
    vatVnd: vndColumn('vat_vnd').notNull(),
    /** Where the buyer sells today, and what: a word, never a name. */
    zoneId: text('zone_id'),
    goods: text(),
    soldAt: timestamp('sold_at', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    day: date().notNull(),
    paidBy: text('paid_by').notNull(),
    code: text(),
    /** The bank's word for it. It is no payment of a stall's, so there is no row of `payment`. */
    bankTransactionId: text('bank_transaction_id'),
    ledgerSeq: vndColumn('ledger_seq'),
    duty: text().notNull().default('collect'),
    handoverId: text('handover_id'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('day_ticket_page_key').on(t.marketId, t.bookId, t.page),
    unique('day_ticket_code_key').on(t.marketId, t.code),
    index('day_ticket_day_idx').on(t.marketId, t.day, t.collectorId),
    foreignKey({
      columns: [t.marketId, t.bookId, t.page],
      foreignColumns: [bookPage.marketId, bookPage.bookId, bookPage.page],
    }),
    foreignKey({ columns: [t.marketId, t.tariffId], foreignColumns: [tariff.marketId, tariff.id] }),
    foreignKey({
      name: 'day_ticket_book_collector_fk',
      columns: [t.marketId, t.bookId, t.collectorId],
      foreignColumns: [book.marketId, book.id, book.collectorId],
    }),
    foreignKey({ columns: [t.marketId, t.zoneId], foreignColumns: [zone.marketId, zone.id] }),
    foreignKey({
      name: 'day_ticket_duty_fk',
      columns: [t.marketId, t.day, t.collectorId, t.duty],
      foreignColumns: [cashDuty.marketId, cashDuty.day, cashDuty.userId, cashDuty.duty],
    }),
    check('day_ticket_duty', sql`${t.duty} = 'collect'`),
    unique('day_ticket_transaction_key').on(t.marketId, t.bankTransactionId),
    foreignKey({
      columns: [t.marketId, t.bankTransactionId],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
    foreignKey({
      name: 'day_ticket_handover_fk',
      columns: [t.marketId, t.handoverId, t.collectorId],
      foreignColumns: [handover.marketId, handover.id, handover.collectorId],
    }),
    check('day_ticket_handed', sql`${t.handoverId} is null or ${t.paidBy} = 'cash'`),
    check('day_ticket_price', sql`${t.priceVnd} > 0 and ${t.vatVnd} between 0 and ${t.priceVnd}`),
    check('day_ticket_paid_by', sql`${t.paidBy} in ('cash', 'bank')`),
    check('day_ticket_code', sql`(${t.paidBy} = 'bank') = (${t.code} is not null)`),
    check('day_ticket_posted', sql`${t.paidBy} = 'bank' or ${t.ledgerSeq} is not null`),
  ],
)

/** A collector came and was not paid: what was said, and what was promised for when. */
export const visit = pgTable(
  'visit',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    collectorId: text('collector_id').notNull(),
    visitedAt: timestamp('visited_at', { withTimezone: true }).notNull(),
    outcome: text().notNull(),
    note: text(),
    promisedOn: date('promised_on'),
    promisedVnd: vndColumn('promised_vnd'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('visit_stall_idx').on(t.marketId, t.stallId, t.visitedAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.collectorId], foreignColumns: [appUser.marketId, appUser.id] }),
    check('visit_outcome', sql`${t.outcome} in ('promised', 'refused', 'absent')`),
    check('visit_promise', sql`(${t.outcome} = 'promised') = (${t.promisedOn} is not null)`),
    check(
      'visit_promised',
      sql`${t.promisedVnd} is null or (${t.promisedVnd} > 0 and ${t.promisedOn} is not null)`,
    ),
  ],
)
