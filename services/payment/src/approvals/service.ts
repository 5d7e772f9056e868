import { AppError } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { and, eq } from 'drizzle-orm'
import type { Actor } from '../http/types.ts'
import { approval, cashDuty } from './tables.ts'

/** Proposes something that takes two people; answers the proposal's id. */
export async function propose(
  tx: Tx,
  actor: Actor,
  what: {
    kind: 'billing_round' | 'round_closing' | 'charge_change' | 'suspense_resolution' | 'day_sign_off'
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
  if (row === undefined) {
    // A decided one is not ours to lock any more: the database holds that no decision is made twice.
    const [decided] = await tx.select({ id: approval.id }).from(approval).where(own)
    throw new AppError(decided === undefined ? 'not_found' : 'approval_already_decided')
  }
  if (row.proposedBy === actor.userId) throw new AppError('approval_own_proposal')
  await tx.update(approval).set(decision).where(own)
}

/** Whether nobody has decided a proposal yet. */
export async function isWaiting(tx: Tx, marketId: string, id: string): Promise<boolean> {
  const [row] = await tx
    .select({ approvedBy: approval.approvedBy, refusedBy: approval.refusedBy })
    .from(approval)
    .where(and(eq(approval.marketId, marketId), eq(approval.id, id)))
  return row !== undefined && row.approvedBy === null && row.refusedBy === null
}

/**
 * Notes what somebody does with the cash of a day, before it is done. The database holds the same rule. Errors:
 * `duty_conflict` when the same person has done another thing with that day's cash.
 */
export async function takeDuty(
  tx: Tx,
  { marketId, userId }: Pick<Actor, 'marketId' | 'userId'>,
  day: string,
  duty: 'collect' | 'count' | 'account',
): Promise<void> {
  await tx.insert(cashDuty).values({ marketId, day, userId, duty }).onConflictDoNothing()
  const [row] = await tx
    .select({ duty: cashDuty.duty })
    .from(cashDuty)
    .where(and(eq(cashDuty.marketId, marketId), eq(cashDuty.day, day), eq(cashDuty.userId, userId)))
  if (row?.duty !== duty) throw new AppError('duty_conflict')
}
