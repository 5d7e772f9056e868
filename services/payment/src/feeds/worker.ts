import { inMarket, isDatabaseUnavailable, isMarketId, listen, type Db, type Listener } from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { LIVE_CHANNEL } from '../live/hub.ts'
import { INBOX_CHANNEL } from './intake.ts'
import { processMessages } from './process.ts'
import {
  claimLane,
  finishMessages,
  listDue,
  listDueMarkets,
  listQueued,
  postponeMessage,
  takeLane,
  type InboxRow,
} from './repository.ts'
import { MAX_ATTEMPTS, retryAt } from './rules.ts'

const BATCH = 500
/** A page of a list or a part of a statement holds a hundred rows or two: few at a time, so that nobody at a stall waits. */
const BULK_BATCH = 4
const LOOK_EVERY_MS = 1_000

/**
 * So many messages at once are a storm. After such a batch the market rests for as long as the batch took: a large batch
 * costs far less a message than small ones, and what the worker does not use, the intake has.
 */
const STORM = 20
const MAX_REST_MS = 100

type WorkerContext = Pick<Context, 'now' | 'log' | 'metrics'>

export type Worker = {
  start(): void
  /** Says that something was stored in these markets. */
  wake(marketIds: readonly string[]): void
  stop(): Promise<void>
}

/** Processes stored messages for as long as it runs, woken by the intake for a market and, failing that, every second. */
export function createWorker(ctx: WorkerContext, db: Db, url: string): Worker {
  const woken = new Set<string>()
  const resting = new Set<string>()
  let listener: Listener | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let look = false
  let stopped = false

  const note = (marketIds: readonly string[]): void => {
    for (const marketId of marketIds) if (isMarketId(marketId) && !resting.has(marketId)) woken.add(marketId)
  }
  const rest = (marketId: string, ms: number): void => {
    resting.add(marketId)
    setTimeout(
      () => {
        resting.delete(marketId)
        wake([marketId])
      },
      Math.min(ms, MAX_REST_MS),
    )
  }
  const work = async (): Promise<void> => {
    if (look) note(await listDueMarkets(db, ctx.now()))
    look = false
    for (const marketId of Array.from(woken)) {
      if (stopped) return
      // Taken out first: a notice that comes meanwhile is about something that this pass may not see.
      woken.delete(marketId)
      const began = performance.now()
      const { count, hasMore } = await processMarket(ctx, db, marketId)
      if (hasMore) woken.add(marketId)
      else if (count >= STORM) rest(marketId, performance.now() - began)
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped && (look || woken.size > 0)) {
      await work().catch((error: unknown) => {
        look = false
        ctx.log.warn({ err: error }, 'stored messages could not be processed; trying again within a second')
      })
    }
    running = null
  }
  const wake = (marketIds: readonly string[]): void => {
    note(marketIds)
    if (!stopped && (look || woken.size > 0)) running ??= run()
  }
  const lookAround = (): void => {
    look = true
    wake([])
  }

  return {
    start: () => {
      listener = listen(url, INBOX_CHANNEL, (marketId) => wake([marketId]))
      timer = setInterval(lookAround, LOOK_EVERY_MS)
      lookAround()
    },
    wake,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await listener?.stop()
      await running
    },
  }
}

/** Processes a batch of each market that has work due, and answers how many messages that was (0: nothing to do). */
export async function processDue(ctx: WorkerContext, db: Db): Promise<number> {
  let count = 0
  for (const marketId of await listDueMarkets(db, ctx.now()))
    count += (await processMarket(ctx, db, marketId)).count
  return count
}

/**
 * Claims the lane of a market, processes what is due there, and answers how many messages that was (0: nothing to do, or
 * somebody is at it). A batch that fails is tried again message by message, so that one bad one cannot hold up its
 * neighbours.
 */
async function processMarket(
  ctx: WorkerContext,
  db: Db,
  marketId: string,
): Promise<{ count: number; hasMore: boolean }> {
  let messages: InboxRow[] = []
  let hasMore = false
  try {
    await inMarket(db, marketId, async (tx) => {
      const [held, pushed, bulk] = await Promise.all([
        claimLane(tx, marketId),
        listDue(tx, marketId, ctx.now(), ['push'], BATCH),
        listDue(tx, marketId, ctx.now(), ['pull', 'statement'], BULK_BATCH),
      ])
      if (!held || pushed.length + bulk.length === 0) return
      messages = [...pushed, ...bulk]
      hasMore = pushed.length === BATCH || bulk.length === BULK_BATCH
      await processMessages(ctx, tx, marketId, messages)
    })
  } catch (error) {
    if (messages.length === 0 || isDatabaseUnavailable(error)) throw error
    for (const message of messages) await processAlone(ctx, db, marketId, message)
    return { count: messages.length, hasMore }
  }
  afterCommit(ctx, db, marketId, messages)
  return { count: messages.length, hasMore }
}

async function processAlone(ctx: WorkerContext, db: Db, marketId: string, message: InboxRow): Promise<void> {
  try {
    const messages = await inMarket(db, marketId, async (tx) => {
      await takeLane(tx, marketId)
      const queued = await listQueued(tx, marketId, message.id)
      if (queued.length > 0) await processMessages(ctx, tx, marketId, queued)
      return queued
    })
    afterCommit(ctx, db, marketId, messages)
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    await setAside(ctx, db, marketId, message, error)
  }
}

/** Keeps a message that failed for later, or for a person after too many tries. Its bytes stay where they are. */
async function setAside(
  ctx: WorkerContext,
  db: Db,
  marketId: string,
  message: InboxRow,
  error: unknown,
): Promise<void> {
  const attempts = message.attempts + 1
  const dead = attempts >= MAX_ATTEMPTS
  ctx.metrics.processed.inc({ outcome: dead ? 'dead' : 'retry' })
  ctx.log.error(
    { err: error, inboxId: message.id, attempts, dead },
    'a stored message could not be processed',
  )
  // The kind of the failure only: a database's own message may quote the row, with somebody's memo in it.
  const problem = error instanceof Error ? error.name : 'unknown'
  await inMarket(db, marketId, async (tx) => {
    await takeLane(tx, marketId)
    if (dead) await finishMessages(tx, marketId, [{ id: message.id, state: 'dead', problem }])
    else await postponeMessage(tx, marketId, message.id, attempts, problem, retryAt(attempts, ctx.now()))
  })
}

function afterCommit(ctx: WorkerContext, db: Db, marketId: string, messages: readonly InboxRow[]): void {
  if (messages.length === 0) return
  const now = ctx.now().getTime()
  for (const { receivedAt } of messages) ctx.metrics.heard.observe((now - receivedAt.getTime()) / 1000)
  // From a statement of its own: a lost notice costs the listeners a second, while one inside would serialise commits.
  db.orm.execute(sql`select pg_notify(${LIVE_CHANNEL}, ${marketId})`).catch(() => {})
}
