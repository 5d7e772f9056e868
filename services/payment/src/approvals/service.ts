import { AppError } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { and, eq } from 'drizzle-orm'
import type { Actor } from '../http/types.ts'
import { approval } from './tables.ts'

/** Proposes something that takes two people; answers the proposal's id. */
export async function propose(
  tx: Tx,
  actor: Actor,
  what: {
    kind: 'billing_round' | 'charge_change' | 'suspense_resolution' | 'day_sign_off'
    objectId: string
  },
  now: Date,
): Promise<string> {
  const id = newId('apr')
  await tx
    .insert(approval)
    .values({ marketId: actor.marketId, id, ...what, proposedBy: actor.userId, proposedAt: now })
  return id
}

/**
 * Approves a proposal of somebody else. The database holds the same rule. Errors: `not_found`,
 * `approval_own_proposal`, `approval_already_decided`.
 */
export async function approve(tx: Tx, actor: Actor, id: string, now: Date): Promise<void> {
  await decide(tx, actor, id, { approvedBy: actor.userId, approvedAt: now })
}

/** Refuses a proposal of somebody else, and says why. Errors: as `approve`. */
export async function refuse(tx: Tx, actor: Actor, id: string, reason: string, now: Date): Promise<void> {
  await decide(tx, actor, id, { refusedBy: actor.userId, refusedAt: now, refusedReason: reason })
}

async function decide(
  tx: Tx,
  actor: Actor,
  id: string,
  decision: Partial<typeof approval.$inferInsert>,
): Promise<void> {
  const own = and(eq(approval.marketId, actor.marketId), eq(approval.id, id))
  const [row] = await tx.select().from(approval).where(own).for('update')
  if (row === undefined) throw new AppError('not_found')
  if (row.approvedBy !== null || row.refusedBy !== null) throw new AppError('approval_already_decided')
  if (row.proposedBy === actor.userId) throw new AppError('approval_own_proposal')
  await tx.update(approval).set(decision).where(own)
}
