import {
  AppError,
  DELEGATION_MAX_DAYS,
  mayReceive,
  roleCan,
  type Delegate,
  type Delegation,
  type DelegationList,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import type { Context } from '../context.ts'
import { addDays, dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import * as repository from './repository.ts'

type Clock = Pick<Context, 'now'>

/** What was ever handed on, what was made last first. */
export async function getDelegations(ctx: Clock, tx: Tx, marketId: string): Promise<DelegationList> {
  return { items: await read(ctx, tx, marketId) }
}

async function read(ctx: Clock, tx: Tx, marketId: string, id?: string): Promise<Delegation[]> {
  const today = dayOf(ctx.now())
  const rows = await repository.listDelegations(tx, marketId, id === undefined ? {} : { id })
  return rows.map((row) => ({
    id: row.id,
    permission: row.permission,
    from: row.from,
    to: { id: row.toUserId, name: row.to },
    fromDay: row.fromDay,
    until: row.until,
    endedAt: row.endedAt === null ? null : toMoment(row.endedAt),
    isInForce: row.isHeld && row.endedAt === null && row.fromDay <= today && today <= row.until,
  }))
}

/**
 * Hands a permission on from now until the end of a day; an earlier delegation of the same to the same person ends. Whoever
 * has it still decides nothing of their own: that is held by person, not by role. Errors: `not_found`, `staff_own`,
 * `delegation_not_possible` (the person may not have it, or has it anyway, or the day is past or too far).
 */
export async function delegate(ctx: Clock, tx: Tx, actor: Actor, input: Delegate): Promise<Delegation> {
  const { marketId, userId } = actor
  const { toUserId, permission, until } = input
  const person = await repository.lockStaff(tx, marketId, toUserId)
  if (person === null) throw new AppError('not_found')
  if (toUserId === userId) throw new AppError('staff_own')
  const now = ctx.now()
  const today = dayOf(now)
  const impossible = (field: string, why: string) =>
    new AppError('delegation_not_possible', undefined, { fields: { [field]: why } })
  // Nobody hands on what was handed to them.
  if (actor.role === 'key' || !roleCan(actor.role, permission))
    throw impossible('permission', 'not yours to hand on')
  if (person.removedAt !== null || !mayReceive(person.role, permission))
    throw impossible('toUserId', 'not for this role')
  if (until < today || until > addDays(today, DELEGATION_MAX_DAYS))
    throw impossible('until', `${today} to ${addDays(today, DELEGATION_MAX_DAYS)}`)
  await repository.endDelegations(tx, marketId, { toUserId, permission }, { endedAt: now, endedBy: userId })
  const id = newId('dlg')
  await repository.insertDelegation(tx, {
    marketId,
    id,
    permission,
    fromUserId: userId,
    toUserId,
    fromDay: today,
    until,
    madeAt: now,
  })
  const [made] = await read(ctx, tx, marketId, id)
  if (made === undefined) throw new Error('a delegation just made was not found')
  return made
}

/** Ends one early; one that ended is no error. Errors: `not_found`. */
export async function endDelegation(ctx: Clock, tx: Tx, actor: Actor, id: string): Promise<Delegation> {
  const { marketId, userId } = actor
  await repository.endDelegations(tx, marketId, { id }, { endedAt: ctx.now(), endedBy: userId })
  const [found] = await read(ctx, tx, marketId, id)
  if (found === undefined) throw new AppError('not_found')
  return found
}
