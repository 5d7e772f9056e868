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
} from 'drizzle-orm/pg-core'
import { vndColumn } from '../columns.ts'
import { zone } from '../markets/tables.ts'

/** What a price may stand on: a decision of whoever may decide it. Cited by every line that it prices. */
export const tariffDecision = pgTable(
  'tariff_decision',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    number: text().notNull(),
    issuedOn: date('issued_on').notNull(),
    issuer: text().notNull(),
    title: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('tariff_decision_number_key').on(t.marketId, t.number, t.issuedOn),
  ],
)

/**
 * A price as decided: of one service, in one unit, for the stalls its scope names (all, when a part of it is null; the
 * narrowest that fits a stall wins). A change is a new row from a later day; the only column ever updated is
 * `effectiveTo`. With tiers, `unitPriceVnd` is null and `tariff_tier` has them; a percentage has `ratePercent`.
 */
export const tariff = pgTable(
  'tariff',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    decisionId: text('decision_id').notNull(),
    service: text().notNull(),
    name: text().notNull(),
    unit: text().notNull(),
    positionGrade: integer('position_grade'),
    zoneId: text('zone_id'),
    stallKind: text('stall_kind'),
    unitPriceVnd: vndColumn('unit_price_vnd'),
    ceilingVnd: vndColumn('ceiling_vnd'),
    ratePercent: numeric('rate_percent', { precision: 7, scale: 4 }),
    /** The services whose net sum a percentage is of. */
    percentOf: text('percent_of').array(),
    /** True when the price holds the VAT, as most decisions print it. */
    vatIncluded: boolean('vat_included').notNull(),
    /** Passed on at cost, so no revenue of the board's: owed to who supplies it. */
    passThrough: boolean('pass_through').notNull().default(false),
    /** Charged on the days of a pause too. */
    whilePaused: boolean('while_paused').notNull().default(false),
    effectiveFrom: date('effective_from').notNull(),
    effectiveTo: date('effective_to'),
    createdBy: text('created_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('tariff_scope_key')
      .on(t.marketId, t.service, t.name, t.unit, t.positionGrade, t.zoneId, t.stallKind, t.effectiveFrom)
      .nullsNotDistinct(),
    foreignKey({
      columns: [t.marketId, t.decisionId],
      foreignColumns: [tariffDecision.marketId, tariffDecision.id],
    }),
    foreignKey({ columns: [t.marketId, t.zoneId], foreignColumns: [zone.marketId, zone.id] }),
    check(
      'tariff_service',
      sql`${t.service} in ('space', 'cleaning', 'security', 'fire', 'electricity', 'water', 'parking', 'loading', 'storage', 'advertising', 'day_ticket', 'other')`,
    ),
    check(
      'tariff_unit',
      sql`${t.unit} in ('m2_month', 'm2_day', 'stall_month', 'stall_day', 'kwh', 'm3', 'ticket', 'percent')`,
    ),
    check('tariff_under_ceiling', sql`${t.unitPriceVnd} between 1 and ${t.ceilingVnd}`),
    check(
      'tariff_percent',
      sql`(${t.unit} = 'percent') = (${t.ratePercent} is not null) and (${t.unit} = 'percent') = (${t.percentOf} is not null) and ${t.ratePercent} > 0 and (${t.unit} <> 'percent' or ${t.unitPriceVnd} is null)`,
    ),
    check('tariff_price', sql`(${t.unitPriceVnd} is null) = (${t.ceilingVnd} is null)`),
    check(
      'tariff_metered',
      sql`(${t.unit} in ('kwh', 'm3')) = (${t.service} in ('electricity', 'water')) or ${t.unit} not in ('kwh', 'm3')`,
    ),
    check('tariff_days', sql`${t.effectiveTo} is null or ${t.effectiveTo} >= ${t.effectiveFrom}`),
  ],
)

/** One step of a tariff that rises with the quantity: from this quantity on, up to the next step. */
export const tariffTier = pgTable(
  'tariff_tier',
  {
    marketId: text('market_id').notNull(),
    tariffId: text('tariff_id').notNull(),
    fromQuantity: numeric('from_quantity', { precision: 10, scale: 2 }).notNull(),
    unitPriceVnd: vndColumn('unit_price_vnd').notNull(),
    ceilingVnd: vndColumn('ceiling_vnd').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.tariffId, t.fromQuantity] }),
    foreignKey({ columns: [t.marketId, t.tariffId], foreignColumns: [tariff.marketId, tariff.id] }),
    check('tariff_tier_from', sql`${t.fromQuantity} >= 0`),
    check('tariff_tier_under_ceiling', sql`${t.unitPriceVnd} between 1 and ${t.ceilingVnd}`),
  ],
)

/** The VAT of a service (of all, when null) from a day on, with the text that says so and when it was last checked. */
export const vatRate = pgTable(
  'vat_rate',
  {
    marketId: text('market_id').notNull(),
    id: text().notNull(),
    service: text(),
    ratePercent: numeric('rate_percent', { precision: 5, scale: 2 }).notNull(),
    effectiveFrom: date('effective_from').notNull(),
    effectiveTo: date('effective_to'),
    source: text().notNull(),
    checkedOn: date('checked_on').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.id] }),
    unique('vat_rate_from_key').on(t.marketId, t.service, t.effectiveFrom).nullsNotDistinct(),
    check('vat_rate_percent', sql`${t.ratePercent} >= 0 and ${t.ratePercent} < 100`),
    check('vat_rate_days', sql`${t.effectiveTo} is null or ${t.effectiveTo} >= ${t.effectiveFrom}`),
  ],
)
