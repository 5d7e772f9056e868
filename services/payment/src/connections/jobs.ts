import type { Tx } from '@tienve/db'
import { and, count, eq, isNotNull } from 'drizzle-orm'
import { connection } from '../feeds/tables.ts'
import type { Metrics } from '../metrics.ts'
import { countLetters, measureLatency } from './health.ts'

/** Latency is of the last quarter of an hour: what is slow now shows, and what was slow this morning is past. */
const LATENCY_MS = 15 * 60_000

/** Sets the gauges of how well a market hears its banks. */
export async function measureFeeds(metrics: Metrics, tx: Tx, marketId: string, now: Date): Promise<void> {
  const market = marketId
  const [deaf] = await tx
    .select({ count: count() })
    .from(connection)
    .where(and(eq(connection.marketId, marketId), isNotNull(connection.deafSince)))
  metrics.deafFeeds.set({ market }, deaf?.count ?? 0)
  const { malformed, dead } = await countLetters(tx, marketId)
  metrics.deadLetters.set({ market, state: 'malformed' }, malformed)
  metrics.deadLetters.set({ market, state: 'dead' }, dead)
  const latency = await measureLatency(tx, marketId, new Date(now.getTime() - LATENCY_MS))
  for (const [quantile, seconds] of [
    ['0.5', latency?.p50Seconds],
    ['0.95', latency?.p95Seconds],
  ] as const) {
    if (seconds === undefined) metrics.bankLatency.remove({ market, quantile })
    else metrics.bankLatency.set({ market, quantile }, seconds)
  }
}
