import {
  AppError,
  METERED_SERVICES,
  READING_ANOMALIES,
  ROUND_STATUSES,
  type ConfirmReading,
  type CreateMeter,
  type Meter,
  type MeterReading,
  type MeterReadings,
  type RemoveMeter,
  type ReplaceMeter,
  type SaveReading,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { and, eq } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { dayOf, nextPeriod, periodOf } from '../days.ts'
import { cutPageBy, readWords, writeWords } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { findStall } from '../stalls/repository.ts'
import * as repository from './repository.ts'
import { anomalyOf, hundredths, together, usageOf } from './rules.ts'
import { meter, meterReading } from './tables.ts'

type Clock = Pick<Context, 'now'>

/** A page of a month's meters in walking order: what each showed before, what it shows, and what is odd about it. */
export async function getReadings(
  tx: Tx,
  marketId: string,
  query: { period: string; limit: number; cursor?: string | undefined },
): Promise<MeterReadings> {
  const { period, limit } = query
  const after = readWords(query.cursor, /^(meter) (\S{1,60})$/)?.[1] ?? null
  const found = await repository.listReadings(tx, marketId, period, { limit: limit + 1, after })
  const { rows, nextCursor } = cutPageBy(found, limit, (last) => writeWords('meter', last.meterId))
  const status = await repository.findRoundStatus(tx, marketId, period)
  return {
    items: rows.map((row) => toReading(row, period)),
    nextCursor,
    period,
    roundStatus: status === null ? null : readOne(ROUND_STATUSES, status),
    anomalyRatio: await repository.findAnomalyRatio(tx, marketId),
    ...(await repository.countReadings(tx, marketId, period)),
  }
}

/**
 * Notes what a meter shows for a month, or corrects it; who said before that it is right has to say so again. Errors:
 * `not_found`, `day_invalid`, `round_already_proposed`, `reading_backwards`, `reading_followed`.
 */
export async function saveReading(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  input: SaveReading,
): Promise<MeterReading> {
  const { marketId } = actor
  const { meterId, period } = input
  const held = await repository.lockMeter(tx, marketId, meterId)
  if (held === null) throw new AppError('not_found')
  requirePast(ctx, 'readOn', input.readOn, held.installedOn)
  await requireOpenRound(tx, marketId, period)
  const row = await findReading(tx, marketId, meterId, period)
  const ratio = await repository.findAnomalyRatio(tx, marketId)
  const judge = (usage: string) => anomalyOf(usage, row.usagesBefore, ratio)
  await writeReading(ctx, tx, actor, { ...input, row }, judge)
  noteChange(actor, {
    object: { kind: 'meters', id: meterId },
    before: { newValue: row.newValue },
    after: input,
  })
  return toReading(await findReading(tx, marketId, meterId, period), period)
}

/**
 * Says that an odd reading was looked at again and is right. Errors: `not_found`, `request_invalid` (nothing is odd about
 * it), `round_already_proposed`.
 */
export async function confirmReading(tx: Tx, actor: Actor, input: ConfirmReading): Promise<MeterReading> {
  const { marketId, userId } = actor
  const { meterId, period, note } = input
  if ((await repository.lockMeter(tx, marketId, meterId)) === null) throw new AppError('not_found')
  await requireOpenRound(tx, marketId, period)
  const row = await findReading(tx, marketId, meterId, period)
  if (row.newValue === null) throw new AppError('not_found')
  if (row.anomaly === null) throw refused('meterId', 'nothing is odd about this reading')
  await tx
    .update(meterReading)
    .set({ confirmedBy: userId, confirmedNote: note })
    .where(
      and(
        eq(meterReading.marketId, marketId),
        eq(meterReading.meterId, meterId),
        eq(meterReading.period, period),
      ),
    )
  return toReading(await findReading(tx, marketId, meterId, period), period)
}

/** The meters of one stall, or of all. */
export async function getMeters(tx: Tx, marketId: string, stallId?: string): Promise<Meter[]> {
  return (await repository.listMeters(tx, marketId, stallId === undefined ? {} : { stallId })).map(toMeter)
}

/** Notes a meter that was put up. Errors: `request_invalid` (no such stall, a serial that is there), `day_invalid`. */
export async function createMeter(ctx: Clock, tx: Tx, actor: Actor, input: CreateMeter): Promise<Meter> {
  if ((await findStall(tx, actor.marketId, input.stallId)) === null) throw refused('stallId', 'no such stall')
  requirePast(ctx, 'installedOn', input.installedOn)
  return insertMeter(tx, actor.marketId, input)
}

/**
 * Notes that a meter was changed: the old one is read for the last time, and another goes on from its own first value. What
 * both count is the month's usage. Errors: `not_found`, `day_invalid`, `reading_backwards`, `reading_followed`.
 */
export async function replaceMeter(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  input: ReplaceMeter,
): Promise<Meter> {
  const { replacedOn, lastValue, serial, initialValue } = input
  // Half a month beside whole ones says nothing: the new meter's reading is judged, with what this one counted.
  const { stallId, service } = await takeDown(ctx, tx, actor, id, { replacedOn, lastValue }, () => null)
  return insertMeter(tx, actor.marketId, {
    stallId,
    service: readOne(METERED_SERVICES, service),
    serial,
    initialValue,
    installedOn: replacedOn,
  })
}

/** Notes that a meter was taken away, with what it showed last. Errors: as `replaceMeter`. */
export async function removeMeter(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  input: RemoveMeter,
): Promise<Meter> {
  const ratio = await repository.findAnomalyRatio(tx, actor.marketId)
  await takeDown(ctx, tx, actor, id, input, (usage, row) => anomalyOf(usage, row.usagesBefore, ratio))
  return findMeter(tx, actor.marketId, id)
}

type Judge = (usage: string, row: repository.ReadingRow) => string | null

async function takeDown(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
  input: RemoveMeter | Pick<ReplaceMeter, 'replacedOn' | 'lastValue'>,
  judge: Judge,
) {
  const { marketId } = actor
  const [field, on] =
    'removedOn' in input
      ? (['removedOn', input.removedOn] as const)
      : (['replacedOn', input.replacedOn] as const)
  const held = await repository.lockMeter(tx, marketId, id)
  if (held === null || held.removedOn !== null) throw new AppError('not_found')
  requirePast(ctx, field, on, held.installedOn)
  const period = await openPeriodFrom(tx, marketId, periodOf(on))
  const row = await findReading(tx, marketId, id, period)
  await writeReading(
    ctx,
    tx,
    actor,
    { meterId: id, period, newValue: input.lastValue, readOn: on, row },
    judge,
    'lastValue',
  )
  await tx
    .update(meter)
    .set({ removedOn: on })
    .where(and(eq(meter.marketId, marketId), eq(meter.id, id)))
  return held
}

async function writeReading(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  of: SaveReading & { row: repository.ReadingRow },
  judge: Judge,
  field: 'newValue' | 'lastValue' = 'newValue',
): Promise<void> {
  const { row, newValue, readOn } = of
  if (row.hasLaterReading) throw new AppError('reading_followed')
  if (hundredths(newValue) < hundredths(row.oldValue)) {
    throw new AppError('reading_backwards', undefined, { fields: { [field]: `at least ${row.oldValue}` } })
  }
  const anomaly = judge(together(usageOf(row.oldValue, newValue), row.otherUsage), row)
  const read = {
    newValue,
    readOn,
    readBy: actor.userId,
    anomaly,
    confirmedBy: null,
    confirmedNote: null,
  }
  await tx
    .insert(meterReading)
    .values({
      ...read,
      marketId: actor.marketId,
      meterId: of.meterId,
      period: of.period,
      oldValue: row.oldValue,
      createdAt: ctx.now(),
    })
    .onConflictDoUpdate({
      target: [meterReading.marketId, meterReading.meterId, meterReading.period],
      set: read,
    })
}

async function insertMeter(tx: Tx, marketId: string, input: CreateMeter): Promise<Meter> {
  const id = newId('mtr')
  const made = await tx
    .insert(meter)
    .values({ ...input, marketId, id })
    .onConflictDoNothing()
    .returning({ id: meter.id })
  if (made.length === 0) throw refused('serial', 'a meter of this number is there')
  return findMeter(tx, marketId, id)
}

async function findMeter(tx: Tx, marketId: string, id: string): Promise<Meter> {
  const [row] = await repository.listMeters(tx, marketId, { id })
  if (row === undefined) throw new AppError('not_found')
  return toMeter(row)
}

async function findReading(tx: Tx, marketId: string, meterId: string, period: string) {
  const [row] = await repository.listReadings(tx, marketId, period, { limit: 1, meterId })
  if (row === undefined) throw refused('period', 'this meter counts nothing of this month')
  return row
}

async function requireOpenRound(tx: Tx, marketId: string, period: string): Promise<void> {
  if (!isOpen(await repository.lockRoundStatus(tx, marketId, period))) {
    throw new AppError('round_already_proposed')
  }
}

/** What a meter counted after its month was proposed belongs to the next month that is not. */
async function openPeriodFrom(tx: Tx, marketId: string, from: string): Promise<string> {
  let period = from
  while (!isOpen(await repository.lockRoundStatus(tx, marketId, period))) period = nextPeriod(period)
  return period
}

function isOpen(status: string | null): boolean {
  return status === null || status === 'preparing'
}

function requirePast(ctx: Clock, field: string, day: string, from?: string): void {
  const today = dayOf(ctx.now())
  if (day > today) throw new AppError('day_invalid', undefined, { fields: { [field]: `at most ${today}` } })
  if (from !== undefined && day < from) {
    throw new AppError('day_invalid', undefined, { fields: { [field]: `at least ${from}` } })
  }
}

function refused(field: string, fault: string): AppError {
  return new AppError('request_invalid', undefined, { fields: { [field]: fault } })
}

function toMeter(row: Awaited<ReturnType<typeof repository.listMeters>>[number]): Meter {
  return { ...row, service: readOne(METERED_SERVICES, row.service) }
}

function toReading(row: repository.ReadingRow, period: string): MeterReading {
  const { usagesBefore: _, hasLaterReading: __, ...rest } = row
  return {
    ...rest,
    period,
    service: readOne(METERED_SERVICES, row.service),
    usage: row.newValue === null ? null : usageOf(row.oldValue, row.newValue),
    anomaly: row.anomaly === null ? null : readOne(READING_ANOMALIES, row.anomaly),
  }
}
