import { inMarket, isMarketId, listen, type Db, type Listener } from '@tienve/db'
import type { Log } from '../context.ts'
import { listLiveSessions } from '../identity/repository.ts'
import type { Metrics } from '../metrics.ts'
import { listEventsAfter, type LiveRow } from './repository.ts'

/** Postgres channel on which a worker says that a market has news. The news itself is always read from the table. */
export const LIVE_CHANNEL = 'tv_live'

const LOOK_EVERY_MS = 1_000
const EVENTS_A_READ = 1_000

export type Subscription = {
  marketId: string
  stallId: string
  after: bigint
  send: (event: LiveRow) => void
  /** The session that it was opened with, by the digest of its token: the stream ends when that does. */
  sessionHash: Buffer
  end: () => void
}

export type LiveHub = {
  start(): void
  /** From now on `send` gets every event above `after`, once and in order, until the returned function is called. */
  subscribe(subscription: Subscription): () => void
  stop(): Promise<void>
}

/**
 * Carries stored events to the open streams of this process: one listening session and one read a market, however many
 * streams there are. A lost notification costs a second, never an event, because every second it looks by itself.
 */
export function createLiveHub(deps: {
  db: Db
  log: Log
  metrics: Metrics
  now: () => Date
  databaseUrl: string
}): LiveHub {
  const { db, log, metrics, now } = deps
  const markets = new Map<string, Set<Subscription>>()
  const reading = new Map<string, { again: boolean }>()
  let listener: Listener | undefined
  let look: NodeJS.Timeout | undefined

  const read = async (marketId: string): Promise<void> => {
    const under = reading.get(marketId)
    if (under !== undefined) {
      under.again = true
      return
    }
    const state = { again: true }
    reading.set(marketId, state)
    try {
      while (state.again) {
        state.again = false
        state.again = (await deliver(db, marketId, markets.get(marketId) ?? new Set())) || state.again
      }
    } catch (error) {
      log.warn({ err: error }, 'live events could not be read; trying again within a second')
    } finally {
      reading.delete(marketId)
    }
  }

  /** Whoever was thrown out hears nothing more: within a second, whichever process it was that they were thrown out by. */
  const endStreams = async (marketId: string): Promise<void> => {
    const streams = [...(markets.get(marketId) ?? [])]
    if (streams.length === 0) return
    const hashes = streams.map(({ sessionHash }) => sessionHash)
    const live = await inMarket(db, marketId, (tx) => listLiveSessions(tx, marketId, hashes, now()))
    for (const { sessionHash, end } of streams) if (!live.has(sessionHash.toString('hex'))) end()
  }

  const lookAt = async (marketId: string): Promise<void> => {
    // A database that is away for a moment throws nobody out.
    await endStreams(marketId).catch((error: unknown) =>
      log.warn({ err: error }, 'the sessions of the open streams could not be read'),
    )
    await read(marketId)
  }

  return {
    start: () => {
      listener = listen(deps.databaseUrl, LIVE_CHANNEL, (marketId) => {
        if (isMarketId(marketId) && markets.has(marketId)) void read(marketId)
      })
      look = setInterval(() => markets.forEach((_, marketId) => void lookAt(marketId)), LOOK_EVERY_MS)
      look.unref()
    },
    subscribe: (subscription) => {
      const { marketId } = subscription
      const streams = markets.get(marketId) ?? new Set()
      markets.set(marketId, streams.add(subscription))
      metrics.streams.inc()
      void read(marketId)
      return () => {
        if (streams.delete(subscription)) metrics.streams.dec()
        if (streams.size === 0 && markets.get(marketId) === streams) markets.delete(marketId)
      }
    },
    stop: async () => {
      clearInterval(look)
      await listener?.stop()
    },
  }
}

/** Reads what the streams of one market have not had and hands it out; true when there was more than one read holds. */
async function deliver(db: Db, marketId: string, streams: ReadonlySet<Subscription>): Promise<boolean> {
  const seen = new Map<string, bigint>()
  for (const { stallId, after } of streams) {
    const least = seen.get(stallId)
    if (least === undefined || after < least) seen.set(stallId, after)
  }
  if (seen.size === 0) return false
  return inMarket(db, marketId, async (tx) => {
    const events = await listEventsAfter(tx, marketId, seen, EVENTS_A_READ)
    const byStall = Map.groupBy(events, ({ stallId }) => stallId)
    for (const stream of streams) {
      for (const event of byStall.get(stream.stallId) ?? []) {
        if (event.number <= stream.after) continue
        stream.after = event.number
        stream.send(event)
      }
    }
    return events.length === EVENTS_A_READ
  })
}
