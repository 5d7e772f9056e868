import { z } from 'zod'
import { TotalVnd } from './primitives.ts'

const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .meta({ description: 'A month, YYYY-MM' })

export const OfficialQuery = z.object({ period: Month.optional() })

/**
 * A month of one market in sums of the whole of it. `sales` are null where the rule of five leaves no figure, and
 * `withheldDays` counts the days that are in no sum, in part or whole. `cashlessPercent` is of what the board collected, null where that is nothing.
 */
export const MarketMonth = z
  .object({
    stallCount: z.int(),
    charges: z.object({ billedVnd: TotalVnd, collectedVnd: TotalVnd, outstandingVnd: TotalVnd }),
    collected: z.object({ bankVnd: TotalVnd, cashVnd: TotalVnd, cashlessPercent: z.number().nullable() }),
    sales: z.object({ bankVnd: TotalVnd, cashVnd: TotalVnd, totalVnd: TotalVnd }).nullable(),
    withheldDays: z.int(),
  })
  .meta({ id: 'MarketMonth' })
export type MarketMonth = z.infer<typeof MarketMonth>

/** The markets of one official, each by itself. `figures` is null where a market could not be read: missing, and not zero. */
export const OfficialMarkets = z
  .object({
    period: Month,
    from: z.string(),
    to: z.string(),
    items: z.array(z.object({ marketId: z.string(), name: z.string(), figures: MarketMonth.nullable() })),
    nextCursor: z.null(),
  })
  .meta({ id: 'OfficialMarkets' })
export type OfficialMarkets = z.infer<typeof OfficialMarkets>
