import type { Tx } from '@tienve/db'
import type { ChangeStatus } from '@tienve/contracts'
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { approval } from '../approvals/tables.ts'
import { billingRound, charge, chargeChange, chargeLine } from '../charges/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'

const proposer = alias(appUser, 'proposer')
const decider = alias(appUser, 'decider')
export type ChangeRow = Awaited<ReturnType<typeof listChanges>>[number]

/** Changes, the newest first, one more than a page has; each with its charge as it is today. */
export async function listChanges(
  tx: Tx,
  marketId: string,
  filter: { id?: string; chargeId?: string | undefined; status?: ChangeStatus | undefined },
  page: { limit: number; after: Cursor | null },
) {
  return tx
    .select({
      id: chargeChange.id,
      chargeId: chargeChange.chargeId,
      stallId: charge.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      period: billingRound.period,
      kind: chargeChange.kind,
      lineName: chargeLine.name,
      netVnd: chargeChange.netVnd,
      vatVnd: chargeChange.vatVnd,
      amountVnd: chargeChange.amountVnd,
      reason: chargeChange.reason,
      status: chargeChange.status,
      proposedBy: proposer.name,
      occurredAt: approval.proposedAt,
      decidedBy: decider.name,
      decidedAt: chargeChange.decidedAt,
      refusedReason: approval.refusedReason,
      totalVnd: charge.totalVnd,
      dueVnd: sql<bigint>`${charge.totalVnd} + ${charge.adjustedVnd} - ${charge.relievedVnd} - ${charge.writtenOffVnd}`,
      paidVnd: charge.paidVnd,
      outstandingVnd: charge.outstandingVnd,
    })
    .from(chargeChange)
    .innerJoin(charge, and(eq(charge.marketId, chargeChange.marketId), eq(charge.id, chargeChange.chargeId)))
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(
      billingRound,
      and(eq(billingRound.marketId, charge.marketId), eq(billingRound.id, charge.roundId)),
    )
    .innerJoin(
      approval,
      and(eq(approval.marketId, chargeChange.marketId), eq(approval.id, chargeChange.approvalId)),
    )
    .innerJoin(proposer, and(eq(proposer.marketId, approval.marketId), eq(proposer.id, approval.proposedBy)))
    .leftJoin(
      decider,
      and(
        eq(decider.marketId, approval.marketId),
        eq(decider.id, sql`coalesce(${approval.approvedBy}, ${approval.refusedBy})`),
      ),
    )
    .leftJoin(
      chargeLine,
      and(
        eq(chargeLine.marketId, chargeChange.marketId),
        eq(chargeLine.chargeId, chargeChange.chargeId),
        eq(chargeLine.line, chargeChange.line),
      ),
    )
    .where(
      and(
        eq(chargeChange.marketId, marketId),
        filter.id === undefined ? undefined : eq(chargeChange.id, filter.id),
        filter.chargeId === undefined ? undefined : eq(chargeChange.chargeId, filter.chargeId),
        filter.status === undefined ? undefined : eq(chargeChange.status, filter.status),
        isAfterPage(page.after, { occurredAt: approval.proposedAt, id: chargeChange.id }),
      ),
    )
    .orderBy(desc(approval.proposedAt), desc(chargeChange.id))
    .limit(page.limit + 1)
}

/** Answers false when a change of this charge is waiting already. */
export async function tryInsertChange(tx: Tx, row: typeof chargeChange.$inferInsert): Promise<boolean> {
  const { rowCount } = await tx.insert(chargeChange).values(row).onConflictDoNothing()
  return rowCount === 1
}

export async function lockChange(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(chargeChange)
    .where(and(eq(chargeChange.marketId, marketId), eq(chargeChange.id, id)))
    .for('update')
  return row ?? null
}

export async function setDecided(
  tx: Tx,
  marketId: string,
  id: string,
  decided: { status: ChangeStatus; decidedAt: Date; approvedBy?: string; ledgerSeq?: bigint },
): Promise<void> {
  await tx
    .update(chargeChange)
    .set(decided)
    .where(and(eq(chargeChange.marketId, marketId), eq(chargeChange.id, id)))
}

/** A charge as it stands, whether its round is closed, and its lines with what adjustments have made of them. */
export async function findStanding(tx: Tx, marketId: string, chargeId: string) {
  const [[row], lines, [changed]] = await Promise.all([
    tx
      .select({
        id: charge.id,
        stallId: charge.stallId,
        paidVnd: charge.paidVnd,
        outstandingVnd: charge.outstandingVnd,
        writtenOffVnd: charge.writtenOffVnd,
        roundStatus: billingRound.status,
      })
      .from(charge)
      .innerJoin(
        billingRound,
        and(eq(billingRound.marketId, charge.marketId), eq(billingRound.id, charge.roundId)),
      )
      .where(and(eq(charge.marketId, marketId), eq(charge.id, chargeId))),
    tx
      .select({
        line: chargeLine.line,
        vatPercent: chargeLine.vatPercent,
        passThrough: chargeLine.passThrough,
        netVnd: sql<bigint>`(${chargeLine.netVnd} + coalesce(sum(${chargeChange.netVnd}), 0))::bigint`,
        vatVnd: sql<bigint>`(${chargeLine.vatVnd} + coalesce(sum(${chargeChange.vatVnd}), 0))::bigint`,
      })
      .from(chargeLine)
      .leftJoin(
        chargeChange,
        and(
          eq(chargeChange.marketId, chargeLine.marketId),
          eq(chargeChange.chargeId, chargeLine.chargeId),
          eq(chargeChange.line, chargeLine.line),
          eq(chargeChange.status, 'approved'),
        ),
      )
      .where(and(eq(chargeLine.marketId, marketId), eq(chargeLine.chargeId, chargeId)))
      .groupBy(chargeLine.marketId, chargeLine.chargeId, chargeLine.line)
      .orderBy(asc(chargeLine.line)),
    tx
      .select({ vatVnd: sql<bigint>`coalesce(sum(${chargeChange.vatVnd}), 0)::bigint` })
      .from(chargeChange)
      .where(
        and(
          eq(chargeChange.marketId, marketId),
          eq(chargeChange.chargeId, chargeId),
          eq(chargeChange.status, 'approved'),
          eq(chargeChange.kind, 'relieved'),
        ),
      ),
  ])
  return row === undefined ? null : { ...row, lines, relievedVatVnd: changed?.vatVnd ?? 0n }
}
export type Standing = NonNullable<Awaited<ReturnType<typeof findStanding>>>

const COLUMNS = { adjusted: 'adjustedVnd', relieved: 'relievedVnd', written_off: 'writtenOffVnd' } as const

/** Adds to what a charge was adjusted, relieved or written off by. */
export async function addToCharge(
  tx: Tx,
  marketId: string,
  chargeId: string,
  kind: keyof typeof COLUMNS,
  amountVnd: bigint,
): Promise<void> {
  const column = COLUMNS[kind]
  await tx
    .update(charge)
    .set({ [column]: sql`${charge[column]} + ${amountVnd}` })
    .where(and(eq(charge.marketId, marketId), eq(charge.id, chargeId)))
}
