import { inMarket } from '@tienve/db'
import { closeDay, post, reverse } from './post.ts'
import type { Seal } from './seal.ts'
import { aMarket, aSealKey, anItem, CLOSING, sale, sealNow, type LedgerDatabase } from './testing.ts'

/** The one key of these tests, and another that nobody trusts. */
export const KEY = aSealKey()
export const OTHER_KEY = aSealKey()

/**
 * Five blocks, two closed days and two seals, which are kept outside too: block 1 (day 20) holds txns 1 and 2, block 2
 * (day 21) 3 and 4, both closed and sealed; block 3 (day 22) 5 and 6, block 4 the reversal of 5, closed and sealed; block 5
 * (day 24) 8 and 9, which nothing seals. The second txn of a block has two legs.
 */
export async function aSealedLedger({
  worker,
}: LedgerDatabase): Promise<{ marketId: string; seals: Seal[] }> {
  const marketId = await aMarket(worker)
  const postDay = async (day: number): Promise<void> => {
    const occurredAt = new Date(`2026-11-${day}T02:00:00Z`)
    const items = [
      anItem({ occurredAt, sourceHash: Buffer.alloc(32, day) }),
      anItem({ occurredAt, transfers: [sale(1_000n), sale(2_000n)] }),
    ]
    await inMarket(worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
  }
  const closeAndSeal = async (day: number): Promise<Seal> => {
    await inMarket(worker, marketId, (tx) => closeDay(tx, marketId, `2026-11-${day}`, CLOSING))
    return sealNow(worker, marketId, KEY)
  }
  await postDay(20)
  await postDay(21)
  const first = await closeAndSeal(21)
  await postDay(22)
  const undo = {
    seq: 5n,
    idemKey: 'undo:5',
    occurredAt: new Date('2026-11-22T03:00:00Z'),
    sourceKind: 'test',
    sourceId: 'x',
  }
  await inMarket(worker, marketId, (tx) => reverse(tx, marketId, undo))
  const second = await closeAndSeal(22)
  await postDay(24)
  return { marketId, seals: [first, second] }
}
