import { AppError, LETTER_STATES, type DeadLetters } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, desc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { VIAS } from '../feeds/intake.ts'
import { connection, feedInbox } from '../feeds/tables.ts'
import { cutPage, isAfterPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'

type Paging = { cursor?: string | undefined; limit: number }

const A_FEW = 5

/** The messages of the board's feeds that came to nothing, the newest first: what, when and why, never what they say. */
export async function getLetters(tx: Tx, marketId: string, query: Paging): Promise<DeadLetters> {
  const cursor = readCursor(query.cursor)
  const found = await selectLetters(
    tx,
    marketId,
    and(
      isNull(connection.stallId),
      isAfterPage(cursor, { occurredAt: feedInbox.receivedAt, id: feedInbox.id }),
    ),
    query.limit + 1,
  )
  const { rows, nextCursor } = cutPage(found, query.limit)
  return {
    items: rows.map(({ occurredAt, state, via, ...row }) => ({
      ...row,
      state: readOne(LETTER_STATES, state),
      via: readOne(VIAS, via),
      receivedAt: toMoment(occurredAt),
    })),
    nextCursor,
  }
}

/** The latest few of one connection. */
export async function listLettersOf(tx: Tx, marketId: string, connectionId: string) {
  const rows = await selectLetters(tx, marketId, eq(feedInbox.connectionId, connectionId), A_FEW)
  return rows.map(({ id, state, problem, occurredAt }) => ({
    id,
    state: readOne(LETTER_STATES, state),
    problem,
    receivedAt: toMoment(occurredAt),
  }))
}

/**
 * Takes a message up again from its bytes. Whoever owns its feed may: the board, or the stall. Errors: `not_found`,
 * `letter_not_dead` for one that is processed, that waits its turn, or whose bytes were erased.
 */
export async function replayLetter(
  ctx: Pick<Context, 'now' | 'log'>,
  tx: Tx,
  { marketId, stallId, userId }: Actor,
  id: string,
): Promise<void> {
  const [letter] = await tx
    .select({ state: feedInbox.state, erasedAt: feedInbox.erasedAt, stallId: connection.stallId })
    .from(feedInbox)
    .innerJoin(connection, isOfFeed)
    .where(and(eq(feedInbox.marketId, marketId), eq(feedInbox.id, id)))
  if (letter === undefined || letter.stallId !== stallId) throw new AppError('not_found')
  const isLetter = LETTER_STATES.some((state) => state === letter.state)
  if (!isLetter || letter.erasedAt !== null) throw new AppError('letter_not_dead')
  await tx.execute(sql`select inbox_requeue(${marketId}, ${sql.param([id])}::text[], ${ctx.now()})`)
  ctx.log.info({ marketId, inboxId: id, userId }, 'a person has a message processed again')
}

const isOfFeed = and(eq(connection.marketId, feedInbox.marketId), eq(connection.id, feedInbox.connectionId))

function selectLetters(tx: Tx, marketId: string, which: SQL | undefined, limit: number) {
  return tx
    .select({
      id: feedInbox.id,
      connectionId: feedInbox.connectionId,
      connectionName: connection.name,
      provider: feedInbox.provider,
      via: feedInbox.via,
      state: feedInbox.state,
      problem: feedInbox.problem,
      attempts: feedInbox.attempts,
      bytes: sql<number | null>`octet_length(${feedInbox.rawBody})`,
      occurredAt: feedInbox.receivedAt,
    })
    .from(feedInbox)
    .innerJoin(connection, isOfFeed)
    .where(and(eq(feedInbox.marketId, marketId), inArray(feedInbox.state, [...LETTER_STATES]), which))
    .orderBy(desc(feedInbox.receivedAt), desc(feedInbox.id))
    .limit(limit)
}
