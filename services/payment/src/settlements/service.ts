import { newId, type Tx } from '@tienve/db'
import type { PostItem } from '@tienve/ledger'
import { advanceApplied } from '../books/postings.ts'
import { findSettleOrder, lockCredits, lockOwed, spendCredits, writeSettlements } from './repository.ts'
import { allocate, type Allocation, type Owed, type SettleOrder } from './rules.ts'
import type { settlement, stallCredit } from './tables.ts'

/** Money a stall paid the board, on the bank's word or in a collector's hand. `namedChargeId` is the charge it was for, if it said. */
export type Incoming = {
  source: { kind: 'payment' | 'collection'; id: string }
  stallId: string
  amountVnd: bigint
  namedChargeId: string | null
  at: Date
}

export type SettlementPlan = {
  allocations: Allocation[]
  settlements: (typeof settlement.$inferInsert)[]
  credits: (typeof stallCredit.$inferInsert)[]
}

/** A plan with nothing in it yet. */
export function emptyPlan(): SettlementPlan {
  return { allocations: [], settlements: [], credits: [] }
}

/**
 * Decides in memory what one sum settles and adds it to `plan`. Moves `outstandingVnd` of `owed`, which is what this stall
 * owes. What is beyond all debts is a credit, of the charge that was named.
 */
export function planSettlement(
  marketId: string,
  { source, stallId, amountVnd, namedChargeId, at }: Incoming,
  owed: readonly Owed[],
  order: SettleOrder,
  plan: SettlementPlan,
): Allocation {
  const allocation = allocate(amountVnd, owed, { order, namedChargeId })
  plan.allocations.push(allocation)
  for (const { chargeId, amountVnd: partVnd } of allocation.parts) {
    plan.settlements.push({
      marketId,
      id: newId('stt'),
      chargeId,
      ...(source.kind === 'payment' ? { paymentId: source.id } : { collectionId: source.id }),
      amountVnd: partVnd,
      settledAt: at,
    })
  }
  if (allocation.creditVnd > 0n) {
    plan.credits.push({
      marketId,
      id: newId('crd'),
      stallId,
      chargeId: namedChargeId,
      sourceKind: source.kind,
      sourceId: source.id,
      amountVnd: allocation.creditVnd,
      createdAt: at,
    })
  }
  return allocation
}

/**
 * Settles sums against what their stalls owe, one after the other, and answers, in order, where each went. The caller
 * posts it to the ledger, last.
 */
export async function settle(tx: Tx, marketId: string, incoming: readonly Incoming[]): Promise<Allocation[]> {
  const order = await findSettleOrder(tx, marketId)
  const owed = await lockOwed(
    tx,
    marketId,
    incoming.map(({ stallId }) => stallId),
  )
  const byStall = Map.groupBy(owed, ({ stallId }) => stallId)
  const plan = emptyPlan()
  for (const one of incoming) planSettlement(marketId, one, byStall.get(one.stallId) ?? [], order, plan)
  await writeSettlements(tx, marketId, plan)
  return plan.allocations
}

/**
 * Sets what these stalls have paid ahead against what they owe: the oldest money first, against what was due first. The
 * debts are locked before the money, as whoever settles locks them. Answers the postings that say so, which the caller
 * posts last (after those of the charges, when it is issuing them).
 */
export async function applyCredits(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
  at: Date,
): Promise<PostItem[]> {
  const owed = Map.groupBy(await lockOwed(tx, marketId, stallIds), ({ stallId }) => stallId)
  const credits = await lockCredits(tx, marketId, [...owed.keys()])
  const applied = credits.flatMap(({ id, stallId, unusedVnd }) =>
    allocate(unusedVnd, owed.get(stallId) ?? [], { order: 'oldest_first', namedChargeId: null }).parts.map(
      (part) => ({ ...part, id: newId('stt'), creditId: id, stallId }),
    ),
  )
  await spendCredits(tx, marketId, applied, at)
  return applied.map(({ id, stallId, amountVnd }) =>
    advanceApplied({ settlementId: id, stallId, amountVnd, at }),
  )
}
