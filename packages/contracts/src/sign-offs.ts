import { z } from 'zod'
import { Reconciliation } from './market.ts'
import { Day, DifferenceVnd, Moment, TotalVnd } from './primitives.ts'
import { DIFFERENCE_REASONS } from './statuses.ts'

/** A movement on an account of the board, signed as the account feels it. */
const Movement = z.object({
  /** Null for a row of a statement that is not money of ours yet: it waits in suspense for somebody to say what it is. */
  bankTransactionId: z.string().nullable(),
  amountVnd: DifferenceVnd,
  occurredAt: Moment,
})

/** `reading`: a statement covers the day and not all of its rows are looked at yet. */
export const STATEMENT_COVERS = ['none', 'reading', 'read'] as const
export type StatementCover = (typeof STATEMENT_COVERS)[number]

/** What else is known of an account of the board on a day, beside what came to it and what the books have. */
export const AccountCheck = z.object({
  /** What the bank says the account stood at as the day began and ended; null where nothing says so. */
  openingVnd: DifferenceVnd.nullable(),
  closingVnd: DifferenceVnd.nullable(),
  /** From a statement of that day, or from what the feed says stood on the account after each movement. */
  toldBy: z.enum(['statement', 'balances']).nullable(),
  statement: z.enum(STATEMENT_COVERS),
  /** What the connection that delivered the latest of its statements is called; null when a person brought it. */
  statementDeliveredBy: z.string().nullable(),
  /** How many movements, and how many of them each way of hearing tells of. */
  movements: z.object({ count: z.int(), push: z.int(), pull: z.int(), statement: z.int() }),
  /** Rows that only a statement has: no feed told of them, or nobody has said yet what they are. */
  onlyInStatement: z.array(Movement),
  /** Movements from before the statement was brought that no statement of this account has. */
  notInStatement: z.array(Movement),
  /** Whether what stood on the account after each movement follows from the one before: `checked` rows say so. */
  balances: z.object({
    checked: z.int(),
    firstWrong: z
      .object({
        bankTransactionId: z.string(),
        occurredAt: Moment,
        expectedVnd: DifferenceVnd,
        toldVnd: DifferenceVnd,
      })
      .nullable(),
  }),
})
export type AccountCheck = z.infer<typeof AccountCheck>

/** The figures of a day that whoever signs it off has seen. Banks' and books' are the board's accounts' alone. */
export const SignOffSeen = z.object({
  bankVnd: DifferenceVnd,
  ledgerVnd: DifferenceVnd,
  differenceVnd: DifferenceVnd,
  suspenseVnd: TotalVnd,
  suspenseCount: z.int().min(0),
  movementCount: z.int().min(0),
})
export type SignOffSeen = z.infer<typeof SignOffSeen>

const reason = z.string().trim().min(3).max(300)

/** What was seen, and for each movement that makes a difference why it does: if the figures have changed, nothing is signed. */
export const SignDay = z
  .object({
    day: Day,
    seen: SignOffSeen,
    reasons: z
      .array(z.object({ bankTransactionId: z.string(), reason }))
      .max(500)
      .default([]),
  })
  .meta({ id: 'SignDay' })
export type SignDay = z.infer<typeof SignDay>

export const RefuseSignOff = z.object({ reason }).meta({ id: 'RefuseSignOff' })
export type RefuseSignOff = z.infer<typeof RefuseSignOff>

/** `proposed`: the accountant has signed and the head has not. A refused one may be followed by another. */
export const SIGN_OFF_STATUSES = ['proposed', 'signed', 'refused'] as const

/** A day signed off by two people, and what has come to it since. */
export const DaySignOff = z
  .object({
    id: z.string(),
    day: Day,
    status: z.enum(SIGN_OFF_STATUSES),
    seen: SignOffSeen,
    reasons: z.array(
      z.object({
        bankTransactionId: z.string(),
        amountVnd: DifferenceVnd,
        why: z.enum(DIFFERENCE_REASONS),
        reason: z.string(),
      }),
    ),
    signedBy: z.string(),
    signedAt: Moment,
    /** Who signed second, or refused to. */
    decidedBy: z.string().nullable(),
    decidedAt: Moment.nullable(),
    refusedReason: z.string().nullable(),
    /** True when the day's figures are others than those that were signed. */
    isChanged: z.boolean(),
    /** Movements of that day on accounts of the board that were not there when it was signed. */
    lateRows: z.array(
      z.object({
        bankTransactionId: z.string(),
        number: z.string(),
        amountVnd: DifferenceVnd,
        occurredAt: Moment,
        receivedAt: Moment,
      }),
    ),
  })
  .meta({ id: 'DaySignOff' })
export type DaySignOff = z.infer<typeof DaySignOff>

/** The reconciliation of a day with a line for each account of the board, idle ones too, and whether it is signed off. */
export const DayReconciliation = Reconciliation.extend({
  accounts: z.array(
    Reconciliation.shape.accounts.element.extend({
      /** Null in the stalls' line: their accounts are their own. */
      check: AccountCheck.nullable(),
    }),
  ),
  seen: SignOffSeen,
  signOff: DaySignOff.nullable(),
}).meta({ id: 'DayReconciliation' })
export type DayReconciliation = z.infer<typeof DayReconciliation>
