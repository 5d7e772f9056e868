import { z } from 'zod'
import { Day, Moment, TotalVnd, pageOf } from './primitives.ts'
import { CHARGE_STATUSES } from './statuses.ts'

/** A month that is billed. */
export const Period = z
  .string()
  .regex(/^(?!0000)\d{4}-(0[1-9]|1[0-2])$/, 'a month as YYYY-MM')
  .meta({ id: 'Period', description: 'A month, YYYY-MM' })

/** One line of a charge; `formula` is the sum in words that a stallholder can check: "4,5 m² × 45.000 đ". */
export const ChargeLine = z.object({
  name: z.string(),
  formula: z.string(),
  amountVnd: TotalVnd,
  decision: z.string(),
})

export const Receipt = z.object({
  id: z.string(),
  number: z.string(),
  url: z.string(),
  amountVnd: TotalVnd,
  paidAt: Moment,
})

export const Charge = z
  .object({
    id: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    zoneCode: z.string(),
    roundId: z.string(),
    period: z.string(),
    dueOn: Day,
    totalVnd: TotalVnd,
    paidVnd: TotalVnd,
    outstandingVnd: TotalVnd,
    status: z.enum(CHARGE_STATUSES),
    overdueDays: z.int(),
    code: z.string(),
    payload: z.string(),
    payee: z.object({ bankName: z.string(), bankCode: z.string(), number: z.string(), holder: z.string() }),
    lines: z.array(ChargeLine),
    receipts: z.array(Receipt),
  })
  .meta({ id: 'Charge' })
export type Charge = z.infer<typeof Charge>

/**
 * What was billed, paid and is owed for some charges. Whoever pays too much owes nothing and has an advance, so what was
 * collected of what was billed is `totalVnd - outstandingVnd`.
 */
const ChargeTotals = z.object({
  totalVnd: TotalVnd,
  paidVnd: TotalVnd,
  outstandingVnd: TotalVnd,
  count: z.int(),
})
export type ChargeTotals = z.infer<typeof ChargeTotals>

/** `totals` covers the whole filter, not only the page. */
export const ChargePage = pageOf(Charge).extend({ totals: ChargeTotals }).meta({ id: 'ChargePage' })
export type ChargePage = z.infer<typeof ChargePage>

/** The charges of one stall added up; `count` is how many. */
export const StallCharges = ChargeTotals.extend({
  stallId: z.string(),
  stallCode: z.string(),
  stallName: z.string(),
  zoneCode: z.string(),
}).meta({ id: 'StallCharges' })
export type StallCharges = z.infer<typeof StallCharges>
export const StallChargesPage = pageOf(StallCharges)
  .extend({ totals: ChargeTotals })
  .meta({ id: 'StallChargesPage' })
export type StallChargesPage = z.infer<typeof StallChargesPage>

/**
 * `GET /r/:token` as JSON: what anybody holding the token may check. It is a receipt, not an invoice.
 * `amountVnd` is what this receipt is for; `paidVnd` is all that was paid of the charge to this day.
 */
export const PublicReceipt = z
  .object({
    number: z.string(),
    marketName: z.string(),
    demo: z.boolean(),
    stallCode: z.string(),
    period: z.string(),
    amountVnd: TotalVnd,
    chargeTotalVnd: TotalVnd,
    paidVnd: TotalVnd,
    outstandingVnd: TotalVnd,
    paidAt: Moment,
    lines: z.array(ChargeLine),
  })
  .meta({ id: 'PublicReceipt' })
export type PublicReceipt = z.infer<typeof PublicReceipt>
