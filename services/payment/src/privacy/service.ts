import {
  AppError,
  DATA_REQUEST_STATUSES,
  LOOKS,
  PERSONAL_DATA,
  ROLES,
  type AnswerDataRequest,
  type Consents,
  type DataRequest,
  type DataRequests,
  type LookedAt,
  type LookPage,
  type PersonalKind,
} from '@tienve/contracts'
import { inMarket, newId, type Tx } from '@tienve/db'
import { noteLook } from '../audit/service.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { listStandings } from '../contracts/repository.ts'
import { isOwnDay, ownDaysIn, type OwnDays } from '../contracts/rules.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import * as repository from './repository.ts'
import type { RequestRow, Seen } from './repository.ts'
import { replyDueAt } from './rules.ts'

/**
 * Notes that somebody of the board looked at these stalls by name, in the transaction that reads what is shown: what
 * cannot be noted is not shown. A stall's own people are not noted.
 */
export async function noteLooks(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  what: LookedAt,
  seen: readonly Seen[],
): Promise<void> {
  if (actor.stallId !== null || seen.length === 0) return
  const { marketId, userId, role } = actor
  const added = await repository.insertLooks(tx, { marketId, userId, role, what, at: ctx.now() }, seen)
  noteLook(actor, what, added)
}

/** What `read` answers, noted as a look at the stalls that the answer names. */
export async function readNoted<T>(
  ctx: Pick<Context, 'db' | 'now'>,
  actor: Actor,
  what: LookedAt,
  read: (tx: Tx) => Promise<T>,
  seenIn: (answer: T) => readonly Seen[],
): Promise<T> {
  return inMarket(ctx.db, actor.marketId, async (tx) => {
    const answer = await read(tx)
    await noteLooks(ctx, tx, actor, what, seenIn(answer))
    return answer
  })
}

/** The days on which a stall is whoever asks's: all for the board, and for its own people those of who has it now. */
export async function getOwnDays(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
): Promise<OwnDays> {
  const always = { since: null, until: null }
  if (actor.stallId === null) return always
  const standings = await listStandings(tx, actor.marketId, stallId)
  if (new Set(standings.map(({ holderId }) => holderId)).size < 2) return always
  const holderId = await repository.findHolderId(tx, actor.marketId, stallId, actor)
  return ownDaysIn(standings, holderId, dayOf(ctx.now()))
}

/**
 * Refuses a past day on which the stall was somebody else's. Today is looked up by nobody: it is what the stall's phones show
 * all day. Errors: `not_found`.
 */
export async function requireOwnDay(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  day: string,
): Promise<void> {
  if (day === dayOf(ctx.now())) return
  if (!isOwnDay(await getOwnDays(ctx, tx, actor, stallId), day))
    throw new AppError('not_found', 'On that day the stall was not yours')
}

/** A page of the looks at a stall, newest first: what its own people may know of the board. */
export async function getLooks(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<LookPage> {
  const days = await getOwnDays(ctx, tx, actor, stallId)
  const found = await repository.listLooks(tx, actor.marketId, stallId, days, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return {
    items: rows.map(({ occurredAt, ...row }) => ({
      ...row,
      role: readOne([...ROLES, 'key'], row.role),
      what: readOne(LOOKS, row.what),
      at: toMoment(occurredAt),
    })),
    nextCursor,
  }
}

/** What whoever asks has said for the stall to being seen by name, the newest first. */
export async function getConsents(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
): Promise<Consents> {
  const days = await getOwnDays(ctx, tx, actor, stallId)
  const rows = await repository.listConsents(tx, actor.marketId, stallId, days)
  return { items: rows.map(({ occurredAt, ...row }) => ({ ...row, at: toMoment(occurredAt) })) }
}

/** A stallholder asks that what is kept of them goes. Errors: `request_open` while such a request of theirs is. */
export async function askErasure(ctx: Pick<Context, 'now'>, tx: Tx, actor: Actor): Promise<DataRequest> {
  const { marketId, userId, stallId } = actor
  if (stallId === null) throw new AppError('not_found')
  const askedAt = ctx.now()
  const id = newId('drq')
  const row = { marketId, id, userId, stallId, askedAt, dueAt: replyDueAt(askedAt) }
  if (!(await repository.tryInsertRequest(tx, row))) throw new AppError('request_open')
  return getRequest(tx, marketId, id)
}

/** A page of requests, the newest first: all of the market's for the board, a stallholder's own for that person. */
export async function getRequests(
  tx: Tx,
  { marketId, userId, stallId }: Actor,
  query: { limit: number; cursor?: string | undefined },
): Promise<DataRequests> {
  const of = stallId === null ? {} : { userId }
  const page = { limit: query.limit + 1, before: readCursor(query.cursor) }
  const { rows, nextCursor } = cutPage(await repository.listRequests(tx, marketId, of, page), query.limit)
  const items: DataRequest[] = []
  for (const row of rows) items.push(await toRequest(tx, marketId, row))
  return { items, nextCursor }
}

/** A stallholder takes the own request back. Errors: `not_found`, `request_answered`. */
export async function withdrawRequest(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
): Promise<DataRequest> {
  const row = await requireRequest(tx, marketId, id)
  if (row.userId !== userId) throw new AppError('not_found')
  const answer = { status: 'withdrawn', by: userId, at: ctx.now(), reason: null } as const
  if (!(await repository.closeRequest(tx, marketId, id, answer))) throw new AppError('request_answered')
  return getRequest(tx, marketId, id)
}

/**
 * Refuses a request with a reason, or carries it out: what goes is gone with this transaction. Errors: `not_found`,
 * `request_answered`, `erasure_blocked` with what is still open in `fields`.
 */
export async function answerRequest(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
  answer: AnswerDataRequest,
): Promise<DataRequest> {
  const row = await requireRequest(tx, marketId, id)
  if (row.status !== 'open') throw new AppError('request_answered')
  const at = ctx.now()
  if (answer.as === 'refused') {
    const closing = { status: 'refused', by: userId, at, reason: answer.reason } as const
    if (!(await repository.closeRequest(tx, marketId, id, closing))) throw new AppError('request_answered')
    return getRequest(tx, marketId, id)
  }
  const holders = await repository.findOwnHolders(tx, marketId, row.userId)
  const blocks = await repository.listBlocks(tx, marketId, row.stallId, holders)
  if (blocks.length > 0) {
    const fields = Object.fromEntries(blocks.map((block) => [block, 'still open']))
    throw new AppError('erasure_blocked', undefined, { fields })
  }
  await repository.erasePerson(tx, marketId, { id, holders, by: userId, at })
  return getRequest(tx, marketId, id)
}

async function requireRequest(tx: Tx, marketId: string, id: string): Promise<RequestRow> {
  const [row] = await repository.listRequests(tx, marketId, { id }, { limit: 1, before: null })
  if (row === undefined) throw new AppError('not_found')
  return row
}

async function getRequest(tx: Tx, marketId: string, id: string): Promise<DataRequest> {
  return toRequest(tx, marketId, await requireRequest(tx, marketId, id))
}

async function toRequest(tx: Tx, marketId: string, row: RequestRow): Promise<DataRequest> {
  const { userId, occurredAt, outcome, ...rest } = row
  const isOpen = row.status === 'open'
  const holders = isOpen ? await repository.findOwnHolders(tx, marketId, userId) : []
  return {
    ...rest,
    status: readOne(DATA_REQUEST_STATUSES, row.status),
    askedAt: toMoment(occurredAt),
    dueAt: toMoment(row.dueAt),
    answeredAt: row.answeredAt === null ? null : toMoment(row.answeredAt),
    blocks: isOpen ? await repository.listBlocks(tx, marketId, row.stallId, holders) : [],
    items: outcome === null ? [] : itemsOf(outcome),
  }
}

/** What went and what stays, item by item, in the order of the table. */
function itemsOf(outcome: Record<string, number>): DataRequest['items'] {
  return (Object.keys(PERSONAL_DATA) as PersonalKind[]).map((kind) => {
    const gone = PERSONAL_DATA[kind].onErasure === 'erased'
    return { kind, gone, count: gone ? (outcome[kind] ?? 0) : null }
  })
}
