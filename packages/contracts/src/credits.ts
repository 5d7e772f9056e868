import { z } from 'zod'
import { AmountVnd, DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'

/**
 * What one line of the credit book is. `paid_bank` and `taken_back` (the bank took that payment back) are said by banks alone;
 * `given_back` and `offset` settle what a shopper paid too much; `reversal` takes back a line that the owner wrote.
 */
export const CREDIT_ENTRY_KINDS = [
  'sale',
  'paid_bank',
  'paid_cash',
  'forgiven',
  'given_back',
  'offset',
  'reversal',
  'taken_back',
] as const
export type CreditEntryKind = (typeof CREDIT_ENTRY_KINDS)[number]

const Name = z.string().trim().min(1).max(60)
const Phone = z.string().trim().max(20)
const What = z.string().trim().max(120)

/**
 * Somebody who buys on credit, called as the stallholder calls them. Hers alone: neither the board nor her helpers see any of
 * it. What is owed is no money that came, and stands in no total of the day until it is paid.
 */
export const CreditCustomer = z
  .object({
    id: z.string(),
    /** Empty once the shopper's name was erased. */
    name: z.string(),
    phone: z.string().nullable(),
    owedVnd: TotalVnd,
    /** What was paid beyond what was owed or asked for, and is to go back. */
    surplusVnd: TotalVnd,
    lastAt: Moment,
  })
  .meta({ id: 'CreditCustomer' })
export type CreditCustomer = z.infer<typeof CreditCustomer>

/** Those who owe most come first. */
export const CreditCustomerList = pageOf(CreditCustomer)
  .extend({ owedVnd: TotalVnd, surplusVnd: TotalVnd })
  .meta({ id: 'CreditCustomerList' })
export type CreditCustomerList = z.infer<typeof CreditCustomerList>

export const CreditEntry = z
  .object({
    id: z.string(),
    number: z.int(),
    kind: z.enum(CREDIT_ENTRY_KINDS),
    /** What it adds to what is owed; below zero where less is owed after it. */
    amountVnd: DifferenceVnd,
    /** What it adds to what is to go back. */
    surplusVnd: DifferenceVnd,
    owedAfterVnd: TotalVnd,
    note: z.string().nullable(),
    at: Moment,
    /** Which line this one takes back. */
    reversesId: z.string().nullable(),
    reversed: z.boolean(),
  })
  .meta({ id: 'CreditEntry' })
export type CreditEntry = z.infer<typeof CreditEntry>

/** A shopper with the latest lines, the newest first. */
export const CreditAccount = CreditCustomer.extend({ entries: z.array(CreditEntry) }).meta({
  id: 'CreditAccount',
})
export type CreditAccount = z.infer<typeof CreditAccount>

/** `POST /v1/stalls/:id/credit-sales`: to a shopper of the book, or to a new one by name. */
export const CreateCreditSale = z
  .object({
    customerId: z.string().optional(),
    name: Name.optional(),
    phone: Phone.optional(),
    amountVnd: AmountVnd,
    note: What.optional(),
  })
  .meta({ id: 'CreateCreditSale' })
export type CreateCreditSale = z.infer<typeof CreateCreditSale>

/** What was written. It names nobody: the answer to a repeated request is kept for a while, and a name may be erased before. */
export const CreditWritten = z
  .object({ customerId: z.string(), entryId: z.string(), owedVnd: TotalVnd, surplusVnd: TotalVnd })
  .meta({ id: 'CreditWritten' })
export type CreditWritten = z.infer<typeof CreditWritten>

export const CreditSum = z.object({ amountVnd: AmountVnd }).meta({ id: 'CreditSum' })
export type CreditSum = z.infer<typeof CreditSum>

/** The owner lets a shopper off a sum, and says why. */
export const ForgiveCredit = z
  .object({ amountVnd: AmountVnd, reason: z.string().trim().min(3).max(120) })
  .meta({ id: 'ForgiveCredit' })
export type ForgiveCredit = z.infer<typeof ForgiveCredit>

/** What was paid too much went back to the shopper, or is taken off what they owe. */
export const SettleSurplus = z
  .object({ as: z.enum(['given_back', 'offset']), amountVnd: AmountVnd })
  .meta({ id: 'SettleSurplus' })
export type SettleSurplus = z.infer<typeof SettleSurplus>
