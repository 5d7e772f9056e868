import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  foreignKey,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { zone } from '../markets/tables.ts'

/** A trading point and who sells there. `memoCode` is the fixed memo of its printed code. */
export const stall = pgTable(
  'stall',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    code: text().notNull(),
    name: text().notNull(),
    zoneId: text('zone_id').notNull(),
    areaM2: numeric('area_m2', { precision: 6, scale: 2 }).notNull(),
    positionGrade: integer('position_grade').notNull(),
    kind: text().notNull().default('stall'),
    /** Where it stands on the map and in the collector's walk: the row, and the lot along it. */
    rowLabel: text('row_label'),
    lot: integer(),
    /** What the register says of the place itself; that it is let, or paused, is what its contract says. */
    status: text().notNull().default('active'),
    memoCode: text('memo_code').notNull(),
    /** When the stall agreed that the board may see its sales by name; null means it has not, or has taken it back. */
    salesConsentAt: timestamp('sales_consent_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('stall_code_key').on(t.marketId, t.code),
    foreignKey({ columns: [t.marketId, t.zoneId], foreignColumns: [zone.marketId, zone.id] }),
    check('stall_area_positive', sql`${t.areaM2} > 0`),
    check('stall_grade_known', sql`${t.positionGrade} between 1 and 3`),
    check('stall_kind', sql`${t.kind} in ('stall', 'counter', 'kiosk', 'pitch')`),
    check('stall_status', sql`${t.status} in ('active', 'disputed', 'closing', 'removed')`),
    check(
      'stall_lot',
      sql`(${t.rowLabel} is null) = (${t.lot} is null) and (${t.lot} is null or ${t.lot} > 0)`,
    ),
    unique('stall_lot_key').on(t.marketId, t.rowLabel, t.lot),
  ],
)

/**
 * Which zone a stall was in from a day on, until its next row: sums of the past stay where they were made. `stall.zoneId`
 * is the zone it is in now. Only ever added to.
 */
export const stallZone = pgTable(
  'stall_zone',
  {
    marketId: text('market_id').notNull(),
    stallId: text('stall_id').notNull(),
    fromDay: date('from_day').notNull(),
    zoneId: text('zone_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.stallId, t.fromDay] }),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    foreignKey({ columns: [t.marketId, t.zoneId], foreignColumns: [zone.marketId, zone.id] }),
  ],
)

/** An account that receives money: a stall's own, or (stall null) the board's own. Never ours. */
export const receivingAccount = pgTable(
  'receiving_account',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id'),
    bin: text().notNull(),
    number: text().notNull(),
    /** The holder's name as the bank shows it to the payer, upper case without accents. */
    holder: text().notNull(),
    isDefault: boolean('is_default').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('receiving_account_number_key').on(t.marketId, t.bin, t.number),
    uniqueIndex('receiving_account_default_key')
      .on(t.marketId, sql`coalesce(${t.stallId}, 'board')`)
      .where(sql`${t.isDefault}`),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('receiving_account_bin', sql`${t.bin} ~ '^[0-9]{6}$'`),
  ],
)

/**
 * Every code that may stand in a transfer's memo, and what it names. One table, so that a code can never mean two
 * things in one market.
 */
export const paymentCode = pgTable(
  'payment_code',
  {
    marketId: text('market_id').notNull(),
    code: text().notNull(),
    kind: text().notNull(),
    objectId: text('object_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.code] }),
    // 'debt' is a stall's whole debt to the board, 'deposit' a contract's, 'ticket' a day ticket's. The first two stand for
    // as long as the stall and the contract do: one each.
    uniqueIndex('payment_code_standing_key')
      .on(t.marketId, t.kind, t.objectId)
      .where(sql`${t.kind} in ('debt', 'deposit')`),
    check('payment_code_kind', sql`${t.kind} in ('stall', 'request', 'charge', 'debt', 'deposit', 'ticket')`),
  ],
)
