import {
  AppError,
  ROUND_STATUSES,
  type ApproveRound,
  type BillingRound,
  type ProposeRound,
  type RoundCheck,
  type RoundPreview,
} from '@tienve/contracts'
import { inMarket, newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import { approve, isWaiting, propose, refuse } from '../approvals/service.ts'
import { readOne } from '../columns.ts'
import { inChange, noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { listCited } from '../tariffs/repository.ts'
import { draftMonth, type Draft, type Problem } from './drafts.ts'
import { boardAccountOf, issueRound } from './issue.ts'
import { ISSUING_CHANNEL } from './jobs.ts'
import { previewOf, type PreviewQuery } from './preview.ts'
import * as rows from './round-rows.ts'

/** Charges that the approving request makes itself; the worker goes on with the rest. */
const AT_ONCE = 1_000

/** Problems that a refusal names; the preview has all of them. */
const NAMED_PROBLEMS = 10

/** Billing rounds, newest period first. Drafts count as charges until the round is issued. */
export async function getRounds(tx: Tx, marketId: string): Promise<BillingRound[]> {
  const rounds = await rows.listRounds(tx, marketId)
  const issued = new Map((await rows.sumCharges(tx, marketId)).map((row) => [row.roundId, row]))
  const drafted = new Map((await rows.sumDrafts(tx, marketId)).map((row) => [row.roundId, row]))
  return rounds.map((round) => {
    const charges = issued.get(round.id)
    const all = drafted.get(round.id) ?? charges
    return {
      id: round.id,
      period: round.period,
      status: readOne(ROUND_STATUSES, round.status),
      dueOn: round.dueOn,
      issuedAt: momentOf(round.issuedAt),
      closedAt: momentOf(round.closedAt),
      proposedBy: round.proposedBy,
      proposedAt: momentOf(round.proposedAt),
      approvedBy: round.approvedBy,
      closing: closingOf(round),
      chargeCount: Number(all?.count ?? 0n),
      issuedCount: Number(charges?.count ?? 0n),
      totalVnd: vndToJson(all?.totalVnd ?? 0n),
      paidVnd: vndToJson(charges?.paidVnd ?? 0n),
      outstandingVnd: vndToJson(charges?.outstandingVnd ?? 0n),
    }
  })
}

/**
 * Proposes to bill a month: what it would bill now is frozen as drafts. Nobody is billed until another person approves.
 * Errors: `round_already_issued` (or proposed), `round_not_ready` (readings or prices are missing; the fields name the
 * first stalls).
 */
export async function proposeRound(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  { period, dueOn }: ProposeRound,
): Promise<BillingRound> {
  const { marketId } = actor
  const { id, status } = await rows.lockRoundOfPeriod(tx, marketId, { id: newId('rnd'), period, dueOn })
  if (status !== 'preparing') {
    throw new AppError('round_already_issued', undefined, { fields: { period: 'already billed' } })
  }
  const { drafts, problems } = await draftMonth(tx, marketId, period)
  if (problems.length > 0) throw notReady(problems)
  const approvalId = await propose(tx, actor, { kind: 'billing_round', objectId: id }, ctx.now())
  await rows.updateRound(tx, marketId, id, { status: 'proposed', dueOn, approvalId })
  await rows.insertDrafts(tx, marketId, id, drafts)
  return findRound(tx, marketId, id)
}

/** Takes a proposed round back: its drafts go, and it may be proposed anew. Errors: `not_found`, `round_not_proposed`. */
export async function withdrawRound(tx: Tx, actor: Actor, id: string): Promise<BillingRound> {
  const { marketId } = actor
  requireProposed(await rows.lockRound(tx, marketId, id))
  await rows.deleteDrafts(tx, marketId, id)
  await rows.updateRound(tx, marketId, id, { status: 'preparing', approvalId: null })
  return findRound(tx, marketId, id)
}

/** The drafts of a round as they were frozen, beside the month before. Errors: `not_found`, `round_not_proposed`. */
export async function getRoundDrafts(
  tx: Tx,
  marketId: string,
  id: string,
  query: PreviewQuery,
): Promise<RoundPreview> {
  const round = await rows.findRoundRow(tx, marketId, id)
  if (round === null) throw new AppError('not_found')
  if (round.status === 'preparing') throw new AppError('round_not_proposed')
  const drafts = await rows.listDrafts(tx, marketId, id)
  return previewOf(tx, marketId, { period: round.period, drafts, problems: [] }, query)
}

/** What a proposed round bills, by price. Errors: `not_found`, `round_not_proposed`, `round_already_issued`. */
export async function getRoundCheck(tx: Tx, marketId: string, id: string): Promise<RoundCheck> {
  const { period, status, dueOn, proposedBy, proposedAt } = await findRound(tx, marketId, id)
  requireProposed({ status })
  if (proposedBy === null || proposedAt === null) throw new Error('a proposed round names who proposed it')
  const drafts = await rows.listDrafts(tx, marketId, id)
  const byAmount = drafts.toSorted((a, b) => Number(b.totalVnd - a.totalVnd))
  return {
    id,
    period,
    dueOn,
    proposedBy,
    proposedAt,
    ...seenOf(drafts),
    prices: await sumByPrice(tx, marketId, drafts),
    largest: toExtreme(byAmount[0]),
    smallest: toExtreme(byAmount.at(-1)),
  }
}

/**
 * Approves a proposed round and issues it: a charge for every draft, each with its own code, posted as owed. Whoever
 * approves says what was on the screen; when that is not what the drafts come to, nothing is issued. A large round is
 * answered while it is `issuing`, and the worker goes on with it. Errors: `not_found`, `round_not_proposed`,
 * `round_already_issued`, `round_changed`, `approval_own_proposal`, `stall_without_account` (the board's).
 */
export async function approveRound(
  ctx: Pick<Context, 'now' | 'db'>,
  actor: Actor,
  id: string,
  { seen }: ApproveRound,
): Promise<BillingRound> {
  const { marketId } = actor
  await inChange(ctx, actor, async (tx) => {
    const { approvalId } = requireProposed(await rows.lockRound(tx, marketId, id))
    if (approvalId === null) throw new Error('a proposed round has a proposal')
    await approve(tx, actor, approvalId, ctx.now())
    const drafted = (await rows.sumDrafts(tx, marketId)).find(({ roundId }) => roundId === id)
    requireSeen(seen, {
      chargeCount: Number(drafted?.count ?? 0n),
      totalVnd: vndToJson(drafted?.totalVnd ?? 0n),
    })
    await boardAccountOf(tx, marketId)
    await rows.updateRound(tx, marketId, id, { status: 'issuing', approvedBy: actor.userId })
    noteChange(actor, { before: { status: 'proposed' }, after: { status: 'issuing', ...seen } })
  })
  await issueRound({ ...ctx, as: 'api' }, marketId, id, AT_ONCE)
  return inMarket(ctx.db, marketId, async (tx) => {
    const round = await findRound(tx, marketId, id)
    if (round.status === 'issuing') await tx.execute(sql`select pg_notify(${ISSUING_CHANNEL}, ${marketId})`)
    return round
  })
}

/**
 * Proposes to close an issued round whose due day has passed: nothing of it is to change afterwards. Errors: `not_found`,
 * `round_not_due`, `round_closing_waits` (proposed already).
 */
export async function proposeClosing(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<BillingRound> {
  const { marketId } = actor
  const now = ctx.now()
  const round = requireDue(await rows.lockRound(tx, marketId, id), now)
  if (round.closeApprovalId !== null && (await isWaiting(tx, marketId, round.closeApprovalId)))
    throw new AppError('round_closing_waits')
  const closeApprovalId = await propose(tx, actor, { kind: 'round_closing', objectId: id }, now)
  await rows.updateRound(tx, marketId, id, { closeApprovalId })
  return findRound(tx, marketId, id)
}

/** Closes a round that another proposed to close. Errors: `not_found`, `round_not_due`, `round_closing_not_proposed`, `approval_own_proposal`. */
export async function approveClosing(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<BillingRound> {
  const { marketId, userId } = actor
  const now = ctx.now()
  const round = requireDue(await rows.lockRound(tx, marketId, id), now)
  await approve(tx, actor, await waitingClosing(tx, round), now)
  await rows.updateRound(tx, marketId, id, { status: 'closed', closedBy: userId, closedAt: now })
  noteChange(actor, { before: { status: round.status }, after: { status: 'closed', dueOn: round.dueOn } })
  return findRound(tx, marketId, id)
}

/** Refuses it and says why: the round stays open. Errors: as `approveClosing`. */
export async function refuseClosing(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<BillingRound> {
  const { marketId } = actor
  const round = requireDue(await rows.lockRound(tx, marketId, id), ctx.now())
  await refuse(tx, actor, await waitingClosing(tx, round), reason, ctx.now())
  return findRound(tx, marketId, id)
}

async function waitingClosing(tx: Tx, { marketId, closeApprovalId }: rows.RoundRow): Promise<string> {
  if (closeApprovalId === null || !(await isWaiting(tx, marketId, closeApprovalId)))
    throw new AppError('round_closing_not_proposed')
  return closeApprovalId
}

/** Errors: `not_found`, `round_not_due`. */
function requireDue(round: rows.RoundRow | null, now: Date): rows.RoundRow {
  if (round === null) throw new AppError('not_found')
  if (round.status !== 'issued')
    throw new AppError('round_not_due', undefined, { fields: { status: round.status } })
  if (round.dueOn >= dayOf(now))
    throw new AppError('round_not_due', undefined, { fields: { dueOn: round.dueOn } })
  return round
}

/** Errors: `not_found`, `round_not_proposed` (yet, or no more), `round_already_issued` (or being issued). */
function requireProposed<T extends { status: string }>(round: T | null): T {
  if (round === null) throw new AppError('not_found')
  if (round.status === 'preparing') throw new AppError('round_not_proposed')
  if (round.status !== 'proposed') throw new AppError('round_already_issued')
  return round
}

function notReady(problems: readonly Problem[]): AppError {
  const named = problems.slice(0, NAMED_PROBLEMS)
  return new AppError('round_not_ready', undefined, {
    fields: Object.fromEntries(
      named.map(({ problem, stallCode, service }) => [
        service === null ? stallCode : `${stallCode} ${service}`,
        problem,
      ]),
    ),
  })
}

function seenOf(drafts: readonly { totalVnd: bigint }[]): ApproveRound['seen'] {
  return {
    chargeCount: drafts.length,
    totalVnd: vndToJson(drafts.reduce((sum, { totalVnd }) => sum + totalVnd, 0n)),
  }
}

function requireSeen(seen: ApproveRound['seen'], now: ApproveRound['seen']): void {
  const changed = (['chargeCount', 'totalVnd'] as const).filter((name) => seen[name] !== now[name])
  if (changed.length === 0) return
  throw new AppError('round_changed', undefined, {
    fields: Object.fromEntries(changed.map((name) => [`seen.${name}`, `now ${now[name]}`])),
  })
}

async function sumByPrice(tx: Tx, marketId: string, drafts: readonly Draft[]): Promise<RoundCheck['prices']> {
  const byTariff = Map.groupBy(
    drafts.flatMap(({ contractId, lines }) => lines.map((line) => ({ contractId, ...line }))),
    ({ tariffId }) => tariffId,
  )
  const cited = await listCited(tx, marketId, [...byTariff.keys()])
  return cited.map(({ id, name, unitPriceVnd, decision }) => {
    const lines = byTariff.get(id) ?? []
    return {
      tariffId: id,
      name,
      unitPriceVnd: unitPriceVnd === null ? null : vndToJson(unitPriceVnd),
      decision,
      chargeCount: new Set(lines.map(({ contractId }) => contractId)).size,
      totalVnd: vndToJson(lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)),
    }
  })
}

function toExtreme(draft: Draft | undefined): RoundCheck['largest'] {
  if (draft === undefined) return null
  return {
    stallCode: draft.stallCode,
    stallName: draft.stallName,
    formula: draft.lines.map(({ formula }) => formula).join('; '),
    amountVnd: vndToJson(draft.totalVnd),
  }
}

/** That it be closed, while it waits for the second person or was refused. */
function closingOf(round: Awaited<ReturnType<typeof rows.listRounds>>[number]): BillingRound['closing'] {
  const { status, closeProposedBy, closeProposedAt, closeRefusedReason } = round
  if (status !== 'issued' || closeProposedBy === null || closeProposedAt === null) return null
  return { proposedBy: closeProposedBy, at: toMoment(closeProposedAt), refusedReason: closeRefusedReason }
}

function momentOf(at: Date | null): string | null {
  return at === null ? null : toMoment(at)
}

async function findRound(tx: Tx, marketId: string, id: string): Promise<BillingRound> {
  const round = (await getRounds(tx, marketId)).find((one) => one.id === id)
  if (round === undefined) throw new AppError('not_found')
  return round
}
