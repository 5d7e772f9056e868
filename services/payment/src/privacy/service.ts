import { LOOKS, ROLES, type LookedAt, type LookPage } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { insertLooks, listLooks, type Seen } from './repository.ts'

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
  await insertLooks(tx, { marketId, userId, role, what, at: ctx.now() }, seen)
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

/** A page of the looks at a stall, newest first: what its own people may know of the board. */
export async function getLooks(
  tx: Tx,
  marketId: string,
  stallId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<LookPage> {
  const found = await listLooks(tx, marketId, stallId, {
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
