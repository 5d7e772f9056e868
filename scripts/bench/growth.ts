import { byTurns, rateOf, say, toRow, type Row } from './measure.ts'
import { told, type Markets } from './markets.ts'
import { postAll, salesBatches } from './sales.ts'
import type { Database } from './server.ts'

const BATCHES_A_ROUND = 20

export type Figures = { ours: number; beside: number }

/** Postings a second into the big market and into the small one, by turns. */
export async function postIntoBoth({ big, small }: Markets, rounds: number): Promise<Figures> {
  const into = ({ worker }: Database) => {
    const batches = salesBatches(BATCHES_A_ROUND)
    return rateOf(() => postAll(worker, batches))
  }
  return byTurns(
    rounds,
    () => into(big),
    () => into(small),
  )
}

/** How much slower a ledger of millions takes postings than a young one. `untold` was measured before any statistics. */
export async function measureGrowth(markets: Markets, untold: Figures): Promise<Row> {
  say('growth: posting into the big market and into the small one')
  const figures = await postIntoBoth(markets, 25)
  return toRow({
    id: 'growth',
    ...figures,
    aim: '≥ 0.9',
    unit: 'postings a second',
    note:
      `${told(markets.bigTransfers)} transfers beside ${told(markets.smallTransfers)}; ` +
      `with no statistics at all, right after filling: ${(untold.ours / untold.beside).toFixed(2)}`,
  })
}
