import { insertMany, type Db, type Tx } from '@tienve/db'
import { and, asc, eq, lte, sql, type Column } from 'drizzle-orm'
import { charge } from '../charges/tables.ts'
import { paymentRequest } from '../payments/tables.ts'
import { paymentCode, receivingAccount } from '../stalls/tables.ts'
import type { NamedCode, Place } from './rules.ts'
import { bankTransaction, connectionAccount, feedEvent, feedInbox, inboxQueue, sighting } from './tables.ts'

export type InboxRow = Awaited<ReturnType<typeof listDue>>[number]

/** The markets that have work due. */
export async function listDueMarkets(db: Db, now: Date): Promise<string[]> {
  const { rows } = await db.orm.execute<{ market_id: string }>(sql`
    select market_id from feed_lane
    where exists (
      select from inbox_queue where inbox_queue.market_id = feed_lane.market_id and inbox_queue.due_at <= ${now}
    )`)
  return rows.map(({ market_id }) => market_id)
}

/**
 * Takes the lane of this market unless somebody holds it, until the transaction ends. Sent at once: what is asked for
 * after it sees all that the lane's last holder committed.
 */
export async function claimLane(tx: Tx, marketId: string): Promise<boolean> {
  const { rows } = await tx
    .execute(sql`select from feed_lane where market_id = ${marketId} for update skip locked`)
    .execute()
  return rows.length > 0
}

/** Takes the lane of this market, waiting for whoever holds it. */
export async function takeLane(tx: Tx, marketId: string): Promise<void> {
  await tx.execute(sql`select from feed_lane where market_id = ${marketId} for update`)
}

/** Messages whose time has come, oldest first. */
export async function listDue(tx: Tx, marketId: string, now: Date, limit: number) {
  return selectInbox(tx)
    .where(and(eq(inboxQueue.marketId, marketId), lte(inboxQueue.dueAt, now)))
    .orderBy(asc(inboxQueue.dueAt), asc(inboxQueue.inboxId))
    .limit(limit)
}

/** One queued message, or none when it is done already. */
export async function listQueued(tx: Tx, marketId: string, inboxId: string) {
  return selectInbox(tx).where(and(eq(inboxQueue.marketId, marketId), eq(inboxQueue.inboxId, inboxId)))
}

function selectInbox(tx: Tx) {
  return tx
    .select({
      id: feedInbox.id,
      connectionId: feedInbox.connectionId,
      provider: feedInbox.provider,
      contentType: feedInbox.contentType,
      rawBody: feedInbox.rawBody,
      bodyHash: feedInbox.bodyHash,
      receivedAt: feedInbox.receivedAt,
      attempts: feedInbox.attempts,
    })
    .from(inboxQueue)
    .innerJoin(
      feedInbox,
      and(eq(feedInbox.marketId, inboxQueue.marketId), eq(feedInbox.id, inboxQueue.inboxId)),
    )
}

/** Marks messages as done (or malformed, dead) and takes them from the queue. */
export async function finishMessages(
  tx: Tx,
  marketId: string,
  outcomes: readonly { id: string; state: 'done' | 'malformed' | 'dead'; problem: string | null }[],
): Promise<void> {
  const ids = sql.param(outcomes.map(({ id }) => id))
  await Promise.all([
    tx.execute(sql`
      update feed_inbox set state = o.state, problem = o.problem, attempts = attempts + 1
      from unnest(${ids}::text[], ${sql.param(outcomes.map((o) => o.state))}::text[],
        ${sql.param(outcomes.map((o) => o.problem))}::text[]) as o (id, state, problem)
      where feed_inbox.market_id = ${marketId} and feed_inbox.id = o.id`),
    tx.execute(sql`delete from inbox_queue where market_id = ${marketId} and inbox_id = any(${ids}::text[])`),
  ])
}

export async function postponeMessage(
  tx: Tx,
  marketId: string,
  id: string,
  attempts: number,
  problem: string,
  dueAt: Date,
): Promise<void> {
  await tx
    .update(feedInbox)
    .set({ attempts, problem })
    .where(and(eq(feedInbox.marketId, marketId), eq(feedInbox.id, id)))
  await tx
    .update(inboxQueue)
    .set({ dueAt })
    .where(and(eq(inboxQueue.marketId, marketId), eq(inboxQueue.inboxId, id)))
}

/** The digests of events already heard, by connection and the provider's id (see `eventKey`). */
export async function findSeen(
  tx: Tx,
  marketId: string,
  heard: readonly { connectionId: string; event: { providerEventId: string } }[],
): Promise<Map<string, Buffer>> {
  const { rows } = await tx.execute<{
    connection_id: string
    provider_event_id: string
    content_hash: Buffer
  }>(sql`
    select f.connection_id, f.provider_event_id, f.content_hash
    from unnest(${sql.param(heard.map(({ connectionId }) => connectionId))}::text[],
      ${sql.param(heard.map(({ event }) => event.providerEventId))}::text[]) as e (connection_id, provider_event_id)
    join feed_event f on f.market_id = ${marketId} and f.connection_id = e.connection_id
      and f.provider_event_id = e.provider_event_id`)
  return new Map(rows.map((row) => [eventKey(row.connection_id, row.provider_event_id), row.content_hash]))
}

export function eventKey(connectionId: string, providerEventId: string): string {
  return `${connectionId} ${providerEventId}`
}

/** The accounts of the market that these connections may speak for, by `eventKey(connection, account number)`. */
export async function findPlaces(
  tx: Tx,
  marketId: string,
  numbers: readonly string[],
): Promise<Map<string, Place>> {
  const rows = await tx
    .select({
      connectionId: connectionAccount.connectionId,
      number: connectionAccount.number,
      accountId: receivingAccount.id,
      stallId: receivingAccount.stallId,
      bin: receivingAccount.bin,
    })
    .from(connectionAccount)
    .innerJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, connectionAccount.marketId),
        eq(receivingAccount.bin, connectionAccount.bin),
        eq(receivingAccount.number, connectionAccount.number),
      ),
    )
    .where(and(eq(connectionAccount.marketId, marketId), inList(connectionAccount.number, numbers)))
  return new Map(rows.map((row) => [eventKey(row.connectionId, row.number), row]))
}

/** What codes name. A code of ours that is not in the table is not in the answer. */
export async function findNamed(
  tx: Tx,
  marketId: string,
  codes: readonly string[],
): Promise<Map<string, NamedCode>> {
  if (codes.length === 0) return new Map()
  const rows = await tx
    .select({
      code: paymentCode.code,
      kind: paymentCode.kind,
      objectId: paymentCode.objectId,
      requestStall: paymentRequest.stallId,
      chargeStall: charge.stallId,
    })
    .from(paymentCode)
    .leftJoin(
      paymentRequest,
      and(
        eq(paymentRequest.marketId, paymentCode.marketId),
        eq(paymentRequest.id, paymentCode.objectId),
        eq(paymentCode.kind, 'request'),
      ),
    )
    .leftJoin(
      charge,
      and(
        eq(charge.marketId, paymentCode.marketId),
        eq(charge.id, paymentCode.objectId),
        eq(paymentCode.kind, 'charge'),
      ),
    )
    .where(and(eq(paymentCode.marketId, marketId), inList(paymentCode.code, codes)))
  const named = new Map<string, NamedCode>()
  for (const { code, kind, objectId, requestStall, chargeStall } of rows) {
    if (kind === 'stall') named.set(code, { kind, objectId, stallId: objectId })
    if (kind === 'request' && requestStall !== null)
      named.set(code, { kind, objectId, stallId: requestStall })
    if (kind === 'charge' && chargeStall !== null) named.set(code, { kind, objectId, stallId: chargeStall })
  }
  return named
}

/** Requests by id, locked until the transaction ends, in one order for everybody. */
export async function lockRequests(tx: Tx, marketId: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  return tx
    .select()
    .from(paymentRequest)
    .where(and(eq(paymentRequest.marketId, marketId), inList(paymentRequest.id, ids)))
    .orderBy(asc(paymentRequest.id))
    .for('update')
}

export async function lockCharges(tx: Tx, marketId: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  return tx
    .select()
    .from(charge)
    .where(and(eq(charge.marketId, marketId), inList(charge.id, ids)))
    .orderBy(asc(charge.id))
    .for('update')
}

export async function insertHeard(
  tx: Tx,
  events: (typeof feedEvent.$inferInsert)[],
  transactions: (typeof bankTransaction.$inferInsert)[],
  sightings: (typeof sighting.$inferInsert)[],
): Promise<void> {
  await Promise.all([
    insertMany(tx, bankTransaction, transactions),
    insertMany(tx, sighting, sightings),
    insertMany(tx, feedEvent, events),
  ])
}

/** Notes that connections were heard just now; answers those that had been taken for deaf. */
export async function markHeard(
  tx: Tx,
  marketId: string,
  connectionIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string; deaf: boolean }>(sql`
    update connection set last_heard_at = ${now}, deaf_since = null
    from (
      select id, deaf_since is not null as deaf from connection
      where market_id = ${marketId} and id = any(${sql.param(connectionIds)}::text[]) order by id for no key update
    ) as before
    where connection.market_id = ${marketId} and connection.id = before.id
    returning before.id, before.deaf`)
  return rows.flatMap(({ id, deaf }) => (deaf ? [id] : []))
}

/** One array parameter instead of one a value: the statement's text stays the same for any number of values. */
function inList(column: Column, values: readonly string[]) {
  return sql`${column} = any(${sql.param(values)}::text[])`
}
