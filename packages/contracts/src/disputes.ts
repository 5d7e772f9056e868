import { z } from 'zod'
import { Day, Moment, TotalVnd, pageOf } from './primitives.ts'

/** `upheld`: the stall is right, and the charge is to be changed (on its own screen, by two people). */
export const DISPUTE_STATUSES = ['open', 'upheld', 'rejected', 'withdrawn'] as const
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number]

/** `POST /v1/charges/:id/disputes`: the stallholder says what is wrong. One open dispute a charge. */
export const OpenDispute = z.object({ reason: z.string().trim().min(3).max(500) }).meta({ id: 'OpenDispute' })
export type OpenDispute = z.infer<typeof OpenDispute>

/** `POST /v1/disputes/:id/answer` by the board: what was decided, and why, in words for the stall. */
export const AnswerDispute = z
  .object({ outcome: z.enum(['upheld', 'rejected']), answer: z.string().trim().min(3).max(500) })
  .meta({ id: 'AnswerDispute' })
export type AnswerDispute = z.infer<typeof AnswerDispute>

export const Dispute = z
  .object({
    id: z.string(),
    chargeId: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    period: z.string(),
    dueOn: Day,
    /** What the charge comes to and what is owed of it, now. */
    dueVnd: TotalVnd,
    outstandingVnd: TotalVnd,
    reason: z.string(),
    openedAt: Moment,
    status: z.enum(DISPUTE_STATUSES),
    /** Null while it is open, and when it was withdrawn. */
    answer: z.string().nullable(),
    answeredAt: Moment.nullable(),
  })
  .meta({ id: 'Dispute' })
export type Dispute = z.infer<typeof Dispute>
export const DisputePage = pageOf(Dispute).meta({ id: 'DisputePage' })
export type DisputePage = z.infer<typeof DisputePage>
