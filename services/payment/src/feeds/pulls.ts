import type { PullProblem } from '@tienve/bank-feeds'
import { inMarket, type Db } from '@tienve/db'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { connection, connectionPull } from './tables.ts'

export type ClaimedPull = {
  marketId: string
  connectionId: string
  provider: string
  baseUrl: string
  ciphertext: Buffer
  everySeconds: number
  readTo: Date
  sweptAt: Date | null
  failures: number
}

/** Whoever asks a provider has so long for a page before another may: one that was killed must not keep it from being asked. */
const PULL_LEASE_MS = 60_000

/**
 * Takes the connection whose turn to be asked came first, but for those that are being asked; null when none is due. One that is
 * revoked is not asked again.
 */
export async function claimPull(
  db: Db,
  now: Date,
  asking: readonly string[] = [],
): Promise<ClaimedPull | null> {
  const lease = new Date(now.getTime() + PULL_LEASE_MS)
  const { rows } = await db.orm.execute<{ market_id: string; connection_id: string }>(sql`
    update pull_queue set due_at = ${lease}
    where (market_id, connection_id) = (
      select market_id, connection_id from pull_queue
      where due_at <= ${now} and connection_id <> all(${sql.param(asking)}::text[]) order by due_at limit 1 for update skip locked)
    returning market_id, connection_id`)
  const [due] = rows
  if (due === undefined) return null
  const { market_id: marketId, connection_id: connectionId } = due
  const [found] = await inMarket(db, marketId, (tx) =>
    tx
      .select({
        provider: connection.provider,
        baseUrl: connectionPull.baseUrl,
        ciphertext: connectionPull.ciphertext,
        everySeconds: connectionPull.everySeconds,
        readTo: connectionPull.readTo,
        sweptAt: connectionPull.sweptAt,
        failures: connectionPull.failures,
      })
      .from(connectionPull)
      .innerJoin(
        connection,
        and(
          eq(connection.marketId, connectionPull.marketId),
          eq(connection.id, connectionPull.connectionId),
          isNull(connection.revokedAt),
        ),
      )
      .where(and(eq(connectionPull.marketId, marketId), eq(connectionPull.connectionId, connectionId))),
  )
  if (found !== undefined) return { marketId, connectionId, ...found }
  await db.orm.execute(
    sql`delete from pull_queue where market_id = ${marketId} and connection_id = ${connectionId}`,
  )
  return claimPull(db, now, asking)
}

/** Keeps the turn of whoever still asks, page by page. */
export async function keepPull(db: Db, { marketId, connectionId }: ClaimedPull, now: Date): Promise<void> {
  const lease = new Date(now.getTime() + PULL_LEASE_MS)
  await db.orm.execute(sql`
    update pull_queue set due_at = ${lease} where market_id = ${marketId} and connection_id = ${connectionId}`)
}

/** Notes how an asking went and when the next one is due, unless somebody wants it sooner meanwhile. */
export async function finishPull(
  db: Db,
  { marketId, connectionId, failures }: ClaimedPull,
  went: { dueAt: Date } & ({ readTo: Date; sweptAt: Date | null } | { problem: PullProblem }),
): Promise<void> {
  await inMarket(db, marketId, async (tx) => {
    const asked = { askedAt: sql`greatest(${connectionPull.askedAt}, now())` }
    await tx
      .update(connectionPull)
      .set(
        'problem' in went
          ? { ...asked, problem: went.problem, failures: failures + 1 }
          : { ...asked, readTo: went.readTo, sweptAt: went.sweptAt, problem: null, failures: 0 },
      )
      .where(and(eq(connectionPull.marketId, marketId), eq(connectionPull.connectionId, connectionId)))
    await tx.execute(sql`
      update pull_queue set due_at = ${went.dueAt} where market_id = ${marketId} and connection_id = ${connectionId}`)
  })
}
