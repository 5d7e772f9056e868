import type { FeedEvent } from '@tienve/bank-feeds'
import type { LivePayment, LiveReversal, SuspenseReason, Verdict } from '@tienve/contracts'
import { newId } from '@tienve/db'
import { boardAccounts, type PostItem } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { chargePaid, depositIn, saleByBank, ticketSold } from '../books/postings.ts'
import { suspenseIn } from '../books/suspense-postings.ts'
import { dayOf, hourOf, toMoment } from '../days.ts'
import { judge, slipOf, statusAfter, type Asked } from '../payments/rules.ts'
import type { payment, suspense } from '../payments/tables.ts'
import type { DayTotal } from '../payments/totals.ts'
import type { PlannedReceipt } from '../receipts/service.ts'
import type { Owed, SettleOrder } from '../settlements/rules.ts'
import { emptyPlan, planSettlement, type SettlementPlan } from '../settlements/service.ts'
import { bankCodeOf } from '../stalls/rules.ts'
import { codesOf, matchCredit, type NamedCode, type Place, type Target } from './rules.ts'

/** An event heard for the first time, with the id its bank transaction will have. */
export type Fresh = {
  inboxId: string
  connectionId: string
  receivedAt: Date
  /** The digest of the bytes that told of it, which the ledger keeps. */
  sourceHash: Buffer
  event: FeedEvent
  transactionId: string
  place: Place | null
}

/** A shopper's request, as the database has it now. Planning moves `paidVnd`, so that a batch adds up. */
export type Requested = { id: string; stallId: string; amountVnd: bigint; paidVnd: bigint; moved: boolean }

/** A charge that money may name. `creditVnd` is unused money that came with it; planning moves it. */
export type NamedCharge = { id: string; dueVnd: bigint; creditVnd: bigint }

/** A day ticket that waits for the bank's word. Planning moves `paid`. */
export type Ticket = {
  id: string
  priceVnd: bigint
  vatVnd: bigint
  paid: boolean
  page: { token: string; name: string }
}

/** Everything a batch of messages will change, worked out before anything is written. */
export type Plan = {
  payments: (typeof payment.$inferInsert)[]
  suspense: (typeof suspense.$inferInsert)[]
  settlement: SettlementPlan
  tickets: { id: string; transactionId: string }[]
  receipts: PlannedReceipt[]
  totals: DayTotal[]
  live: (
    | { stallId: string; kind: 'payment'; payload: Omit<LivePayment, 'number'> }
    | { stallId: string; kind: 'reversal'; payload: Omit<LiveReversal, 'number'> }
  )[]
  posts: PostItem[]
}

/** What a batch is set against. Planning moves what stalls owe and requests wait for, so that it adds up. */
export type Known = {
  named: ReadonlyMap<string, NamedCode>
  requests: ReadonlyMap<string, Requested>
  charges: ReadonlyMap<string, NamedCharge>
  tickets: ReadonlyMap<string, Ticket>
  /** What each stall owes that money of this batch is for, by stall. */
  owed: ReadonlyMap<string, Owed[]>
  order: SettleOrder
}

type Placed = Fresh & { place: Place }
type For<To extends Target['to']> = Extract<Target, { to: To }>

/** Decides what each credit is, in the order they were received. Moves what it finds in `known`. */
export function planCredits(marketId: string, credits: readonly Fresh[], known: Known): Plan {
  const plan: Plan = {
    payments: [],
    suspense: [],
    settlement: emptyPlan(),
    tickets: [],
    receipts: [],
    totals: [],
    live: [],
    posts: [],
  }
  for (const fresh of credits) planCredit(marketId, fresh, known, plan)
  return plan
}

function planCredit(marketId: string, fresh: Fresh, known: Known, plan: Plan): void {
  const target = matchCredit(fresh.place, codesOf(fresh.event), known.named)
  const { place } = fresh
  if (target.to === 'suspense' || place === null)
    planSuspense(marketId, fresh, target.to === 'suspense' ? target.reason : 'foreign_account', plan)
  else if (target.to === 'ticket') planTicket(marketId, fresh, target, known, plan)
  else if (target.to === 'deposit') planDeposit(marketId, { ...fresh, place }, target, plan)
  else if (target.to === 'charge' || target.to === 'debt')
    planDebt(marketId, { ...fresh, place }, target, known, plan)
  else planSale(marketId, { ...fresh, place }, target, known, plan)
}

function planSale(marketId: string, fresh: Placed, target: For<'sale'>, known: Known, plan: Plan): void {
  const { amount, occurredAt } = fresh.event
  const { stallId, requestId, rule } = target
  const asked = requestId === null ? undefined : known.requests.get(requestId)
  const isUncoded = rule === 'account' || rule === 'virtual_account'
  const judged = judge(asked ?? null, arrivalOf(fresh))
  const row = {
    ...paymentOf(marketId, fresh, stallId),
    purpose: 'sale',
    requestId,
    expectedVnd: isUncoded ? null : judged.expectedVnd,
    verdict: isUncoded ? ('unknown' as const) : judged.verdict,
    matchedBy: rule,
  }
  plan.payments.push(row)
  plan.posts.push(
    saleByBank({
      paymentId: row.id,
      stallId,
      amountVnd: amount,
      occurredAt,
      sourceHash: fresh.sourceHash,
    }),
  )
  plan.totals.push({
    stallId,
    day: row.day,
    hour: hourOf(occurredAt),
    bin: fresh.place.bin,
    cash: false,
    amountVnd: amount,
    count: 1n,
  })
  if (asked !== undefined) {
    asked.paidVnd += amount
    asked.moved = true
  }
  plan.live.push(toLive(row, 'sale', fresh.place.bin, asked?.paidVnd))
}

/** Money for one charge, or for all that a stall owes: what it settles is a matter of the market's order. */
function planDebt(
  marketId: string,
  fresh: Placed,
  target: For<'charge' | 'debt'>,
  known: Known,
  plan: Plan,
): void {
  const { amount, occurredAt } = fresh.event
  const { stallId } = target
  const owed = known.owed.get(stallId) ?? []
  const charge = target.to === 'charge' ? known.charges.get(target.chargeId) : undefined
  const chargeId = charge?.id ?? null
  const leftVnd = (): bigint =>
    owed.reduce(
      (sum, one) => sum + (charge === undefined || one.chargeId === charge.id ? one.outstandingVnd : 0n),
      0n,
    )
  const { verdict, expectedVnd } = judgeDebt(charge, leftVnd(), fresh)
  const row = {
    ...paymentOf(marketId, fresh, stallId),
    purpose: 'charge',
    chargeId,
    expectedVnd,
    verdict,
    matchedBy: target.to,
  }
  const { creditVnd } = planSettlement(
    marketId,
    {
      source: { kind: 'payment', id: row.id },
      stallId,
      amountVnd: amount,
      namedChargeId: chargeId,
      at: occurredAt,
    },
    owed,
    known.order,
    plan.settlement,
  )
  if (charge !== undefined) charge.creditVnd += creditVnd
  plan.payments.push(row)
  plan.posts.push(
    chargePaid({
      paymentId: row.id,
      stallId,
      amountVnd: amount,
      creditVnd,
      occurredAt,
      sourceHash: fresh.sourceHash,
    }),
  )
  plan.receipts.push(receiptOf(row, chargeId))
  const paidVnd = charge === undefined ? undefined : charge.dueVnd - leftVnd() + charge.creditVnd
  plan.live.push(toLive(row, 'charge', fresh.place.bin, paidVnd))
}

/** A charge has no shopper waiting at a counter: when it is paid in full, it is paid, however late the bank told us. */
function judgeDebt(
  charge: NamedCharge | undefined,
  leftVnd: bigint,
  fresh: Fresh,
): { verdict: Verdict; expectedVnd: bigint | null } {
  if (charge === undefined && leftVnd === 0n) return { verdict: 'over', expectedVnd: 0n }
  const asked: Asked =
    charge === undefined
      ? { amountVnd: leftVnd, paidVnd: 0n }
      : { amountVnd: charge.dueVnd, paidVnd: charge.dueVnd - leftVnd }
  const judged = judge(asked, arrivalOf(fresh))
  return judged.verdict === 'late' ? { ...judged, verdict: 'exact' } : judged
}

/** A deposit is told of by its receipt: nobody at the stall waits to hear of it. */
function planDeposit(marketId: string, fresh: Placed, { stallId }: For<'deposit'>, plan: Plan): void {
  const row = {
    ...paymentOf(marketId, fresh, stallId),
    purpose: 'deposit',
    verdict: 'exact',
    matchedBy: 'deposit',
  }
  const { occurredAt } = fresh.event
  plan.payments.push(row)
  plan.posts.push(
    depositIn({
      paymentId: row.id,
      stallId,
      amountVnd: row.amountVnd,
      occurredAt,
      sourceHash: fresh.sourceHash,
    }),
  )
  plan.receipts.push(receiptOf(row, null))
}

/** A ticket has one price: another sum, or money for one that is paid, is for a person to look at. */
function planTicket(
  marketId: string,
  fresh: Fresh,
  { ticketId }: For<'ticket'>,
  known: Known,
  plan: Plan,
): void {
  const ticket = known.tickets.get(ticketId)
  const { amount, occurredAt } = fresh.event
  if (ticket === undefined || ticket.paid || ticket.priceVnd !== amount) {
    planSuspense(marketId, fresh, ticket?.paid === true ? 'overpaid_twice' : 'wrong_amount', plan)
    return
  }
  const { id, priceVnd, vatVnd, page } = ticket
  ticket.paid = true
  plan.tickets.push({ id, transactionId: fresh.transactionId })
  plan.posts.push(
    ticketSold({
      ticketId: id,
      from: boardAccounts.bank,
      priceVnd,
      vatVnd,
      occurredAt,
      sourceHash: fresh.sourceHash,
    }),
  )
  plan.receipts.push({
    source: { kind: 'ticket', id },
    stallId: null,
    chargeId: null,
    amountVnd: amount,
    paidAt: occurredAt,
    page,
  })
}

/** What every payment's row says, whatever it was for. */
function paymentOf(marketId: string, fresh: Placed, stallId: string) {
  const { amount, occurredAt, content } = fresh.event
  return {
    marketId,
    id: newId('pay'),
    bankTransactionId: fresh.transactionId,
    stallId,
    requestId: null as string | null,
    chargeId: null as string | null,
    accountId: fresh.place.accountId,
    amountVnd: amount,
    expectedVnd: null as bigint | null,
    memoTail: tailOf(content),
    occurredAt,
    receivedAt: fresh.receivedAt,
    day: dayOf(occurredAt),
  }
}

function arrivalOf({ event, receivedAt }: Fresh) {
  return { amountVnd: event.amount, occurredAt: event.occurredAt, receivedAt, precision: event.precision }
}

function receiptOf(
  row: { id: string; stallId: string; amountVnd: bigint; occurredAt: Date },
  chargeId: string | null,
): PlannedReceipt {
  const { id, stallId, amountVnd, occurredAt } = row
  return { source: { kind: 'payment', id }, stallId, chargeId, amountVnd, paidAt: occurredAt, page: null }
}

function planSuspense(marketId: string, fresh: Fresh, reason: SuspenseReason, plan: Plan): void {
  const id = newId('sus')
  const { sourceHash } = fresh
  const { amount, occurredAt } = fresh.event
  // Money on an account that nobody gave us is not in anyone's books: it is shown, and not posted.
  const posted = fresh.place !== null
  plan.suspense.push({
    marketId,
    id,
    bankTransactionId: fresh.transactionId,
    inboxId: fresh.inboxId,
    providerEventId: fresh.event.providerEventId,
    heldAccountId: null,
    direction: 'in',
    reason,
    amountVnd: amount,
    occurredAt,
    posted,
  })
  if (posted) plan.posts.push(suspenseIn({ suspenseId: id, amountVnd: amount, occurredAt, sourceHash }))
}

/** What a request's row must say once the plan is carried out. */
export function movedRequests(requests: ReadonlyMap<string, Requested>) {
  return [...requests.values()]
    .filter(({ moved }) => moved)
    .map((one) => ({ id: one.id, paidVnd: one.paidVnd, status: statusAfter(one, one.paidVnd) }))
}

type ToldPayment = ReturnType<typeof paymentOf> & { verdict: Verdict }

function toLive(
  row: ToldPayment,
  purpose: LivePayment['purpose'],
  bin: string,
  paidVnd: bigint | undefined,
): Plan['live'][number] {
  return {
    stallId: row.stallId,
    kind: 'payment',
    payload: {
      purpose,
      paymentId: row.id,
      requestId: row.requestId,
      chargeId: row.chargeId,
      amountVnd: vndToJson(row.amountVnd),
      expectedVnd: row.expectedVnd === null ? null : vndToJson(row.expectedVnd),
      paidVnd: paidVnd === undefined ? null : vndToJson(paidVnd),
      verdict: row.verdict,
      slip: slipOf(row),
      bankCode: bankCodeOf(bin),
      occurredAt: toMoment(row.occurredAt),
      receivedAt: toMoment(row.receivedAt),
    },
  }
}

const TAIL_LENGTH = 24

/** The end of the memo, by which a stallholder recognises a payment; the whole stays with the bank transaction. */
function tailOf(content: string): string {
  return content.replace(/\s+/g, ' ').trim().slice(-TAIL_LENGTH)
}
