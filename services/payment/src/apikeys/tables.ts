import { KEY_MAX_DAYS, KEY_PERMISSIONS } from '@tienve/contracts'
import { sql } from 'drizzle-orm'
import { check, foreignKey, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { bytea } from '../columns.ts'
import { appUser } from '../identity/tables.ts'

const KEY_LIST = sql.raw(KEY_PERMISSIONS.map((one) => `'${one}'`).join(', '))

/**
 * A key by which a program reads one market. Only the digest of its token is kept, so a copy of this table opens nothing.
 * What a key may ever be given is held here too, as is how long it may hold.
 */
export const apiKey = pgTable(
  'api_key',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    name: text().notNull(),
    tokenHash: bytea('token_hash').notNull(),
    permissions: text().array().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    revokedBy: text('revoked_by'),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    /** The hour and no finer, so that one write an hour is enough. */
    lastUsedHour: timestamp('last_used_hour', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    foreignKey({ columns: [t.marketId, t.createdBy], foreignColumns: [appUser.marketId, appUser.id] }),
    check(
      'api_key_permissions',
      sql`cardinality(${t.permissions}) > 0 and ${t.permissions} <@ array[${KEY_LIST}]`,
    ),
    check(
      'api_key_span',
      sql`${t.expiresAt} > ${t.createdAt} and ${t.expiresAt} <= ${t.createdAt} + interval '${sql.raw(String(KEY_MAX_DAYS))} days'`,
    ),
    check('api_key_revoked', sql`(${t.revokedBy} is null) = (${t.revokedAt} is null)`),
    check('api_key_hash', sql`octet_length(${t.tokenHash}) = 32`),
  ],
)
