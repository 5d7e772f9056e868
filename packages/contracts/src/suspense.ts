import { z } from 'zod'
import { REFUND_STATUSES } from './refunds.ts'
import { Moment, ReceivedVnd, TotalVnd, pageOf } from './primitives.ts'
import { SUSPENSE_REASONS } from './statuses.ts'

const reason = z.string().trim().min(3).max(300)
const toWhom = z.string().trim().min(3).max(200)

/**
 * What money in suspense can become: a payment of a charge, of all that a stall owes, money of the operator that is no
 * charge's (its general books say what it is), or money that goes back to whoever sent it. What the books do not hold is no
 * money yet: it is closed, or is one more `sighting` of a transaction that they have.
 */
export const SUSPENSE_TARGETS = ['charge', 'debt', 'not_ours', 'return', 'sighting'] as const
export type SuspenseTarget = (typeof SUSPENSE_TARGETS)[number]
export const SUSPENSE_RESOLUTIONS = [...SUSPENSE_TARGETS, 'split'] as const
export type SuspenseResolutionKind = (typeof SUSPENSE_RESOLUTIONS)[number]

export const SuspenseItem = z
  .object({
    id: z.string(),
    reason: z.enum(SUSPENSE_REASONS),
    status: z.enum(['open', 'resolved']),
    /** Money that came, or that left and nobody knows why. */
    direction: z.enum(['in', 'out']),
    amountVnd: TotalVnd,
    bankCode: z.string().nullable(),
    accountMasked: z.string().nullable(),
    content: z.string().nullable(),
    occurredAt: Moment,
    resolution: z.enum(SUSPENSE_RESOLUTIONS).nullable(),
    /** A resolution waits for the word of a second person; the item is open until then. */
    isProposed: z.boolean(),
    /** What has become of the money that goes back, when some does: it is in the books until it is `paid`. */
    refundStatus: z.enum(REFUND_STATUSES).nullable(),
  })
  .meta({ id: 'SuspenseItem' })
export type SuspenseItem = z.infer<typeof SuspenseItem>

/** `open…` is what nobody has resolved yet; `returning…` is resolved as going back, and the bank has not told of it. */
export const SuspensePage = pageOf(SuspenseItem)
  .extend({
    openCount: z.int(),
    openVnd: TotalVnd,
    returningCount: z.int(),
    returningVnd: TotalVnd,
    reasons: z.array(z.object({ reason: z.enum(SUSPENSE_REASONS), count: z.int(), amountVnd: TotalVnd })),
  })
  .meta({ id: 'SuspensePage' })
export type SuspensePage = z.infer<typeof SuspensePage>

/** One part of some money in suspense, as somebody wants it resolved. */
const Part = <Sum extends z.ZodRawShape>(sum: Sum) =>
  [
    z.object({ as: z.literal('charge'), chargeId: z.string(), ...sum }),
    z.object({ as: z.literal('debt'), stallId: z.string(), ...sum }),
    z.object({ as: z.literal('not_ours'), ...sum }),
    z.object({ as: z.literal('return'), toWhom, ...sum }),
    z.object({ as: z.literal('sighting'), transactionId: z.string(), ...sum }),
  ] as const
export const SuspensePart = z.discriminatedUnion('as', Part({ amountVnd: ReceivedVnd }))
export type SuspensePart = z.infer<typeof SuspensePart>

const MOST_PARTS = 20

/** `POST /v1/suspense/:id/resolve`: the whole sum as one thing, or split into parts that come to it. */
export const ResolveSuspense = z
  .discriminatedUnion('as', [
    ...Part({ reason }),
    z.object({ as: z.literal('split'), parts: z.array(SuspensePart).min(2).max(MOST_PARTS), reason }),
  ])
  .meta({ id: 'ResolveSuspense' })
export type ResolveSuspense = z.infer<typeof ResolveSuspense>

export const UndoSuspense = z.object({ reason }).meta({ id: 'UndoSuspense' })
export const RefuseSuspense = z.object({ reason }).meta({ id: 'RefuseSuspense' })

/** Why a suggestion is made; the first is what counts for most. */
export const SUGGESTION_REASONS = [
  'code_one_off',
  'same_payer',
  'like_before',
  'exact_charge',
  'exact_debt',
  'thousandfold',
  'open_request',
] as const
export type SuggestionReason = (typeof SUGGESTION_REASONS)[number]

/** What some money may have been for. `score` is from 1 to 99; `certain` when a person would not think twice. */
export const Suggestion = z.object({
  as: z.enum(SUSPENSE_TARGETS),
  stallId: z.string().nullable(),
  stallCode: z.string().nullable(),
  stallName: z.string().nullable(),
  chargeId: z.string().nullable(),
  period: z.string().nullable(),
  /** What is owed there now. */
  outstandingVnd: TotalVnd.nullable(),
  score: z.int(),
  certain: z.boolean(),
  reasons: z.array(
    z.object({
      why: z.enum(SUGGESTION_REASONS),
      /** The code that was meant. */ code: z.string().nullable(),
    }),
  ),
})
export type Suggestion = z.infer<typeof Suggestion>

/** How surely a telling is of a movement, the surest first: see docs/FEEDS.md. */
export const SIGHTING_REASONS = ['reference', 'memo', 'count', 'doubt'] as const

/** What a telling that was held back says, and the transactions it may be of, the likeliest first. */
const Question = z.object({
  content: z.string(),
  reference: z.string().nullable(),
  movements: z.array(
    z.object({
      transactionId: z.string(),
      content: z.string(),
      reference: z.string().nullable(),
      occurredAt: Moment,
      /** Null where it is alike in account, direction and sum alone. */
      why: z.enum(SIGHTING_REASONS).nullable(),
      /** How many sources have told of it. */
      sightings: z.int(),
    }),
  ),
})
export type SuspenseQuestion = z.infer<typeof Question>

/** A part as it stands in the books or waits for them, with whose it is. */
const ResolvedPart = z.object({
  as: z.enum(SUSPENSE_TARGETS),
  amountVnd: TotalVnd,
  stallId: z.string().nullable(),
  stallCode: z.string().nullable(),
  stallName: z.string().nullable(),
  chargeId: z.string().nullable(),
  period: z.string().nullable(),
  toWhom: z.string().nullable(),
  transactionId: z.string().nullable(),
})

export const SUSPENSE_RESOLUTION_STATUSES = ['proposed', 'refused', 'done', 'undone'] as const

/** What somebody said the money was, and what has become of that word. */
const SuspenseResolution = z.object({
  id: z.string(),
  status: z.enum(SUSPENSE_RESOLUTION_STATUSES),
  parts: z.array(ResolvedPart),
  reason: z.string(),
  by: z.string(),
  at: Moment,
  /** True when whoever asks made it, and so cannot be its second person. */
  isOwn: z.boolean(),
  decidedBy: z.string().nullable(),
  refusedReason: z.string().nullable(),
  undoneBy: z.string().nullable(),
  undoneReason: z.string().nullable(),
  undoneAt: Moment.nullable(),
  refundId: z.string().nullable(),
})
export type SuspenseResolution = z.infer<typeof SuspenseResolution>

/** `GET /v1/suspense/:id`: an item with all that a person needs who resolves it. */
export const SuspenseDetail = SuspenseItem.extend({
  /** The codes that its memo holds, whether or not they name anything. */
  codes: z.array(z.string()),
  /** What the bank said; null for a message that is no movement of its own, or where whose account it is must stay hidden. */
  bankTransaction: z
    .object({ id: z.string(), reference: z.string().nullable(), occurredAt: Moment, receivedAt: Moment })
    .nullable(),
  /** True when the books hold the money. Other money cannot be anybody's payment here, and is only closed. */
  isInBooks: z.boolean(),
  /** Null for what was not held back, or where whose account it is must stay hidden. */
  question: Question.nullable(),
  /** From which sum on two people must agree, today. */
  twoPeopleFromVnd: TotalVnd,
  suggestions: z.array(Suggestion),
  /** The newest first. */
  history: z.array(SuspenseResolution),
}).meta({ id: 'SuspenseDetail' })
export type SuspenseDetail = z.infer<typeof SuspenseDetail>

/** Items whose best suggestion is certain: a charge, its exact sum, and one charge only. */
export const CertainSuspense = z
  .object({ items: z.array(SuspenseItem.extend({ suggestion: Suggestion })), amountVnd: TotalVnd })
  .meta({ id: 'CertainSuspense' })
export type CertainSuspense = z.infer<typeof CertainSuspense>

const MOST_AT_ONCE = 200

/** What was shown and is agreed to: an item whose certain charge is another by now is left as it is. */
export const BulkResolve = z
  .object({
    items: z
      .array(z.object({ id: z.string(), chargeId: z.string() }))
      .min(1)
      .max(MOST_AT_ONCE),
    reason,
  })
  .meta({ id: 'BulkResolve' })
export type BulkResolve = z.infer<typeof BulkResolve>
export const BulkResolved = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['resolved', 'proposed', 'left']),
        /** Why it was left. */
        code: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkResolved' })
export type BulkResolved = z.infer<typeof BulkResolved>
