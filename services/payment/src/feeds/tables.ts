import { sql } from 'drizzle-orm'
import {
  boolean,
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
import { stall } from '../stalls/tables.ts'

/** A bank feed: who sends us messages about which accounts. Of the provider `statement` it is files that people bring or banks deliver. */
export const connection = pgTable(
  'connection',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    provider: text().notNull(),
    /** What people call it; '' when nobody named it. */
    name: text().notNull().default(''),
    /** The stall that set it up for its own account; null is the board. */
    stallId: text('stall_id'),
    /** Its messages prove nothing: they are never money, and only make us ask the provider. */
    triggerOnly: boolean('trigger_only').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** Who set it up, changed it last and ended it; null for a feed that came with the market. */
    createdBy: text('created_by'),
    changedAt: timestamp('changed_at', { withTimezone: true }),
    changedBy: text('changed_by'),
    /** Since when nothing is taken from it any more. */
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    revokedBy: text('revoked_by'),
    /** When a message was last turned away, and why: what a person needs who is setting it up. */
    refusedAt: timestamp('refused_at', { withTimezone: true }),
    refusal: text(),
    lastHeardAt: timestamp('last_heard_at', { withTimezone: true }),
    /** Set while the feed has been quiet longer than its usual gap in trading hours. */
    deafSince: timestamp('deaf_since', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('connection_refusal', sql`(${t.refusedAt} is null) = (${t.refusal} is null)`),
  ],
)

/** The accounts a connection may speak for. A message about any other account is money in suspense. */
export const connectionAccount = pgTable(
  'connection_account',
  {
    marketId: text('market_id').notNull(),
    connectionId: text('connection_id').notNull(),
    bin: text().notNull(),
    number: text().notNull(),
    /** One feed of an account makes money of what it tells; what the others tell only bears it out. */
    authoritative: boolean().notNull().default(true),
    /** Set while the provider's list alone tells of its money, since its messages have stopped. */
    unpushedSince: timestamp('unpushed_since', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.connectionId, t.number, t.bin] }),
    uniqueIndex('connection_account_authoritative_key')
      .on(t.marketId, t.number, t.bin)
      .where(sql`${t.authoritative}`),
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
    createdAt: timestamp('created_at', { withTimezone: true }),
    createdBy: text('created_by'),
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

/**
 * How a connection's provider is asked for what it knows, and how far that went. `readTo`: everything until then was read;
 * asked again from well before it, since banks book late.
 */
export const connectionPull = pgTable(
  'connection_pull',
  {
    marketId: text('market_id').notNull(),
    connectionId: text('connection_id').notNull(),
    baseUrl: text('base_url').notNull(),
    /** The provider's own key, encrypted with the master key. */
    ciphertext: bytea().notNull(),
    everySeconds: integer('every_seconds').notNull(),
    readTo: timestamp('read_to', { withTimezone: true }).notNull(),
    askedAt: timestamp('asked_at', { withTimezone: true }),
    /** When it was last asked for days back, and not for the last minutes alone. */
    sweptAt: timestamp('swept_at', { withTimezone: true }),
    /** Why the last asking failed, and how often in a row; null and 0 when it went well. */
    problem: text(),
    failures: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.connectionId] }),
    foreignKey({
      columns: [t.marketId, t.connectionId],
      foreignColumns: [connection.marketId, connection.id],
    }),
    check('connection_pull_every', sql`${t.everySeconds} >= 1 and ${t.failures} >= 0`),
    check(
      'connection_pull_problem',
      sql`${t.problem} in ('unauthorised', 'rate_limited', 'unreadable', 'unavailable') and ${t.failures} > 0
        or ${t.problem} is null and ${t.failures} = 0`,
    ),
  ],
)

/** When which connection is to be asked next. Not a tenant table, like `inbox_queue`: it holds ids only. */
export const pullQueue = pgTable(
  'pull_queue',
  {
    marketId: text('market_id').notNull(),
    connectionId: text('connection_id').notNull(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.marketId, t.connectionId] }), index('pull_queue_due_idx').on(t.dueAt)],
)

/** Every message a bank or provider sent and we acknowledged: its bytes as they came. Only ever added to; `state` moves. */
export const feedInbox = pgTable(
  'feed_inbox',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    connectionId: text('connection_id').notNull(),
    provider: text().notNull(),
    /** Sent to us, fetched by us, or out of a statement. */
    via: text().notNull().default('push'),
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
    // What a person has to look at is rare among what is stored.
    index('feed_inbox_letters_idx')
      .on(t.marketId, t.receivedAt)
      .where(sql`${t.state} in ('malformed', 'dead')`),
    check('feed_inbox_erased', sql`(${t.rawBody} is null) = (${t.erasedAt} is not null)`),
    check('feed_inbox_via', sql`${t.via} in ('push', 'pull', 'statement')`),
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
    /**
     * Why it is no bank transaction yet: it may be one that we have (`ambiguous`), or only a feed without authority tells
     * of it (`unconfirmed`). `separate` once a person has said that it is money of its own.
     */
    held: text(),
    heldAt: timestamp('held_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.connectionId, t.providerEventId] }),
    index('feed_event_transaction_idx').on(t.marketId, t.bankTransactionId),
    index('feed_event_held_idx')
      .on(t.marketId, t.heldAt)
      .where(sql`${t.held} is not null`),
    check('feed_event_held', sql`${t.held} in ('ambiguous', 'unconfirmed', 'separate')`),
    check(
      'feed_event_held_at',
      sql`(${t.held} is null) = (${t.heldAt} is null) and (${t.held} is null or ${t.bankTransactionId} is null)`,
    ),
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
    /** `day`: whoever told of it first knew the day alone. */
    precision: text().notNull().default('second'),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    balanceAfterVnd: vndColumn('balance_after_vnd'),
    provider: jsonb().$type<{ codeHint: string | null; virtualAccount: string | null }>().notNull(),
    /** The money in that this money out undoes, where the bank says which. */
    reversesId: text('reverses_id'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    // For the key by which a person's word that a telling is of this one must be of its account, direction and sum.
    unique('bank_transaction_alike_key').on(t.marketId, t.id, t.accountId, t.direction, t.amountVnd),
    // By what two tellings of one movement have in common: see joining.ts.
    index('bank_transaction_same_idx').on(t.marketId, t.accountId, t.amountVnd, t.occurredAt),
    uniqueIndex('bank_transaction_reverses_key')
      .on(t.marketId, t.reversesId)
      .where(sql`${t.reversesId} is not null`),
    foreignKey({ columns: [t.marketId, t.reversesId], foreignColumns: [t.marketId, t.id] }),
    check('bank_transaction_precision', sql`${t.precision} in ('second', 'day')`),
    check('bank_transaction_reverses', sql`${t.reversesId} is null or ${t.direction} = 'out'`),
    index('bank_transaction_occurred_idx').on(t.marketId, t.occurredAt),
    check('bank_transaction_amount_positive', sql`${t.amountVnd} > 0`),
    check('bank_transaction_direction', sql`${t.direction} in ('in', 'out')`),
  ],
)

/**
 * Each place where a bank transaction was seen, at most once in each source: a connection's messages, what it answered
 * (`<connection>/pull`), or one statement.
 */
export const sighting = pgTable(
  'sighting',
  {
    marketId: text('market_id').notNull(),
    bankTransactionId: text('bank_transaction_id').notNull(),
    source: text().notNull(),
    sourceId: text('source_id').notNull(),
    /** By what it was known to be this one: the first told of it, the others by `reference`, `memo`, `count` or a person. */
    joinedBy: text('joined_by').notNull().default('first'),
    seenAt: timestamp('seen_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.source, t.sourceId] }),
    uniqueIndex('sighting_transaction_key').on(t.marketId, t.bankTransactionId, t.source),
    check('sighting_joined_by', sql`${t.joinedBy} in ('first', 'reference', 'memo', 'count', 'person')`),
    foreignKey({
      columns: [t.marketId, t.bankTransactionId],
      foreignColumns: [bankTransaction.marketId, bankTransaction.id],
    }),
  ],
)
