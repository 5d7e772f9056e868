import { z } from 'zod'
import { Day, Moment, pageOf } from './primitives.ts'
import { ROLES } from './roles.ts'

/** What of a named stall's sales somebody of the board looked at, or took away as a file. */
export const LOOKS = [
  'sales',
  'sales_file',
  'day',
  'payments',
  'journal',
  'statement',
  'balances',
  'txn',
  'origin',
  'ledger_file',
] as const
export type LookedAt = (typeof LOOKS)[number]

/** One look at one stall: the first of its hour. Both days are null where no span was asked for: all that there is. */
export const Look = z.object({
  id: z.string(),
  by: z.string(),
  /** `key` is a program that the board gave a key; `by` is then what the key is called. */
  role: z.enum([...ROLES, 'key']),
  what: z.enum(LOOKS),
  fromDay: Day.nullable(),
  toDay: Day.nullable(),
  at: Moment,
})
export type Look = z.infer<typeof Look>
export const LookPage = pageOf(Look).meta({ id: 'LookPage' })
export type LookPage = z.infer<typeof LookPage>
