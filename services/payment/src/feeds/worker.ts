import {
  inMarket,
  inNoMarket,
  isDatabaseUnavailable,
  isMarketId,
  listen,
  type Db,
  type Listener,
  type Tx,
} from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { LIVE_CHANNEL } from '../live/hub.ts'
import { INBOX_CHANNEL } from './intake.ts'
import { processMessages } from './process.ts'
import {
  claimLane,
  finishMessages,
  listDue,
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

/** Processes stored messages for as long as it runs, woken by the intake and, failing that, every second. */
export function createWorker(ctx: WorkerContext, db: Db, url: string): Worker {
  let listener: Listener | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false
  let stopped = false

  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        while (!stopped && (await processOnce(ctx, db)) > 0);
      } catch (error) {
        ctx.log.warn({ err: error }, 'stored messages could not be processed; trying again within a second')
      }
    } while (again && !stopped)
    running = null
  }
  const wake = (): void => {
    again = true
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

/**
 * Claims the lane of one market, processes what is due there, and answers how many messages that was (0: nothing to do).
 * A batch that fails is tried again message by message, so that one bad one cannot hold up its neighbours.
 */
export async function processOnce(ctx: WorkerContext, db: Db): Promise<number> {
  let claimed: { marketId: string; messages: InboxRow[] } | undefined
  try {
    const count = await inNoMarket(db, async (tx) => {
      const now = ctx.now()
      const marketId = await claimLane(tx, now)
      if (marketId === null) return 0
      await enterMarket(tx, marketId)
      const messages = await listDue(tx, marketId, now, BATCH)
      claimed = { marketId, messages }
      if (messages.length > 0) await processMessages(ctx, tx, marketId, messages)
      return messages.length
    })
    if (claimed !== undefined) await afterCommit(ctx, db, claimed.marketId, claimed.messages)
    return count
  } catch (error) {
    if (claimed === undefined || isDatabaseUnavailable(error)) throw error
    for (const message of claimed.messages) await processAlone(ctx, db, claimed.marketId, message)
    return claimed.messages.length
  }
}

async function processAlone(ctx: WorkerContext, db: Db, marketId: string, message: InboxRow): Promise<void> {
  try {
    const messages = await inMarket(db, marketId, async (tx) => {
      await takeLane(tx, marketId)
      const queued = await listQueued(tx, marketId, message.id)
      if (queued.length > 0) await processMessages(ctx, tx, marketId, queued)
      return queued
    })
    await afterCommit(ctx, db, marketId, messages)
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

/** The market is known only once its lane is held, so the transaction enters it late. */
async function enterMarket(tx: Tx, marketId: string): Promise<void> {
  if (!isMarketId(marketId)) throw new Error('a lane has an id that is no market id')
  await tx.execute(sql.raw(`SET LOCAL app.market_id = '${marketId}'`))
}

async function afterCommit(
  ctx: WorkerContext,
  db: Db,
  marketId: string,
  messages: readonly InboxRow[],
): Promise<void> {
  if (messages.length === 0) return
  const now = ctx.now().getTime()
  for (const { receivedAt } of messages) ctx.metrics.heard.observe((now - receivedAt.getTime()) / 1000)
  // From a statement of its own: a lost notice costs the listeners a second, while one inside would serialise commits.
  await db.pool.query('select pg_notify($1, $2)', [LIVE_CHANNEL, marketId]).catch(() => {})
}
