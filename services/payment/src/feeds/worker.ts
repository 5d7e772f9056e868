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
const LOOK_EVERY_MS = 1_000

type WorkerContext = Pick<Context, 'now' | 'log' | 'metrics'>

export type Worker = { start(): void; stop(): Promise<void> }

/** Processes stored messages for as long as it runs, woken by the intake for a market and, failing that, every second. */
export function createWorker(ctx: WorkerContext, db: Db, url: string): Worker {
  const woken = new Set<string>()
  let listener: Listener | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let look = false
  let stopped = false

  const work = async (): Promise<void> => {
    if (look) look = (await processDue(ctx, db)) > 0
    for (const marketId of Array.from(woken)) {
      // Taken out first: a notice that comes meanwhile is about something that this pass may not see.
      woken.delete(marketId)
      if (!stopped && (await processMarket(ctx, db, marketId)) === BATCH) woken.add(marketId)
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
  const wake = (marketId?: string): void => {
    if (marketId === undefined) look = true
    else if (isMarketId(marketId)) woken.add(marketId)
    if (!stopped) running ??= run()
  }

  return {
    start: () => {
      listener = listen(url, INBOX_CHANNEL, wake)
      timer = setInterval(wake, LOOK_EVERY_MS)
      wake()
    },
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
  for (const marketId of await listDueMarkets(db, ctx.now())) count += await processMarket(ctx, db, marketId)
  return count
}

/**
 * Claims the lane of a market, processes what is due there, and answers how many messages that was (0: nothing to do, or
 * somebody is at it). A batch that fails is tried again message by message, so that one bad one cannot hold up its
 * neighbours.
 */
async function processMarket(ctx: WorkerContext, db: Db, marketId: string): Promise<number> {
  let messages: InboxRow[] = []
  try {
    await inMarket(db, marketId, async (tx) => {
      const [held, due] = await Promise.all([
        claimLane(tx, marketId),
        listDue(tx, marketId, ctx.now(), BATCH),
      ])
      if (!held || due.length === 0) return
      messages = due
      await processMessages(ctx, tx, marketId, messages)
    })
  } catch (error) {
    if (messages.length === 0 || isDatabaseUnavailable(error)) throw error
    for (const message of messages) await processAlone(ctx, db, marketId, message)
    return messages.length
  }
  afterCommit(ctx, db, marketId, messages)
  return messages.length
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
