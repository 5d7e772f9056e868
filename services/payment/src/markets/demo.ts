import { inMarket, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { market } from './tables.ts'

/** A demo and real money never share a process: throws when a market's flag is not what this process is for. */
export async function refuseWrongMarkets(db: Db, demo: boolean): Promise<void> {
  const { rows } = await db.orm.execute<{ market_id: string }>(sql`select market_id from feed_lane`)
  for (const { market_id } of rows) {
    const [found] = await inMarket(db, market_id, (tx) => tx.select({ demo: market.demo }).from(market))
    if (found !== undefined && found.demo !== demo) {
      throw new Error(
        demo
          ? 'This database holds a real market: the demo must not run on it.'
          : 'This database holds a demo market: production must not run on it (set DEMO=1 for a demo).',
      )
    }
  }
}
