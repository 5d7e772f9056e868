import { z } from 'zod'
import { Day, DifferenceVnd, TotalVnd } from './primitives.ts'

/** The household's books of Circular 152/2025 that can be written from what banks and the stall told us. */
export const TAX_BOOKS = ['s1a', 's2a', 's2e'] as const
export type TaxBook = (typeof TAX_BOOKS)[number]

/** What a household does, as the law on VAT sorts it; each has rates of its own. */
export const TRADES = ['goods', 'services', 'food', 'other'] as const
export type Trade = (typeof TRADES)[number]

/** Where a figure of law comes from, and the day somebody last looked. */
export const LawSource = z.object({ name: z.string(), from: Day, checkedOn: Day })
export type LawSource = z.infer<typeof LawSource>

/** What a stall took in one month, the bank's word and its own kept apart. Money that went back counts against its day. */
const TaxMonth = z.object({ period: z.string(), bankVnd: DifferenceVnd, cashVnd: DifferenceVnd })

/** An account of the stall, as it is declared. The number is whole: only its owner reads this. */
const TaxAccount = z.object({ bin: z.string(), bank: z.string(), number: z.string(), holder: z.string() })

/**
 * A stall's year for the tax office: the one figure of the yearly notice (01/TKN-CNKD), the accounts of the list (01/BK-STK),
 * and how far the year is from the threshold. For whoever has the stall, and nobody else.
 */
export const TaxYear = z
  .object({
    year: z.int(),
    bankVnd: DifferenceVnd,
    cashVnd: DifferenceVnd,
    totalVnd: DifferenceVnd,
    months: z.array(TaxMonth),
    /** The first and last day that anything was sold; null in a year without sales. */
    firstDay: Day.nullable(),
    lastDay: Day.nullable(),
    thresholdVnd: TotalVnd,
    thresholdSource: LawSource,
    /** Which book of revenue a household of this turnover keeps. */
    book: z.enum(['s1a', 's2a']),
    /** The last day of the yearly notice. */
    noticeBy: Day,
    accounts: z.array(TaxAccount),
  })
  .meta({ id: 'TaxYear' })
export type TaxYear = z.infer<typeof TaxYear>

export const TaxYearQuery = z.object({ year: z.coerce.number().int().min(2025).max(2100).optional() })
export const TaxBookQuery = TaxYearQuery.extend({ trade: z.enum(TRADES).default('goods') })
export type TaxBookQuery = z.infer<typeof TaxBookQuery>
