import { FeedParseError, feeds, isProvider, type FeedEvent } from '@tienve/bank-feeds'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import type { Context } from '../context.ts'
import { appendEvents } from '../live/repository.ts'
import type { Outgoing } from '../refunds/rules.ts'
import { closeRefunds } from '../refunds/service.ts'
import { findSettleOrder, lockOwed } from '../settlements/repository.ts'
import { stallsHeardBy, toFeedEvents } from './deafness.ts'
import { planCredits, type Fresh, type Known } from './plan.ts'
import {
  eventKey,
  findNamed,
  findPlaces,
  findSeen,
  finishMessages,
  insertHeard,
  listNamedCharges,
  lockRequests,
  lockTickets,
  markHeard,
  type InboxRow,
} from './repository.ts'
import { codesOf, digestOf, numbersOf, type NamedCode, type Place } from './rules.ts'
import { changedEvents, writePlan } from './write.ts'

type Heard = Omit<Fresh, 'transactionId' | 'place'> & { hash: Buffer }
type Reading = { message: InboxRow; events: FeedEvent[]; problem: string | null }

/**
 * Turns a batch of stored messages of one market into bank transactions, payments, live events and postings, all in
 * the caller's transaction and with the lane held. What does not need another's answer is sent together: a journey to
 * the database costs more than most of these statements. The ledger comes last: nothing slow happens while its head is
 * locked.
 */
export async function processMessages(
  ctx: Pick<Context, 'now' | 'metrics'>,
  tx: Tx,
  marketId: string,
  messages: readonly InboxRow[],
): Promise<void> {
  const now = ctx.now()
  const readings = messages.map(readMessage)
  const all = readings.flatMap(eventsOf)
  const [seen, places, named, back] = await Promise.all([
    findSeen(tx, marketId, all),
    findPlaces(tx, marketId, [...new Set(all.flatMap(({ event }) => numbersOf(event)))]),
    findNamed(tx, marketId, codesIn(all)),
    markHeard(tx, marketId, [...new Set(messages.map(({ connectionId }) => connectionId))], now),
  ])
  const { fresh, changed } = sortOut(all, seen, places)
  const known = await loadKnown(tx, marketId, named)
  const credits = fresh.filter(({ event }) => event.kind === 'credit')
  const plan = planCredits(marketId, credits, known)
  plan.suspense.push(...changedEvents(marketId, changed))
  const movements = fresh.filter(isMovement)
  const refunds = await closeRefunds(tx, marketId, movements.filter(isOutgoing).map(toOutgoing))
  const stalls = await stallsHeardBy(tx, marketId, back)
  const told = [...toFeedEvents(stalls, 'listening', now), ...plan.live]

  // In this order on the wire: a payment needs its bank transaction, and nothing may follow the posting but COMMIT.
  const [, , , , seqs] = await Promise.all([
    insertHeard(
      tx,
      fresh.map((one) => toFeedEvent(marketId, one)),
      movements.map((one) => toTransaction(marketId, one)),
      movements.map((one) => toSighting(marketId, one)),
    ),
    writePlan(tx, marketId, plan, known.requests),
    finishMessages(tx, marketId, readings.map(toOutcome)),
    appendEvents(tx, marketId, told, now),
    postAll(tx, marketId, [...plan.posts, ...refunds.posts], { as: 'worker' }),
  ])
  await refunds.write(seqs.slice(plan.posts.length))
  for (const { problem } of readings)
    ctx.metrics.processed.inc({ outcome: problem === null ? 'done' : 'malformed' })
}

/** An authentic body that cannot be read is kept as malformed with the reason; the provider was told to stop. */
function readMessage(message: InboxRow): Reading {
  if (message.rawBody === null) return { message, events: [], problem: 'its bytes were erased' }
  try {
    if (!isProvider(message.provider))
      throw new Error('a stored message names a provider that we do not have')
    return {
      message,
      events: feeds[message.provider].parse(message.rawBody, message.contentType),
      problem: null,
    }
  } catch (error) {
    if (!(error instanceof FeedParseError)) throw error
    return { message, events: [], problem: error.message }
  }
}

function eventsOf({ message, events }: Reading): Heard[] {
  return events.map((event) => ({
    inboxId: message.id,
    connectionId: message.connectionId,
    receivedAt: message.receivedAt,
    sourceHash: message.bodyHash,
    event,
    hash: digestOf(event),
  }))
}

function toOutcome({ message, problem }: Reading) {
  return { id: message.id, state: problem === null ? ('done' as const) : ('malformed' as const), problem }
}

function codesIn(heard: readonly Heard[]): string[] {
  const credits = heard.filter(({ event }) => event.kind === 'credit')
  return [...new Set(credits.flatMap(({ event }) => codesOf(event).codes))]
}

/**
 * Splits what was read into what is new, with the account it speaks of (by its number or else by the virtual account it
 * came through), and what contradicts an earlier telling. A plain repeat is in neither.
 */
function sortOut(
  all: readonly Heard[],
  seen: Map<string, Buffer>,
  places: ReadonlyMap<string, Place>,
): { fresh: (Heard & Fresh)[]; changed: Heard[] } {
  const fresh: (Heard & Fresh)[] = []
  const changed: Heard[] = []
  for (const one of all) {
    const { connectionId, event, hash } = one
    const key = eventKey(connectionId, event.providerEventId)
    const before = seen.get(key)
    if (before === undefined) {
      seen.set(key, hash)
      const place =
        places.get(eventKey(connectionId, event.accountNumber)) ??
        places.get(eventKey(connectionId, event.virtualAccount ?? '')) ??
        null
      fresh.push({ ...one, transactionId: newId('btx'), place })
    } else if (!before.equals(hash)) changed.push(one)
  }
  return { fresh, changed }
}

/**
 * What the batch is set against. What stalls owe is locked in one statement and one order, like everywhere else; what is
 * read after it is as whoever held it before left it.
 */
async function loadKnown(tx: Tx, marketId: string, named: ReadonlyMap<string, NamedCode>): Promise<Known> {
  const idsOf = (kind: NamedCode['kind']): string[] =>
    [...named.values()].filter((one) => one.kind === kind).map((one) => one.objectId)
  const payers = [...named.values()].flatMap(({ kind, stallId }) =>
    (kind === 'charge' || kind === 'debt') && stallId !== null ? [stallId] : [],
  )
  const [requests, owed, charges, tickets, order] = await Promise.all([
    lockRequests(tx, marketId, idsOf('request')),
    lockOwed(tx, marketId, payers),
    listNamedCharges(tx, marketId, idsOf('charge')),
    lockTickets(tx, marketId, idsOf('ticket')),
    payers.length === 0 ? ('named_first' as const) : findSettleOrder(tx, marketId),
  ])
  return {
    named,
    requests: new Map(
      requests.map(({ id, stallId, amountVnd, paidVnd }) => [
        id,
        { id, stallId, amountVnd, paidVnd, moved: false },
      ]),
    ),
    charges: new Map(charges.map((one) => [one.id, one])),
    tickets: new Map(tickets.map((one) => [one.id, one])),
    owed: Map.groupBy(owed, ({ stallId }) => stallId),
    order,
  }
}

/** Test and unsupported messages are remembered as events, and are no movement of money. */
function isMovement({ event }: Fresh): boolean {
  return event.kind === 'credit' || event.kind === 'debit' || event.kind === 'reversal'
}

function isOutgoing({ event }: Fresh): boolean {
  return event.kind === 'debit'
}

function toOutgoing({ event, place, transactionId, sourceHash }: Fresh): Outgoing {
  const { amount: amountVnd, content, occurredAt } = event
  return {
    transactionId,
    accountId: place?.accountId ?? null,
    amountVnd,
    content,
    occurredAt,
    sourceHash,
  }
}

function toFeedEvent(marketId: string, heard: Heard & Fresh) {
  return {
    marketId,
    connectionId: heard.connectionId,
    providerEventId: heard.event.providerEventId,
    inboxId: heard.inboxId,
    kind: heard.event.kind,
    contentHash: heard.hash,
    bankTransactionId: isMovement(heard) ? heard.transactionId : null,
  }
}

function toTransaction(marketId: string, { event, place, ...fresh }: Fresh) {
  return {
    marketId,
    id: fresh.transactionId,
    connectionId: fresh.connectionId,
    accountId: place?.accountId ?? null,
    accountNumber: event.accountNumber,
    direction: event.kind === 'credit' ? 'in' : 'out',
    amountVnd: event.amount,
    reference: event.bankReference,
    content: event.content,
    occurredAt: event.occurredAt,
    receivedAt: fresh.receivedAt,
    balanceAfterVnd: event.balanceAfter,
    provider: { codeHint: event.codeHint, virtualAccount: event.virtualAccount },
  }
}

function toSighting(marketId: string, fresh: Fresh) {
  return {
    marketId,
    bankTransactionId: fresh.transactionId,
    source: fresh.connectionId,
    sourceId: fresh.event.providerEventId,
    seenAt: fresh.receivedAt,
  }
}
