import { newId, type Tx } from '@tienve/db'
import type { PostItem } from '@tienve/ledger'
import { advanceApplied } from '../books/postings.ts'
import {
  findSettleOrder,
  listSettled,
  lockCharges,
  lockCreditOf,
  lockCredits,
  lockOwed,
  setCreditUsed,
  spendCredits,
  writeSettlements,
  type Source,
} from './repository.ts'
import { allocate, type Allocation, type Owed, type SettleOrder } from './rules.ts'
import type { settlement, stallCredit } from './tables.ts'

/** Money a stall paid the board, on the bank's word or in a collector's hand. `namedChargeId` is the charge it was for, if it said. */
export type Incoming = {
  source: Source
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

/**
 * Takes back what some money settled and the credit that it left. Answers false, and changes nothing, when it has moved on:
 * its credit is used or promised back, or a charge that it paid was made smaller. Locks all charges of the stall.
 */
export async function unsettle(
  tx: Tx,
  marketId: string,
  source: Source,
  stallId: string,
  at: Date,
): Promise<boolean> {
  await lockCharges(tx, marketId, [stallId])
  const settled = await listSettled(tx, marketId, source)
  const credit = await lockCreditOf(tx, marketId, source)
  const spentVnd = credit === null ? 0n : credit.usedVnd + credit.heldVnd
  if (spentVnd > 0n || settled.some(({ paidVnd, partVnd }) => paidVnd < partVnd)) return false
  await writeSettlements(tx, marketId, {
    settlements: settled.map(({ chargeId, partVnd }) => ({
      marketId,
      id: newId('stt'),
      chargeId,
      ...(source.kind === 'payment' ? { paymentId: source.id } : { collectionId: source.id }),
      amountVnd: -partVnd,
      settledAt: at,
    })),
    credits: [],
  })
  // The credit is gone with the money: nothing of it is left to be used.
  if (credit !== null) await setCreditUsed(tx, marketId, credit.id, credit.amountVnd)
  return true
}
