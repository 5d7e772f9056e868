import { insertMany, type Tx } from '@tienve/db'
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { approval } from '../approvals/tables.ts'
import { appUser } from '../identity/tables.ts'
import { zone } from '../markets/tables.ts'
import { stall } from '../stalls/tables.ts'
import type { Billed } from './compare.ts'
import type { Draft } from './drafts.ts'
import type { Line } from './lines.ts'
import { billingRound, charge, chargeDraft, chargeLine } from './tables.ts'

/** Drafts written in one statement: payments share the thread that prepares it. */
const AT_ONCE = 1_000

export type RoundRow = typeof billingRound.$inferSelect

const ofRound = (marketId: string, id: string) =>
  and(eq(billingRound.marketId, marketId), eq(billingRound.id, id))

const proposer = sql<
  string | null
>`(select name from app_user u where u.market_id = ${approval.marketId} and u.id = ${approval.proposedBy})`

const closing = alias(approval, 'closing')
const closer = alias(appUser, 'closer')

/** Billing rounds, newest period first, each with who proposed and who approved it. */
export async function listRounds(tx: Tx, marketId: string) {
  return tx
    .select({
      id: billingRound.id,
      period: billingRound.period,
      status: billingRound.status,
      dueOn: billingRound.dueOn,
      issuedAt: billingRound.issuedAt,
      closedAt: billingRound.closedAt,
      proposedBy: proposer,
      proposedAt: approval.proposedAt,
      approvedBy: appUser.name,
      closeProposedBy: closer.name,
      closeProposedAt: closing.proposedAt,
      closeRefusedReason: closing.refusedReason,
    })
    .from(billingRound)
    .leftJoin(
      approval,
      and(eq(approval.marketId, billingRound.marketId), eq(approval.id, billingRound.approvalId)),
    )
    .leftJoin(appUser, and(eq(appUser.marketId, approval.marketId), eq(appUser.id, approval.approvedBy)))
    .leftJoin(
      closing,
      and(eq(closing.marketId, billingRound.marketId), eq(closing.id, billingRound.closeApprovalId)),
    )
    .leftJoin(closer, and(eq(closer.marketId, closing.marketId), eq(closer.id, closing.proposedBy)))
    .where(eq(billingRound.marketId, marketId))
    .orderBy(desc(billingRound.period))
}

/** What the charges of each round come to. */
export async function sumCharges(tx: Tx, marketId: string) {
  return tx
    .select({
      roundId: charge.roundId,
      count: sql<bigint>`count(*)`,
      totalVnd: sql<bigint>`sum(${charge.totalVnd})::bigint`,
      paidVnd: sql<bigint>`sum(${charge.paidVnd})::bigint`,
      outstandingVnd: sql<bigint>`sum(${charge.outstandingVnd})::bigint`,
    })
    .from(charge)
    .where(eq(charge.marketId, marketId))
    .groupBy(charge.roundId)
}

/** What the drafts of the rounds that are not issued yet come to. */
export async function sumDrafts(tx: Tx, marketId: string) {
  return tx
    .select({
      roundId: chargeDraft.roundId,
      count: sql<bigint>`count(*)`,
      totalVnd: sql<bigint>`sum(${chargeDraft.totalVnd})::bigint`,
    })
    .from(chargeDraft)
    .innerJoin(
      billingRound,
      and(
        eq(billingRound.marketId, chargeDraft.marketId),
        eq(billingRound.id, chargeDraft.roundId),
        sql`${billingRound.status} in ('proposed', 'issuing')`,
      ),
    )
    .where(eq(chargeDraft.marketId, marketId))
    .groupBy(chargeDraft.roundId)
}

export async function findRoundRow(tx: Tx, marketId: string, id: string): Promise<RoundRow | null> {
  const [row] = await tx.select().from(billingRound).where(ofRound(marketId, id))
  return row ?? null
}

/** Locked until the transaction ends, so that a round is never changed or issued by two at once. */
export async function lockRound(tx: Tx, marketId: string, id: string): Promise<RoundRow | null> {
  const [row] = await tx.select().from(billingRound).where(ofRound(marketId, id)).for('update')
  return row ?? null
}

/** The round of a period, locked, made if there is none yet. */
export async function lockRoundOfPeriod(
  tx: Tx,
  marketId: string,
  made: { id: string; period: string; dueOn: string },
): Promise<RoundRow> {
  await tx
    .insert(billingRound)
    .values({ marketId, ...made, status: 'preparing' })
    .onConflictDoNothing()
  const [row] = await tx
    .select()
    .from(billingRound)
    .where(and(eq(billingRound.marketId, marketId), eq(billingRound.period, made.period)))
    .for('update')
  if (row === undefined) throw new Error('a round that was made or there already was not found')
  return row
}

export async function updateRound(
  tx: Tx,
  marketId: string,
  id: string,
  set: Partial<
    Pick<
      RoundRow,
      | 'status'
      | 'dueOn'
      | 'approvalId'
      | 'approvedBy'
      | 'issuedAt'
      | 'closeApprovalId'
      | 'closedBy'
      | 'closedAt'
    >
  >,
): Promise<void> {
  await tx.update(billingRound).set(set).where(ofRound(marketId, id))
}

export async function listIssuing(tx: Tx, marketId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: billingRound.id })
    .from(billingRound)
    .where(and(eq(billingRound.marketId, marketId), eq(billingRound.status, 'issuing')))
    .orderBy(asc(billingRound.period))
  return rows.map(({ id }) => id)
}

export async function insertDrafts(
  tx: Tx,
  marketId: string,
  roundId: string,
  drafts: readonly Draft[],
): Promise<void> {
  for (let from = 0; from < drafts.length; from += AT_ONCE) {
    await insertMany(
      tx,
      chargeDraft,
      drafts.slice(from, from + AT_ONCE).map(({ stallId, contractId, totalVnd, lines }) => ({
        marketId,
        roundId,
        stallId,
        contractId,
        totalVnd,
        lines: JSON.stringify(lines.map(toFrozen)),
      })),
    )
  }
}

export async function deleteDrafts(tx: Tx, marketId: string, roundId: string): Promise<void> {
  await tx
    .delete(chargeDraft)
    .where(and(eq(chargeDraft.marketId, marketId), eq(chargeDraft.roundId, roundId)))
}

/** The drafts of a round, by the code of the stall. */
export async function listDrafts(tx: Tx, marketId: string, roundId: string): Promise<Draft[]> {
  const rows = await tx
    .select({
      stallId: chargeDraft.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      zoneCode: zone.code,
      contractId: chargeDraft.contractId,
      totalVnd: chargeDraft.totalVnd,
      lines: chargeDraft.lines,
    })
    .from(chargeDraft)
    .innerJoin(stall, and(eq(stall.marketId, chargeDraft.marketId), eq(stall.id, chargeDraft.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(and(eq(chargeDraft.marketId, marketId), eq(chargeDraft.roundId, roundId)))
    .orderBy(asc(stall.code), asc(chargeDraft.contractId))
  return rows.map((row) => ({ ...row, lines: thawLines(row.lines) }))
}

/** The charges of a period with their lines; none when the period was not billed. */
export async function listBilled(tx: Tx, marketId: string, period: string): Promise<Billed[]> {
  const ofPeriod = and(
    eq(billingRound.marketId, charge.marketId),
    eq(billingRound.id, charge.roundId),
    eq(billingRound.period, period),
  )
  const charges = await tx
    .select({
      id: charge.id,
      stallId: charge.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      zoneCode: zone.code,
      contractId: charge.contractId,
      totalVnd: charge.totalVnd,
    })
    .from(charge)
    .innerJoin(billingRound, ofPeriod)
    .innerJoin(stall, and(eq(stall.marketId, charge.marketId), eq(stall.id, charge.stallId)))
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(eq(charge.marketId, marketId))
  const lines = await tx
    .select({
      chargeId: chargeLine.chargeId,
      service: sql<Line['service']>`${chargeLine.service}`,
      formula: chargeLine.formula,
      quantity: chargeLine.quantity,
      tariffId: chargeLine.tariffId,
    })
    .from(chargeLine)
    .innerJoin(charge, and(eq(charge.marketId, chargeLine.marketId), eq(charge.id, chargeLine.chargeId)))
    .innerJoin(billingRound, ofPeriod)
    .where(eq(chargeLine.marketId, marketId))
  const byCharge = Map.groupBy(lines, ({ chargeId }) => chargeId)
  return charges.map(({ id, ...row }) => ({ ...row, lines: byCharge.get(id) ?? [] }))
}

/** A draft that is no charge yet, and who is liable for it. */
export type DueDraft = Pick<Draft, 'stallId' | 'contractId' | 'totalVnd' | 'lines'> & { arrearsVnd: bigint }

/**
 * The next drafts of a round that have no charge yet. The arrears are what the same stallholder still owes for the stall
 * from other rounds: whoever took a stall over is not told of what somebody else left.
 */
export async function listDueDrafts(
  tx: Tx,
  marketId: string,
  roundId: string,
  limit: number,
): Promise<DueDraft[]> {
  const { rows } = await tx.execute<{
    stall_id: string
    contract_id: string
    total_vnd: bigint
    arrears_vnd: bigint
    lines: unknown
  }>(sql`
    select d.stall_id, d.contract_id, d.total_vnd, d.lines,
      (select coalesce(sum(o.outstanding_vnd), 0)::bigint from charge o
        left join contract c on c.market_id = o.market_id and c.id = o.contract_id
        where o.market_id = d.market_id and o.stall_id = d.stall_id and o.outstanding_vnd > 0 and o.round_id <> d.round_id
          and (o.contract_id is null or c.stallholder_id = own.stallholder_id)) as arrears_vnd
    from charge_draft d
    join contract own on own.market_id = d.market_id and own.id = d.contract_id
    where d.market_id = ${marketId} and d.round_id = ${roundId} and not exists (
      select from charge i where i.market_id = d.market_id and i.round_id = d.round_id and i.stall_id = d.stall_id
        and i.contract_id = d.contract_id)
    order by d.stall_id, d.contract_id limit ${limit}`)
  return rows.map((row) => ({
    stallId: row.stall_id,
    contractId: row.contract_id,
    totalVnd: BigInt(row.total_vnd),
    arrearsVnd: BigInt(row.arrears_vnd),
    lines: thawLines(row.lines),
  }))
}

type FrozenLine = Omit<Line, 'netVnd' | 'vatVnd' | 'amountVnd'> & {
  netVnd: string
  vatVnd: string
  amountVnd: string
}

function toFrozen({ netVnd, vatVnd, amountVnd, ...line }: Line): FrozenLine {
  return {
    ...line,
    netVnd: netVnd.toString(),
    vatVnd: vatVnd.toString(),
    amountVnd: amountVnd.toString(),
  }
}

function thawLines(lines: unknown): Line[] {
  // Only `insertDrafts` writes this column, in this form.
  return (lines as FrozenLine[]).map(({ netVnd, vatVnd, amountVnd, ...line }) => ({
    ...line,
    netVnd: BigInt(netVnd),
    vatVnd: BigInt(vatVnd),
    amountVnd: BigInt(amountVnd),
  }))
}
