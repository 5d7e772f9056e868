import { newId, type Tx } from '@tienve/db'
import { findSettleOrder, lockOwed, writeSettlements } from './repository.ts'
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

/**
 * Decides in memory what each sum settles, one after the other. Moves `outstandingVnd` of `owed`. What is beyond all debts
 * is a credit, of the charge that was named.
 */
export function planSettlements(
  marketId: string,
  incoming: readonly Incoming[],
  owed: readonly Owed[],
  order: SettleOrder,
): SettlementPlan {
  const byStall = Map.groupBy(owed, ({ stallId }) => stallId)
  const plan: SettlementPlan = { allocations: [], settlements: [], credits: [] }
  for (const { source, stallId, amountVnd, namedChargeId, at } of incoming) {
    const allocation = allocate(amountVnd, byStall.get(stallId) ?? [], { order, namedChargeId })
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
  }
  return plan
}

/** Settles sums against what their stalls owe and answers, in order, where each went. The caller posts it to the ledger, last. */
export async function settle(tx: Tx, marketId: string, incoming: readonly Incoming[]): Promise<Allocation[]> {
  const order = await findSettleOrder(tx, marketId)
  const owed = await lockOwed(
    tx,
    marketId,
    incoming.map(({ stallId }) => stallId),
  )
  const plan = planSettlements(marketId, incoming, owed, order)
  await writeSettlements(tx, marketId, plan)
  return plan.allocations
}
