import { z } from 'zod'
import { Day, DifferenceVnd, Moment, TotalVnd } from './primitives.ts'
import { DIFFERENCE_REASONS } from './statuses.ts'

/**
 * The board's home: a few totals, each of which opens to its rows. Sales are whole-market sums; `day` is today, or the
 * last trading day when today has no sale yet.
 */
export const Overview = z
  .object({
    day: Day,
    isToday: z.boolean(),
    /** Null where one to four unnamed stalls sold: the total less the named ones would give them away. */
    sales: z
      .object({
        bankVnd: DifferenceVnd,
        cashVnd: TotalVnd,
        totalVnd: DifferenceVnd,
        count: z.int(),
        stallCount: z.int(),
        /** What one to four unnamed stalls took in this way is in none of these figures. */
        withheld: z.enum(['bank', 'cash']).nullable(),
      })
      .nullable(),
    charges: z.object({
      period: z.string().nullable(),
      billedVnd: TotalVnd,
      collectedVnd: TotalVnd,
      collectedPercent: z.number(),
      outstandingVnd: TotalVnd,
      overSixtyDaysVnd: TotalVnd,
      overSixtyDaysCount: z.int(),
    }),
    suspense: z.object({ count: z.int(), amountVnd: TotalVnd }),
    ledgerOk: z.boolean().nullable(),
    feeds: z.object({ listening: z.int(), late: z.int(), deaf: z.int(), none: z.int() }),
  })
  .meta({ id: 'Overview' })
export type Overview = z.infer<typeof Overview>

/** What was sold less what the bank took back: of a day on which it took back a sale of the day before, below zero. */
const SalesMoney = z.object({ bankVnd: DifferenceVnd, cashVnd: TotalVnd, totalVnd: DifferenceVnd })

/**
 * Unnamed stalls of some zones, added up over the `days` of the span on which these zones made one cell: under the rule
 * of five a zone stands alone on some days and is merged with others on other days.
 */
export const SalesCell = SalesMoney.extend({
  zoneIds: z.array(z.string()),
  zoneCodes: z.array(z.string()),
  zoneNames: z.array(z.string()),
  merged: z.boolean(),
  days: z.int(),
  sellingStalls: z.int().nullable(),
  count: z.int(),
})

/** Sales of a span of whole days: stalls that agreed by name, the others in cells, named ones alone by the hour. */
export const Sales = z
  .object({
    from: Day,
    to: Day,
    /** Without what `withheldDays` lists; null when the unnamed have nothing else. */
    totals: SalesMoney.extend({ count: z.int() }).nullable(),
    withheld: z.boolean(),
    /** Days on which one to four unnamed stalls sold, or were paid in one of the two ways: that is in no figure. */
    withheldDays: z.array(z.object({ day: Day, what: z.enum(['all', 'bank', 'cash']) })),
    cells: z.array(SalesCell),
    stalls: z.array(
      z.object({
        stallId: z.string(),
        code: z.string(),
        name: z.string(),
        zoneCode: z.string(),
        bankVnd: DifferenceVnd,
        cashVnd: TotalVnd,
        totalVnd: DifferenceVnd,
        count: z.int(),
      }),
    ),
    byDay: z.array(SalesMoney.extend({ day: Day })),
    byHour: z.array(z.object({ hour: z.int(), totalVnd: DifferenceVnd })),
  })
  .meta({ id: 'Sales' })
export type Sales = z.infer<typeof Sales>

export const Reconciliation = z
  .object({
    day: Day,
    differenceVnd: DifferenceVnd,
    suspenseVnd: TotalVnd,
    accounts: z.array(
      z.object({
        /** An account of the board; null is the stalls' line. */
        accountId: z.string().nullable(),
        bin: z.string().nullable(),
        number: z.string().nullable(),
        /** Null with `ledgerVnd` in the stalls' line where one to four unnamed stalls were paid, as in `Overview.sales`. */
        bankVnd: DifferenceVnd.nullable(),
        ledgerVnd: DifferenceVnd.nullable(),
        differenceVnd: DifferenceVnd,
        /** The movements that make the difference; when, only on an account of the board. */
        rows: z.array(
          z.object({
            bankTransactionId: z.string(),
            amountVnd: DifferenceVnd,
            why: z.enum(DIFFERENCE_REASONS),
            occurredAt: Moment.nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Reconciliation' })
export type Reconciliation = z.infer<typeof Reconciliation>
