import { FeedParseError, feeds, isProvider, type FeedAdapter, type FeedEvent } from '@tienve/bank-feeds'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import type { Context } from '../context.ts'
import { appendEvents } from '../live/repository.ts'
import type { Outgoing } from '../refunds/rules.ts'
import { closeRefunds } from '../refunds/service.ts'
import { closeSaleRefunds } from '../returns/service.ts'
import { readRows } from '../statements/rules.ts'
import { findSettleOrder, lockOwed } from '../settlements/repository.ts'
import { readOne } from '../columns.ts'
import { stallsHeardBy, toFeedEvents } from './deafness.ts'
import { VIAS } from './intake.ts'
import { planOutgoing, type Undone } from './outgoing.ts'
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
  releaseHeld,
  requeueUnconfirmed,
  withoutAsked,
  type InboxRow,
  type Seen,
} from './repository.ts'
import { codesOf, digestOf, numbersOf, type Bound, type NamedCode } from './rules.ts'
import { readPulled } from './pull.ts'
import { findUndone, joinHeard, sourceOf, type Heard, type Verdict } from './tellings.ts'
import { changedEvents, heldEvents, writePlan } from './write.ts'

/** How long the account's own feed may keep silent about what another tells of before a person should know. */
export const CONFIRM_MS = 15 * 60_000

type Told = Omit<Heard, 'transactionId' | 'place' | 'held'>
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
    markHeard(tx, marketId, connectionsIn(messages), now),
  ])
  const { fresh, changed } = sortOut(all, seen, places)
  const verdicts = await joinHeard(tx, marketId, fresh.filter(isMovement))
  const firsts = fresh.filter((one) => verdicts.get(one)?.as === 'first')
  const outgoing = firsts.filter(({ event }) => event.kind !== 'credit')
  const known = await loadKnown(tx, marketId, named)
  const credits = firsts.filter(({ event }) => event.kind === 'credit')
  const plan = planCredits(marketId, credits, known)
  const undone = await findUndone(tx, marketId, outgoing, credits, plan.payments)
  const paying = outgoing.filter(isPaying)
  const refunds = await closeRefunds(tx, marketId, paying.map(toOutgoing))
  const sales = await closeSaleRefunds(tx, marketId, paying.filter(isStalls(undone)).map(toOutgoing))
  plan.totals.push(...sales.totals)
  planOutgoing(
    marketId,
    outgoing.filter(({ transactionId }) => !refunds.paidBy.has(transactionId)),
    undone,
    plan,
  )
  const held = fresh.filter((one) => verdicts.get(one)?.as === 'held')
  plan.suspense.push(
    ...changedEvents(marketId, changed),
    ...heldEvents(marketId, await withoutAsked(tx, marketId, held.filter(isDue(verdicts, seen, now)))),
  )
  const stalls = await stallsHeardBy(tx, marketId, back)
  const told = [...toFeedEvents(stalls, 'listening', now), ...plan.live]
  const events = fresh.map((one) => toFeedEvent(marketId, one, verdicts.get(one), seen, now))
  const [again, first] = partition(
    events,
    (event) => seen.get(eventKey(event.connectionId, event.providerEventId))?.held != null,
  )

  // In this order on the wire: a payment needs its bank transaction, and nothing may follow the posting but COMMIT.
  const [, , , , , seqs] = await Promise.all([
    insertHeard(
      tx,
      first,
      firsts.map((one) => toTransaction(marketId, one, undone.get(one.transactionId)?.transactionId ?? null)),
      fresh.flatMap((one) => toSighting(marketId, one, verdicts.get(one))),
    ),
    releaseHeld(tx, marketId, again),
    writePlan(tx, marketId, plan, known.requests, { takenBack: salesOf(undone), at: now }),
    finishMessages(tx, marketId, readings.map(toOutcome)),
    appendEvents(tx, marketId, told, now),
    postAll(tx, marketId, [...plan.posts, ...refunds.posts, ...sales.posts], { as: 'worker' }),
  ])
  await refunds.write(seqs.slice(plan.posts.length))
  await sales.write(seqs.slice(plan.posts.length + refunds.posts.length))
  if (firsts.some(({ place }) => place?.alone === false)) await requeueUnconfirmed(tx, marketId, null, now)
  for (const { problem } of readings)
    ctx.metrics.processed.inc({ outcome: problem === null ? 'done' : 'malformed' })
}

/** An authentic body that cannot be read is kept as malformed with the reason; the provider was told to stop. */
export function readMessage(message: InboxRow): Reading {
  if (message.rawBody === null) return { message, events: [], problem: 'its bytes were erased' }
  try {
    return { message, events: readEvents(message, message.rawBody), problem: null }
  } catch (error) {
    if (!(error instanceof FeedParseError)) throw error
    return { message, events: [], problem: error.message }
  }
}

/** What a message says, in the form that it came in: a provider's push, its answer to a pull, or rows of a statement. */
function readEvents({ provider, via, contentType }: InboxRow, rawBody: Buffer): FeedEvent[] {
  if (via === 'statement') return readRows(rawBody)
  if (!isProvider(provider)) throw new Error('a stored message names a provider that we do not have')
  const feed: FeedAdapter = feeds[provider]
  return via === 'pull' ? readPulled(feed, rawBody) : feed.parse(rawBody, contentType)
}

/** What a message tells, one by one. */
export function eventsOf({ message, events }: Reading): Told[] {
  return events.map((event) => ({
    inboxId: message.id,
    connectionId: message.connectionId,
    provider: message.provider,
    via: readOne(VIAS, message.via),
    receivedAt: message.receivedAt,
    sourceHash: message.bodyHash,
    event,
    hash: digestOf(event),
  }))
}

function toOutcome({ message, problem }: Reading) {
  return { id: message.id, state: problem === null ? ('done' as const) : ('malformed' as const), problem }
}

function connectionsIn(messages: readonly InboxRow[]): string[] {
  return [...new Set(messages.map(({ connectionId }) => connectionId))]
}

function codesIn(heard: readonly Told[]): string[] {
  const credits = heard.filter(({ event }) => event.kind === 'credit')
  return [...new Set(credits.flatMap(({ event }) => codesOf(event).codes))]
}

/**
 * Splits what was read into what is new, with the account it speaks of, and what contradicts an earlier telling. A plain repeat is in neither, unless it was held back: then it is
 * looked at again, but for one that waits for a person.
 */
function sortOut(
  all: readonly Told[],
  seen: ReadonlyMap<string, Seen>,
  places: ReadonlyMap<string, Bound>,
): { fresh: Heard[]; changed: Told[] } {
  const fresh: Heard[] = []
  const changed: Told[] = []
  const inBatch = new Map<string, Buffer>()
  for (const one of all) {
    const { connectionId, event, hash } = one
    const key = eventKey(connectionId, event.providerEventId)
    const before = seen.get(key)
    const told = inBatch.get(key) ?? before?.hash
    const held = before?.held === 'unconfirmed' || before?.held === 'separate' ? before.held : null
    if (told !== undefined && !told.equals(hash)) changed.push(one)
    else if (told === undefined || (held !== null && !inBatch.has(key))) {
      inBatch.set(key, hash)
      fresh.push({ ...one, transactionId: newId('btx'), place: placeOf(one, places), held })
    }
  }
  return { fresh, changed }
}

/** The account that a telling speaks of, by its number or else by the virtual account that it came through. */
export function placeOf({ connectionId, event }: Told, places: ReadonlyMap<string, Bound>): Bound | null {
  const own = places.get(eventKey(connectionId, event.accountNumber))
  if (own !== undefined) return own
  const virtual = places.get(eventKey(connectionId, event.virtualAccount ?? ''))
  return virtual === undefined ? null : { ...virtual, isVirtual: true }
}

/** What is held back is told to a person once it is clear that nothing else will tell: at once, or when time has passed. */
function isDue(verdicts: ReadonlyMap<Heard, Verdict>, seen: ReadonlyMap<string, Seen>, now: Date) {
  return (one: Heard): boolean => {
    const verdict = verdicts.get(one)
    if (verdict?.as !== 'held') return false
    const heldAt = seen.get(eventKey(one.connectionId, one.event.providerEventId))?.heldAt ?? now
    return verdict.held === 'ambiguous' || now.getTime() - heldAt.getTime() >= CONFIRM_MS
  }
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))]
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

/**
 * Test and unsupported messages are remembered as events, and are no movement of money. Nor is what a list says of an account
 * that is not bound to its connection: nobody was asked to tell of that, lists are not asked for one account alone, and one
 * that another feed hears, or that was just taken off this one, would count twice.
 */
function isMovement({ event, place, via }: Heard): boolean {
  if (via === 'pull' && place === null) return false
  return event.kind === 'credit' || event.kind === 'debit' || event.kind === 'reversal'
}

/** The sales that the bank took back. */
function salesOf(undone: ReadonlyMap<string, Undone>): string[] {
  return [...undone.values()].flatMap(({ paymentId, purpose }) =>
    purpose === 'sale' && paymentId !== null ? [paymentId] : [],
  )
}

/** A reversal is the bank's own doing and pays no refund. */
function isPaying({ event }: Fresh): boolean {
  return event.kind === 'debit'
}

/** Out of a stall's own account, and not what the bank took back, which is no sale any more. */
function isStalls(undone: ReadonlyMap<string, Undone>) {
  return ({ place, transactionId }: Fresh): boolean =>
    place !== null && place.stallId !== null && !undone.has(transactionId)
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

function toFeedEvent(
  marketId: string,
  heard: Heard,
  verdict: Verdict | undefined,
  seen: ReadonlyMap<string, Seen>,
  now: Date,
) {
  const { connectionId, event } = heard
  const isHeld = verdict?.as === 'held'
  return {
    marketId,
    connectionId,
    providerEventId: event.providerEventId,
    inboxId: heard.inboxId,
    kind: event.kind,
    contentHash: heard.hash,
    bankTransactionId: transactionOf(heard, verdict),
    held: isHeld ? verdict.held : null,
    heldAt: isHeld ? (seen.get(eventKey(connectionId, event.providerEventId))?.heldAt ?? now) : null,
  }
}

/** The movement that an event tells of; null for what is none, or is none yet. */
function transactionOf(heard: Heard, verdict: Verdict | undefined): string | null {
  if (verdict === undefined || verdict.as === 'held') return null
  return verdict.as === 'same' ? verdict.transactionId : heard.transactionId
}

function toTransaction(marketId: string, { event, place, ...fresh }: Fresh, reversesId: string | null) {
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
    precision: event.precision,
    receivedAt: fresh.receivedAt,
    balanceAfterVnd: event.balanceAfter,
    provider: { codeHint: event.codeHint, virtualAccount: event.virtualAccount },
    reversesId,
  }
}

function toSighting(marketId: string, heard: Heard, verdict: Verdict | undefined) {
  const bankTransactionId = transactionOf(heard, verdict)
  if (bankTransactionId === null) return []
  return [
    {
      marketId,
      bankTransactionId,
      source: sourceOf(heard),
      sourceId: heard.event.providerEventId,
      joinedBy: verdict?.as === 'same' ? verdict.joinedBy : 'first',
      seenAt: heard.receivedAt,
    },
  ]
}
