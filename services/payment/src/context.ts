import { createDb, type Db } from '@tienve/db'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import { createLiveHub, type LiveHub } from './live/hub.ts'
import { createMetrics, type Metrics } from './metrics.ts'

export type Log = Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>

/** What every part of the service is given: its settings, the database, the time, and where to tell what happened. */
export type Context = {
  config: Config
  db: Db
  now: () => Date
  log: Log
  metrics: Metrics
  hub: LiveHub
}

/** What it takes to write something down for a person: the time, and where receipts are read. */
export type Desk = Pick<Context, 'now'> & { config: Pick<Config, 'publicUrl'> }

/** Opens what one process needs. `now` is the only clock of the service; tests hand in their own. */
export function createContext(config: Config, log: Log, now: () => Date = () => new Date()): Context {
  const db = createDb(config.databaseUrl, { max: 20, applicationName: 'tienve-api' }, (error) =>
    log.warn({ code: 'code' in error ? error.code : undefined }, 'an idle database connection was lost'),
  )
  const metrics = createMetrics()
  return {
    config,
    db,
    now,
    log,
    metrics,
    hub: createLiveHub({ db, log, metrics, now, databaseUrl: config.databaseUrl }),
  }
}
