import { z } from 'zod'
import { ChargeLine, Period } from './charges.ts'
import { Day, DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'
import { ROUND_STATUSES } from './statuses.ts'
import { SERVICES } from './tariffs.ts'

/** `issuedCount` of `chargeCount` are issued while the status is `issuing`; `chargeCount` counts drafts until then. */
export const BillingRound = z
  .object({
    id: z.string(),
    period: z.string(),
    status: z.enum(ROUND_STATUSES),
    dueOn: Day,
    issuedAt: Moment.nullable(),
    closedAt: Moment.nullable(),
    proposedBy: z.string().nullable(),
    proposedAt: Moment.nullable(),
    approvedBy: z.string().nullable(),
    /** That an issued round be closed: waits for a second person, or was refused by one. */
    closing: z
      .object({ proposedBy: z.string(), at: Moment, refusedReason: z.string().nullable() })
      .nullable(),
    chargeCount: z.int(),
    issuedCount: z.int(),
    totalVnd: TotalVnd,
    paidVnd: TotalVnd,
    outstandingVnd: TotalVnd,
  })
  .meta({ id: 'BillingRound' })
export type BillingRound = z.infer<typeof BillingRound>
export const BillingRounds = z.object({ items: z.array(BillingRound), nextCursor: z.string().nullable() })
export type BillingRounds = z.infer<typeof BillingRounds>

export const ProposeRound = z.object({ period: Period, dueOn: Day }).meta({ id: 'ProposeRound' })
export type ProposeRound = z.infer<typeof ProposeRound>

/** What keeps a round from being proposed, stall by stall. */
export const ROUND_PROBLEMS = ['reading_missing', 'reading_unconfirmed', 'price_missing'] as const
export type RoundProblem = (typeof ROUND_PROBLEMS)[number]

/** What a stall would be billed, beside what it was billed the month before. `reasons` say why it differs. */
export const DRAFT_REASONS = ['new', 'price', 'area', 'usage', 'days', 'gone', 'services'] as const
export const DraftCharge = z.object({
  stallId: z.string(),
  stallCode: z.string(),
  stallName: z.string(),
  zoneCode: z.string(),
  /** A stall that changed hands in the month has a draft under each contract. Null for what was billed before there were any. */
  contractId: z.string().nullable(),
  totalVnd: TotalVnd,
  lastVnd: TotalVnd.nullable(),
  differenceVnd: DifferenceVnd,
  reasons: z.array(z.enum(DRAFT_REASONS)),
  lines: z.array(ChargeLine),
})
export type DraftCharge = z.infer<typeof DraftCharge>

export const RoundTotals = z.object({
  chargeCount: z.int().min(0),
  totalVnd: TotalVnd,
  netVnd: TotalVnd,
  vatVnd: TotalVnd,
  passThroughVnd: TotalVnd,
  /** What the month before was billed in all; null when it was not billed. */
  lastVnd: TotalVnd.nullable(),
  byService: z.array(z.object({ service: z.enum(SERVICES), chargeCount: z.int(), totalVnd: TotalVnd })),
})

/**
 * `GET /v1/markets/:id/round-preview?period=` (what a month would bill now) and `GET /v1/billing-rounds/:id/drafts` (what
 * was frozen when it was proposed). The largest differences come first. `totals` and `problems` cover the whole round.
 */
export const RoundPreview = pageOf(DraftCharge)
  .extend({
    period: Period,
    totals: RoundTotals,
    problems: z.array(
      z.object({
        problem: z.enum(ROUND_PROBLEMS),
        stallCode: z.string(),
        meterId: z.string().nullable(),
        service: z.enum(SERVICES).nullable(),
      }),
    ),
  })
  .meta({ id: 'RoundPreview' })
export type RoundPreview = z.infer<typeof RoundPreview>

const RoundSeen = z.object({ chargeCount: z.int().min(0), totalVnd: TotalVnd })
const Extreme = z.object({
  stallCode: z.string(),
  stallName: z.string(),
  formula: z.string(),
  amountVnd: TotalVnd,
})

/** What whoever approves a proposed round has to see first: what it would bill, by price, and who proposed it. */
export const RoundCheck = RoundSeen.extend({
  id: z.string(),
  period: z.string(),
  dueOn: Day,
  proposedBy: z.string(),
  proposedAt: Moment,
  prices: z.array(
    z.object({
      tariffId: z.string(),
      name: z.string(),
      unitPriceVnd: TotalVnd.nullable(),
      decision: z.string(),
      chargeCount: z.int(),
      totalVnd: TotalVnd,
    }),
  ),
  /** Null when no stall is in use. */
  largest: Extreme.nullable(),
  smallest: Extreme.nullable(),
}).meta({ id: 'RoundCheck' })
export type RoundCheck = z.infer<typeof RoundCheck>

/** The figures that were on the screen: if they are not those of the round, nothing is issued and the new ones are shown. */
export const ApproveRound = z.object({ seen: RoundSeen }).meta({ id: 'ApproveRound' })
export type ApproveRound = z.infer<typeof ApproveRound>
