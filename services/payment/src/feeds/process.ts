import { FeedParseError, feeds, isProvider, type FeedEvent } from '@tienve/bank-feeds'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import type { Context } from '../context.ts'
import { appendEvents } from '../live/repository.ts'
import { stallsHeardBy, toFeedEvents } from './deafness.ts'
import { movedRequests, planCredits, type Fresh, type Owing, type Plan } from './plan.ts'
import {
  eventKey,
  findNamed,
  findPlaces,
  findSeen,
  finishMessages,
  insertHeard,
  lockCharges,
  lockRequests,
  markHeard,
  type InboxRow,
} from './repository.ts'
import { codesOf, digestOf } from './rules.ts'
import { changedEvents, writePlan } from './write.ts'

type Heard = Omit<Fresh, 'transactionId' | 'place'> & { hash: Buffer }
type Reading = { message: InboxRow; events: FeedEvent[]; problem: string | null }

/**
 * Turns a batch of stored messages of one market into bank transactions, payments, live events and postings, all in
 * the caller's transaction and with the lane held. The ledger comes last: nothing slow happens while its head is locked.
 */
export async function processMessages(
  ctx: Pick<Context, 'now' | 'metrics'>,
  tx: Tx,
  marketId: string,
  messages: readonly InboxRow[],
): Promise<void> {
  const readings = messages.map(readMessage)
  const { fresh: heard, changed } = await sortOut(tx, marketId, readings)
  const fresh = await locate(tx, marketId, heard)
  const credits = fresh.filter(({ event }) => event.kind === 'credit')
  const known = await loadKnown(tx, marketId, credits)
  const plan = planCredits(marketId, credits, known)
  plan.suspense.push(...changedEvents(marketId, changed))

  await insertHeard(
    tx,
    heard.map((one, at) => toFeedEvent(marketId, one, fresh[at])),
    fresh.filter(isMovement).map((one) => toTransaction(marketId, one)),
    fresh.filter(isMovement).map((one) => toSighting(marketId, one)),
  )
  await writePlan(tx, marketId, plan, movedRequests(known.requests), [...known.charges.values()])
  await announce(ctx, tx, marketId, messages, plan)
  await finishMessages(
    tx,
    marketId,
    readings.map(({ message, problem }) => ({
      id: message.id,
      state: problem === null ? ('done' as const) : ('malformed' as const),
      problem,
    })),
  )
  await postAll(tx, marketId, plan.posts, { as: 'worker' })
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

/** Splits what was read into what is new and what contradicts an earlier telling. A plain repeat is in neither. */
async function sortOut(tx: Tx, marketId: string, readings: readonly Reading[]) {
  const all: Heard[] = readings.flatMap(({ message, events }) =>
    events.map((event) => ({
      inboxId: message.id,
      connectionId: message.connectionId,
      receivedAt: message.receivedAt,
      sourceHash: message.bodyHash,
      event,
      hash: digestOf(event),
    })),
  )
  const seen = await findSeen(
    tx,
    marketId,
    all.map(({ connectionId, event }) => ({ connectionId, providerEventId: event.providerEventId })),
  )
  const fresh: Heard[] = []
  const changed: Heard[] = []
  for (const one of all) {
    const key = eventKey(one.connectionId, one.event.providerEventId)
    const before = seen.get(key)
    if (before === undefined) {
      seen.set(key, one.hash)
      fresh.push(one)
    } else if (!before.equals(one.hash)) changed.push(one)
  }
  return { fresh, changed }
}

/** Finds the account each event speaks of, by its number or else by the virtual account it came through. */
async function locate(tx: Tx, marketId: string, heard: readonly Heard[]): Promise<Fresh[]> {
  const numbers = heard.flatMap(({ event }) =>
    event.virtualAccount === null ? [event.accountNumber] : [event.accountNumber, event.virtualAccount],
  )
  const places = await findPlaces(tx, marketId, [...new Set(numbers)])
  return heard.map((one) => ({
    ...one,
    transactionId: newId('btx'),
    place:
      places.get(eventKey(one.connectionId, one.event.accountNumber)) ??
      places.get(eventKey(one.connectionId, one.event.virtualAccount ?? '')) ??
      null,
  }))
}

async function loadKnown(tx: Tx, marketId: string, credits: readonly Fresh[]) {
  const codes = new Set(credits.flatMap(({ event }) => codesOf(event).codes))
  const named = await findNamed(tx, marketId, [...codes])
  const idsOf = (kind: string): string[] =>
    [...named.values()].filter((one) => one.kind === kind).map((one) => one.objectId)
  const requests = await lockRequests(tx, marketId, idsOf('request'))
  const charges = await lockCharges(tx, marketId, idsOf('charge'))
  const owing = (
    row: { id: string; stallId: string; paidVnd: bigint },
    amountVnd: bigint,
  ): [string, Owing] => [
    row.id,
    { id: row.id, stallId: row.stallId, amountVnd, paidVnd: row.paidVnd, moved: false },
  ]
  return {
    named,
    requests: new Map(requests.map((row) => owing(row, row.amountVnd))),
    charges: new Map(charges.map((row) => owing(row, row.totalVnd))),
  }
}

/** Stores what the stalls' apps are to be told: each payment, and that a feed taken for deaf is heard again. */
async function announce(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  messages: readonly InboxRow[],
  plan: Plan,
): Promise<void> {
  const now = ctx.now()
  const back = await markHeard(
    tx,
    marketId,
    [...new Set(messages.map(({ connectionId }) => connectionId))],
    now,
  )
  const stalls = await stallsHeardBy(tx, marketId, back)
  await appendEvents(tx, marketId, [...toFeedEvents(stalls, 'listening', now), ...plan.live], now)
}

/** Test and unsupported messages are remembered as events, and are no movement of money. */
function isMovement({ event }: Fresh): boolean {
  return event.kind === 'credit' || event.kind === 'debit' || event.kind === 'reversal'
}

function toFeedEvent(marketId: string, heard: Heard, fresh: Fresh | undefined) {
  return {
    marketId,
    connectionId: heard.connectionId,
    providerEventId: heard.event.providerEventId,
    inboxId: heard.inboxId,
    kind: heard.event.kind,
    contentHash: heard.hash,
    bankTransactionId: fresh !== undefined && isMovement(fresh) ? fresh.transactionId : null,
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
