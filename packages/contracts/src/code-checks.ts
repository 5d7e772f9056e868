import { z } from 'zod'
import { Moment, pageOf } from './primitives.ts'

/**
 * What a code that hangs at a stall is. `right` pays the stall's account of the register; `old` one that was the stall's and
 * is not any more; `other_stall` another stall of the market; `wrong` somebody that the register does not know.
 * `not_vietqr` is no code of a transfer to an account.
 */
export const CODE_RESULTS = ['right', 'old', 'other_stall', 'wrong', 'not_vietqr'] as const
export type CodeResult = (typeof CODE_RESULTS)[number]

/** `POST /v1/stalls/:id/code-checks`: what stands in the code that was read at the stall. The picture stays on the phone. */
export const CreateCodeCheck = z
  .object({
    payload: z.string().min(1).max(2_000),
    by: z.enum(['camera', 'photo']),
    /** The phone's time, where it had no network until now; one in the future, or older than 7 days, is refused. */
    checkedAt: Moment.optional(),
  })
  .meta({ id: 'CreateCodeCheck' })
export type CreateCodeCheck = z.infer<typeof CreateCodeCheck>

/** `otherStallCode` says whose code it is, where it is another stall's: what hangs at that stall for everybody to read. */
export const CodeCheck = z
  .object({
    id: z.string(),
    stallId: z.string(),
    result: z.enum(CODE_RESULTS),
    otherStallCode: z.string().nullable(),
    checkedAt: Moment,
  })
  .meta({ id: 'CodeCheck' })
export type CodeCheck = z.infer<typeof CodeCheck>

/** `GET /v1/stalls/:id/code-checks`: when the stall's code was looked at last, and since when a wrong one is said to hang there. */
export const StallCodes = z
  .object({
    last: z.object({ at: Moment, result: z.enum(CODE_RESULTS) }).nullable(),
    rightAt: Moment.nullable(),
    alertAt: Moment.nullable(),
  })
  .meta({ id: 'StallCodes' })
export type StallCodes = z.infer<typeof StallCodes>

export const CODE_ALERT_STATES = ['open', 'settled'] as const

/** A code at a stall that pays somebody else: who found it, and as much of the account as it takes to ask its bank. */
export const CodeAlert = z
  .object({
    id: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    result: z.enum(CODE_RESULTS),
    otherStallCode: z.string().nullable(),
    bankName: z.string(),
    accountMasked: z.string(),
    foundBy: z.string(),
    foundAt: Moment,
    settledBy: z.string().nullable(),
    settledAt: Moment.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'CodeAlert' })
export type CodeAlert = z.infer<typeof CodeAlert>
export const CodeAlertPage = pageOf(CodeAlert).meta({ id: 'CodeAlertPage' })
export type CodeAlertPage = z.infer<typeof CodeAlertPage>

/** `POST /v1/code-alerts/:id/settle`: what was done about it. */
export const SettleCodeAlert = z
  .object({ note: z.string().trim().min(3).max(300) })
  .meta({ id: 'SettleCodeAlert' })
export type SettleCodeAlert = z.infer<typeof SettleCodeAlert>
