import { z } from 'zod'
import { Period } from './charges.ts'
import { Day, DifferenceVnd, PageQuery, pageOf, TotalVnd } from './primitives.ts'
import { Taking } from './stalls.ts'

/** What an earlier day came to by the same time of day; `sold` is false where nothing was sold on it at all. */
const EarlierDay = z.object({ day: Day, amountVnd: DifferenceVnd, sold: z.boolean() })

/**
 * How a day of a stall stands beside the one before and the same weekday a week before: today by the last full hour, as each is
 * counted by the hour, and a day that is over in whole. Null where that day was somebody else's.
 */
export const DayComparison = z
  .object({
    day: Day,
    /** What is compared ends with this hour (9 is all before nine); null for whole days. */
    untilHour: z.int().min(0).max(23).nullable(),
    amountVnd: DifferenceVnd,
    dayBefore: EarlierDay.nullable(),
    weekBefore: EarlierDay.nullable(),
    /** The first day that whoever asks sold anything and the last day that there is to see; null before the first sale. */
    firstDay: Day.nullable(),
    lastDay: Day,
  })
  .meta({ id: 'DayComparison' })
export type DayComparison = z.infer<typeof DayComparison>

/** What was taken, the bank's word and the stall's own kept apart. Money that went back counts against its day. */
const Sums = {
  bankVnd: DifferenceVnd,
  cashVnd: DifferenceVnd,
  totalVnd: DifferenceVnd,
  count: z.int(),
  cashCount: z.int(),
}

const MonthTotal = z.object({ period: Period, ...Sums }).meta({ id: 'MonthTotal' })
export type MonthTotal = z.infer<typeof MonthTotal>
export const MonthTotals = z.object({ items: z.array(MonthTotal) }).meta({ id: 'MonthTotals' })
export type MonthTotals = z.infer<typeof MonthTotals>

/** A month of a stall day by day, the days on which nothing was sold left out: its sums are theirs. */
export const MonthDays = z
  .object({ ...MonthTotal.shape, days: z.array(z.object({ day: Day, ...Sums })) })
  .meta({ id: 'MonthDays' })
export type MonthDays = z.infer<typeof MonthDays>

/** `q`: an amount as it is written or said (`35.000`, `35`, `35 nghìn`, `1tr2`), or letters of the memo's end or of a note. */
export const TakingSearch = PageQuery.extend({ q: z.string().trim().min(1).max(60) })

/** What was found, the newest first, and as what amounts and letters the question was read. */
export const FoundTakings = pageOf(Taking)
  .extend({ amountsVnd: z.array(TotalVnd), words: z.string().nullable() })
  .meta({ id: 'FoundTakings' })
export type FoundTakings = z.infer<typeof FoundTakings>
