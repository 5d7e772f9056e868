import { sql } from 'drizzle-orm'
import {
  check,
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
import { bytea, vndColumn } from '../columns.ts'

/** A bank feed: who sends us messages about which accounts. */
export const connection = pgTable(
  'connection',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    provider: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    lastHeardAt: timestamp('last_heard_at', { withTimezone: true }),
    /** Set while the feed has been quiet longer than its usual gap in trading hours. */
    deafSince: timestamp('deaf_since', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.id] })],
)

/** The accounts a connection may speak for. A message about any other account is money in suspense. */
export const connectionAccount = pgTable(
  'connection_account',
  {
    marketId: text('market_id').notNull(),
    connectionId: text('connection_id').notNull(),
    bin: text().notNull(),
    number: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.connectionId, t.number, t.bin] }),
    foreignKey({
      columns: [t.marketId, t.connectionId],
      foreignColumns: [connection.marketId, connection.id],
    }),
  ],
)

/** What proves a message genuine, encrypted with the master key. Several may hold at once, so that keys can rotate. */
export const connectionSecret = pgTable(
  'connection_secret',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    connectionId: text('connection_id').notNull(),
    scheme: text().notNull(),
    ciphertext: bytea().notNull(),
    notBefore: timestamp('not_before', { withTimezone: true }),
    notAfter: timestamp('not_after', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    foreignKey({
      columns: [t.marketId, t.connectionId],
      foreignColumns: [connection.marketId, connection.id],
    }),
  ],
)

/** Every message a bank or provider sent and we acknowledged: its bytes as they came. Only ever added to; `state` moves. */
export const feedInbox = pgTable(
  'feed_inbox',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    connectionId: text('connection_id').notNull(),
    provider: text().notNull(),
    keyId: text('key_id').notNull(),
    contentType: text('content_type').notNull(),
    /** Null once it was erased, which `erasedAt` says; its digest stays. */
    rawBody: bytea('raw_body'),
    erasedAt: timestamp('erased_at', { withTimezone: true }),
    /** The headers that a signature came in, so that it can be checked again later; never a secret. */
    proof: jsonb().$type<Record<string, string>>(),
    /** SHA-256 of the bytes: a provider that sends the same message again is answered, and it is stored once. */
    bodyHash: bytea('body_hash').notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    state: text().notNull().default('received'),
    attempts: integer().notNull().default(0),
    problem: text(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('feed_inbox_body_key').on(t.marketId, t.connectionId, t.bodyHash),
    foreignKey({
      columns: [t.marketId, t.connectionId],
      foreignColumns: [connection.marketId, connection.id],
    }),
    check('feed_inbox_erased', sql`(${t.rawBody} is null) = (${t.erasedAt} is not null)`),
    check('feed_inbox_state', sql`${t.state} in ('received', 'done', 'malformed', 'dead')`),
  ],
)

/** One row per market: the worker that holds it to COMMIT is the only one at work on that market's messages. */
export const feedLane = pgTable('feed_lane', { marketId: text('market_id').primaryKey() })

/**
 * What is still to be processed. Not a tenant table: the worker looks here, across markets, for a lane to claim. It
 * holds ids only.
 */
export const inboxQueue = pgTable(
  'inbox_queue',
  {
    marketId: text('market_id').notNull(),
    inboxId: text('inbox_id').notNull(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.inboxId] }), index('inbox_queue_due_idx').on(t.dueAt)],
)

/** One thing a provider told us, once: the key makes a repeated message harmless. */
export const feedEvent = pgTable(
  'feed_event',
  {
    marketId: text('market_id').notNull(),
    connectionId: text('connection_id').notNull(),
    providerEventId: text('provider_event_id').notNull(),
    inboxId: text('inbox_id').notNull(),
    kind: text().notNull(),
    /** Digest of what the message says, so that the same id with other content is noticed. */
    contentHash: bytea('content_hash').notNull(),
    bankTransactionId: text('bank_transaction_id'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.connectionId, t.providerEventId] }),
    index('feed_event_transaction_idx').on(t.marketId, t.bankTransactionId),
  ],
)

/** A movement on a bank account, as the bank tells it. Only ever added to. */
export const bankTransaction = pgTable(
  'bank_transaction',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    connectionId: text('connection_id').notNull(),
    /** Null when the account is not bound to the connection: the money is then in suspense. */
    accountId: text('account_id'),
    accountNumber: text('account_number').notNull(),
    direction: text().notNull(),
    amountVnd: vndColumn('amount_vnd').notNull(),
    reference: text(),
    /** The memo as the bank sent it: personal data, kept beside the ledger and never in it. */
    content: text().notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    balanceAfterVnd: vndColumn('balance_after_vnd'),
    provider: jsonb().$type<{ codeHint: string | null; virtualAccount: string | null }>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    index('bank_transaction_account_idx').on(t.marketId, t.accountId, t.occurredAt),
    index('bank_transaction_occurred_idx').on(t.marketId, t.occurredAt),
    check('bank_transaction_amount_positive', sql`${t.amountVnd} > 0`),
    check('bank_transaction_direction', sql`${t.direction} in ('in', 'out')`),
  ],
)

/** Each place where a bank transaction was seen. Push feeds only for now; pulls and statements join the same rows. */
export const sighting = pgTable(
  'sighting',
  {
    marketId: text('market_id').notNull(),
    bankTransactionId: text('bank_transaction_id').notNull(),
    source: text().notNull(),
    sourceId: text('source_id').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.source, t.sourceId] }),
    uniqueIndex('sighting_transaction_key').on(t.marketId, t.bankTransactionId, t.source, t.sourceId),
    foreignKey({
      columns: [t.marketId, t.bankTransactionId],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
  ],
)
