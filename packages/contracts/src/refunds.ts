import { z } from 'zod'
import { AmountVnd, Moment, TotalVnd, pageOf } from './primitives.ts'

/** `offered`: too much came and may go back. `due`: a person said to whom. `paid`: the bank has told that it left. */
export const REFUND_STATUSES = ['offered', 'due', 'paid', 'cancelled'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** Money of the board's account that may go back, or has gone. What a stall's own account received is not among it. */
export const Refund = z
  .object({
    id: z.string(),
    status: z.enum(REFUND_STATUSES),
    /** Of an offer: what is left of it, since a later charge may have used some. */
    amountVnd: TotalVnd,
    occurredAt: Moment,
    stallId: z.string().nullable(),
    stallCode: z.string().nullable(),
    stallName: z.string().nullable(),
    /** The money in suspense that it is a part of. */
    suspenseId: z.string().nullable(),
    toWhom: z.string().nullable(),
    reason: z.string().nullable(),
    /** To be written in the transfer's memo, so that it is known when it leaves. */
    code: z.string().nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: Moment.nullable(),
    paidAt: Moment.nullable(),
    /** A person has said which transfer it was; the books follow within a minute. */
    isNamed: z.boolean(),
    /** Transfers that may have been it, when nothing says which. */
    candidates: z.array(
      z.object({
        bankTransactionId: z.string(),
        amountVnd: TotalVnd,
        content: z.string(),
        occurredAt: Moment,
      }),
    ),
  })
  .meta({ id: 'Refund' })
export type Refund = z.infer<typeof Refund>
export const RefundPage = pageOf(Refund).meta({ id: 'RefundPage' })
export type RefundPage = z.infer<typeof RefundPage>

const reason = z.string().trim().min(3).max(300)

/** `POST /v1/refunds/:id/promise`: that it is to go back, how much of it, and to whom. */
export const PromiseRefund = z
  .object({ amountVnd: AmountVnd, toWhom: z.string().trim().min(3).max(200), reason })
  .meta({ id: 'PromiseRefund' })
export type PromiseRefund = z.infer<typeof PromiseRefund>
export const CancelRefund = z.object({ reason }).meta({ id: 'CancelRefund' })

/** `POST /v1/refunds/:id/paid-by`: which of the outgoing transfers it was. */
export const NameRefundTransfer = z
  .object({ bankTransactionId: z.string() })
  .meta({ id: 'NameRefundTransfer' })
