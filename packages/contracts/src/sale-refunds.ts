import { z } from 'zod'
import { AmountVnd, Moment, pageOf } from './primitives.ts'

/** `due`: the stallholder said that it is to go back. `paid`: the bank has told that it left. `cancelled`: she took that back. */
export const SALE_REFUND_STATUSES = ['due', 'paid', 'cancelled'] as const

/**
 * What a sale on a stall's own account brought too much, on its way back to the shopper. She transfers it in her bank's app;
 * we move no money. Hers alone: neither the board nor her helpers see it.
 */
export const SaleRefund = z
  .object({
    id: z.string(),
    paymentId: z.string(),
    amountVnd: AmountVnd,
    toWhom: z.string(),
    status: z.enum(SALE_REFUND_STATUSES),
    /** To be written in the transfer's memo, so that it is known when it leaves; null once nothing is awaited. */
    code: z.string().nullable(),
    promisedAt: Moment,
    paidAt: Moment.nullable(),
  })
  .meta({ id: 'SaleRefund' })
export type SaleRefund = z.infer<typeof SaleRefund>
export const SaleRefundList = pageOf(SaleRefund).meta({ id: 'SaleRefundList' })
export type SaleRefundList = z.infer<typeof SaleRefundList>

/** `POST /v1/stalls/:id/sale-refunds`: that it is to go back, how much of it, and to whom. */
export const PromiseSaleRefund = z
  .object({ paymentId: z.string(), amountVnd: AmountVnd, toWhom: z.string().trim().min(3).max(200) })
  .meta({ id: 'PromiseSaleRefund' })
export type PromiseSaleRefund = z.infer<typeof PromiseSaleRefund>
