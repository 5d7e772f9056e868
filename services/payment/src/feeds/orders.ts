import {
  feeds,
  type FeedAdapter,
  type FeedEvent,
  type FeedOrders,
  type OrderAnswer,
  type PullAnswer,
  type PullRequest,
} from '@tienve/bank-feeds'
import { inMarket, type Db, type Tx } from '@tienve/db'
import { numberOfPaymentCode } from '@tienve/vietqr'
import { and, desc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { paymentRequest } from '../payments/tables.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { findSigningKey } from './connections.ts'
import { keepPull, type ClaimedPull } from './pulls.ts'
import { connectionAccount } from './tables.ts'

/** So many orders a turn: then the other connections have theirs. */
const ORDERS_A_TURN = 30

/** An order is asked for when it is so old, then each time that its age has doubled, and at least so often, */
const FIRST_MS = 30_000
const SLOWEST_MS = 6 * 3_600_000
/** until its request expired so long ago: money comes late. */
const LATE_MS = 48 * 3_600_000

/** Who is told of orders. */
const PROVIDERS = Object.values<FeedAdapter>(feeds).flatMap((feed) => (feed.orders ? [feed.provider] : []))

type OrdersContext = Pick<Context, 'now' | 'log'> & {
  config: Pick<Context['config'], 'masterKey' | 'publicUrl'>
}
type Order = NonNullable<Awaited<ReturnType<typeof findDueOrder>>>
type Failed = Extract<OrderAnswer, { ok: false }>

/** How a turn asks its provider and keeps what is new of an answer. */
type Turn = {
  secret: string
  ask(request: PullRequest): Promise<PullAnswer | null>
  keep(rawBody: Buffer, events: readonly FeedEvent[]): Promise<void>
}

/**
 * When a new request for money on this account is an order to tell its provider of: at once and in the background, where the
 * account's own feed tells of orders alone and may be asked; null anywhere else.
 */
export async function openOrder(
  tx: Tx,
  marketId: string,
  { bin, number }: { bin: string; number: string },
  now: Date,
): Promise<Date | null> {
  const { rows } = await tx.execute<{ connection_id: string; problem: string | null }>(sql`
    select a.connection_id, p.problem
    from connection_account a
    join connection c on c.market_id = a.market_id and c.id = a.connection_id and c.revoked_at is null
      and c.provider = any(${sql.param(PROVIDERS)}::text[])
    join connection_pull p on p.market_id = a.market_id and p.connection_id = a.connection_id
    where a.market_id = ${marketId} and a.bin = ${bin} and a.number = ${number} and a.authoritative`)
  const [feed] = rows
  if (feed === undefined) return null
  // One that did not answer, or wants to be left alone for a while, is asked again when that is over.
  if (feed.problem === null)
    await tx.execute(sql`select pull_schedule(${marketId}, ${feed.connection_id}, ${now})`)
  return now
}

/**
 * Tells a provider of the orders that it does not know yet and asks what was paid on those whose time has come, the latest
 * first. Answers why it stopped, if it did: what was not asked stays due. An order that the provider does not want to know of
 * holds up no other.
 */
export async function pullOrders(
  ctx: OrdersContext,
  db: Db,
  orders: FeedOrders,
  claimed: ClaimedPull,
  turn: Turn,
): Promise<Failed | null> {
  const { marketId, connectionId } = claimed
  const key = await inMarket(db, marketId, (tx) => findSigningKey(ctx, tx, marketId, connectionId))
  let asked = 0
  let unreadable = 0
  // One by one: what a stall asks for meanwhile is told before anything else, since its shopper is about to pay.
  for (; asked < ORDERS_A_TURN; asked++) {
    await keepPull(db, claimed, ctx.now())
    const order = await inMarket(db, marketId, (tx) => findDueOrder(tx, claimed, ctx.now()))
    if (order === null) break
    const answer = await pullOrder(ctx, orders, claimed, turn, order, key?.secret ?? '')
    if (!answer.ok && answer.problem !== 'unreadable') return answer
    if (!answer.ok) {
      unreadable += 1
      ctx.log.warn({ connectionId, requestId: order.id }, 'a provider does not want to know of an order')
    }
    await inMarket(db, marketId, (tx) => setOrderDue(tx, marketId, order.id, dueAfter(order, ctx.now())))
  }
  return asked > 0 && unreadable === asked ? failed('unreadable') : null
}

/** A new order is told; any other is asked for, and told again when the provider does not know it. */
async function pullOrder(
  ctx: OrdersContext,
  orders: FeedOrders,
  { baseUrl }: ClaimedPull,
  { secret, ask, keep }: Turn,
  { code, amountVnd, createdAt, orderDueAt }: Order,
  signingSecret: string,
): Promise<{ ok: true } | Failed> {
  const orderCode = numberOfPaymentCode(code)
  if (orderDueAt !== null && orderDueAt > createdAt) {
    const answer = await ask(orders.request({ baseUrl, secret, orderRef: String(orderCode) }))
    if (answer === null) return failed('unavailable')
    const read = orders.read(answer)
    if (read.ok) await keep(answer.rawBody, read.events)
    if (read.ok || read.problem !== 'unreadable') return read
  }
  const order = { orderCode, amountVnd, memo: code, returnUrl: ctx.config.publicUrl }
  const answer = await ask(orders.create({ baseUrl, secret, signingSecret, ...order }))
  return answer === null ? failed('unavailable') : orders.readCreated(answer)
}

function failed(problem: Failed['problem']): Failed {
  return { ok: false, problem, retryAfterSeconds: null }
}

/** When to ask for an order next; null when nothing more is expected of it. */
export function dueAfter(
  { createdAt, expiresAt }: Pick<Order, 'createdAt' | 'expiresAt'>,
  now: Date,
): Date | null {
  const end = expiresAt.getTime() + LATE_MS
  const ageMs = now.getTime() - createdAt.getTime()
  const next = now.getTime() + Math.min(Math.max(ageMs, FIRST_MS), SLOWEST_MS)
  return now.getTime() >= end ? null : new Date(Math.min(next, end))
}

/** The latest order of a connection's accounts that is due. What was paid meanwhile is due no more. */
async function findDueOrder(tx: Tx, { marketId, connectionId }: ClaimedPull, now: Date) {
  const r = paymentRequest
  const isDue = and(eq(r.marketId, marketId), lte(r.orderDueAt, now))
  await tx
    .update(r)
    .set({ orderDueAt: null })
    .where(and(isDue, inArray(r.status, ['paid', 'over'])))
  const [latest] = await tx
    .select({
      id: r.id,
      code: r.code,
      amountVnd: r.amountVnd,
      createdAt: r.createdAt,
      expiresAt: r.expiresAt,
      orderDueAt: r.orderDueAt,
    })
    .from(r)
    .innerJoin(
      receivingAccount,
      and(eq(receivingAccount.marketId, r.marketId), eq(receivingAccount.id, r.accountId)),
    )
    .innerJoin(
      connectionAccount,
      and(
        eq(connectionAccount.marketId, receivingAccount.marketId),
        eq(connectionAccount.bin, receivingAccount.bin),
        eq(connectionAccount.number, receivingAccount.number),
        eq(connectionAccount.connectionId, connectionId),
        connectionAccount.authoritative,
      ),
    )
    .where(isDue)
    .orderBy(desc(r.createdAt))
    .limit(1)
  return latest ?? null
}

async function setOrderDue(tx: Tx, marketId: string, id: string, orderDueAt: Date | null): Promise<void> {
  await tx
    .update(paymentRequest)
    .set({ orderDueAt })
    .where(and(eq(paymentRequest.marketId, marketId), eq(paymentRequest.id, id)))
}

/** After a turn that went well: the next one is when the first order is due, which one made meanwhile is at once. */
export async function hastenPull(db: Db, { marketId, connectionId }: ClaimedPull, now: Date): Promise<void> {
  await inMarket(db, marketId, (tx) =>
    tx.execute(sql`
      update pull_queue q set due_at = least(q.due_at, (
        select greatest(r.order_due_at, ${now})
        from payment_request r
        join receiving_account b on b.market_id = r.market_id and b.id = r.account_id
        join connection_account a on a.market_id = b.market_id and a.bin = b.bin and a.number = b.number
          and a.authoritative and a.connection_id = ${connectionId}
        where r.market_id = ${marketId} and r.order_due_at is not null and r.status not in ('paid', 'over')
        order by r.order_due_at limit 1))
      where q.market_id = ${marketId} and q.connection_id = ${connectionId}`),
  )
}
