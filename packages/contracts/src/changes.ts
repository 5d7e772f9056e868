import { z } from 'zod'
import { Charge, Receipt } from './charges.ts'
import { AmountVnd, DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'

/** What may be done to an issued charge: its sum was wrong, a part of its price is given up, or the rest of it is. */
export const CHANGE_KINDS = ['adjusted', 'relieved', 'written_off'] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]
export const CHANGE_STATUSES = ['proposed', 'approved', 'refused'] as const
export type ChangeStatus = (typeof CHANGE_STATUSES)[number]

const reason = z.string().trim().min(3).max(300)

/**
 * `POST /v1/charges/:id/changes` by the accountant; nothing changes before another person approves. An adjustment is of one
 * line (the first is 1), up or down by a net sum: its tax, and whether it is passed on, are the line's. Relief is a sum with
 * its tax, or a share of what the charge comes to; a write-off is of all that is still owed.
 */
export const ProposeChange = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('adjusted'),
      line: z.int().min(1),
      up: z.boolean(),
      netVnd: AmountVnd,
      reason,
    }),
    z.object({
      kind: z.literal('relieved'),
      by: z.union([
        z.object({ amountVnd: AmountVnd }).strict(),
        z.object({ percent: z.int().min(1).max(100) }).strict(),
      ]),
      reason,
    }),
    z.object({ kind: z.literal('written_off'), reason }),
  ])
  .meta({ id: 'ProposeChange' })
export type ProposeChange = z.infer<typeof ProposeChange>

/** Sums are signed as the debt feels them: above zero the stall owes more. `now` is the charge today, without this change. */
export const ChargeChange = z
  .object({
    id: z.string(),
    chargeId: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    period: z.string(),
    kind: z.enum(CHANGE_KINDS),
    /** What an adjustment is of. */
    lineName: z.string().nullable(),
    netVnd: DifferenceVnd,
    vatVnd: DifferenceVnd,
    amountVnd: DifferenceVnd,
    reason: z.string(),
    status: z.enum(CHANGE_STATUSES),
    proposedBy: z.string(),
    proposedAt: Moment,
    decidedBy: z.string().nullable(),
    decidedAt: Moment.nullable(),
    refusedReason: z.string().nullable(),
    now: z.object({ totalVnd: TotalVnd, dueVnd: TotalVnd, paidVnd: TotalVnd, outstandingVnd: TotalVnd }),
  })
  .meta({ id: 'ChargeChange' })
export type ChargeChange = z.infer<typeof ChargeChange>
export const ChargeChangePage = pageOf(ChargeChange).meta({ id: 'ChargeChangePage' })
export type ChargeChangePage = z.infer<typeof ChargeChangePage>

/** The figures that were on the screen: if they are others by now, nothing is changed and the new ones are shown. */
export const ApproveChange = z
  .object({ seen: z.object({ amountVnd: DifferenceVnd, outstandingVnd: TotalVnd }) })
  .meta({ id: 'ApproveChange' })
export type ApproveChange = z.infer<typeof ApproveChange>
export const RefuseChange = z.object({ reason }).meta({ id: 'RefuseChange' })

/** What paid a charge, or (below zero) took back what had paid it. */
export const CHARGE_SETTLEMENT_SOURCES = ['bank', 'cash', 'credit', 'change'] as const
const ChargeSettlement = z.object({
  at: Moment,
  source: z.enum(CHARGE_SETTLEMENT_SOURCES),
  amountVnd: DifferenceVnd,
  receipt: Receipt.pick({ id: true, number: true, url: true }).nullable(),
})

/** `GET /v1/charges/:id`: a charge with all that has paid and changed it, and what its stall has paid ahead in all. */
export const ChargeDetail = Charge.extend({
  settlements: z.array(ChargeSettlement),
  changes: z.array(ChargeChange),
  stallCreditVnd: TotalVnd,
}).meta({ id: 'ChargeDetail' })
export type ChargeDetail = z.infer<typeof ChargeDetail>
