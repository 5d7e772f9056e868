import { z } from 'zod'
import { ChargeLine, Receipt } from './charges.ts'
import { Moment, TotalVnd, pageOf } from './primitives.ts'

/** `GET /v1/stalls/:id/receipts`, the newest first: what each settled, and what of it is the stall's credit. */
export const StallReceipt = Receipt.extend({
  purpose: z.enum(['charge', 'deposit']),
  settled: z.array(z.object({ chargeId: z.string(), period: z.string(), amountVnd: TotalVnd })),
  creditVnd: TotalVnd,
}).meta({ id: 'StallReceipt' })
export type StallReceipt = z.infer<typeof StallReceipt>
export const StallReceiptPage = pageOf(StallReceipt).meta({ id: 'StallReceiptPage' })
export type StallReceiptPage = z.infer<typeof StallReceiptPage>

/** `POST /v1/receipts/:id/invoice`: the number of the invoice that the operator issued for this money; we issue none. */
export const NoteInvoice = z
  .object({ invoiceNumber: z.string().trim().min(1).max(40) })
  .meta({ id: 'NoteInvoice' })
export type NoteInvoice = z.infer<typeof NoteInvoice>

/** `waiting`: a page of a collector's book whose money the market has not been told of yet. `void`: taken back. */
export const RECEIPT_STATES = ['valid', 'waiting', 'void'] as const

/**
 * `GET /r/:token` as JSON: what anybody holding the token may check. It is a receipt, not an invoice. `amountVnd` is what
 * was received; `charges` says what it settled, `creditVnd` what of it was more than the stall owed. The sums
 * `chargeTotalVnd`, `paidVnd` and `outstandingVnd` are those of these charges as they stand today.
 */
export const PublicReceipt = z
  .object({
    state: z.enum(RECEIPT_STATES),
    purpose: z.enum(['charge', 'deposit', 'ticket']),
    number: z.string().nullable(),
    bookPage: z.string().nullable(),
    marketName: z.string(),
    demo: z.boolean(),
    stallCode: z.string().nullable(),
    amountVnd: TotalVnd,
    paidBy: z.enum(['bank', 'cash']),
    paidAt: Moment.nullable(),
    charges: z.array(
      z.object({
        period: z.string(),
        amountVnd: TotalVnd,
        dueVnd: TotalVnd,
        outstandingVnd: TotalVnd,
        lines: z.array(ChargeLine),
      }),
    ),
    creditVnd: TotalVnd,
    chargeTotalVnd: TotalVnd,
    paidVnd: TotalVnd,
    outstandingVnd: TotalVnd,
    /** What the day ticket was for. */
    ticket: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
    voidReason: z.string().nullable(),
  })
  .meta({ id: 'PublicReceipt' })
export type PublicReceipt = z.infer<typeof PublicReceipt>
