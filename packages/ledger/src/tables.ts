import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const int8 = (name: string) => bigint(name, { mode: 'bigint' })
const moment = (name: string) => timestamp(name, { withTimezone: true })

/** A hash of this length is a SHA-256 and nothing else. */
const isSha256 = (column: ReturnType<typeof sql>) => sql`octet_length(${column}) = 32`

/**
 * Where a market's chain stands: the one row every post locks, so a market has one writer at a time.
 * Written by `ledger_open_accounts`, `ledger_post` and `ledger_close_day`. `closedThrough` is the last closed day.
 */
export const ledgerHead = pgTable(
  'ledger_head',
  {
    marketId: text('market_id').primaryKey(),
    lastSeq: int8('last_seq')
      .notNull()
      .default(sql`0`),
    height: int8('height')
      .notNull()
      .default(sql`0`),
    /** The hash of block `height`; 32 zero bytes while there is no block. */
    hash: bytea('hash').notNull(),
    closedThrough: date('closed_through'),
  },
  (t) => [
    check('ledger_head_not_negative', sql`${t.lastSeq} >= 0 and ${t.height} >= 0`),
    check('ledger_head_hash', isSha256(sql`${t.hash}`)),
  ],
)

/** An account of one book. Opened by `ledger_open_accounts`, never renamed, moved to another book or deleted. */
export const ledgerAccount = pgTable(
  'ledger_account',
  {
    marketId: text('market_id').notNull(),
    /** `<book>:<code>`, so that an account's name says whose it is. */
    id: text('id').notNull(),
    /** `board`, or the id of the stall whose book it is: different legal persons. */
    book: text('book').notNull(),
    code: text('code').notNull(),
    /** The account of the chart (111, 112, 131 …) that this one is a part of. */
    glCode: text('gl_code').notNull(),
    side: text('side').notNull(),
    /** True when the balance may never leave its side: there is no cash below nothing, and nobody owes less than nothing. */
    keepsSide: boolean('keeps_side').notNull().default(false),
    name: text('name').notNull(),
    openedAt: moment('opened_at').notNull(),
    /** The chain's height when it was opened: what a seal of a later height covers. */
    openedHeight: int8('opened_height')
      .notNull()
      .default(sql`0`),
    closedAt: moment('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    // What a transfer's foreign keys point at. The market comes last for the reason told at `ledgerTxn`.
    unique('ledger_account_book_key').on(t.book, t.id, t.marketId),
    check('ledger_account_id', sql`${t.id} = ${t.book} || ':' || ${t.code}`),
    check('ledger_account_side', sql`${t.side} in ('debit', 'credit')`),
  ],
)

/** What each account adds up to. One row per account, moved only by the post that adds the transfers. */
export const ledgerBalance = pgTable(
  'ledger_balance',
  {
    marketId: text('market_id').notNull(),
    accountId: text('account_id').notNull(),
    debitVnd: int8('debit_vnd')
      .notNull()
      .default(sql`0`),
    creditVnd: int8('credit_vnd')
      .notNull()
      .default(sql`0`),
    /** How many batches have touched the account. */
    version: int8('version')
      .notNull()
      .default(sql`0`),
    /** The side of an account that keeps its side, so that the check below stands where the sums do; else null. */
    keptSide: text('kept_side'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.accountId] }),
    foreignKey({
      name: 'ledger_balance_account_fk',
      columns: [t.marketId, t.accountId],
      foreignColumns: [ledgerAccount.marketId, ledgerAccount.id],
    }),
    check('ledger_balance_not_negative', sql`${t.debitVnd} >= 0 and ${t.creditVnd} >= 0`),
    check(
      'ledger_balance_keeps_side',
      sql`case ${t.keptSide} when 'debit' then ${t.debitVnd} >= ${t.creditVnd} when 'credit' then ${t.creditVnd} >= ${t.debitVnd} else ${t.keptSide} is null end`,
    ),
  ],
)

/** What each account moved on each business day, kept by the post itself, so a trial balance of a day is a short read. */
export const ledgerDay = pgTable(
  'ledger_day',
  {
    marketId: text('market_id').notNull(),
    accountId: text('account_id').notNull(),
    businessDay: date('business_day').notNull(),
    debitVnd: int8('debit_vnd').notNull(),
    creditVnd: int8('credit_vnd').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.accountId, t.businessDay] }),
    foreignKey({
      name: 'ledger_day_account_fk',
      columns: [t.marketId, t.accountId],
      foreignColumns: [ledgerAccount.marketId, ledgerAccount.id],
    }),
    check('ledger_day_not_negative', sql`${t.debitVnd} >= 0 and ${t.creditVnd} >= 0`),
  ],
)

/** One event in the books and its place in the chain. Append-only; holds ids and digests, never a name or a memo. */
export const ledgerTxn = pgTable(
  'ledger_txn',
  {
    marketId: text('market_id').notNull(),
    /** Gapless within the market. */
    seq: int8('seq').notNull(),
    kind: text('kind').notNull(),
    idemKey: text('idem_key').notNull(),
    /** What was asked for, so that the same key with another content is a conflict and not a repeat. */
    reqHash: bytea('req_hash').notNull(),
    /** The bank's time. */
    occurredAt: moment('occurred_at').notNull(),
    /** Ours. */
    recordedAt: moment('recorded_at').notNull(),
    businessDay: date('business_day').notNull(),
    sourceKind: text('source_kind').notNull(),
    sourceId: text('source_id').notNull(),
    /**
     * The SHA-256 of the bytes that the source said, null where a person is the source. The bytes lie outside the ledger
     * and may be erased; what is left here tells an erased source from one that was changed.
     */
    sourceHash: bytea('source_hash'),
    reversesSeq: int8('reverses_seq'),
    /** The height of the block that holds it. */
    block: int8('block').notNull(),
    salt: bytea('salt').notNull(),
    leaf: bytea('leaf').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.seq] }),
    // Neither index begins with the market for every row: on an empty table the planner takes such an index for as good
    // as the primary key, and the foreign keys of a session would scan the whole market from then on (measured: 10 ×).
    unique('ledger_txn_idem_key').on(t.idemKey, t.marketId),
    uniqueIndex('ledger_txn_reverses_key')
      .on(t.marketId, t.reversesSeq)
      .where(sql`${t.reversesSeq} is not null`),
    index('ledger_txn_source_idx').on(t.sourceId, t.marketId),
    index('ledger_txn_day_idx').on(t.businessDay, t.marketId, t.seq),
    foreignKey({
      name: 'ledger_txn_reverses_fk',
      columns: [t.marketId, t.reversesSeq],
      foreignColumns: [t.marketId, t.seq],
    }),
    check('ledger_txn_reverses_earlier', sql`${t.reversesSeq} < ${t.seq}`),
    check('ledger_txn_leaf', isSha256(sql`${t.leaf}`)),
    check('ledger_txn_source_hash', isSha256(sql`${t.sourceHash}`)),
  ],
)

/**
 * One movement: an amount from a credit account to a debit account of the same book, so an unbalanced row cannot be
 * written. Append-only. The two foreign keys carry the book, so a transfer cannot cross books.
 */
export const ledgerTransfer = pgTable(
  'ledger_transfer',
  {
    marketId: text('market_id').notNull(),
    seq: int8('seq').notNull(),
    leg: smallint('leg').notNull(),
    book: text('book').notNull(),
    debitAccount: text('debit_account').notNull(),
    creditAccount: text('credit_account').notNull(),
    amountVnd: int8('amount_vnd').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.seq, t.leg] }),
    // A book's statement and its share of the journal. One index by book costs half of two by account, and a book is small.
    index('ledger_transfer_book_idx').on(t.book, t.marketId, t.seq),
    foreignKey({
      name: 'ledger_transfer_txn_fk',
      columns: [t.marketId, t.seq],
      foreignColumns: [ledgerTxn.marketId, ledgerTxn.seq],
    }),
    foreignKey({
      name: 'ledger_transfer_debit_fk',
      columns: [t.marketId, t.book, t.debitAccount],
      foreignColumns: [ledgerAccount.marketId, ledgerAccount.book, ledgerAccount.id],
    }),
    foreignKey({
      name: 'ledger_transfer_credit_fk',
      columns: [t.marketId, t.book, t.creditAccount],
      foreignColumns: [ledgerAccount.marketId, ledgerAccount.book, ledgerAccount.id],
    }),
    check('ledger_transfer_amount', sql`${t.amountVnd} > 0`),
    check('ledger_transfer_two_accounts', sql`${t.debitAccount} <> ${t.creditAccount}`),
  ],
)

/** One batch of transactions under one hash, chained to the batch before. Append-only. */
export const ledgerBlock = pgTable(
  'ledger_block',
  {
    marketId: text('market_id').notNull(),
    height: int8('height').notNull(),
    firstSeq: int8('first_seq').notNull(),
    lastSeq: int8('last_seq').notNull(),
    prevHash: bytea('prev_hash').notNull(),
    hash: bytea('hash').notNull(),
    hashVer: smallint('hash_ver').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.height] }),
    check('ledger_block_range', sql`${t.firstSeq} <= ${t.lastSeq}`),
    check('ledger_block_hash', sql`octet_length(${t.hash}) = 32 and octet_length(${t.prevHash}) = 32`),
  ],
)

/**
 * A closed business day: what stood in the books and what whoever closed it was shown. Append-only, written by
 * `ledger_close_day` together with the head's `closedThrough`.
 */
export const ledgerClose = pgTable(
  'ledger_close',
  {
    marketId: text('market_id').notNull(),
    businessDay: date('business_day').notNull(),
    /** The last block of the day: no later block may hold a txn of this business day or an earlier one. */
    height: int8('height').notNull(),
    closedAt: moment('closed_at').notNull(),
    /** The id of the user who closed it. */
    closedBy: text('closed_by').notNull(),
    suspenseCount: integer('suspense_count').notNull(),
    suspenseVnd: int8('suspense_vnd').notNull(),
    differenceVnd: int8('difference_vnd').notNull(),
    deafCount: integer('deaf_count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.businessDay] })],
)

/**
 * A height of the chain signed with a key that is not in the database; the same line is in a file outside it. Append-only,
 * written by `ledger_add_seal`.
 */
export const ledgerSeal = pgTable(
  'ledger_seal',
  {
    marketId: text('market_id').notNull(),
    /** The last closed day when it was made, 2000-01-01 before the first one: it is signed too. */
    businessDay: date('business_day').notNull(),
    height: int8('height').notNull(),
    hash: bytea('hash').notNull(),
    /** A digest of the accounts opened before this block and of the days closed by then. */
    booksHash: bytea('books_hash').notNull(),
    signature: bytea('signature').notNull(),
    /** Which key signed: the first 8 bytes of the SHA-256 of the public key, in hexadecimal. */
    keyId: text('key_id').notNull(),
    sealedAt: moment('sealed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.businessDay, t.height] }),
    foreignKey({
      name: 'ledger_seal_block_fk',
      columns: [t.marketId, t.height],
      foreignColumns: [ledgerBlock.marketId, ledgerBlock.height],
    }),
    check(
      'ledger_seal_signature',
      sql`octet_length(${t.signature}) = 64 and octet_length(${t.hash}) = 32 and octet_length(${t.booksHash}) = 32`,
    ),
  ],
)
