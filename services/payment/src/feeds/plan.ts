import type { FeedEvent } from '@tienve/bank-feeds'
import type { LivePayment, SuspenseReason, Verdict } from '@tienve/contracts'
import { newId } from '@tienve/db'
import type { PostItem } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { chargePaid, saleByBank, suspenseIn } from '../books/postings.ts'
import type { PlannedReceipt } from '../receipts/service.ts'
import { dayOf, hourOf, toMoment } from '../days.ts'
import { judge, statusAfter } from '../payments/rules.ts'
import type { payment, suspense } from '../payments/tables.ts'
import type { DayTotal } from '../payments/totals.ts'
import { bankCodeOf } from '../stalls/rules.ts'
import { codesOf, matchCredit, type NamedCode, type Place } from './rules.ts'

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

/** What money can be set against, as the database has it now. Planning moves `paidVnd`, so that a batch adds up. */
export type Owing = { id: string; stallId: string; amountVnd: bigint; paidVnd: bigint; moved: boolean }

/** Everything a batch of messages will change, worked out before anything is written. */
export type Plan = {
  payments: (typeof payment.$inferInsert)[]
  suspense: (typeof suspense.$inferInsert)[]
  receipts: PlannedReceipt[]
  totals: DayTotal[]
  live: { stallId: string; kind: 'payment'; payload: Omit<LivePayment, 'number'> }[]
  posts: PostItem[]
}

export type Known = {
  named: ReadonlyMap<string, NamedCode>
  requests: ReadonlyMap<string, Owing>
  charges: ReadonlyMap<string, Owing>
}

/** Decides what each credit is, in the order they were received. Moves `paidVnd` of what it finds in `known`. */
export function planCredits(marketId: string, credits: readonly Fresh[], known: Known): Plan {
  const plan: Plan = { payments: [], suspense: [], receipts: [], totals: [], live: [], posts: [] }
  for (const fresh of credits) planCredit(marketId, fresh, known, plan)
  return plan
}

function planCredit(marketId: string, fresh: Fresh, known: Known, plan: Plan): void {
  const target = matchCredit(fresh.place, codesOf(fresh.event), known.named)
  if (target.to === 'suspense' || fresh.place === null) {
    planSuspense(marketId, fresh, target.to === 'suspense' ? target.reason : 'foreign_account', plan)
    return
  }
  const id = newId('pay')
  const owing =
    target.to === 'request'
      ? known.requests.get(target.requestId)
      : target.to === 'charge'
        ? known.charges.get(target.chargeId)
        : undefined
  const { sourceHash } = fresh
  const { amount, occurredAt, precision } = fresh.event
  const judged = judge(owing ?? null, {
    amountVnd: amount,
    occurredAt,
    receivedAt: fresh.receivedAt,
    precision,
  })
  // A charge has no shopper waiting at a counter: when it is paid in full, it is paid, however late the bank told us.
  const byAccount = target.to === 'stall' && target.matchedBy === 'account'
  const verdict: Verdict = byAccount
    ? 'unknown'
    : target.to === 'charge' && judged.verdict === 'late'
      ? 'exact'
      : judged.verdict
  const row = {
    marketId,
    id,
    bankTransactionId: fresh.transactionId,
    purpose: target.to === 'charge' ? 'charge' : 'sale',
    stallId: target.stallId,
    requestId: target.to === 'request' ? target.requestId : null,
    chargeId: target.to === 'charge' ? target.chargeId : null,
    accountId: fresh.place.accountId,
    amountVnd: amount,
    expectedVnd: byAccount ? null : judged.expectedVnd,
    verdict,
    matchedBy: target.to === 'stall' ? target.matchedBy : target.to,
    memoTail: tailOf(fresh.event.content),
    occurredAt,
    receivedAt: fresh.receivedAt,
    day: dayOf(occurredAt),
  }
  if (target.to === 'charge' && owing !== undefined) {
    const missingVnd = owing.amountVnd > owing.paidVnd ? owing.amountVnd - owing.paidVnd : 0n
    plan.posts.push(
      chargePaid({
        paymentId: id,
        stallId: target.stallId,
        amountVnd: amount,
        missingVnd,
        occurredAt,
        sourceHash,
      }),
    )
    plan.receipts.push({
      source: { kind: 'payment', id },
      stallId: target.stallId,
      chargeId: target.chargeId,
      amountVnd: amount,
      paidAt: occurredAt,
      page: null,
    })
  } else {
    plan.posts.push(
      saleByBank({ paymentId: id, stallId: target.stallId, amountVnd: amount, occurredAt, sourceHash }),
    )
    const { bin } = fresh.place
    plan.totals.push({
      stallId: target.stallId,
      day: row.day,
      hour: hourOf(occurredAt),
      bin,
      cash: false,
      amountVnd: amount,
      count: 1n,
    })
  }
  if (owing !== undefined) {
    owing.paidVnd += amount
    owing.moved = true
  }
  plan.payments.push(row)
  plan.live.push({
    stallId: target.stallId,
    kind: 'payment',
    payload: toLive(row, verdict, fresh.place.bin, owing?.paidVnd),
  })
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
    reason,
    amountVnd: amount,
    occurredAt,
    posted,
  })
  if (posted) plan.posts.push(suspenseIn({ suspenseId: id, amountVnd: amount, occurredAt, sourceHash }))
}

/** What a request's row must say once the plan is carried out. */
export function movedRequests(requests: ReadonlyMap<string, Owing>) {
  return [...requests.values()]
    .filter(({ moved }) => moved)
    .map((one) => ({ id: one.id, paidVnd: one.paidVnd, status: statusAfter(one, one.paidVnd) }))
}

type PlannedPayment = typeof payment.$inferInsert

function toLive(
  row: PlannedPayment,
  verdict: Verdict,
  bin: string,
  paidVnd: bigint | undefined,
): Omit<LivePayment, 'number'> {
  return {
    purpose: row.purpose === 'charge' ? 'charge' : 'sale',
    paymentId: row.id,
    requestId: row.requestId ?? null,
    chargeId: row.chargeId ?? null,
    amountVnd: vndToJson(row.amountVnd),
    expectedVnd: row.expectedVnd == null ? null : vndToJson(row.expectedVnd),
    paidVnd: paidVnd === undefined ? null : vndToJson(paidVnd),
    verdict,
    bankCode: bankCodeOf(bin),
    occurredAt: toMoment(row.occurredAt),
    receivedAt: toMoment(row.receivedAt),
  }
}

const TAIL_LENGTH = 24

/** The end of the memo, by which a stallholder recognises a payment; the whole stays with the bank transaction. */
function tailOf(content: string): string {
  return content.replace(/\s+/g, ' ').trim().slice(-TAIL_LENGTH)
}
