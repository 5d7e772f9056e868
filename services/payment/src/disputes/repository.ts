import type { DisputeStatus } from '@tienve/contracts'
import { tryIn, type Tx } from '@tienve/db'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { billingRound, charge } from '../charges/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { stall } from '../stalls/tables.ts'
import { dispute } from './tables.ts'

export type DisputeFilter = { id?: string; stallId?: string | undefined; status?: DisputeStatus | undefined }
export type DisputeRow = Awaited<ReturnType<typeof listDisputes>>[number]

/** Disputes, the newest first, one more than a page has. */
export async function listDisputes(
  tx: Tx,
  marketId: string,
  filter: DisputeFilter,
  page: { limit: number; after: Cursor | null },
) {
  return tx
    .select({
      id: dispute.id,
      chargeId: dispute.chargeId,
      stallId: dispute.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      period: billingRound.period,
      dueOn: charge.dueOn,
      dueVnd: sql<bigint>`(${charge.totalVnd} + ${charge.adjustedVnd} - ${charge.relievedVnd} - ${charge.writtenOffVnd})::bigint`,
      outstandingVnd: charge.outstandingVnd,
      reason: dispute.reason,
      occurredAt: dispute.openedAt,
      outcome: dispute.outcome,
      answer: dispute.answer,
      answeredAt: dispute.answeredAt,
    })
    .from(dispute)
    .innerJoin(charge, and(eq(charge.marketId, dispute.marketId), eq(charge.id, dispute.chargeId)))
    .innerJoin(stall, and(eq(stall.marketId, dispute.marketId), eq(stall.id, dispute.stallId)))
    .innerJoin(
      billingRound,
      and(eq(billingRound.marketId, charge.marketId), eq(billingRound.id, charge.roundId)),
    )
    .where(
      and(
        eq(dispute.marketId, marketId),
        filter.id === undefined ? undefined : eq(dispute.id, filter.id),
        filter.stallId === undefined ? undefined : eq(dispute.stallId, filter.stallId),
        filter.status === undefined
          ? undefined
          : filter.status === 'open'
            ? isNull(dispute.answeredAt)
            : eq(dispute.outcome, filter.status),
        isAfterPage(page.after, { occurredAt: dispute.openedAt, id: dispute.id }),
      ),
    )
    .orderBy(desc(dispute.openedAt), desc(dispute.id))
    .limit(page.limit + 1)
}

export async function lockDispute(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(dispute)
    .where(and(eq(dispute.marketId, marketId), eq(dispute.id, id)))
    .for('update')
  return row ?? null
}

/** False when the charge has an open dispute already: the database holds that rule. */
export async function tryInsertDispute(tx: Tx, row: typeof dispute.$inferInsert): Promise<boolean> {
  const { broken } = await tryIn(tx, () => tx.insert(dispute).values(row))
  if (broken === null) return true
  if (broken === 'dispute_open_key') return false
  throw new Error(`a dispute was refused by ${broken}`)
}

export async function closeDispute(
  tx: Tx,
  marketId: string,
  id: string,
  how: { outcome: DisputeStatus; answer: string; answeredBy: string; answeredAt: Date },
): Promise<void> {
  await tx
    .update(dispute)
    .set(how)
    .where(and(eq(dispute.marketId, marketId), eq(dispute.id, id)))
}
