import type { Tx } from '@tienve/db'
import { findSeqs, type JournalFilter } from '@tienve/ledger'

/** Some half a second of reading, on a machine with other work. */
const STRETCH_TXNS = 200_000n

/** The part of the journal that one request looks through. `isLast` when nothing that is asked for lies beyond it. */
export type Stretch = { fromSeq: bigint; toSeq: bigint; isLast: boolean }

/**
 * Kinds and amounts have no index, which every posting would pay for: whoever looks for them alone is answered stretch by
 * stretch, so that a rare one costs many short requests instead of one that reads millions of rows. Null for a search
 * that an index narrows. `after` is the number that the page before ended with.
 */
export async function findStretch(
  tx: Tx,
  marketId: string,
  filter: JournalFilter,
  page: { after: bigint | undefined; newestFirst: boolean },
  txns = STRETCH_TXNS,
): Promise<Stretch | null> {
  const { kind, fromVnd, toVnd, book, account, sourceId } = filter
  if ([kind, fromVnd, toVnd].every((one) => one === undefined)) return null
  if ([book, account, sourceId].some((one) => one !== undefined)) return null
  const { first, last } = await findSeqs(tx, marketId, filter)
  if (last < first) return { fromSeq: 1n, toSeq: 0n, isLast: true }
  if (page.newestFirst) {
    const toSeq = page.after === undefined || page.after > last ? last : page.after
    const fromSeq = toSeq - txns + 1n
    return { fromSeq, toSeq, isLast: fromSeq <= first }
  }
  const fromSeq = page.after === undefined || page.after < first ? first : page.after
  const toSeq = fromSeq + txns - 1n
  return { fromSeq, toSeq, isLast: toSeq >= last }
}
