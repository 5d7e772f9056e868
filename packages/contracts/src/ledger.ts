import { z } from 'zod'
import { Day, DifferenceVnd, Moment, PageQuery, TotalVnd, pageOf } from './primitives.ts'
import { SLIPS } from './statuses.ts'

/** What all legs of a txn share. */
const Txn = z.object({
  seq: z.int(),
  kind: z.string(),
  occurredAt: Moment,
  recordedAt: Moment,
  businessDay: Day,
  sourceKind: z.string(),
  sourceId: z.string(),
  reversesSeq: z.int().nullable(),
  reversedBySeq: z.int().nullable(),
  block: z.int(),
})

const Leg = z.object({
  leg: z.int(),
  book: z.string(),
  debitAccount: z.string(),
  creditAccount: z.string(),
  amountVnd: TotalVnd,
})

/** One movement of the journal. The books of stalls that are not shown by name are called `stalls`. */
export const LedgerTransfer = Txn.extend(Leg.shape)
export type LedgerTransfer = z.infer<typeof LedgerTransfer>
export const LedgerTransferPage = pageOf(LedgerTransfer).meta({ id: 'LedgerTransferPage' })
export type LedgerTransferPage = z.infer<typeof LedgerTransferPage>

const Vnd = z.coerce.number().int().min(0)

/** The journal's page and its search: every condition may be left out. `after` is a number, or a page's `nextCursor`. */
export const JournalQuery = PageQuery.extend({
  after: z.string().max(40).optional(),
  order: z.enum(['oldest', 'newest']).default('oldest'),
  fromDay: Day.optional(),
  toDay: Day.optional(),
  book: z.string().max(60).optional(),
  account: z.string().max(120).optional(),
  kind: z.string().max(60).optional(),
  sourceId: z.string().max(60).optional(),
  fromVnd: Vnd.optional(),
  toVnd: Vnd.optional(),
})

/** One txn whole, with where it stands in the chain. `sealedAt` is null while no seal covers it. */
export const LedgerTxn = Txn.extend({
  sealedAt: Moment.nullable(),
  transfers: z.array(Leg.extend({ debitName: z.string(), creditName: z.string() })),
}).meta({ id: 'LedgerTxn' })
export type LedgerTxn = z.infer<typeof LedgerTxn>

/** `matches`: the stored bytes are those the ledger knows. `changed`: they are not, or are gone. `none`: no bank told of it. */
export const SOURCE_DIGESTS = ['matches', 'erased', 'changed', 'none'] as const
/** `valid`: checked again from the bytes just now. `not_repeatable`: it came with a key that leaves no signature behind. */
export const SIGNATURE_CHECKS = ['valid', 'invalid', 'not_repeatable', 'key_gone'] as const

/** Why a number is so: from the txn to what it was posted for, to the bank's transaction, to the bytes that told of it. */
export const LedgerOrigin = z
  .object({
    seq: z.int(),
    /** What it was posted for: a payment, a charge, a cash sale, money in suspense. */
    subject: z
      .object({
        kind: z.string(),
        id: z.string(),
        stallCode: z.string().nullable(),
        stallName: z.string().nullable(),
        amountVnd: TotalVnd,
        verdict: z.string().nullable(),
        slip: z.enum(SLIPS).nullable(),
        matchedBy: z.string().nullable(),
        reason: z.string().nullable(),
        /** Who did it, when a person did. */
        by: z.string().nullable(),
        at: Moment,
      })
      .nullable(),
    bankTransaction: z
      .object({
        id: z.string(),
        bankCode: z.string().nullable(),
        accountMasked: z.string(),
        direction: z.enum(['in', 'out']),
        amountVnd: TotalVnd,
        reference: z.string().nullable(),
        content: z.string(),
        occurredAt: Moment,
        receivedAt: Moment,
        sightings: z.int(),
      })
      .nullable(),
    message: z
      .object({
        id: z.string(),
        provider: z.string(),
        connectionId: z.string(),
        receivedAt: Moment,
        contentType: z.string(),
        /** As it came; null when it was erased, cannot be read, or also tells of a stall that is not named. */
        body: z.string().nullable(),
        bodyHash: z.string(),
        keyId: z.string(),
        signature: z.enum(SIGNATURE_CHECKS),
      })
      .nullable(),
    digest: z.enum(SOURCE_DIGESTS),
  })
  .meta({ id: 'LedgerOrigin' })
export type LedgerOrigin = z.infer<typeof LedgerOrigin>

export const LedgerAccount = z.object({
  id: z.string(),
  book: z.string(),
  code: z.string(),
  glCode: z.string(),
  side: z.enum(['debit', 'credit']),
  name: z.string(),
  debitVnd: TotalVnd,
  creditVnd: TotalVnd,
  balanceVnd: DifferenceVnd,
})
export type LedgerAccount = z.infer<typeof LedgerAccount>
export const LedgerAccountPage = pageOf(LedgerAccount).meta({ id: 'LedgerAccountPage' })
export type LedgerAccountPage = z.infer<typeof LedgerAccountPage>

/** An account's movements, newest first; `balanceVnd` is what it stood at after each. */
export const AccountStatement = pageOf(
  LedgerTransfer.extend({ changeVnd: DifferenceVnd, balanceVnd: DifferenceVnd }),
)
  .extend({
    account: LedgerAccount,
    fromDay: Day.nullable(),
    toDay: Day.nullable(),
    openingVnd: DifferenceVnd,
    closingVnd: DifferenceVnd,
  })
  .meta({ id: 'AccountStatement' })
export type AccountStatement = z.infer<typeof AccountStatement>

/** `recorded`: what was known at that moment. `occurred`: what was true at it, late news included. */
export const BALANCE_CLOCKS = ['recorded', 'occurred'] as const
export const AccountBalanceAt = z
  .object({
    id: z.string(),
    at: Moment,
    clock: z.enum(BALANCE_CLOCKS),
    debitVnd: TotalVnd,
    creditVnd: TotalVnd,
    balanceVnd: DifferenceVnd,
  })
  .meta({ id: 'AccountBalanceAt' })
export type AccountBalanceAt = z.infer<typeof AccountBalanceAt>

/** Up to `day` (or now), or, when `from` is given, what moved from `from` to `to` beside what had moved before. */
export const TrialBalance = z
  .object({
    day: Day.nullable(),
    from: Day.nullable(),
    /** Days whose movements of unnamed stalls are not, or not all, in these figures. */
    withheldDays: z.array(Day),
    accounts: z.array(
      z.object({
        id: z.string(),
        book: z.string(),
        code: z.string(),
        glCode: z.string(),
        name: z.string(),
        openingDebitVnd: TotalVnd,
        openingCreditVnd: TotalVnd,
        debitVnd: TotalVnd,
        creditVnd: TotalVnd,
      }),
    ),
    totalDebitVnd: TotalVnd,
    totalCreditVnd: TotalVnd,
  })
  .meta({ id: 'TrialBalance' })
export type TrialBalance = z.infer<typeof TrialBalance>

/** What the stalls' books moved in a period, by the zone each stall was in on the day, or by book where it may be named. */
export const LedgerRollUp = z
  .object({
    by: z.enum(['zone', 'book']),
    from: Day,
    to: Day,
    /** True when nothing about unnamed stalls can be shown. */
    withheld: z.boolean(),
    /** Days whose movements of unnamed stalls are not, or not all, in these figures. */
    withheldDays: z.array(Day),
    rows: z.array(
      z.object({
        id: z.string(),
        code: z.string(),
        name: z.string(),
        stallCount: z.int(),
        bankVnd: DifferenceVnd,
        cashVnd: DifferenceVnd,
        revenueVnd: DifferenceVnd,
      }),
    ),
  })
  .meta({ id: 'LedgerRollUp' })
export type LedgerRollUp = z.infer<typeof LedgerRollUp>

export const LedgerBlock = z.object({
  height: z.int(),
  firstSeq: z.int(),
  lastSeq: z.int(),
  prevHash: z.string(),
  hash: z.string(),
  hashVersion: z.int(),
})
export type LedgerBlock = z.infer<typeof LedgerBlock>
export const LedgerBlockPage = pageOf(LedgerBlock).meta({ id: 'LedgerBlockPage' })
export type LedgerBlockPage = z.infer<typeof LedgerBlockPage>

/** A seal; `text` is its whole line, the same as in the file outside the database and in the day report's QR. */
export const LedgerSeal = z.object({
  height: z.int(),
  /** The last day that was closed when it was made; null when none was. */
  closedThrough: Day.nullable(),
  hash: z.string(),
  keyId: z.string(),
  sealedAt: Moment,
  text: z.string(),
})
export type LedgerSeal = z.infer<typeof LedgerSeal>
export const LedgerSealPage = pageOf(LedgerSeal)
  .extend({ publicKeys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })) })
  .meta({ id: 'LedgerSealPage' })
export type LedgerSealPage = z.infer<typeof LedgerSealPage>

/** Where a check of the ledger can find the first wrong row. The apps have words for each; one without does not compile. */
export const CHECKED_TABLES = [
  'ledger_account',
  'ledger_txn',
  'ledger_transfer',
  'ledger_block',
  'ledger_head',
  'ledger_balance',
  'ledger_day',
  'ledger_close',
  'ledger_seal',
  'feed_inbox',
] as const
export type CheckedTable = (typeof CHECKED_TABLES)[number]

/**
 * What was recomputed, and what holds. `fromHeight` is 0 when everything was, or the seal's block it started after.
 * `sealed` is the highest seal that holds; `unsealed` txns came after it.
 */
export const LedgerVerify = z
  .object({
    ok: z.boolean(),
    transfers: z.int(),
    blocks: z.int(),
    fromHeight: z.int(),
    sealed: z
      .object({ height: z.int(), closedThrough: Day.nullable(), sealedAt: Moment, count: z.int() })
      .nullable(),
    unsealed: z.int(),
    /** Messages of banks that the ledger knows by their digest: checked, and erased since. */
    sources: z.object({ checked: z.int(), erased: z.int() }),
    firstWrong: z.object({ what: z.enum(CHECKED_TABLES), where: z.string(), why: z.string() }).optional(),
  })
  .meta({ id: 'LedgerVerify' })
export type LedgerVerify = z.infer<typeof LedgerVerify>

const DaySeen = z.object({
  suspenseCount: z.int().min(0),
  suspenseVnd: TotalVnd,
  differenceVnd: DifferenceVnd,
  deafCount: z.int().min(0),
})

/** What whoever closes a day has to see first. `blockedBy` says why it cannot be closed now; null when it can. */
export const DayCheck = DaySeen.extend({
  day: Day,
  isClosed: z.boolean(),
  blockedBy: z.enum(['day_already_closed', 'day_not_begun']).nullable(),
  /** Days before it that are still open and would be closed with it. */
  openDays: z.array(Day),
  txnCount: z.int(),
}).meta({ id: 'DayCheck' })
export type DayCheck = z.infer<typeof DayCheck>

/** The figures that were on the screen: if they have changed since, the day is not closed and the new ones are shown. */
export const CloseDay = z.object({ seen: DaySeen }).meta({ id: 'CloseDay' })
export type CloseDay = z.infer<typeof CloseDay>

export const ClosedDay = DaySeen.extend({
  day: Day,
  height: z.int(),
  closedAt: Moment,
  closedBy: z.string(),
  /** The first seal that covers the closing; null for the moment it takes to make one. */
  seal: LedgerSeal.nullable(),
}).meta({ id: 'ClosedDay' })
export type ClosedDay = z.infer<typeof ClosedDay>
export const ClosedDayPage = pageOf(ClosedDay)
  .extend({ closedThrough: Day.nullable(), today: Day })
  .meta({ id: 'ClosedDayPage' })
export type ClosedDayPage = z.infer<typeof ClosedDayPage>
