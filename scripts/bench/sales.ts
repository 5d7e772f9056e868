import { randomBytes } from 'node:crypto'
import { inMarket, newId, type Db } from '@tienve/db'
import { boardChart, openAccounts, post, stallChart, type PostItem } from '@tienve/ledger'
import { saleByBank } from '../../services/payment/src/books/postings.ts'
import { dayOf, startOfDay } from '../../services/payment/src/days.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { stallsOf } from '../../services/payment/src/demo/people.ts'

/** The market that rows post into, and the ids of its 200 stalls. */
export const MARKET = MARKETS[0].id
export const STALLS: readonly string[] = stallsOf(MARKETS[0])
  .slice(0, 200)
  .map(({ id }) => id)

export const BATCH = 100

/** Batches of sales by bank at the stalls, made before the clock runs. */
export function salesBatches(count: number): PostItem[][] {
  const opens = startOfDay(dayOf(new Date())).getTime() + 5 * 3_600_000
  return Array.from({ length: count }, () =>
    Array.from({ length: BATCH }, () => {
      const stallId = STALLS[Math.floor(Math.random() * STALLS.length)] ?? ''
      return saleByBank({
        paymentId: newId('pay'),
        stallId,
        amountVnd: BigInt(Math.floor(5 + Math.random() * 200)) * 1_000n,
        occurredAt: new Date(opens + Math.floor(Math.random() * 13 * 3_600) * 1_000),
        sourceHash: randomBytes(32),
      })
    }),
  )
}

/** Opens the books of a board and of its stalls. */
export async function openBooks(db: Db, marketId: string): Promise<void> {
  await inMarket(db, marketId, (tx) =>
    openAccounts(tx, marketId, [
      ...boardChart('enterprise', dayOf(new Date())),
      ...STALLS.flatMap((id) => stallChart(id)),
    ]),
  )
}

/** Posts batches as the worker does, each in a transaction of its own, and answers how many postings that was. */
export async function postAll(worker: Db, batches: readonly PostItem[][]): Promise<number> {
  let count = 0
  for (const items of batches) {
    const results = await inMarket(worker, MARKET, (tx) => post(tx, MARKET, items, { as: 'worker' }))
    if (results.some(({ outcome }) => outcome !== 'created'))
      throw new Error('a sale of the bench was not new to the ledger')
    count += results.length
  }
  return count
}
