import { insertMany, type Db, type Tx } from '@tienve/db'
import { and, asc, eq, lte, sql, type Column } from 'drizzle-orm'
import { isTicketPaid } from '../collection/repository.ts'
import { paymentRequest } from '../payments/tables.ts'
import { pageName } from '../receipts/rules.ts'
import { receivingAccount } from '../stalls/tables.ts'
import type { Via } from './intake.ts'
import type { NamedCharge, Ticket } from './plan.ts'
import type { Bound, NamedCode } from './rules.ts'
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

/** Messages whose time has come that came in one of these ways, oldest first. */
export async function listDue(tx: Tx, marketId: string, now: Date, vias: readonly Via[], limit: number) {
  return selectInbox(tx)
    .where(and(eq(inboxQueue.marketId, marketId), lte(inboxQueue.dueAt, now), inList(feedInbox.via, vias)))
    .orderBy(asc(inboxQueue.dueAt), asc(inboxQueue.inboxId))
    .limit(limit)
}

/** One queued message, or none when it is done already. */
export async function listQueued(tx: Tx, marketId: string, inboxId: string) {
  return selectInbox(tx).where(and(eq(inboxQueue.marketId, marketId), eq(inboxQueue.inboxId, inboxId)))
}

/** A stored message, whatever has become of it; null when there is none. */
export async function findMessage(tx: Tx, marketId: string, inboxId: string): Promise<InboxRow | null> {
  const [row] = await tx
    .select(inboxColumns)
    .from(feedInbox)
    .where(and(eq(feedInbox.marketId, marketId), eq(feedInbox.id, inboxId)))
  return row ?? null
}

const inboxColumns = {
  id: feedInbox.id,
  connectionId: feedInbox.connectionId,
  provider: feedInbox.provider,
  via: feedInbox.via,
  contentType: feedInbox.contentType,
  rawBody: feedInbox.rawBody,
  bodyHash: feedInbox.bodyHash,
  receivedAt: feedInbox.receivedAt,
  attempts: feedInbox.attempts,
}

function selectInbox(tx: Tx) {
  return tx
    .select(inboxColumns)
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

/** An event heard before: the digest of what it said, and why it is no money yet, if it is none. */
export type Seen = {
  hash: Buffer
  held: 'ambiguous' | 'unconfirmed' | 'separate' | null
  heldAt: Date | null
}

/** Events already heard, by connection and the provider's id (see `eventKey`). */
export async function findSeen(
  tx: Tx,
  marketId: string,
  heard: readonly { connectionId: string; event: { providerEventId: string } }[],
): Promise<Map<string, Seen>> {
  const { rows } = await tx.execute<{
    connection_id: string
    provider_event_id: string
    content_hash: Buffer
    held: Seen['held']
    held_at: string | null
  }>(sql`
    select f.connection_id, f.provider_event_id, f.content_hash, f.held, f.held_at
    from unnest(${sql.param(heard.map(({ connectionId }) => connectionId))}::text[],
      ${sql.param(heard.map(({ event }) => event.providerEventId))}::text[]) as e (connection_id, provider_event_id)
    join feed_event f on f.market_id = ${marketId} and f.connection_id = e.connection_id
      and f.provider_event_id = e.provider_event_id`)
  return new Map(
    rows.map((row) => [
      eventKey(row.connection_id, row.provider_event_id),
      {
        hash: row.content_hash,
        held: row.held,
        heldAt: row.held_at === null ? null : new Date(row.held_at),
      },
    ]),
  )
}

export function eventKey(connectionId: string, providerEventId: string): string {
  return `${connectionId} ${providerEventId}`
}

/** The accounts of the market that these connections may speak for, by `eventKey(connection, account number)`. */
export async function findPlaces(
  tx: Tx,
  marketId: string,
  numbers: readonly string[],
): Promise<Map<string, Bound>> {
  const c = connectionAccount
  const rows = await tx
    .select({
      authoritative: c.authoritative,
      alone: sql<boolean>`not exists (select from connection_account o where o.market_id = ${c.marketId}
          and o.number = ${c.number} and o.bin = ${c.bin} and o.connection_id <> ${c.connectionId})
        and not exists (select from connection_pull p where p.market_id = ${c.marketId} and p.connection_id = ${c.connectionId})`,
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
  const { rows } = await tx.execute<{
    code: string
    kind: NamedCode['kind']
    object_id: string
    stall_id: string | null
  }>(sql`
    select p.code, p.kind, p.object_id, case p.kind
      when 'request' then (select stall_id from payment_request r where r.market_id = p.market_id and r.id = p.object_id)
      when 'charge' then (select stall_id from charge c where c.market_id = p.market_id and c.id = p.object_id)
      when 'deposit' then (select stall_id from contract c where c.market_id = p.market_id and c.id = p.object_id)
      when 'ticket' then null
      else p.object_id end as stall_id
    from payment_code p where p.market_id = ${marketId} and p.code = any(${sql.param(codes)}::text[])`)
  const named = new Map<string, NamedCode>()
  for (const { code, kind, object_id: objectId, stall_id: stallId } of rows) {
    if (kind === 'ticket') named.set(code, { kind, objectId, stallId: null })
    // A code whose object is not there yet names nothing: it was drawn by somebody who has not committed.
    else if (stallId !== null) named.set(code, { kind, objectId, stallId })
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

/** Charges that money names: what each comes to now, and the unused money that came with it. What is owed is locked apart. */
export async function listNamedCharges(
  tx: Tx,
  marketId: string,
  ids: readonly string[],
): Promise<NamedCharge[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.execute<{ id: string; due_vnd: bigint; credit_vnd: bigint }>(sql`
    select c.id, c.total_vnd + c.adjusted_vnd - c.relieved_vnd - c.written_off_vnd as due_vnd,
      coalesce((select sum(k.amount_vnd - k.used_vnd) from stall_credit k
        where k.market_id = c.market_id and k.charge_id = c.id and k.used_vnd < k.amount_vnd), 0)::bigint as credit_vnd
    from charge c where c.market_id = ${marketId} and c.id = any(${sql.param(ids)}::text[])`)
  return rows.map((row) => ({ id: row.id, dueVnd: row.due_vnd, creditVnd: row.credit_vnd }))
}

/** Day tickets that money names, locked until the transaction ends, with the page that each stands on. */
export async function lockTickets(tx: Tx, marketId: string, ids: readonly string[]): Promise<Ticket[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.execute<{
    id: string
    price_vnd: bigint
    vat_vnd: bigint
    paid: boolean
    token: string
    book: string
    page: number
  }>(sql`
    select t.id, t.price_vnd, t.vat_vnd, ${isTicketPaid} as paid, p.token,
      b.code as book, t.page
    from day_ticket t
    join book b on b.market_id = t.market_id and b.id = t.book_id
    join book_page p on p.market_id = t.market_id and p.book_id = t.book_id and p.page = t.page
    where t.market_id = ${marketId} and t.id = any(${sql.param(ids)}::text[]) order by t.id for update of t`)
  return rows.map((row) => ({
    id: row.id,
    priceVnd: row.price_vnd,
    vatVnd: row.vat_vnd,
    paid: row.paid,
    page: { token: row.token, name: pageName(row.book, row.page) },
  }))
}

/** Writes what was heard: movements of their own, sightings of these and of others, and the events themselves. */
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

type Released = Pick<
  typeof feedEvent.$inferInsert,
  'connectionId' | 'providerEventId' | 'bankTransactionId' | 'held' | 'heldAt'
>

/** Notes what became of events that were held back, and takes away the questions that stood in suspense for them. */
export async function releaseHeld(tx: Tx, marketId: string, events: readonly Released[]): Promise<void> {
  if (events.length === 0) return
  const column = (pick: (event: Released) => unknown) => sql.param(events.map(pick))
  await tx.execute(sql`
    update feed_event f set bank_transaction_id = e.transaction_id, held = e.held, held_at = e.held_at
    from unnest(${column((e) => e.connectionId)}::text[], ${column((e) => e.providerEventId)}::text[],
      ${column((e) => e.bankTransactionId ?? null)}::text[], ${column((e) => e.held ?? null)}::text[],
      ${column((e) => e.heldAt?.toISOString() ?? null)}::timestamptz[])
      as e (connection_id, provider_event_id, transaction_id, held, held_at)
    where f.market_id = ${marketId} and f.connection_id = e.connection_id and f.provider_event_id = e.provider_event_id`)
  const clear = events.filter(({ held }) => held === null).map(({ providerEventId }) => providerEventId)
  if (clear.length === 0) return
  await tx.execute(sql`
    delete from suspense
    where market_id = ${marketId} and status = 'open' and not posted and reason in ('unconfirmed', 'ambiguous')
      and provider_event_id = any(${sql.param(clear)}::text[])`)
}

/** Those of held events that no person was asked about yet: a question is put once, whatever was answered. */
export async function withoutAsked<T extends { inboxId: string; event: { providerEventId: string } }>(
  tx: Tx,
  marketId: string,
  held: readonly T[],
): Promise<T[]> {
  if (held.length === 0) return []
  const { rows } = await tx.execute<{ provider_event_id: string; inbox_id: string }>(sql`
    select provider_event_id, inbox_id from suspense where market_id = ${marketId}
      and inbox_id = any(${sql.param(held.map(({ inboxId }) => inboxId))}::text[]) and provider_event_id is not null`)
  const asked = new Set(rows.map((row) => eventKey(row.inbox_id, row.provider_event_id)))
  return held.filter(({ inboxId, event }) => !asked.has(eventKey(inboxId, event.providerEventId)))
}

/**
 * Takes up again what only a feed without authority told of: now that something came that may bear it out, or, of what was
 * held `before` a moment, to tell a person once.
 */
export async function requeueUnconfirmed(
  tx: Tx,
  marketId: string,
  before: Date | null,
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    insert into inbox_queue (market_id, inbox_id, due_at)
    select distinct f.market_id, f.inbox_id, ${now}::timestamptz from feed_event f
    where f.market_id = ${marketId} and f.held = 'unconfirmed' and f.held_at is not null
      ${
        before === null
          ? sql``
          : sql`and f.held_at <= ${before} and not exists (select from suspense s where s.market_id = f.market_id
              and s.inbox_id = f.inbox_id and s.provider_event_id = f.provider_event_id)`
      }
    on conflict (market_id, inbox_id) do nothing`)
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
