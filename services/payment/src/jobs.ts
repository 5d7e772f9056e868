import { inMarket, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { Logger, parseCronItems, run, type Runner } from 'graphile-worker'
import { finishRounds } from './charges/jobs.ts'
import { isSealDue, sealMarket, type Sealing } from './closing/jobs.ts'
import { measureFeeds } from './connections/jobs.ts'
import type { Log } from './context.ts'
import { markDeaf, markUnpushed } from './feeds/deafness.ts'
import { CONFIRM_MS } from './feeds/process.ts'
import { requeueUnconfirmed } from './feeds/repository.ts'
import type { Metrics } from './metrics.ts'
import { pushArrivals } from './notices/arrivals.ts'
import type { Channel } from './notices/channels.ts'
import { queueReminders, sendNotices } from './notices/jobs.ts'
import { expireRequests } from './payments/repository.ts'
import { trimPersonalData } from './privacy/jobs.ts'
import { closeNamedRefunds } from './refunds/service.ts'

type Deps = {
  db: Db
  log: Log
  metrics: Metrics
  now: () => Date
  demo: boolean
  sealing: Sealing | null
  /** How stalls are told outside the app, and the address of the app. */
  channels: readonly Channel[]
  publicUrl: string
  masterKey: Buffer
}

/** What is done by the clock, in every market: by the minute what stalls notice, once a night what nobody does. */
export async function startJobs(deps: Deps): Promise<Runner> {
  const { db, log, now, sealing } = deps
  return run({
    pgPool: db.pool,
    concurrency: 1,
    noHandleSignals: true,
    // Its own words quote the error, and an error of the database's quotes what was asked.
    logger: new Logger(() => (level, _message, meta = {}) => {
      if (level === 'error' || level === 'warning')
        log.warn({ err: meta['error'], task: taskOf(meta['job']) }, 'the scheduled work reports')
    }),
    pollInterval: 10_000,
    parsedCronItems: parseCronItems([
      { task: 'everyMinute', match: '* * * * *' },
      { task: 'everyHour', match: '0 * * * *' },
      { task: 'everyNight', match: '30 20 * * *' },
    ]),
    taskList: {
      everyMinute: () => forEachMarket(deps, (marketId) => everyMinute(deps, marketId)),
      everyHour: async () => {
        await forEachMarket(deps, async (marketId) => {
          await queueReminders(deps, marketId)
          if (sealing !== null) await sealMarket(db, marketId, sealing, now())
        })
      },
      everyNight: () =>
        forEachMarket(deps, (marketId) =>
          inMarket(db, marketId, (tx) => trimPersonalData(tx, marketId, now())),
        ),
    },
  })
}

async function everyMinute(deps: Deps, marketId: string): Promise<void> {
  const { db, log, metrics, now, demo, sealing } = deps
  await inMarket(db, marketId, async (tx) => {
    await expireRequests(tx, marketId, now())
    await requeueUnconfirmed(tx, marketId, new Date(now().getTime() - CONFIRM_MS), now())
    // A demo that nobody plays with is quiet all day, and the feeds that came with it are no worse for it.
    const deaf = await markDeaf(tx, marketId, now(), { setUpOnly: demo })
    if (deaf > 0) log.warn({ marketId, deaf }, 'bank feeds have gone quiet in trading hours')
    const unpushed = await markUnpushed(tx, marketId, now())
    if (unpushed > 0) log.warn({ marketId, unpushed }, 'messages of accounts have stopped')
    await measureFeeds(metrics, tx, marketId, now())
  })
  await finishRounds(db, marketId, now)
  await closeNamedRefunds(db, marketId)
  await sendNotices(deps, marketId)
  await pushArrivals(deps, marketId)
  if (sealing !== null && (await isSealDue(db, marketId))) await sealMarket(db, marketId, sealing, now())
}

/**
 * One transaction a market: none may span two, and a failure in one must not keep the others waiting. Fails itself once
 * all have had their turn, so that the work is tried again.
 */
export async function forEachMarket(
  { db, log }: Pick<Deps, 'db' | 'log'>,
  work: (marketId: string) => Promise<void>,
): Promise<void> {
  const { rows } = await db.orm.execute<{ market_id: string }>(
    sql`select market_id from feed_lane order by market_id`,
  )
  let failed = 0
  for (const { market_id: marketId } of rows) {
    try {
      await work(marketId)
    } catch (error) {
      failed += 1
      log.error({ err: error, marketId }, 'the scheduled work failed in a market')
    }
  }
  if (failed > 0) throw new Error(`the scheduled work failed in ${failed} of ${rows.length} markets`)
}

function taskOf(job: unknown): string | undefined {
  if (typeof job !== 'object' || job === null || !('task_identifier' in job)) return undefined
  return String(job.task_identifier)
}
