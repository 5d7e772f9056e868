import { sql } from 'drizzle-orm'
import {
  check,
  date,
  foreignKey,
  index,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { stall } from '../stalls/tables.ts'

/** A stall's meter. When it is changed the old one is removed with its last reading and another begins at its own. */
export const meter = pgTable(
  'meter',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    stallId: text('stall_id').notNull(),
    service: text().notNull(),
    serial: text().notNull(),
    initialValue: numeric('initial_value', { precision: 12, scale: 2 }).notNull(),
    installedOn: date('installed_on').notNull(),
    removedOn: date('removed_on'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('meter_serial_key').on(t.marketId, t.service, t.serial),
    index('meter_stall_idx').on(t.marketId, t.stallId),
    foreignKey({ columns: [t.marketId, t.stallId], foreignColumns: [stall.marketId, stall.id] }),
    check('meter_service', sql`${t.service} in ('electricity', 'water')`),
    check('meter_initial', sql`${t.initialValue} >= 0`),
    check('meter_days', sql`${t.removedOn} is null or ${t.removedOn} >= ${t.installedOn}`),
  ],
)

/** What a meter showed for a month's bill. One that looks odd is billed only once a person has said that it is right. */
export const meterReading = pgTable(
  'meter_reading',
  {
    marketId: text('market_id').notNull(),
    meterId: text('meter_id').notNull(),
    period: text().notNull(),
    oldValue: numeric('old_value', { precision: 12, scale: 2 }).notNull(),
    newValue: numeric('new_value', { precision: 12, scale: 2 }).notNull(),
    readOn: date('read_on').notNull(),
    readBy: text('read_by').notNull(),
    anomaly: text(),
    confirmedBy: text('confirmed_by'),
    confirmedNote: text('confirmed_note'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.meterId, t.period] }),
    foreignKey({ columns: [t.marketId, t.meterId], foreignColumns: [meter.marketId, meter.id] }),
    check('meter_reading_forward', sql`${t.newValue} >= ${t.oldValue} and ${t.oldValue} >= 0`),
    check('meter_reading_anomaly', sql`${t.anomaly} in ('zero', 'high', 'low')`),
  ],
)
