import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'

/** How far a market's trail is. Locked by `audit_append` alone, so that entries are numbered without a gap. */
export const auditHead = pgTable(
  'audit_head',
  {
    marketId: text('market_id').primaryKey(),
    lastSeq: bigint('last_seq', { mode: 'bigint' }).notNull(),
    hash: bytea().notNull(),
  },
  (t) => [check('audit_head_hash', sql`octet_length(${t.hash}) = 32 and ${t.lastSeq} >= 0`)],
)

/**
 * Who did what to what, once: only ever added to, by `audit_append` alone. `before` and `after` are the texts that were
 * hashed, in canonical JSON; a personal value stands in them as its salted digest and lies in `audit_value`.
 */
export const auditEntry = pgTable(
  'audit_entry',
  {
    marketId: text('market_id').notNull(),
    seq: bigint({ mode: 'bigint' }).notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    /** The person who was logged in; null where nobody was, as with a wrong password. */
    actorId: text('actor_id'),
    /** As it was then: a person's role may change. `unknown` where nobody was logged in, `worker` for what nobody asked for. */
    actorRole: text('actor_role').notNull(),
    action: text().notNull(),
    objectKind: text('object_kind').notNull(),
    objectId: text('object_id').notNull(),
    stallId: text('stall_id'),
    requestId: text('request_id'),
    /** Method, door and route as registered: `POST /admin/v1/tariffs/:id/end`. */
    route: text(),
    /** Salted digest of the address that it came from. */
    origin: text(),
    sessionId: text('session_id'),
    before: text(),
    after: text(),
    hashVersion: integer('hash_ver').notNull(),
    prevHash: bytea('prev_hash').notNull(),
    hash: bytea().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.seq] }),
    index('audit_entry_at_idx').on(t.marketId, t.at),
    index('audit_entry_actor_idx').on(t.marketId, t.actorId, t.seq),
    index('audit_entry_object_idx').on(t.marketId, t.objectId, t.seq),
    check('audit_entry_hash', sql`octet_length(${t.hash}) = 32 and octet_length(${t.prevHash}) = 32`),
    check(
      'audit_entry_actor',
      sql`(${t.actorId} is null) = (${t.actorRole} in ('unknown', 'worker', 'system'))`,
    ),
  ],
)

/**
 * The personal values behind the digests, with what each is about (a person, a stall, an object). Erasing one takes the
 * salt too, so that its digest tells nothing even of a phone number; the row stays and says so.
 */
export const auditValue = pgTable(
  'audit_value',
  {
    marketId: text('market_id').notNull(),
    seq: bigint({ mode: 'bigint' }).notNull(),
    /** Where the value stands: `after.holder.name`, or `origin`. */
    path: text().notNull(),
    about: text().notNull(),
    salt: bytea(),
    value: text(),
    erasedAt: timestamp('erased_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.seq, t.path] }),
    index('audit_value_about_idx').on(t.marketId, t.about),
    foreignKey({ columns: [t.marketId, t.seq], foreignColumns: [auditEntry.marketId, auditEntry.seq] }),
    check(
      'audit_value_erased',
      sql`num_nulls(${t.salt}, ${t.value}) = case when ${t.erasedAt} is null then 0 else 2 end`,
    ),
  ],
)
