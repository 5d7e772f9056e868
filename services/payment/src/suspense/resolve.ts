import {
  AppError,
  type BulkResolve,
  type BulkResolved,
  type ResolveSuspense,
  type SuspenseDetail,
  type SuspensePart,
} from '@tienve/contracts'
import { insertMany, newId, type Tx } from '@tienve/db'
import { LedgerRefusal, postAll, reverse, type PostItem } from '@tienve/ledger'
import { approve, propose, refuse } from '../approvals/service.ts'
import { outgoingNamed, suspenseToCharge, suspenseToGeneral } from '../books/suspense-postings.ts'
import { inChange, noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { holdAgain, joinHeldTo, readHeld } from '../feeds/held.ts'
import { takeLane } from '../feeds/repository.ts'
import type { Actor } from '../http/types.ts'
import { promiseReturn, withdrawReturn } from '../refunds/service.ts'
import { lockCharges } from '../settlements/repository.ts'
import { applyCredits } from '../settlements/service.ts'
import { payFrom, takeBack } from './pay.ts'
import * as repository from './repository.ts'
import { partsOf } from './rules.ts'
import { getSuspenseItem, twoPeopleFrom } from './service.ts'
import { suspensePart, type suspenseResolution } from './tables.ts'

type Resolution = typeof suspenseResolution.$inferSelect
type NewPart = typeof suspensePart.$inferInsert

/**
 * Says what money in suspense was: payments of charges or debts, money of the general books, money that goes back, or
 * several of these. A sum of the market's parameter or more only waits, until another person approves. Errors: `not_found`,
 * `suspense_already_resolved`, `suspense_already_proposed`, `suspense_parts_wrong`, `resolution_invalid`.
 */
export async function resolveSuspense(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  input: ResolveSuspense,
): Promise<SuspenseDetail> {
  const { marketId } = actor
  const now = ctx.now()
  if (input.as === 'sighting') await takeLane(tx, marketId)
  const item = await lockOpen(tx, marketId, id)
  const parts = partsOf(input, item)
  if (input.as === 'sighting') await requireLikely(ctx, tx, actor, id, input.transactionId)
  if (item.posted && item.accountId === null) throw new AppError('resolution_invalid')
  // Money that left can have been the general books'; that it was a refund is said of the refund.
  if (item.posted && item.direction === 'out' && parts.some(({ as }) => as !== 'not_ours'))
    throw new AppError('resolution_invalid')
  await stallsOf(tx, marketId, parts)
  const isLarge = item.posted && item.amountVnd >= (await twoPeopleFrom(tx, marketId, now))
  const resolutionId = newId('rsl')
  const resolution = {
    marketId,
    id: resolutionId,
    suspenseId: id,
    parts,
    reason: input.reason,
    status: isLarge ? 'proposed' : 'done',
    resolvedBy: actor.userId,
    resolvedAt: now,
    approvalId: isLarge
      ? await propose(tx, actor, { kind: 'suspense_resolution', objectId: resolutionId }, now)
      : null,
    approvedBy: null,
    undoneBy: null,
    undoneReason: null,
    undoneAt: null,
  }
  if (!(await repository.tryInsertResolution(tx, resolution))) throw new AppError('suspense_already_proposed')
  if (!isLarge) await carryOut(tx, item, resolution, now)
  noteChange(actor, {
    object: { kind: 'suspense', id },
    before: { status: 'open' },
    after: { status: isLarge ? 'proposed' : 'resolved', amountVnd: item.amountVnd, ...input },
  })
  return getSuspenseItem(ctx, tx, actor, id)
}

/**
 * Approves what somebody else said a large sum was, and carries it out. Errors: `not_found`, `suspense_already_resolved`,
 * `suspense_not_proposed`, `approval_own_proposal`.
 */
export async function approveResolution(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<SuspenseDetail> {
  const { marketId } = actor
  const now = ctx.now()
  const item = await lockOpen(tx, marketId, id)
  const proposed = await requireProposed(tx, marketId, id)
  await approve(tx, actor, proposed.approvalId ?? '', now)
  await repository.setResolution(tx, marketId, proposed.id, { status: 'done', approvedBy: actor.userId })
  await carryOut(tx, item, proposed, now)
  noteChange(actor, {
    before: { status: 'proposed' },
    after: { status: 'resolved', amountVnd: item.amountVnd },
  })
  return getSuspenseItem(ctx, tx, actor, id)
}

/** Refuses it, and says why: the money stays in suspense. Errors: as `approveResolution`. */
export async function refuseResolution(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SuspenseDetail> {
  const { marketId } = actor
  await lockOpen(tx, marketId, id)
  const proposed = await requireProposed(tx, marketId, id)
  await refuse(tx, actor, proposed.approvalId ?? '', reason, ctx.now())
  await repository.setResolution(tx, marketId, proposed.id, { status: 'refused' })
  return getSuspenseItem(ctx, tx, actor, id)
}

/**
 * Undoes a resolution: its postings are reversed (on the first open day of the books, as any posting), what it paid is owed
 * again, its receipts are void, and the money is in suspense as before. Errors: `not_found`, `suspense_not_resolved`,
 * `resolution_used` (its money has moved on), `resolution_closed` (it paid a charge of a round that two people closed).
 */
export async function undoResolution(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<SuspenseDetail> {
  const { marketId } = actor
  const now = ctx.now()
  await takeLane(tx, marketId)
  const item = await repository.lockSuspense(tx, marketId, id)
  if (item === null) throw new AppError('not_found')
  const resolution = await repository.findResolution(tx, marketId, id, 'done')
  if (item.status !== 'resolved' || resolution === null) throw new AppError('suspense_not_resolved')
  const parts = await repository.listParts(tx, marketId, resolution.id)
  const stallIds = [...new Set(parts.flatMap(({ stallId }) => stallId ?? []))]
  await lockCharges(tx, marketId, stallIds)
  await withdrawReturn(tx, marketId, resolution.id)
  if (parts.some(({ becomes }) => becomes === 'sighting')) await holdAgain(tx, marketId, item, now)
  for (const { stallId, paymentId } of parts)
    if (stallId !== null && paymentId !== null)
      await takeBack(tx, marketId, { stallId, paymentId, reason, at: now })
  await repository.setSuspense(tx, marketId, id, {
    status: 'open',
    resolution: null,
    resolvedBy: null,
    resolvedReason: null,
    resolvedAt: null,
    resolutionId: null,
    lastLine: null,
  })
  await repository.setResolution(tx, marketId, resolution.id, {
    status: 'undone',
    undoneBy: actor.userId,
    undoneReason: reason,
    undoneAt: now,
  })
  const ahead = await applyCredits(tx, marketId, stallIds, now)
  for (const { line, ledgerSeq } of parts) {
    if (ledgerSeq === null) continue
    await reverse(tx, marketId, {
      seq: ledgerSeq,
      idemKey: `suspense-undo:${resolution.id}:${line}`,
      occurredAt: now,
      sourceKind: 'suspense_resolution',
      sourceId: resolution.id,
    })
  }
  await postAll(tx, marketId, ahead, { as: 'api' })
  return getSuspenseItem(ctx, tx, actor, id)
}

/**
 * Resolves what is certain and was shown as such: each item in a transaction of its own, all of it or none, and an answer for
 * each. Sent again, it finds nothing left to do.
 */
export async function resolveCertain(
  ctx: Pick<Context, 'db' | 'now'>,
  actor: Actor,
  { items, reason }: BulkResolve,
): Promise<BulkResolved> {
  const answers: BulkResolved['items'] = []
  for (const { id, chargeId } of items) {
    try {
      const done = await inChange(ctx, actor, (tx) => resolveIfCertain(ctx, tx, actor, id, chargeId, reason))
      answers.push({ id, outcome: done.status === 'resolved' ? 'resolved' : 'proposed', code: null })
    } catch (error) {
      if (!(error instanceof AppError || error instanceof LedgerRefusal)) throw error
      answers.push({ id, outcome: 'left', code: error instanceof AppError ? error.code : 'ledger_refused' })
    }
  }
  return { items: answers }
}

/** An item before this one may have paid the same charge: what is certain is asked anew, with the item locked. */
async function resolveIfCertain(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  chargeId: string,
  reason: string,
): Promise<SuspenseDetail> {
  await lockOpen(tx, actor.marketId, id)
  const [top] = (await getSuspenseItem(ctx, tx, actor, id)).suggestions
  if (top?.certain !== true || top.chargeId !== chargeId) throw new AppError('suggestion_changed')
  return resolveSuspense(ctx, tx, actor, id, { as: 'charge', chargeId, reason })
}

/** Only what was shown as likely can be chosen: of that account, direction and sum, and not told of by the same source yet. */
async function requireLikely(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
  transactionId: string,
): Promise<void> {
  const { question } = await getSuspenseItem(ctx, tx, actor, id)
  if (!question?.movements.some((one) => one.transactionId === transactionId))
    throw new AppError('resolution_invalid')
}

async function lockOpen(tx: Tx, marketId: string, id: string): Promise<repository.LockedSuspense> {
  const item = await repository.lockSuspense(tx, marketId, id)
  if (item === null) throw new AppError('not_found')
  if (item.status === 'resolved') throw new AppError('suspense_already_resolved')
  return item
}

async function requireProposed(tx: Tx, marketId: string, id: string): Promise<Resolution> {
  const proposed = await repository.findResolution(tx, marketId, id, 'proposed')
  if (proposed === null) throw new AppError('suspense_not_proposed')
  return proposed
}

/** Whose each part is, in order; null for what is no stall's. Errors: `not_found` for a charge or a stall that is not there. */
async function stallsOf(
  tx: Tx,
  marketId: string,
  parts: readonly SuspensePart[],
): Promise<(string | null)[]> {
  const names = await repository.findNames(tx, marketId, {
    chargeIds: parts.flatMap((part) => (part.as === 'charge' ? [part.chargeId] : [])),
    stallIds: parts.flatMap((part) => (part.as === 'debt' ? [part.stallId] : [])),
  })
  return parts.map((part) => {
    if (part.as !== 'charge' && part.as !== 'debt') return null
    const field = part.as === 'charge' ? 'chargeId' : 'stallId'
    const found = names.find((one) =>
      part.as === 'charge' ? one.chargeId === part.chargeId : one.stallId === part.stallId,
    )
    if (found === undefined)
      throw new AppError('not_found', 'There is no such charge or stall', { fields: { [field]: 'unknown' } })
    return found.stallId
  })
}

/** Writes what each part became, posts it, and closes the item by the last of them. The ledger comes last but for its keepers. */
async function carryOut(
  tx: Tx,
  item: repository.LockedSuspense,
  resolution: Resolution,
  now: Date,
): Promise<void> {
  const { marketId, id: suspenseId, posted, heldAccountId, direction } = item
  const { id: resolutionId, parts } = resolution
  const stallIds = await stallsOf(tx, marketId, parts)
  await lockCharges(tx, marketId, [...new Set(stallIds.filter((one) => one !== null))])
  const rows: NewPart[] = []
  const posts: { line: number; post: PostItem }[] = []
  let beforeVnd = 0n
  for (const [at, part] of parts.entries()) {
    const amountVnd = BigInt(part.amountVnd)
    const line = at + 1
    const place = { resolutionId, line, amountVnd, occurredAt: item.occurredAt }
    const row: NewPart = {
      marketId,
      suspenseId,
      resolutionId,
      line,
      previousLine: at === 0 ? null : at,
      beforeVnd,
      amountVnd,
      afterVnd: beforeVnd + amountVnd,
      becomes: part.as,
      posted,
      stallId: null,
      paymentId: null,
      refundId: null,
      ledgerSeq: null,
      sightingOf: null,
      accountId: heldAccountId,
      direction: heldAccountId === null ? null : direction,
    }
    beforeVnd += amountVnd
    if (part.as === 'return') row.refundId = await returnPart(tx, item, resolution, part, now)
    else if (part.as === 'sighting') {
      const held = await readHeld(tx, marketId, item)
      if (held === null || !(await joinHeldTo(tx, marketId, held, part.transactionId)))
        throw new AppError('resolution_invalid')
      row.sightingOf = part.transactionId
    } else if (part.as === 'not_ours') {
      if (posted) posts.push({ line, post: toGeneral(item, place) })
    } else {
      const stallId = stallIds[at] ?? ''
      const chargeId = part.as === 'charge' ? part.chargeId : null
      const { paymentId, creditVnd } = await payFrom(tx, item, { stallId, chargeId, amountVnd })
      Object.assign(row, { stallId, paymentId })
      posts.push({ line, post: suspenseToCharge({ ...place, stallId, paymentId, creditVnd }) })
    }
    rows.push(row)
  }
  const seqs = await postAll(
    tx,
    marketId,
    posts.map(({ post }) => post),
    { as: 'api' },
  )
  const seqOf = new Map(posts.map(({ line }, at) => [line, seqs[at]]))
  await insertMany(
    tx,
    suspensePart,
    rows.map((row) => ({ ...row, ledgerSeq: seqOf.get(row.line) ?? null })),
  )
  const [first, ...others] = parts
  await repository.setSuspense(tx, marketId, suspenseId, {
    status: 'resolved',
    resolution: others.length > 0 ? 'split' : (first?.as ?? null),
    resolvedBy: resolution.resolvedBy,
    resolvedReason: resolution.reason,
    resolvedAt: now,
    resolutionId,
    lastLine: parts.length,
  })
}

function toGeneral(
  { id: suspenseId, direction }: repository.LockedSuspense,
  place: { resolutionId: string; line: number; amountVnd: bigint; occurredAt: Date },
): PostItem {
  if (direction === 'in') return suspenseToGeneral(place)
  const { resolutionId, line, amountVnd, occurredAt } = place
  const sourceKind = 'suspense_resolution'
  const post = outgoingNamed({
    suspenseId,
    as: 'general',
    sourceKind,
    sourceId: resolutionId,
    amountVnd,
    occurredAt,
  })
  return { ...post, idemKey: `${post.idemKey}:${line}` }
}

function returnPart(
  tx: Tx,
  item: repository.LockedSuspense,
  resolution: Resolution,
  part: Extract<SuspensePart, { as: 'return' }>,
  now: Date,
): Promise<string> {
  return promiseReturn(tx, item.marketId, {
    resolutionId: resolution.id,
    accountId: item.accountId ?? '',
    amountVnd: BigInt(part.amountVnd),
    occurredAt: item.occurredAt,
    toWhom: part.toWhom,
    reason: resolution.reason,
    decidedBy: resolution.resolvedBy,
    decidedAt: now,
  })
}
