import { z } from 'zod'
import { AmountVnd, Day, DifferenceVnd, Moment, ReceivedVnd, TotalVnd, pageOf } from './primitives.ts'
import { FEED_STATES, PAYMENT_REQUEST_STATUSES, SLIPS, VERDICTS } from './statuses.ts'

/** `number` is the whole account number for the stall's own people and masked (`•••• 1234`) for everybody else. */
export const ReceivingAccount = z.object({
  id: z.string(),
  bin: z.string(),
  bankCode: z.string(),
  bankName: z.string(),
  number: z.string(),
  holder: z.string(),
  isDefault: z.boolean(),
  feed: z.enum(FEED_STATES),
})

export type ReceivingAccount = z.infer<typeof ReceivingAccount>

/** `accounts` is empty and `payload` null while nobody has set up where the stall's sales are paid to. */
export const Stall = z
  .object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    zone: z.object({ id: z.string(), code: z.string(), name: z.string() }),
    marketName: z.string(),
    demo: z.boolean(),
    areaM2: z.string(),
    salesConsent: z.boolean(),
    accounts: z.array(ReceivingAccount),
    memo: z.string(),
    payload: z.string().nullable(),
  })
  .meta({ id: 'Stall' })
export type Stall = z.infer<typeof Stall>

export const CreatePaymentRequest = z
  .object({
    amountVnd: AmountVnd,
    note: z.string().trim().max(120).optional(),
    accountId: z.string().optional(),
  })
  .meta({ id: 'CreatePaymentRequest' })
export type CreatePaymentRequest = z.infer<typeof CreatePaymentRequest>

/** The rule that said what a payment was for (docs/FEEDS.md); `person` is somebody's word about money in suspense. */
export const MATCHED_BY = [
  'request',
  'stall',
  'virtual_account',
  'account',
  'charge',
  'debt',
  'deposit',
  'person',
] as const
export type MatchedBy = (typeof MATCHED_BY)[number]

export const Payment = z
  .object({
    id: z.string(),
    stallId: z.string().nullable(),
    requestId: z.string().nullable(),
    chargeId: z.string().nullable(),
    amountVnd: ReceivedVnd,
    expectedVnd: TotalVnd.nullable(),
    verdict: z.enum(VERDICTS),
    slip: z.enum(SLIPS).nullable(),
    matchedBy: z.enum(MATCHED_BY),
    bankCode: z.string(),
    memoTail: z.string(),
    occurredAt: Moment,
    receivedAt: Moment,
    /** When the bank took it back; null as long as it has not. */
    reversedAt: Moment.nullable(),
  })
  .meta({ id: 'Payment' })
export type Payment = z.infer<typeof Payment>

export const PaymentRequest = z
  .object({
    id: z.string(),
    stallId: z.string(),
    code: z.string(),
    payload: z.string(),
    amountVnd: AmountVnd,
    paidVnd: TotalVnd,
    note: z.string().nullable(),
    status: z.enum(PAYMENT_REQUEST_STATUSES),
    accountId: z.string(),
    createdAt: Moment,
    expiresAt: Moment,
    payments: z.array(Payment),
  })
  .meta({ id: 'PaymentRequest' })
export type PaymentRequest = z.infer<typeof PaymentRequest>

export const PaymentPage = pageOf(Payment).extend({ day: Day }).meta({ id: 'PaymentPage' })
export type PaymentPage = z.infer<typeof PaymentPage>

/** What was sold less what the bank took back and the stall gave back that day, which may be more: a sale of the day before. */
export const DaySummary = z
  .object({
    day: Day,
    bankVnd: DifferenceVnd,
    cashVnd: TotalVnd,
    totalVnd: DifferenceVnd,
    count: z.int(),
    cashCount: z.int(),
    byBank: z.array(
      z.object({ bankCode: z.string(), bankName: z.string(), amountVnd: DifferenceVnd, count: z.int() }),
    ),
    byHour: z.array(z.object({ hour: z.int(), amountVnd: DifferenceVnd })),
    lastTradingDay: Day.nullable(),
  })
  .meta({ id: 'DaySummary' })
export type DaySummary = z.infer<typeof DaySummary>

/** `occurredAt`: of a sale that was noted without a network, when it was made: at most seven days ago. Now, when left out. */
export const CreateCashSale = z
  .object({
    amountVnd: AmountVnd,
    note: z.string().trim().max(120).optional(),
    occurredAt: Moment.optional(),
  })
  .meta({ id: 'CreateCashSale' })
export type CreateCashSale = z.infer<typeof CreateCashSale>

export const CashSale = z
  .object({
    id: z.string(),
    stallId: z.string(),
    amountVnd: AmountVnd,
    note: z.string().nullable(),
    occurredAt: Moment,
    undone: z.boolean(),
  })
  .meta({ id: 'CashSale' })
export type CashSale = z.infer<typeof CashSale>

/** Of a sale, what went back and when: it lowers that day, be it the sale's own or a later one. */
const WentBack = z.object({
  id: z.string(),
  paymentId: z.string(),
  amountVnd: ReceivedVnd,
  bankCode: z.string(),
  occurredAt: Moment,
})

/** A sale that the bank took back. */
export const Reversal = WentBack.meta({ id: 'Reversal' })
export type Reversal = z.infer<typeof Reversal>

/** What a stall took at one time: a payment that a bank told of, or cash that the stall says it took; or what it lost or gave back again. */
export const Taking = z
  .discriminatedUnion('kind', [
    /**
     * `note` is what the stall wrote to the sum that it asked for: its own people's, and nobody else's. Of one that paid what
     * somebody owed, the credit book says what is to go back.
     */
    z.object({
      kind: z.literal('bank'),
      payment: Payment,
      note: z.string().nullable(),
      paidCredit: z.boolean(),
    }),
    z.object({ kind: z.literal('cash'), cashSale: CashSale }),
    z.object({ kind: z.literal('reversal'), reversal: Reversal }),
    z.object({ kind: z.literal('refund'), refund: WentBack }),
  ])
  .meta({ id: 'Taking' })
export type Taking = z.infer<typeof Taking>

export const TakingPage = pageOf(Taking).extend({ day: Day }).meta({ id: 'TakingPage' })
export type TakingPage = z.infer<typeof TakingPage>

/** What `/p/:stallCode` shows to anybody: whom you are about to pay. The account number is masked. */
export const PublicStall = z
  .object({
    code: z.string(),
    name: z.string(),
    zone: z.string(),
    marketName: z.string(),
    demo: z.boolean(),
    bankName: z.string(),
    bankCode: z.string(),
    accountMasked: z.string(),
    holder: z.string(),
    memo: z.string(),
    payload: z.string(),
    /** When somebody of the market last read the code that hangs at the stall and found that it pays this account; null once anything else was found. */
    checkedAt: Moment.nullable(),
  })
  .meta({ id: 'PublicStall' })
export type PublicStall = z.infer<typeof PublicStall>
