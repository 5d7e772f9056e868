import { z } from 'zod'
import { Moment, ReceivedVnd, TotalVnd } from './primitives.ts'
import { FEED_STATES, SLIPS, VERDICTS } from './statuses.ts'

/**
 * The events of `GET /v1/stalls/:id/live` (server-sent events). `id:` is the stall's own gapless number.
 * `payment`, `reversal`, `collection` and `feed` are numbered; `ping` comes every 10 s without a number; `hello` tells the latest number when a
 * stream opens; `reset` says that what lies between was trimmed and the client must read its lists anew.
 */
export const LivePayment = z
  .object({
    number: z.int(),
    purpose: z.enum(['sale', 'charge']),
    paymentId: z.string(),
    requestId: z.string().nullable(),
    chargeId: z.string().nullable(),
    amountVnd: ReceivedVnd,
    expectedVnd: TotalVnd.nullable(),
    paidVnd: TotalVnd.nullable(),
    verdict: z.enum(VERDICTS),
    slip: z.enum(SLIPS).nullable(),
    bankCode: z.string(),
    occurredAt: Moment,
    receivedAt: Moment,
  })
  .meta({ id: 'LivePayment' })
export type LivePayment = z.infer<typeof LivePayment>

/** A sale that the bank took back: money out of the stall's account that undoes the payment. The day's totals are lower by it. */
export const LiveReversal = z
  .object({
    number: z.int(),
    paymentId: z.string(),
    amountVnd: ReceivedVnd,
    bankCode: z.string(),
    occurredAt: Moment,
  })
  .meta({ id: 'LiveReversal' })
export type LiveReversal = z.infer<typeof LiveReversal>

/** Cash that a collector took from this stall for what it owes the board: no bank says so, so it is no `payment`. */
export const LiveCollection = z
  .object({ number: z.int(), collectionId: z.string(), amountVnd: ReceivedVnd, takenAt: Moment })
  .meta({ id: 'LiveCollection' })
export type LiveCollection = z.infer<typeof LiveCollection>

export const LiveFeed = z
  .object({ number: z.int(), state: z.enum(FEED_STATES).exclude(['none']), since: Moment })
  .meta({ id: 'LiveFeed' })
export type LiveFeed = z.infer<typeof LiveFeed>
