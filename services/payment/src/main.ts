import closeWithGrace from 'close-with-grace'
import { createServer } from 'node:http'
import { createDb } from '@tienve/db'
import { collectDefaultMetrics } from 'prom-client'
import { buildApp } from './app.ts'
import { listenForIssuing } from './charges/jobs.ts'
import { listenForClosings } from './closing/jobs.ts'
import { readConfig } from './config.ts'
import { createContext } from './context.ts'
import { createIntake } from './feeds/intake.ts'
import { createPuller } from './feeds/pull.ts'
import { createWorker, type Worker } from './feeds/worker.ts'
import { startJobs } from './jobs.ts'
import { createLog } from './log.ts'
import { createOutbound } from './http/outbound.ts'
import { refuseWrongMarkets } from './markets/demo.ts'
import { listenForArrivals } from './notices/arrivals.ts'
import { channelsOf } from './notices/channels.ts'

/** How long a stop may take: what was taken in is committed, what is being processed is finished. */
const DRAIN_MS = 15_000

const config = readConfig()
const log = createLog(config)
const ctx = createContext(config, log)
// Memory, garbage and the event loop: of a process and not of a context, so asked for here.
collectDefaultMetrics({ register: ctx.metrics.registry })
let worker: Worker | undefined
// A worker in this very process needs no notice through the database.
const intake = createIntake(ctx, config.role === 'all' ? (marketIds) => worker?.wake(marketIds) : undefined)
const stops: (() => Promise<unknown>)[] = []

if (config.role !== 'worker') {
  const app = await buildApp(ctx, intake, log)
  await app.listen({ host: config.host, port: config.port })
  ctx.hub.start()
  stops.push(async () => {
    await app.close()
    await intake.drain()
    await ctx.hub.stop()
  })
}
if (config.role !== 'api') {
  const workerDb = createDb(config.workerDatabaseUrl, { max: 6, applicationName: 'tienve-worker' }, () => {})
  await refuseWrongMarkets(workerDb, config.demo)
  const own = createWorker(ctx, workerDb, config.workerDatabaseUrl)
  worker = own
  const sealing = config.sealKey === null ? null : { key: config.sealKey, file: config.sealsFile }
  if (sealing === null) log.warn('the ledger is not sealed: SEAL_KEY is not set')
  const ask = createOutbound(config.demoBankUrl)
  const channels = channelsOf(config, ask)
  if (config.push === null) log.info('no browser is woken: VAPID_PUBLIC_KEY is not set')
  if (config.smtp === null) log.info('no e-mail is sent: SMTP_URL is not set')
  const { demo, publicUrl, masterKey } = config
  const { metrics, now } = ctx
  const sender = { db: workerDb, now, channels, publicUrl, masterKey }
  const jobs = await startJobs({ ...sender, log, metrics, demo, sealing })
  const arrivals = listenForArrivals(ctx, config.workerDatabaseUrl, sender)
  const closings =
    sealing === null ? null : listenForClosings(ctx, workerDb, config.workerDatabaseUrl, sealing)
  const issuing = listenForIssuing(ctx, workerDb, config.workerDatabaseUrl)
  own.start()
  const puller = createPuller(ctx, workerDb, createIntake({ db: workerDb, log }), ask)
  puller.start()
  stops.push(async () => {
    await puller.stop()
    await own.stop()
    await arrivals.stop()
    await jobs.stop()
    await closings?.stop()
    await issuing.stop()
    await workerDb.pool.end()
  })
}

const metrics = createServer((_request, response) => {
  void ctx.metrics.registry.metrics().then((text) => {
    response.setHeader('content-type', ctx.metrics.registry.contentType)
    response.end(text)
  })
}).listen(config.metricsPort, config.host)

closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err }) => {
  if (err !== undefined) log.fatal({ err }, 'the service stops because of a bug of ours')
  for (const stop of stops) await stop()
  metrics.close()
  await ctx.db.pool.end()
  log.info('the service has stopped')
})
log.info({ port: config.port }, 'the service is ready')
