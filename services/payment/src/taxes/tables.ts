import { sql } from 'drizzle-orm'
import { check, date, foreignKey, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { appUser } from '../identity/tables.ts'

/** What stands in the heads of a person's tax books, as she said it herself; read for her alone, and gone when she asks that it goes. */
export const taxProfile = pgTable(
  'tax_profile',
  {
    marketId: text('market_id').notNull(),
    userId: text('user_id').notNull(),
    taxCode: text('tax_code'),
    /** The household's registered name. */
    name: text(),
    address: text(),
    trade: text(),
    beganOn: date('began_on'),
  },
  (t) => [
    primaryKey({ columns: [t.marketId, t.userId] }),
    foreignKey({ columns: [t.marketId, t.userId], foreignColumns: [appUser.marketId, appUser.id] }),
    check('tax_profile_code', sql`${t.taxCode} ~ '^([0-9]{10}|[0-9]{12}|[0-9]{13})$'`),
    check('tax_profile_trade', sql`${t.trade} in ('goods', 'services', 'food', 'other')`),
    check(
      'tax_profile_texts',
      sql`length(${t.name}) between 1 and 120 and length(${t.address}) between 1 and 200`,
    ),
  ],
)
