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
} from 'drizzle-orm/pg-core'
import { bytea, vndColumn } from '../columns.ts'
import { appUser, device } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'

/**
 * The outbox: what a stall is to be told, written in the transaction of what happened and sent by the worker. `dedupeKey`
 * names the event and the channel, so that nothing is told twice. `words` holds codes, days and amounts, never a name.
 */
export const notice = pgTable(
  'notice',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    kind: text().notNull(),
    channel: text().notNull(),
    dedupeKey: text('dedupe_key').notNull(),
    words: jsonb().notNull(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true }),
    readAt: timestamp('read_at', { withTimezone: true }),
    droppedAt: timestamp('dropped_at', { withTimezone: true }),
    dropReason: text('drop_reason'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('notice_dedupe_key').on(t.marketId, t.dedupeKey, t.channel),
    index('notice_due_idx')
      .on(t.marketId, t.dueAt)
      .where(sql`${t.sentAt} is null and ${t.droppedAt} is null`),
    index('notice_stall_idx').on(t.marketId, t.stallId, t.createdAt),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check(
      'notice_kind',
      sql`${t.kind} in ('charge_issued', 'reminder', 'overdue', 'changed', 'dispute_answered', 'code_wrong')`,
    ),
    check('notice_channel', sql`${t.channel} in ('app', 'push', 'email')`),
    check('notice_dropped', sql`(${t.droppedAt} is null) = (${t.dropReason} is null)`),
  ],
)

/** A browser that a person allowed to be woken. The address and its keys are sealed: whoever has them can send to it. */
export const pushSubscription = pgTable(
  'push_subscription',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    userId: text('user_id').notNull(),
    /** What its person has logged in with there: not known of one from before money woke a phone. */
    deviceId: text('device_id'),
    endpointHash: bytea('endpoint_hash').notNull(),
    ciphertext: bytea().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** Woken for what the board says. */
    notices: boolean().notNull().default(true),
    /** Woken for money that comes: told up to this live event of the stall. Null: not woken for it. */
    arrivalsAfter: vndColumn('arrivals_after'),
    /** Another message of money goes out from then on: one is on its way, or was not taken. */
    arrivalsHeldUntil: timestamp('arrivals_held_until', { withTimezone: true }),
    /** Money, too, waits until the quiet hours are over. */
    restsAtNight: boolean('rests_at_night').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('push_subscription_endpoint_key').on(t.marketId, t.endpointHash),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    foreignKey({
      name: 'push_subscription_device_fk',
      columns: [t.marketId, t.userId, t.deviceId],
      foreignColumns: [device.marketId, device.userId, device.id],
    }).onDelete('cascade'),
    check('push_subscription_about', sql`${t.notices} or ${t.arrivalsAfter} is not null`),
    check('push_subscription_device', sql`${t.arrivalsAfter} is null or ${t.deviceId} is not null`),
  ],
)
