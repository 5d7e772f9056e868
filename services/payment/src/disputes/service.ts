import {
  AppError,
  DISPUTE_STATUSES,
  type AnswerDispute,
  type Dispute,
  type DisputePage,
  type DisputeStatus,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { findCharge } from '../charges/repository.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { queueNotices } from '../notices/service.ts'
import * as repository from './repository.ts'

/** Disputes of a market or of one stall, the newest first. */
export async function getDisputes(
  tx: Tx,
  marketId: string,
  query: {
    status?: DisputeStatus | undefined
    stallId?: string | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<DisputePage> {
  const found = await repository.listDisputes(tx, marketId, query, {
    limit: query.limit,
    after: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { items: rows.map(toDispute), nextCursor }
}

/** The stallholder says that a charge is wrong. Errors: `not_found` (another stall's charge too), `dispute_already_open`. */
export async function openDispute(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  chargeId: string,
  reason: string,
): Promise<Dispute> {
  const { marketId, userId } = actor
  const charge = await findCharge(tx, marketId, chargeId)
  if (charge === null || charge.stallId !== actor.stallId) throw new AppError('not_found')
  const id = newId('dsp')
  const { stallId } = charge
  const row = { marketId, id, chargeId, stallId, reason, openedBy: userId, openedAt: ctx.now() }
  if (!(await repository.tryInsertDispute(tx, row))) throw new AppError('dispute_already_open')
  return findDispute(tx, marketId, id)
}

/**
 * The board's answer, of which the stall is told. An upheld one changes nothing by itself: the charge is changed on its own
 * screen, by two people. Errors: `not_found`, `dispute_already_answered`.
 */
export async function answerDispute(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  { outcome, answer }: AnswerDispute,
): Promise<Dispute> {
  const { marketId, userId } = actor
  const now = ctx.now()
  await lockOpen(tx, marketId, id)
  await repository.closeDispute(tx, marketId, id, { outcome, answer, answeredBy: userId, answeredAt: now })
  const closed = await findDispute(tx, marketId, id)
  const { stallId, chargeId, period } = closed
  await queueNotices(tx, marketId, [
    {
      stallId,
      kind: 'dispute_answered',
      dedupeKey: `dispute_answered:${id}`,
      words: { chargeId, period, outcome },
      dueAt: now,
      createdAt: now,
    },
  ])
  return closed
}

/** The stall takes back what it said. Errors: `not_found` (another stall's too), `dispute_already_answered`. */
export async function withdrawDispute(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<Dispute> {
  const { marketId, userId } = actor
  await lockOpen(tx, marketId, id, actor.stallId)
  await repository.closeDispute(tx, marketId, id, {
    outcome: 'withdrawn',
    answer: '',
    answeredBy: userId,
    answeredAt: ctx.now(),
  })
  return findDispute(tx, marketId, id)
}

/** A dispute that nobody has closed, locked; `ofStall` is whose it must be, or null. */
async function lockOpen(tx: Tx, marketId: string, id: string, ofStall: string | null = null) {
  const row = await repository.lockDispute(tx, marketId, id)
  if (row === null || (ofStall !== null && row.stallId !== ofStall)) throw new AppError('not_found')
  if (row.answeredAt !== null) throw new AppError('dispute_already_answered')
  return row
}

async function findDispute(tx: Tx, marketId: string, id: string): Promise<Dispute> {
  const [row] = await repository.listDisputes(tx, marketId, { id }, { limit: 1, after: null })
  if (row === undefined) throw new AppError('not_found')
  return toDispute(row)
}

function toDispute(row: repository.DisputeRow): Dispute {
  const status = row.outcome === null ? 'open' : readOne(DISPUTE_STATUSES, row.outcome)
  return {
    id: row.id,
    chargeId: row.chargeId,
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    period: row.period,
    dueOn: row.dueOn,
    dueVnd: vndToJson(row.dueVnd),
    outstandingVnd: vndToJson(row.outstandingVnd),
    reason: row.reason,
    openedAt: toMoment(row.occurredAt),
    status,
    answer: status === 'withdrawn' ? null : row.answer,
    answeredAt: row.answeredAt === null ? null : toMoment(row.answeredAt),
  }
}
