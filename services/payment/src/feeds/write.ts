import { insertMany, newId, type Tx } from '@tienve/db'
import type { FeedEvent } from '@tienve/bank-feeds'
import { sql } from 'drizzle-orm'
import { offerRefunds } from '../refunds/service.ts'
import { issueReceipts } from '../receipts/service.ts'
import { writeBankWord } from '../credits/repository.ts'
import { payment, suspense } from '../payments/tables.ts'
import { addToStallDays } from '../payments/totals.ts'
import { writeSettlements } from '../settlements/repository.ts'
import type { Bound } from './rules.ts'
import { movedRequests, type Known, type Plan } from './plan.ts'

/**
 * Carries out a plan, but for its live events and postings, which come after it and last. `takenBack` are the payments that the
 * bank took back.
 */
export async function writePlan(
  tx: Tx,
  marketId: string,
  plan: Plan,
  requests: Known['requests'],
  { takenBack, at }: { takenBack: readonly string[]; at: Date },
): Promise<void> {
  const paid = plan.payments.flatMap(({ id, requestId }) => (requestId == null ? [] : [id]))
  await Promise.all([
    insertMany(tx, payment, plan.payments),
    writeBankWord(tx, marketId, { paid, takenBack, at }),
    insertMany(tx, suspense, plan.suspense),
    addToStallDays(tx, marketId, plan.totals),
    moveRequests(tx, marketId, movedRequests(requests)),
    writeSettlements(tx, marketId, plan.settlement),
    payTickets(tx, marketId, plan.tickets),
    issueReceipts(tx, marketId, plan.receipts),
    offerRefunds(
      tx,
      marketId,
      plan.settlement.credits.map(({ sourceId }) => sourceId),
    ),
  ])
}

/** An event whose id we know and whose story has changed: shown to a person and not posted, since the first one was. */
export function changedEvents(
  marketId: string,
  changed: readonly { inboxId: string; event: FeedEvent }[],
): (typeof suspense.$inferInsert)[] {
  return changed.map(({ inboxId, event }) => ({
    marketId,
    id: newId('sus'),
    bankTransactionId: null,
    inboxId,
    providerEventId: event.providerEventId,
    heldAccountId: null,
    direction: event.kind === 'credit' ? 'in' : 'out',
    reason: 'changed_event',
    amountVnd: event.amount,
    occurredAt: event.occurredAt,
    posted: false,
  }))
}

/** What is held back, for a person: no money yet, since it may be money that we have or may be none at all. */
export function heldEvents(
  marketId: string,
  held: readonly { inboxId: string; event: FeedEvent; place: Bound | null }[],
): (typeof suspense.$inferInsert)[] {
  return held.map(({ inboxId, event, place }) => ({
    marketId,
    id: newId('sus'),
    bankTransactionId: null,
    inboxId,
    providerEventId: event.providerEventId,
    direction: event.kind === 'credit' ? 'in' : 'out',
    heldAccountId: place?.accountId ?? null,
    reason: place?.authoritative === false ? 'unconfirmed' : 'ambiguous',
    amountVnd: event.amount,
    occurredAt: event.occurredAt,
    posted: false,
  }))
}

async function moveRequests(tx: Tx, marketId: string, rows: ReturnType<typeof movedRequests>): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update payment_request set paid_vnd = m.paid_vnd, status = m.status
    from unnest(${sql.param(rows.map((r) => r.id))}::text[], ${sql.param(rows.map((r) => r.paidVnd))}::bigint[],
      ${sql.param(rows.map((r) => r.status))}::text[]) as m (id, paid_vnd, status)
    where payment_request.market_id = ${marketId} and payment_request.id = m.id`)
}

async function payTickets(tx: Tx, marketId: string, rows: Plan['tickets']): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update day_ticket set bank_transaction_id = m.transaction_id
    from unnest(${sql.param(rows.map((r) => r.id))}::text[], ${sql.param(rows.map((r) => r.transactionId))}::text[])
      as m (id, transaction_id)
    where day_ticket.market_id = ${marketId} and day_ticket.id = m.id`)
}
