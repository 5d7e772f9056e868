import { z } from 'zod'
import { CODE_RESULTS } from './code-checks.ts'
import { AmountVnd, Day, DifferenceVnd, Moment, TotalVnd, pageOf } from './primitives.ts'

/** Notes and coins in use, the largest first: what a count of cash is made of. */
export const DENOMINATIONS = [
  500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500,
] as const

/** How many of each note: `{"500000": 2, "20000": 7}`. A note that is not named is not there. */
export const CashCount = z
  .partialRecord(z.enum(DENOMINATIONS.map(String) as [string, ...string[]]), z.int().min(0).max(100_000))
  .meta({ id: 'CashCount' })
export type CashCount = z.infer<typeof CashCount>

export const BOOK_KINDS = ['receipt', 'ticket'] as const
export type BookKind = (typeof BOOK_KINDS)[number]

/** A page as the collector's phone keeps it before it is used: its number as people read it, and its receipt's address. */
export const BookPage = z.object({
  page: z.int(),
  number: z.string(),
  url: z.string(),
  usedAt: Moment.nullable(),
  voidReason: z.string().nullable(),
})

/** `POST /v1/markets/:id/books` by the accountant or the cashier; `GET /v1/markets/:id/books?collectorId=&deviceId=`. */
export const CreateBook = z
  .object({
    kind: z.enum(BOOK_KINDS),
    collectorId: z.string(),
    deviceId: z.string().min(8).max(64),
    pages: z.int().min(1).max(500).default(100),
    tariffId: z.string().nullish(),
  })
  .meta({ id: 'CreateBook' })
export type CreateBook = z.infer<typeof CreateBook>
export const Book = z
  .object({
    id: z.string(),
    code: z.string(),
    kind: z.enum(BOOK_KINDS),
    collectorId: z.string(),
    collectorName: z.string(),
    deviceId: z.string(),
    tariffId: z.string().nullable(),
    name: z.string().nullable(),
    priceVnd: TotalVnd.nullable(),
    issuedAt: Moment,
    closedAt: Moment.nullable(),
    pages: z.array(BookPage),
    /** Unused pages before the last used one: what nobody has accounted for. */
    gaps: z.array(z.string()),
  })
  .meta({ id: 'Book' })
export type Book = z.infer<typeof Book>
export const Books = z.object({ items: z.array(Book), nextCursor: z.string().nullable() })
export type Books = z.infer<typeof Books>

/**
 * `POST /v1/markets/:id/books/take`: a phone asks for a receipt book of its own, without the office. It gets the one it has
 * while that has more than a few free pages. Ticket books come from the office only.
 */
export const TakeBook = z
  .object({ kind: z.enum(BOOK_KINDS), deviceId: z.string().min(8).max(64), tariffId: z.string().nullish() })
  .meta({ id: 'TakeBook' })
export type TakeBook = z.infer<typeof TakeBook>

/** A stop of the walk: a stall that owes, where it stands, and why it owes. `payload` is the code of its whole debt. */
export const WalkStop = z.object({
  stallId: z.string(),
  stallCode: z.string(),
  stallName: z.string(),
  zoneCode: z.string(),
  zoneName: z.string(),
  rowLabel: z.string().nullable(),
  lot: z.int().nullable(),
  outstandingVnd: TotalVnd,
  overdueVnd: TotalVnd,
  creditVnd: TotalVnd,
  disputed: z.boolean(),
  payload: z.string(),
  payee: z.object({ bankName: z.string(), number: z.string(), holder: z.string() }),
  charges: z.array(
    z.object({
      id: z.string(),
      period: z.string(),
      dueOn: Day,
      totalVnd: TotalVnd,
      outstandingVnd: TotalVnd,
      why: z.array(z.object({ name: z.string(), formula: z.string(), amountVnd: TotalVnd })),
    }),
  ),
  /** The code that hangs at the stall: digests of the accounts it may pay (`accountDigest`, salted by the stall's id), and its last check. */
  printed: z.object({
    digests: z.array(z.string()),
    last: z.object({ at: Moment, result: z.enum(CODE_RESULTS) }).nullable(),
  }),
  lastVisit: z
    .object({
      outcome: z.enum(['promised', 'refused', 'absent']),
      at: Moment,
      note: z.string().nullable(),
      promisedOn: Day.nullable(),
    })
    .nullable(),
})
export type WalkStop = z.infer<typeof WalkStop>

/**
 * `GET /v1/markets/:id/walk`: every stall that owes, in walking order (zone, row, lot), with what a phone needs to go on
 * without a network: whole, so that it can be kept.
 */
export const Walk = z
  .object({
    asOf: Moment,
    stops: z.array(WalkStop),
    tickets: z.array(z.object({ tariffId: z.string(), name: z.string(), priceVnd: TotalVnd })),
  })
  .meta({ id: 'Walk' })
export type Walk = z.infer<typeof Walk>

/**
 * `POST /v1/collections`: cash taken from a stall, on a page of a book. Sent with an Idempotency-Key as often as it takes.
 * `takenAt` is the phone's time; one in the future, or older than 7 days, is refused.
 */
export const CreateCollection = z
  .object({
    stallId: z.string(),
    bookId: z.string(),
    page: z.int().min(1),
    amountVnd: AmountVnd,
    takenAt: Moment,
    deviceId: z.string(),
    /** What the phone showed as owed: when it was another sum by then, `conflict` says what came of the money. */
    seenOutstandingVnd: TotalVnd,
  })
  .meta({ id: 'CreateCollection' })
export type CreateCollection = z.infer<typeof CreateCollection>

/** `paid_meanwhile`: all or part of it was owed no longer, and is kept as the stall's credit. */
export const COLLECTION_CONFLICTS = ['paid_meanwhile', 'owed_more'] as const
export const Collection = z
  .object({
    id: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    stallName: z.string(),
    collectorId: z.string(),
    collectorName: z.string(),
    bookPage: z.string(),
    amountVnd: TotalVnd,
    settledVnd: TotalVnd,
    creditVnd: TotalVnd,
    conflict: z.enum(COLLECTION_CONFLICTS).nullable(),
    takenAt: Moment,
    receivedAt: Moment,
    receiptNumber: z.string().nullable(),
    receiptUrl: z.string(),
    handoverId: z.string().nullable(),
    undoneAt: Moment.nullable(),
  })
  .meta({ id: 'Collection' })
export type Collection = z.infer<typeof Collection>
export const CollectionPage = pageOf(Collection)
  .extend({ totals: z.object({ count: z.int(), amountVnd: TotalVnd }) })
  .meta({ id: 'CollectionPage' })
export type CollectionPage = z.infer<typeof CollectionPage>

/** `POST /v1/collections/:id/undo`: before it is handed over, by who took it, with a reason. */
export const UndoCollection = z
  .object({ reason: z.string().trim().min(3).max(200) })
  .meta({ id: 'UndoCollection' })
export type UndoCollection = z.infer<typeof UndoCollection>

/** `POST /v1/books/:id/pages/:page/void`: a spoilt page, so that it is no gap. */
export const VoidPage = UndoCollection.meta({ id: 'VoidPage' })

/** `POST /v1/visits`: a stall that did not pay, and what it said. */
export const CreateVisit = z
  .object({
    stallId: z.string(),
    visitedAt: Moment,
    outcome: z.enum(['promised', 'refused', 'absent']),
    note: z.string().trim().max(200).nullish(),
    promisedOn: Day.nullish(),
    promisedVnd: AmountVnd.nullish(),
  })
  .meta({ id: 'CreateVisit' })
export type CreateVisit = z.infer<typeof CreateVisit>
export const Visit = CreateVisit.extend({ id: z.string(), stallCode: z.string() }).meta({ id: 'Visit' })
export type Visit = z.infer<typeof Visit>

/** `POST /v1/day-tickets`: `bank` gives a code to show, and the ticket is paid when the bank says so. */
export const CreateDayTicket = z
  .object({
    bookId: z.string(),
    page: z.int().min(1),
    paidBy: z.enum(['cash', 'bank']),
    soldAt: Moment,
    deviceId: z.string(),
    zoneId: z.string().nullish(),
    goods: z.string().trim().max(60).nullish(),
  })
  .meta({ id: 'CreateDayTicket' })
export type CreateDayTicket = z.infer<typeof CreateDayTicket>
export const DayTicket = z
  .object({
    id: z.string(),
    number: z.string(),
    name: z.string(),
    priceVnd: TotalVnd,
    vatVnd: TotalVnd,
    collectorName: z.string(),
    zoneCode: z.string().nullable(),
    goods: z.string().nullable(),
    soldAt: Moment,
    paidBy: z.enum(['cash', 'bank']),
    paid: z.boolean(),
    payload: z.string().nullable(),
    receiptUrl: z.string(),
    handoverId: z.string().nullable(),
  })
  .meta({ id: 'DayTicket' })
export type DayTicket = z.infer<typeof DayTicket>
export const DayTicketPage = pageOf(DayTicket)
  .extend({ totals: z.object({ count: z.int(), cashVnd: TotalVnd, bankVnd: TotalVnd }) })
  .meta({ id: 'DayTicketPage' })
export type DayTicketPage = z.infer<typeof DayTicketPage>

/** `GET /v1/markets/:id/cash-in-hand`: what the asking collector carries and has not handed over. */
export const CashInHand = z
  .object({
    amountVnd: TotalVnd,
    collections: z.int(),
    tickets: z.int(),
    openHandoverId: z.string().nullable(),
    /** What the open hand-over should come to: still carried, until the cashier has counted it. */
    signedVnd: TotalVnd,
  })
  .meta({ id: 'CashInHand' })
export type CashInHand = z.infer<typeof CashInHand>

/** `POST /v1/markets/:id/handovers` by the collector: everything not handed over yet, with the count of the notes. */
export const CreateHandover = z
  .object({ counts: CashCount, seenVnd: TotalVnd })
  .meta({ id: 'CreateHandover' })
export type CreateHandover = z.infer<typeof CreateHandover>

/** `POST /v1/handovers/:id/confirm` by a cashier, who counts again: the second signature, and the posting. */
export const ConfirmHandover = z
  .object({ counts: CashCount, note: z.string().trim().max(300).nullish() })
  .meta({ id: 'ConfirmHandover' })
export type ConfirmHandover = z.infer<typeof ConfirmHandover>

/** `differenceVnd` is the cashier's count less what was expected: below zero is missing. Null until it is confirmed. */
export const Handover = z
  .object({
    id: z.string(),
    collectorId: z.string(),
    collectorName: z.string(),
    day: Day,
    expectedVnd: TotalVnd,
    collectorCounts: CashCount,
    collectorVnd: TotalVnd,
    collectorSignedAt: Moment,
    cashierName: z.string().nullable(),
    cashierCounts: CashCount.nullable(),
    cashierVnd: TotalVnd.nullable(),
    cashierSignedAt: Moment.nullable(),
    differenceVnd: DifferenceVnd.nullable(),
    note: z.string().nullable(),
    collections: z.int(),
    tickets: z.int(),
  })
  .meta({ id: 'Handover' })
export type Handover = z.infer<typeof Handover>
export const HandoverPage = pageOf(Handover).meta({ id: 'HandoverPage' })
export type HandoverPage = z.infer<typeof HandoverPage>

/** `GET /v1/markets/:id/collectors`: who carries the board's cash, for whoever counts it and gives out books. */
export const Collectors = z
  .object({
    items: z.array(
      CashInHand.extend({
        collectorId: z.string(),
        name: z.string(),
        lastHandoverAt: Moment.nullable(),
        lastDifferenceVnd: DifferenceVnd.nullable(),
        /** The devices that have a book of this collector's. */
        deviceIds: z.array(z.string()),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Collectors' })
export type Collectors = z.infer<typeof Collectors>

const CollectorReport = z.object({
  collectorId: z.string(),
  name: z.string(),
  receipts: z.object({ count: z.int(), amountVnd: TotalVnd }),
  undone: z.object({ count: z.int(), amountVnd: TotalVnd }),
  tickets: z.array(
    z.object({
      name: z.string(),
      priceVnd: TotalVnd,
      cashCount: z.int(),
      bankCount: z.int(),
      /** Sold by a code that the bank has not told of yet. */
      unpaidCount: z.int(),
    }),
  ),
  /** Receipts and tickets. Of the bank, tickets only: what a stall pays by its code never was the collector's. */
  cashVnd: TotalVnd,
  bankVnd: TotalVnd,
  handovers: z.object({
    count: z.int(),
    expectedVnd: TotalVnd,
    countedVnd: TotalVnd,
    missingVnd: TotalVnd,
    surplusVnd: TotalVnd,
  }),
  inHandVnd: TotalVnd,
  /** Pages as they stand now, of all the books that this collector has had. */
  gaps: z.array(z.string()),
  spoilt: z.array(z.object({ number: z.string(), reason: z.string(), at: Moment })),
})
export type CollectorReport = z.infer<typeof CollectorReport>

/** `GET /v1/markets/:id/collection-report?from=&to=`: collectors side by side, and every page that nobody accounts for. */
export const CollectionReport = z
  .object({
    from: Day,
    to: Day,
    items: z.array(CollectorReport),
    totals: z.object({
      cashVnd: TotalVnd,
      bankVnd: TotalVnd,
      countedVnd: TotalVnd,
      missingVnd: TotalVnd,
      surplusVnd: TotalVnd,
      inHandVnd: TotalVnd,
      gaps: z.int(),
    }),
  })
  .meta({ id: 'CollectionReport' })
export type CollectionReport = z.infer<typeof CollectionReport>
