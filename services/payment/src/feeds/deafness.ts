import type { Tx } from '@tienve/db'
import { and, eq, inArray, isNotNull, isNull, lt } from 'drizzle-orm'
import { dayOf, startOfDay, toMoment } from '../days.ts'
import { appendEvents } from '../live/repository.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { connection, connectionAccount } from './tables.ts'

/** A market's trading hours (05:00 to 18:30): outside them silence means nothing. */
const OPENS_MS = 5 * 3_600_000
const CLOSES_MS = 18.5 * 3_600_000

/** Longer than any usual gap of a whole market's feed in trading hours. */
const QUIET_MS = 15 * 60_000

/** The stalls whose accounts these connections speak for. */
export async function stallsHeardBy(
  tx: Tx,
  marketId: string,
  connectionIds: readonly string[],
): Promise<string[]> {
  if (connectionIds.length === 0) return []
  const rows = await tx
    .selectDistinct({ stallId: receivingAccount.stallId })
    .from(connectionAccount)
    .innerJoin(
      receivingAccount,
      and(
        eq(receivingAccount.marketId, connectionAccount.marketId),
        eq(receivingAccount.bin, connectionAccount.bin),
        eq(receivingAccount.number, connectionAccount.number),
      ),
    )
    .where(
      and(
        eq(connectionAccount.marketId, marketId),
        inArray(connectionAccount.connectionId, [...connectionIds]),
        isNotNull(receivingAccount.stallId),
      ),
    )
  return rows.flatMap(({ stallId }) => (stallId === null ? [] : [stallId]))
}

/** The live events that tell stalls what their feed is doing. */
export function toFeedEvents(stallIds: readonly string[], state: 'listening' | 'deaf', since: Date) {
  return stallIds.map((stallId) => ({
    stallId,
    kind: 'feed' as const,
    payload: { state, since: toMoment(since) },
  }))
}

/**
 * Marks the feeds that have gone quiet in trading hours and tells their stalls, by sound; hearing anything clears it.
 * A feed that has never been heard is not yet connected, and its stalls see that without an alarm.
 */
export async function markDeaf(tx: Tx, marketId: string, now: Date): Promise<number> {
  const sinceMidnight = now.getTime() - startOfDay(dayOf(now)).getTime()
  if (sinceMidnight < OPENS_MS + QUIET_MS || sinceMidnight > CLOSES_MS) return 0
  const rows = await tx
    .update(connection)
    .set({ deafSince: now })
    .where(
      and(
        eq(connection.marketId, marketId),
        isNull(connection.deafSince),
        lt(connection.lastHeardAt, new Date(now.getTime() - QUIET_MS)),
      ),
    )
    .returning({ id: connection.id })
  const stalls = await stallsHeardBy(
    tx,
    marketId,
    rows.map(({ id }) => id),
  )
  await appendEvents(tx, marketId, toFeedEvents(stalls, 'deaf', now), now)
  return rows.length
}
