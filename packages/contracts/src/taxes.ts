import { z } from 'zod'
import { Day, DifferenceVnd, TotalVnd } from './primitives.ts'

/** The household's books of Circular 152/2025 that can be written from what banks and the stall told us, and its list of accounts. */
export const TAX_BOOKS = ['s1a', 's2a', 's2e', 'accounts'] as const
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
const TaxAccount = z.object({
  bin: z.string(),
  bank: z.string(),
  number: z.string(),
  holder: z.string(),
  /** The first day in her time that a bank told of money on it; null where none did. */
  heardSince: Day.nullable(),
})

/** The primes by which the tenth digit is told from the nine before it (python-stdnum, stdnum/vn/mst.py). */
const TAX_CODE_WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3]

/**
 * True where the tenth digit is not the one that the other nine give. The law says that it is a check digit and not how it is made, so
 * this asks somebody to look again and refuses nothing. A personal number of 12 digits has none.
 */
export function looksMistyped(taxCode: string): boolean {
  const digits = taxCode.replaceAll(/\D/g, '')
  if (digits.length !== 10 && digits.length !== 13) return false
  const sum = TAX_CODE_WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return 10 - (sum % 11) !== Number(digits[9])
}

/** What the books' heads ask for, said once by who sells: null for what she has not said. Shown to nobody else. */
export const TaxProfile = z
  .object({
    taxCode: z.string().nullable(),
    name: z.string().nullable(),
    address: z.string().nullable(),
    trade: z.enum(TRADES).nullable(),
    beganOn: Day.nullable(),
  })
  .meta({ id: 'TaxProfile' })
export type TaxProfile = z.infer<typeof TaxProfile>

/** Null takes back what was said. */
export const SetTaxProfile = z
  .object({
    taxCode: z.string().trim().min(1).max(30).nullable(),
    name: z.string().trim().min(1).max(120).nullable(),
    address: z.string().trim().min(1).max(200).nullable(),
    trade: z.enum(TRADES).nullable(),
    beganOn: Day.nullable(),
  })
  .meta({ id: 'SetTaxProfile' })
export type SetTaxProfile = z.infer<typeof SetTaxProfile>

/** What the law says of a year's turnover; null for a year before the first whose law we know. */
const TaxLaw = z.object({
  thresholdVnd: TotalVnd,
  thresholdSource: LawSource,
  /** Which book of revenue a household of this turnover keeps. */
  book: z.enum(['s1a', 's2a']),
  /** The last day of the yearly notice. */
  noticeBy: Day,
  noticeSource: LawSource,
  /** The last day of a notice of its first half, for who began in it; null for all others. */
  halfYearNoticeBy: Day.nullable(),
})
export type TaxLaw = z.infer<typeof TaxLaw>

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
    law: TaxLaw.nullable(),
    profile: TaxProfile,
    accounts: z.array(TaxAccount),
  })
  .meta({ id: 'TaxYear' })
export type TaxYear = z.infer<typeof TaxYear>

export const TaxYearQuery = z.object({ year: z.coerce.number().int().min(2025).max(2100).optional() })
/** Without a trade: the one of the profile. */
export const TaxBookQuery = TaxYearQuery.extend({ trade: z.enum(TRADES).optional() })
export type TaxBookQuery = z.infer<typeof TaxBookQuery>
