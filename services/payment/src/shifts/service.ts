import { AppError, type ConfirmShift, type OwnShift, type Shift } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import type { Context } from '../context.ts'
import { isOwnDay } from '../contracts/rules.ts'
import { addDays, dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { getOwnDays } from '../privacy/service.ts'
import * as repository from './repository.ts'
import { compare } from './rules.ts'

/** How far back the owner's list goes. */
const SHOWN_DAYS = 14

type Clock = Pick<Context, 'now'>

/** Begins a shift of whoever asks. Errors: `shift_open` while one of theirs is. */
export async function startShift(
  ctx: Clock,
  tx: Tx,
  { marketId, userId }: Actor,
  stallId: string,
  openingVnd: number | undefined,
): Promise<OwnShift> {
  const id = newId('shf')
  const isFirst = await repository.insertShift(tx, {
    marketId,
    id,
    stallId,
    userId,
    startedAt: ctx.now(),
    openingVnd: openingVnd === undefined ? null : BigInt(openingVnd),
  })
  if (!isFirst) throw new AppError('shift_open')
  return toOwnShift(await findShift(tx, marketId, stallId, id))
}

/**
 * Ends a shift with what was counted in the drawer: one's own, or for the owner any of the stall, since a helper may leave without
 * a word. Errors: `not_found`, `shift_not_open`.
 */
export async function endShift(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  countedVnd: number,
): Promise<OwnShift> {
  const { marketId, userId, role } = actor
  const row = await requireShift(ctx, tx, actor, id)
  if (row.userId !== userId && role !== 'stallholder') throw new AppError('not_found')
  if (row.endedAt !== null) throw new AppError('shift_not_open')
  await repository.setShift(tx, marketId, id, { endedAt: ctx.now(), countedVnd: BigInt(countedVnd) })
  return toOwnShift(await findShift(tx, marketId, row.stallId, id))
}

/**
 * The owner accepts a shift as it was shown to her: from then on nothing of it changes, whatever becomes of its sales. Errors:
 * `not_found`, `shift_not_ended`, `shift_already_confirmed`, `shift_changed` (it is another sum than was shown).
 */
export async function confirmShift(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  { seenVnd, note }: ConfirmShift,
): Promise<Shift> {
  const { marketId, userId } = actor
  const row = await requireShift(ctx, tx, actor, id)
  if (row.endedAt === null) throw new AppError('shift_not_ended')
  if (row.confirmedAt !== null) throw new AppError('shift_already_confirmed')
  const { expectedVnd } = toShift(await findShift(tx, marketId, row.stallId, id))
  if (expectedVnd !== seenVnd)
    throw new AppError('shift_changed', undefined, { fields: { seenVnd: `now ${expectedVnd}` } })
  await repository.setShift(tx, marketId, id, {
    expectedVnd: BigInt(expectedVnd),
    confirmedBy: userId,
    confirmedAt: ctx.now(),
    note: note === undefined || note === '' ? null : note,
  })
  return toShift(await findShift(tx, marketId, row.stallId, id))
}

/** The shift that whoever asks has open, or else their last that the owner has not accepted yet. */
export async function getCurrentShift(
  tx: Tx,
  { marketId, userId }: Actor,
  stallId: string,
): Promise<OwnShift | null> {
  const [row] = await repository.listShifts(tx, marketId, stallId, { userId, limit: 1 })
  return row === undefined ? null : toOwnShift(row)
}

/** The shifts of the last two weeks, on the days that the stall is whoever asks's. */
export async function getShifts(ctx: Clock, tx: Tx, actor: Actor, stallId: string): Promise<Shift[]> {
  const days = await getOwnDays(ctx, tx, actor, stallId)
  const from = addDays(dayOf(ctx.now()), -SHOWN_DAYS)
  return (await repository.listShifts(tx, actor.marketId, stallId, { days, from })).map(toShift)
}

/** A shift of the actor's own stall and days, locked. Errors: `not_found`. */
async function requireShift(ctx: Clock, tx: Tx, actor: Actor, id: string) {
  const row = await repository.lockShift(tx, actor.marketId, id)
  if (row === null || row.stallId !== actor.stallId) throw new AppError('not_found')
  const days = await getOwnDays(ctx, tx, actor, row.stallId)
  if (!isOwnDay(days, dayOf(row.startedAt))) throw new AppError('not_found')
  return row
}

async function findShift(
  tx: Tx,
  marketId: string,
  stallId: string,
  id: string,
): Promise<repository.ShiftRow> {
  const [row] = await repository.listShifts(tx, marketId, stallId, { id })
  if (row === undefined) throw new AppError('not_found')
  return row
}

function toOwnShift({ row, bankCount, cashCount }: repository.ShiftRow): OwnShift {
  return {
    id: row.id,
    stallId: row.stallId,
    startedAt: toMoment(row.startedAt),
    endedAt: row.endedAt === null ? null : toMoment(row.endedAt),
    openingVnd: toJson(row.openingVnd),
    countedVnd: toJson(row.countedVnd),
    sales: Number(bankCount + cashCount),
    confirmedAt: row.confirmedAt === null ? null : toMoment(row.confirmedAt),
  }
}

function toShift(found: repository.ShiftRow): Shift {
  const { row, userName, bankVnd, bankCount, cashCount } = found
  const { openingVnd, countedVnd, expectedVnd: confirmedVnd } = row
  const sums = compare({ openingVnd, countedVnd, confirmedVnd, cashVnd: found.cashVnd })
  return {
    ...toOwnShift(found),
    userName,
    bankVnd: vndToJson(bankVnd),
    bankCount: Number(bankCount),
    cashVnd: vndToJson(sums.cashVnd),
    cashCount: Number(cashCount),
    expectedVnd: vndToJson(sums.expectedVnd),
    differenceVnd: toJson(sums.differenceVnd),
    note: row.note,
  }
}

function toJson(vnd: bigint | null): number | null {
  return vnd === null ? null : vndToJson(vnd)
}
