import {
  AppError,
  COLLECTION_CONFLICTS,
  type Collection,
  type CollectionPage,
  type CreateCollection,
  type CreateVisit,
  type LiveCollection,
  type Visit,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { postAll, reverse } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, eq } from 'drizzle-orm'
import { takeDuty } from '../approvals/service.ts'
import { cashCollected } from '../books/postings.ts'
import { readOne } from '../columns.ts'
import { noteChange } from '../audit/service.ts'
import type { Desk } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { appendEvents } from '../live/repository.ts'
import { pageName, receiptNumber, receiptUrl } from '../receipts/rules.ts'
import { issueReceipts, voidReceipt } from '../receipts/service.ts'
import { applyCredits, settle, unsettle } from '../settlements/service.ts'
import { requireStall } from '../stalls/service.ts'
import { refuseUsedPage, takePage } from './books.ts'
import * as repository from './repository.ts'
import { conflictOf, requireTime } from './rules.ts'
import { collection, visit } from './tables.ts'

export type ListQuery = {
  day?: string | undefined
  collectorId?: string | undefined
  cursor?: string | undefined
  limit: number
}

/**
 * Cash that the actor took from a stall, on a page of the actor's own book. It settles what the stall owes, and what is
 * beyond is the stall's credit. The same thing told again gets the first answer. Errors: `not_found`,
 * `collection_time_invalid`, `page_already_used` (for something else), `duty_conflict`, and those of `takePage`.
 */
export async function takeCash(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  input: CreateCollection,
): Promise<Collection> {
  const { marketId, userId } = actor
  const now = ctx.now()
  const takenAt = requireTime('takenAt', input.takenAt, now)
  const { id: stallId } = await requireStall(tx, marketId, input.stallId)
  const amountVnd = BigInt(input.amountVnd)
  const page = await takePage(tx, actor, 'receipt', { ...input, at: takenAt })
  if (page === null) return toldBefore(ctx, tx, marketId, input, takenAt)
  const id = newId('col')
  const [allocation] = await settle(tx, marketId, [
    { source: { kind: 'collection', id }, stallId, amountVnd, namedChargeId: null, at: takenAt },
  ])
  const creditVnd = allocation?.creditVnd ?? 0n
  const owedVnd = amountVnd - creditVnd + (await repository.sumOwed(tx, marketId, stallId))
  await issueReceipts(tx, marketId, [
    { source: { kind: 'collection', id }, stallId, chargeId: null, amountVnd, paidAt: takenAt, page },
  ])
  await tellStall(tx, marketId, stallId, { collectionId: id, amountVnd: input.amountVnd, takenAt }, now)
  const [ledgerSeq] = await postAll(
    tx,
    marketId,
    [
      cashCollected({
        collectionId: id,
        collectorId: userId,
        stallId,
        amountVnd,
        creditVnd,
        occurredAt: takenAt,
      }),
    ],
    { as: 'api' },
  )
  if (ledgerSeq === undefined) throw new Error('the ledger gave no answer for cash that was taken')
  await takeDuty(tx, actor, dayOf(takenAt), 'collect')
  await tx.insert(collection).values({
    marketId,
    id,
    stallId,
    collectorId: userId,
    bookId: page.bookId,
    page: page.page,
    amountVnd,
    settledVnd: amountVnd - creditVnd,
    conflict: conflictOf(BigInt(input.seenOutstandingVnd), owedVnd, creditVnd),
    takenAt,
    receivedAt: now,
    day: dayOf(takenAt),
    ledgerSeq,
  })
  return findCollection(ctx, tx, marketId, { id })
}

/** The stall hears what the collector noted: it need not take a slip's word for it. */
async function tellStall(
  tx: Tx,
  marketId: string,
  stallId: string,
  taken: { collectionId: string; amountVnd: number; takenAt: Date },
  now: Date,
): Promise<void> {
  const payload: Omit<LiveCollection, 'number'> = { ...taken, takenAt: toMoment(taken.takenAt) }
  await appendEvents(tx, marketId, [{ stallId, kind: 'collection', payload }], now)
}

/** The page is used: by this very collection, which is answered again, or by another thing. */
async function toldBefore(
  ctx: Desk,
  tx: Tx,
  marketId: string,
  input: CreateCollection,
  takenAt: Date,
): Promise<Collection> {
  const page = { bookId: input.bookId, page: input.page }
  const [found] = await repository.listCollections(tx, marketId, { page }, { limit: 1, before: null })
  const isSame =
    found?.row.stallId === input.stallId &&
    found.row.amountVnd === BigInt(input.amountVnd) &&
    found.row.takenAt.getTime() === takenAt.getTime()
  return isSame ? toCollection(ctx, found) : refuseUsedPage(tx, marketId, page)
}

/**
 * Takes a collection back while the cash is still in the collector's hands: the debts are owed again (and paid by what the
 * stall had paid ahead), the receipt is void and keeps its number, the page stays used. Taking it back twice is no error. Errors: `not_found` (another collector's
 * too), `collection_handed_over`, `collection_used` (its credit is used, or a charge that it paid was made smaller).
 */
export async function undoCollection(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Collection> {
  const { marketId } = actor
  const row = await repository.lockCollection(tx, marketId, id)
  if (row === null || (actor.role === 'collector' && row.collectorId !== actor.userId))
    throw new AppError('not_found')
  if (row.undoneAt !== null) return findCollection(ctx, tx, marketId, { id })
  if (row.handoverId !== null) throw new AppError('collection_handed_over')
  const undoneAt = ctx.now()
  const source = { kind: 'collection', id } as const
  if (!(await unsettle(tx, marketId, source, row.stallId, undoneAt))) throw new AppError('collection_used')
  const ahead = await applyCredits(tx, marketId, [row.stallId], undoneAt)
  await voidReceipt(tx, marketId, { source, reason, at: undoneAt })
  await tx
    .update(collection)
    .set({ undoneAt, undoneReason: reason })
    .where(and(eq(collection.marketId, marketId), eq(collection.id, id)))
  const undone = await findCollection(ctx, tx, marketId, { id })
  await reverse(tx, marketId, {
    seq: row.ledgerSeq,
    idemKey: `collection-undo:${id}`,
    occurredAt: undoneAt,
    sourceKind: 'collection',
    sourceId: id,
  })
  await postAll(tx, marketId, ahead, { as: 'api' })
  noteChange(actor, { stallId: row.stallId, after: { amountVnd: undone.amountVnd, reason } })
  return undone
}

/** Cash taken from stalls, what was taken last first; the sums leave out what was taken back. */
export async function getCollections(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  query: ListQuery,
): Promise<CollectionPage> {
  const rows = await repository.listCollections(tx, marketId, query, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const page = cutPage(
    rows.map((one) => ({ ...one, id: one.row.id, occurredAt: one.row.takenAt })),
    query.limit,
  )
  const { count, amountVnd } = await repository.sumCollections(tx, marketId, query)
  return {
    items: page.rows.map((row) => toCollection(ctx, row)),
    nextCursor: page.nextCursor,
    totals: { count: Number(count), amountVnd: vndToJson(amountVnd) },
  }
}

/** Notes that a stall was visited and did not pay. Errors: `not_found`, `collection_time_invalid`, `request_invalid`. */
export async function noteVisit(ctx: Desk, tx: Tx, actor: Actor, input: CreateVisit): Promise<Visit> {
  const { marketId } = actor
  const visitedAt = requireTime('visitedAt', input.visitedAt, ctx.now())
  const { code } = await requireStall(tx, marketId, input.stallId)
  const promisedOn = input.promisedOn ?? null
  const promisedVnd = input.promisedVnd ?? null
  const fault =
    (input.outcome === 'promised') !== (promisedOn !== null)
      ? 'the day of a promise, and only of one'
      : promisedOn !== null && promisedOn < dayOf(visitedAt)
        ? 'before the visit'
        : null
  if (fault !== null) throw new AppError('request_invalid', undefined, { fields: { promisedOn: fault } })
  if (promisedVnd !== null && promisedOn === null) {
    throw new AppError('request_invalid', undefined, { fields: { promisedVnd: 'only with a promise' } })
  }
  const id = newId('vis')
  await tx.insert(visit).values({
    marketId,
    id,
    stallId: input.stallId,
    collectorId: actor.userId,
    visitedAt,
    outcome: input.outcome,
    note: input.note ?? null,
    promisedOn,
    promisedVnd: promisedVnd === null ? null : BigInt(promisedVnd),
  })
  return { ...input, id, stallCode: code, visitedAt: toMoment(visitedAt) }
}

async function findCollection(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  filter: repository.CollectionFilter,
): Promise<Collection> {
  const [found] = await repository.listCollections(tx, marketId, filter, { limit: 1, before: null })
  if (found === undefined) throw new AppError('not_found')
  return toCollection(ctx, found)
}

function toCollection({ config }: Pick<Desk, 'config'>, found: repository.CollectionRow): Collection {
  const { row, receiptYear, receiptNumber: number } = found
  return {
    id: row.id,
    stallId: row.stallId,
    stallCode: found.stallCode,
    stallName: found.stallName,
    collectorId: row.collectorId,
    collectorName: found.collectorName,
    bookPage: pageName(found.bookCode, row.page),
    amountVnd: vndToJson(row.amountVnd),
    settledVnd: vndToJson(row.settledVnd),
    creditVnd: vndToJson(row.amountVnd - row.settledVnd),
    conflict: row.conflict === null ? null : readOne(COLLECTION_CONFLICTS, row.conflict),
    takenAt: toMoment(row.takenAt),
    receivedAt: toMoment(row.receivedAt),
    receiptNumber: receiptYear === null || number === null ? null : receiptNumber(receiptYear, number),
    receiptUrl: receiptUrl(config.publicUrl, found.token),
    handoverId: row.handoverId,
    undoneAt: row.undoneAt === null ? null : toMoment(row.undoneAt),
  }
}
