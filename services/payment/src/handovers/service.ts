import {
  AppError,
  CashCount,
  type CashInHand,
  type Collectors,
  type ConfirmHandover,
  type CreateHandover,
  type Handover,
  type HandoverPage,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, eq, sql } from 'drizzle-orm'
import { takeDuty } from '../approvals/service.ts'
import { cashHandedOver } from '../books/postings.ts'
import { noteChange } from '../audit/service.ts'
import type { Desk } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import * as repository from './repository.ts'
import { isSameCount, sumOfCount } from './rules.ts'
import { handover } from './tables.ts'

export type HandoverQuery = {
  day?: string | undefined
  collectorId?: string | undefined
  cursor?: string | undefined
  limit: number
}

/**
 * A collector signs for everything that is in hand: what is taken later belongs to the next hand-over. The count is kept
 * as it was counted, whatever it should have been. Errors: `handover_open`, `handover_empty`, `handover_changed` (it is
 * another sum than was shown).
 */
export async function signHandover(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  input: CreateHandover,
): Promise<Handover> {
  const { marketId, userId: collectorId } = actor
  // Two tries at once: the second finds the first.
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`handover ${marketId} ${collectorId}`}, 0))`,
  )
  if ((await repository.findOpen(tx, marketId, collectorId)) !== null) throw new AppError('handover_open')
  const now = ctx.now()
  const id = newId('hnd')
  const row = {
    marketId,
    id,
    collectorId,
    day: dayOf(now),
    expectedVnd: BigInt(input.seenVnd),
    collectorCounts: input.counts,
    collectorVnd: sumOfCount(input.counts),
    collectorSignedAt: now,
  }
  await tx.insert(handover).values(row)
  const expectedVnd = await repository.coverAll(tx, marketId, { id, collectorId })
  if (expectedVnd !== row.expectedVnd) {
    throw new AppError('handover_changed', undefined, { fields: { seenVnd: `now ${expectedVnd}` } })
  }
  if (expectedVnd === 0n) throw new AppError('handover_empty')
  return getHandover(tx, marketId, { id })
}

/**
 * The cashier has counted again: the second signature. What the cashier counted changes hands in the books; what is missing
 * the collector owes, and what is too much waits to be decided. The same count told again by the same cashier is no error.
 * Errors: `not_found`, `handover_own`, `handover_already_confirmed`.
 */
export async function confirmHandover(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  id: string,
  input: ConfirmHandover,
): Promise<Handover> {
  const { marketId, userId } = actor
  const row = await repository.lockHandover(tx, marketId, id)
  if (row === null) throw new AppError('not_found')
  if (row.collectorId === userId) throw new AppError('handover_own')
  if (row.cashierCounts !== null) {
    const isSame = row.cashierId === userId && isSameCount(CashCount.parse(row.cashierCounts), input.counts)
    if (!isSame) throw new AppError('handover_already_confirmed')
    return getHandover(tx, marketId, { id })
  }
  await takeDuty(tx, actor, row.day, 'count')
  const now = ctx.now()
  const cashierVnd = sumOfCount(input.counts)
  const [ledgerSeq] = await postAll(
    tx,
    marketId,
    [
      cashHandedOver({
        handoverId: id,
        collectorId: row.collectorId,
        expectedVnd: row.expectedVnd,
        countedVnd: cashierVnd,
        occurredAt: now,
      }),
    ],
    { as: 'api' },
  )
  if (ledgerSeq === undefined) throw new Error('the ledger gave no answer for a hand-over')
  await tx
    .update(handover)
    .set({
      cashierId: userId,
      cashierCounts: input.counts,
      cashierVnd,
      cashierSignedAt: now,
      note: input.note ?? null,
      ledgerSeq,
    })
    .where(and(eq(handover.marketId, marketId), eq(handover.id, id)))
  noteChange(actor, { before: { amountVnd: row.expectedVnd }, after: { amountVnd: cashierVnd, ...input } })
  return getHandover(tx, marketId, { id })
}

/** Hand-overs, what was signed last first. */
export async function getHandovers(tx: Tx, marketId: string, query: HandoverQuery): Promise<HandoverPage> {
  const rows = await repository.listHandovers(tx, marketId, query, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const page = cutPage(
    rows.map((one) => ({ ...one, id: one.row.id, occurredAt: one.row.collectorSignedAt })),
    query.limit,
  )
  return { items: page.rows.map(toHandover), nextCursor: page.nextCursor }
}

/** One hand-over, of one collector when the filter says so. Errors: `not_found`. */
export async function getHandover(
  tx: Tx,
  marketId: string,
  filter: repository.HandoverFilter,
): Promise<Handover> {
  const [found] = await repository.listHandovers(tx, marketId, filter, { limit: 1, before: null })
  if (found === undefined) throw new AppError('not_found')
  return toHandover(found)
}

/** What a collector carries and has not signed for, and what waits signed for the cashier. Errors: `not_found`. */
export async function getCashInHand(tx: Tx, marketId: string, collectorId: string): Promise<CashInHand> {
  const [row] = await repository.listHands(tx, marketId, collectorId)
  if (row === undefined) throw new AppError('not_found')
  return toHand(row)
}

/** Everybody who carries the board's cash, or may: one collector when `collectorId` says so. */
export async function getCollectors(
  tx: Tx,
  marketId: string,
  collectorId: string | null,
): Promise<Collectors> {
  const rows = await repository.listHands(tx, marketId, collectorId)
  return {
    items: rows.map((row) => ({
      ...toHand(row),
      collectorId: row.id,
      name: row.name,
      lastHandoverAt: row.last_at === null ? null : toMoment(new Date(row.last_at)),
      lastDifferenceVnd: row.last_difference_vnd === null ? null : vndToJson(row.last_difference_vnd),
      deviceIds: row.devices,
    })),
    nextCursor: null,
  }
}

function toHand(row: Awaited<ReturnType<typeof repository.listHands>>[number]): CashInHand {
  return {
    amountVnd: vndToJson(row.amount_vnd),
    collections: Number(row.collections),
    tickets: Number(row.tickets),
    openHandoverId: row.open_id,
    signedVnd: vndToJson(row.signed_vnd ?? 0n),
  }
}

function toHandover({ row, collectorName, cashierName, ...covered }: repository.HandoverRow): Handover {
  const { cashierVnd, cashierSignedAt } = row
  return {
    id: row.id,
    collectorId: row.collectorId,
    collectorName,
    day: row.day,
    expectedVnd: vndToJson(row.expectedVnd),
    collectorCounts: CashCount.parse(row.collectorCounts),
    collectorVnd: vndToJson(row.collectorVnd),
    collectorSignedAt: toMoment(row.collectorSignedAt),
    cashierName,
    cashierCounts: row.cashierCounts === null ? null : CashCount.parse(row.cashierCounts),
    cashierVnd: cashierVnd === null ? null : vndToJson(cashierVnd),
    cashierSignedAt: cashierSignedAt === null ? null : toMoment(cashierSignedAt),
    differenceVnd: cashierVnd === null ? null : vndToJson(cashierVnd - row.expectedVnd),
    note: row.note,
    collections: Number(covered.collections),
    tickets: Number(covered.tickets),
  }
}
