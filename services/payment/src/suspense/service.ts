import {
  AppError,
  REFUND_STATUSES,
  SUSPENSE_REASONS,
  SUSPENSE_RESOLUTIONS,
  SUSPENSE_RESOLUTION_STATUSES,
  SUSPENSE_TARGETS,
  type CertainSuspense,
  type Suggestion,
  type SuspenseDetail,
  type SuspenseItem,
  type SuspensePage,
  type SuspensePart,
  type SuspenseQuestion,
  type SuspenseReason,
  type SuspenseResolution,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { readHeld, separateHeld } from '../feeds/held.ts'
import { takeLane } from '../feeds/repository.ts'
import { codesOf, numbersOf } from '../feeds/rules.ts'
import { listLikely } from '../feeds/tellings.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { hasHiddenAccount } from '../origin/repository.ts'
import { SLIP } from '../payments/rules.ts'
import { noteLooks } from '../privacy/service.ts'
import { bankCodeOf, maskNumber } from '../stalls/rules.ts'
import * as repository from './repository.ts'
import { codesNear, DEFAULT_TWO_PEOPLE_FROM_VND, memoKey, rank, type Asked, type Evidence } from './rules.ts'

/** So many memos of the past are looked at for somebody who paid before. */
const MEMOS = 2_000
const MOST_CERTAIN = 200

/** Money whose purpose is not known, newest first, with what of it is open and what is going back. */
export async function getSuspense(
  tx: Tx,
  marketId: string,
  query: {
    status?: 'open' | 'returning' | 'resolved' | undefined
    reason?: SuspenseReason | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<SuspensePage> {
  const { status, reason, limit } = query
  const found = await repository.listSuspense(
    tx,
    marketId,
    {
      status: status === 'returning' ? 'resolved' : status,
      reason,
      isReturning: status === 'returning',
    },
    { limit, after: readCursor(query.cursor) },
  )
  const { rows, nextCursor } = cutPage(found, limit)
  const reasons = await repository.sumOpenByReason(tx, marketId)
  // What left is no money of anybody's that waits here; its chip shows it.
  const came = reasons.filter(({ direction }) => direction === 'in')
  const returning = await repository.sumReturning(tx, marketId)
  return {
    items: rows.map(toItem),
    nextCursor,
    openCount: came.reduce((sum, { count }) => sum + count, 0),
    openVnd: vndToJson(came.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)),
    returningCount: returning.count,
    returningVnd: vndToJson(returning.amountVnd),
    reasons: reasons.map((one) => ({
      reason: readOne(SUSPENSE_REASONS, one.reason),
      count: one.count,
      amountVnd: vndToJson(one.amountVnd),
    })),
  }
}

/** An item with why it waits, what it may have been for, and all that was ever said of it. Errors: `not_found`. */
export async function getSuspenseItem(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<SuspenseDetail> {
  const { marketId } = actor
  const [row] = await repository.listSuspense(tx, marketId, { id }, { limit: 1, after: null })
  if (row === undefined) throw new AppError('not_found')
  const isAsked = row.status === 'open' && row.posted && row.direction === 'in'
  const suggestions = isAsked ? await suggestFor(ctx, tx, actor, [row]) : []
  const content = row.isHidden ? null : row.content
  return {
    ...toItem(row),
    codes: content === null ? [] : codesOf({ content, codeHint: null }).codes,
    bankTransaction:
      row.bankTransactionId === null || row.isHidden
        ? null
        : {
            id: row.bankTransactionId,
            reference: row.reference,
            occurredAt: toMoment(row.occurredAt),
            receivedAt: toMoment(row.receivedAt ?? row.occurredAt),
          },
    isInBooks: row.posted,
    twoPeopleFromVnd: vndToJson(await twoPeopleFrom(tx, marketId, ctx.now())),
    suggestions: suggestions[0] ?? [],
    question: await findQuestion(ctx, tx, actor, row),
    history: await readHistory(tx, actor, id),
  }
}

/**
 * Says that what was held back, because it might be money that we have or because only a second feed tells of it, is money
 * of its own: the worker books it, as any other, and the question is gone. Errors: `not_found`,
 * `suspense_already_resolved`, `resolution_invalid` for an item that asks no such thing.
 */
export async function bookHeld(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId }: Actor,
  id: string,
): Promise<void> {
  // A worker that looks at it again meanwhile would write what it read over what the person says, and forget the message.
  await takeLane(tx, marketId)
  const item = await repository.lockSuspense(tx, marketId, id)
  if (item === null) throw new AppError('not_found')
  if (item.status === 'resolved') throw new AppError('suspense_already_resolved')
  if (!(await separateHeld(tx, marketId, item, ctx.now()))) throw new AppError('resolution_invalid')
}

/**
 * What a telling that was held back says and which transactions it may be of. Those of a stall's account are of its trade:
 * only where it agreed to be named, and noted as a look.
 */
async function findQuestion(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  row: repository.SuspenseRow,
): Promise<SuspenseQuestion | null> {
  const { marketId } = actor
  if (row.status !== 'open' || row.posted || !['ambiguous', 'unconfirmed'].includes(row.reason)) return null
  const held = await readHeld(tx, marketId, row)
  if (held === null || (await hasHiddenAccount(tx, marketId, numbersOf(held.event)))) return null
  const { stallId } = held.place
  await noteLooks(
    ctx,
    tx,
    actor,
    'payments',
    stallId === null ? [] : [{ stallId, fromDay: null, toDay: null }],
  )
  const movements = await listLikely(tx, marketId, held)
  return {
    content: held.event.content,
    reference: held.event.bankReference,
    movements: movements.map((one) => ({ ...one, occurredAt: toMoment(one.occurredAt) })),
  }
}

/** From which sum on money leaves suspense by the word of two people. */
export async function twoPeopleFrom(tx: Tx, marketId: string, now: Date): Promise<bigint> {
  return (await repository.findTwoPeopleFrom(tx, marketId, dayOf(now))) ?? DEFAULT_TWO_PEOPLE_FROM_VND
}

/** Open items whose best suggestion is certain: what can be resolved at once, having been looked at. */
export async function getCertain(ctx: Pick<Context, 'now'>, tx: Tx, actor: Actor): Promise<CertainSuspense> {
  const found = await repository.listSuspense(
    tx,
    actor.marketId,
    { status: 'open' },
    { limit: MOST_CERTAIN, after: null },
  )
  const rows = found.filter(({ posted, isProposed }) => posted && !isProposed)
  const suggestions = await suggestFor(ctx, tx, actor, rows)
  const items = rows.flatMap((row, at) => {
    const suggestion = suggestions[at]?.[0]
    return suggestion?.certain === true ? [{ ...toItem(row), suggestion }] : []
  })
  return { items, amountVnd: items.reduce((sum, { amountVnd }) => sum + amountVnd, 0) }
}

/**
 * What each of these may have been for. A shopper's request is of a stall's own trade: it is only of those that agreed to be
 * named, and is noted as a look.
 */
async function suggestFor(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  rows: readonly repository.SuspenseRow[],
): Promise<Suggestion[][]> {
  if (rows.length === 0) return []
  const asked = rows.map(({ amountVnd, content, isHidden }) => ({
    amountVnd,
    content: isHidden ? null : content,
  }))
  const evidence = await findEvidence(tx, actor.marketId, asked)
  const suggestions = asked.map((one) => rank(one, evidence))
  const seen = suggestions
    .flat()
    .filter(({ reasons }) => reasons.some(({ why }) => why === 'open_request'))
    .flatMap(({ stallId }) => (stallId === null ? [] : [stallId]))
  await noteLooks(
    ctx,
    tx,
    actor,
    'payments',
    [...new Set(seen)].map((stallId) => ({ stallId, fromDay: null, toDay: null })),
  )
  return suggestions
}

async function findEvidence(tx: Tx, marketId: string, asked: readonly Asked[]): Promise<Evidence> {
  const contents = asked.flatMap(({ content }) => (content === null ? [] : [content]))
  const keys = new Set(contents.flatMap((content) => memoKey(content) ?? []))
  const codes = await repository.findCodesOfDebts(tx, marketId, [...new Set(contents.flatMap(codesNear))])
  const amounts = asked.flatMap(({ amountVnd }) => [amountVnd, amountVnd * SLIP])
  const sums = await repository.findSums(tx, marketId, [...new Set(amounts)])
  const memos = keys.size === 0 ? [] : await repository.listPayersMemos(tx, marketId, MEMOS)
  const before = keys.size === 0 ? [] : await repository.listResolvedMemos(tx, marketId, MEMOS)
  const payers = new Map<string, Set<string>>()
  for (const { stallId, content } of memos) {
    const key = memoKey(content)
    if (key !== null && keys.has(key)) payers.set(key, (payers.get(key) ?? new Set()).add(stallId))
  }
  const resolved = new Map<string, { as: (typeof SUSPENSE_TARGETS)[number]; stallId: string | null }>()
  for (const { becomes, stallId, content } of before) {
    const key = memoKey(content)
    if (key !== null && keys.has(key) && !resolved.has(key))
      resolved.set(key, { as: readOne(SUSPENSE_TARGETS, becomes), stallId })
  }
  const stallIds = new Set([
    ...sums.map(({ stallId }) => stallId),
    ...[...codes.values()].map(({ stallId }) => stallId),
    ...[...payers.values()].flatMap((ids) => [...ids]),
    ...[...resolved.values()].flatMap(({ stallId }) => stallId ?? []),
  ])
  const names = await repository.findNames(tx, marketId, { chargeIds: [], stallIds: [...stallIds] })
  const bySum = (what: string) => {
    const of = Map.groupBy(
      sums.filter((one) => one.what === what),
      ({ amountVnd }) => amountVnd,
    )
    return new Map([...of].map(([vnd, rows]) => [vnd, new Set(rows.map(({ stallId }) => stallId))]))
  }
  return {
    charges: await repository.listOpenCharges(tx, marketId, [...stallIds]),
    stalls: new Map(names.map((one) => [one.stallId, one])),
    codes,
    payers,
    resolved,
    requests: bySum('request'),
    debts: bySum('debt'),
  }
}

async function readHistory(tx: Tx, actor: Actor, id: string): Promise<SuspenseResolution[]> {
  const { marketId } = actor
  const rows = await repository.listResolutions(tx, marketId, id)
  const parts = rows.flatMap((row) => row.parts)
  const names = await repository.findNames(tx, marketId, {
    chargeIds: parts.flatMap((part) => (part.as === 'charge' ? [part.chargeId] : [])),
    stallIds: parts.flatMap((part) => (part.as === 'debt' ? [part.stallId] : [])),
  })
  const nameOf = (part: SuspensePart) =>
    names.find((one) =>
      part.as === 'charge'
        ? one.chargeId === part.chargeId
        : part.as === 'debt' && one.stallId === part.stallId,
    )
  return rows.map((row) => ({
    id: row.id,
    status: readOne(SUSPENSE_RESOLUTION_STATUSES, row.status),
    parts: row.parts.map((part) => {
      const of = nameOf(part)
      return {
        as: part.as,
        amountVnd: part.amountVnd,
        stallId: of?.stallId ?? null,
        stallCode: of?.stallCode ?? null,
        stallName: of?.stallName ?? null,
        chargeId: part.as === 'charge' ? part.chargeId : null,
        period: part.as === 'charge' ? (of?.period ?? null) : null,
        toWhom: part.as === 'return' ? part.toWhom : null,
        transactionId: part.as === 'sighting' ? part.transactionId : null,
      }
    }),
    reason: row.reason,
    by: row.by,
    at: toMoment(row.resolvedAt),
    isOwn: row.resolvedBy === actor.userId,
    decidedBy: row.decidedBy,
    refusedReason: row.refusedReason,
    undoneBy: row.undoneBy,
    undoneReason: row.undoneReason,
    undoneAt: row.undoneAt === null ? null : toMoment(row.undoneAt),
    refundId: row.refundId,
  }))
}

function toItem(row: repository.SuspenseRow): SuspenseItem {
  return {
    id: row.id,
    reason: readOne(SUSPENSE_REASONS, row.reason),
    status: row.status === 'resolved' ? 'resolved' : 'open',
    direction: row.direction === 'out' ? 'out' : 'in',
    amountVnd: vndToJson(row.amountVnd),
    bankCode: row.bin === null ? null : bankCodeOf(row.bin),
    accountMasked: row.number === null || row.isHidden ? null : maskNumber(row.number),
    content: row.isHidden ? null : row.content,
    occurredAt: toMoment(row.occurredAt),
    resolution: row.resolution === null ? null : readOne(SUSPENSE_RESOLUTIONS, row.resolution),
    isProposed: row.isProposed,
    refundStatus: row.refundStatus === null ? null : readOne(REFUND_STATUSES, row.refundStatus),
  }
}
