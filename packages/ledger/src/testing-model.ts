import type { PostItem, PostResult } from './post.ts'

/** The accounts of the property tests that keep their side, and which: 1 for debit, -1 for credit. */
const KEPT: Record<string, 1n | -1n> = { 'stl_one:3388': -1n, 'board:131.stl_one': 1n, 'board:3387': -1n }

type Sums = { debitVnd: bigint; creditVnd: bigint }

/** What is there after a number of items; never changed, so that a state can be asked what it would answer. */
export type Model = {
  txns: readonly PostItem[]
  keys: ReadonlyMap<string, bigint>
  sums: ReadonlyMap<string, Sums>
}

export const EMPTY: Model = { txns: [], keys: new Map(), sums: new Map() }

/**
 * What the ledger is to do, one item after the other: the first content with a key wins, and only it moves money; what
 * mixes two books, reverses what is reversed already or no mirror, or would take a kept account below zero is refused and
 * leaves its key free. Answers the state after the batch and what is said of each item.
 */
export function answer(model: Model, batch: readonly PostItem[]): { after: Model; results: PostResult[] } {
  let after = model
  const results = batch.map((item): PostResult => {
    const used = after.keys.get(item.idemKey)
    if (used !== undefined) return { outcome: sameAs(after, used, item) ? 'exists' : 'conflict', seq: used }
    const why = whyRefused(after, item)
    if (why !== null) return { outcome: 'refused', why }
    after = withTxn(after, item)
    return { outcome: 'created', seq: BigInt(after.txns.length) }
  })
  return { after, results }
}

/** What an account adds up to. */
export function sumOf(model: Model, id: string): Sums {
  return model.sums.get(id) ?? { debitVnd: 0n, creditVnd: 0n }
}

/** The item that takes `item` back, under a key of its own. */
export function mirrorOf(item: PostItem, seq: bigint, idemKey: string): PostItem {
  const transfers = item.transfers.map((one) => ({ ...one, debit: one.credit, credit: one.debit }))
  return { ...item, idemKey, kind: 'reversal', reversesSeq: seq, transfers }
}

/** What a txn says, without its key and the digest of its source. */
export function contentOf({
  kind,
  occurredAt,
  sourceKind,
  sourceId,
  reversesSeq,
  transfers,
}: PostItem): string {
  const legs = transfers.map(({ book, debit, credit, amountVnd }) => [book, debit, credit, String(amountVnd)])
  return JSON.stringify([kind, occurredAt, sourceKind, sourceId, String(reversesSeq ?? 0n), legs])
}

function sameAs(model: Model, seq: bigint, item: PostItem): boolean {
  const txn = model.txns[Number(seq) - 1]
  return txn !== undefined && contentOf(txn) === contentOf(item)
}

function whyRefused(model: Model, item: PostItem): string | null {
  if (new Set(item.transfers.map(({ book }) => book)).size > 1) return 'has transfers of two books'
  const { reversesSeq: reversed } = item
  if (reversed !== undefined) {
    const txn = model.txns[Number(reversed) - 1]
    const isMirror = txn !== undefined && legsOf(mirrorOf(txn, reversed, '')) === legsOf(item)
    if (!isMirror || model.txns.some(({ reversesSeq }) => reversesSeq === reversed))
      return `cannot reverse ${reversed}: it is unknown, reversed before, or not mirrored`
  }
  const low = Object.entries(KEPT).flatMap(([id, side]) => {
    const { debitVnd, creditVnd } = sumOf(model, id)
    const change = item.transfers.reduce(
      (sum, { debit, credit, amountVnd }) =>
        sum + (debit === id ? amountVnd : 0n) - (credit === id ? amountVnd : 0n),
      0n,
    )
    return change * side < 0n && (debitVnd - creditVnd + change) * side < 0n ? [id] : []
  })
  return low[0] === undefined ? null : `account ${low.toSorted()[0]} would go below zero`
}

function legsOf({ transfers }: PostItem): string {
  return JSON.stringify(transfers.map(({ debit, credit, amountVnd }) => [debit, credit, String(amountVnd)]))
}

function withTxn(model: Model, item: PostItem): Model {
  const sums = new Map(model.sums)
  for (const { debit, credit, amountVnd } of item.transfers) {
    const from = sumOf({ ...model, sums }, debit)
    sums.set(debit, { ...from, debitVnd: from.debitVnd + amountVnd })
    const to = sumOf({ ...model, sums }, credit)
    sums.set(credit, { ...to, creditVnd: to.creditVnd + amountVnd })
  }
  const txns = [...model.txns, item]
  return { txns, sums, keys: new Map(model.keys).set(item.idemKey, BigInt(txns.length)) }
}
