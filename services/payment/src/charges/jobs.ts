import { inMarket, isMarketId, listen, type Db, type Listener } from '@tienve/db'
import type { Context } from '../context.ts'
import { issueRound } from './issue.ts'
import { listIssuing } from './round-rows.ts'

/** Says that a market has a round that is not issued to its end. */
export const ISSUING_CHANNEL = 'tv_issuing'

/** Goes on with every round of a market that was left in the midst of issuing; answers how many charges that made. */
export async function finishRounds(db: Db, marketId: string, now: () => Date): Promise<number> {
  let count = 0
  for (const roundId of await inMarket(db, marketId, (tx) => listIssuing(tx, marketId))) {
    count += await issueRound({ db, now, as: 'worker' }, marketId, roundId)
  }
  return count
}

/** Goes on with a round as soon as it is said that there is one; a notice that is lost costs a minute. */
export function listenForIssuing(ctx: Pick<Context, 'now' | 'log'>, db: Db, url: string): Listener {
  let finished = Promise.resolve()
  const listener = listen(url, ISSUING_CHANNEL, (marketId) => {
    if (!isMarketId(marketId)) return
    finished = finished
      .then(async () => void (await finishRounds(db, marketId, ctx.now)))
      .catch((error: unknown) =>
        ctx.log.error({ err: error, marketId }, 'a round could not be issued to its end'),
      )
  })
  return {
    stop: async () => {
      await listener.stop()
      await finished
    },
  }
}
