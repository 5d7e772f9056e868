import { z } from 'zod'
import { Day, DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'
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
export type ChargeLine = z.infer<typeof ChargeLine>

/** A receipt as lists have it: what was paid and how. A void one keeps its number and says why. */
export const Receipt = z.object({
  id: z.string(),
  number: z.string(),
  url: z.string(),
  amountVnd: TotalVnd,
  paidAt: Moment,
  paidBy: z.enum(['bank', 'cash']),
  /** The page of the collector's book that was given on the spot: `B12-0007`. */
  bookPage: z.string().nullable(),
  /** The invoice that the operator issued elsewhere. */
  invoiceNumber: z.string().nullable(),
  voidReason: z.string().nullable(),
})
export type Receipt = z.infer<typeof Receipt>

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
    /** As it was issued; it never changes. */
    totalVnd: TotalVnd,
    /** What the stall still owed from before when this was issued: told on the bill, and no part of this debt. */
    arrearsVnd: TotalVnd,
    adjustedVnd: DifferenceVnd,
    relievedVnd: TotalVnd,
    writtenOffVnd: TotalVnd,
    /** What it comes to now, after all changes. */
    dueVnd: TotalVnd,
    /** All that came with it: what was settled of it, and `creditVnd`, which is more than was owed and not used yet. */
    paidVnd: TotalVnd,
    creditVnd: TotalVnd,
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
 * collected of what was billed is `totalVnd + changedVnd - outstandingVnd`. `changedVnd` is what was adjusted, relieved and
 * written off since; `creditVnd` is all that the stalls paid ahead and is not used, whatever month it came in.
 */
const ChargeTotals = z.object({
  totalVnd: TotalVnd,
  changedVnd: DifferenceVnd,
  creditVnd: TotalVnd,
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
 * `GET /v1/stalls/:id/debt`: all that a stall owes, with one code for the whole of it; what it pays with that code settles
 * the oldest first. `payload` is null while nothing is owed.
 */
export const StallDebt = z
  .object({
    stallId: z.string(),
    stallCode: z.string(),
    outstandingVnd: TotalVnd,
    overdueVnd: TotalVnd,
    /** What it paid ahead and is not used. */
    creditVnd: TotalVnd,
    code: z.string(),
    payload: z.string().nullable(),
    payee: Charge.shape.payee,
    /** What is owed, the oldest first. */
    charges: z.array(Charge),
  })
  .meta({ id: 'StallDebt' })
export type StallDebt = z.infer<typeof StallDebt>
