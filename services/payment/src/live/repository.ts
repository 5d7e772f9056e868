import type { Tx } from '@tienve/db'
import { and, eq, lt, sql } from 'drizzle-orm'
import { liveCounter, liveEvent } from './tables.ts'

export type LiveRow = { stallId: string; number: bigint; kind: string; payload: Record<string, unknown> }

/** The events of the given stalls above the number each of them has seen, in order. At most `limit` of them. */
export async function listEventsAfter(
  tx: Tx,
  marketId: string,
  seen: ReadonlyMap<string, bigint>,
  limit: number,
): Promise<LiveRow[]> {
  const { rows } = await tx.execute<{
    stall_id: string
    number: bigint
    kind: string
    payload: Record<string, unknown>
  }>(sql`
    select e.stall_id, e.number, e.kind, e.payload
    from unnest(${sql.param([...seen.keys()])}::text[], ${sql.param([...seen.values()])}::bigint[]) as seen (stall_id, number)
    join live_event e on e.market_id = ${marketId} and e.stall_id = seen.stall_id and e.number > seen.number
    order by e.stall_id, e.number
    limit ${limit}`)
  return rows.map((row) => ({
    stallId: row.stall_id,
    number: row.number,
    kind: row.kind,
    payload: row.payload,
  }))
}

/** For each of these: the money that came to its stall or was taken back above a number, not from before a moment, in order. At most `limit` for each. */
export async function listMoneyAfter(
  tx: Tx,
  marketId: string,
  asked: readonly { stallId: string; after: bigint; since: Date }[],
  limit: number,
): Promise<LiveRow[][]> {
  const { rows } = await tx.execute<{
    place: bigint
    stall_id: string
    number: bigint
    kind: string
    payload: Record<string, unknown>
  }>(sql`
    select a.place, e.stall_id, e.number, e.kind, e.payload
    from unnest(${sql.param(asked.map(({ stallId }) => stallId))}::text[], ${sql.param(asked.map(({ after }) => after))}::bigint[],
      ${sql.param(asked.map(({ since }) => since.toISOString()))}::text[]) with ordinality as a (stall_id, number, since, place)
    cross join lateral (select l.stall_id, l.number, l.kind, l.payload from live_event l
      where l.market_id = ${marketId} and l.stall_id = a.stall_id and l.number > a.number
        and l.kind in ('payment', 'reversal') and l.created_at >= a.since::timestamptz
      order by l.number limit ${limit}) e
    order by a.place, e.number`)
  const found = Map.groupBy(rows, ({ place }) => Number(place) - 1)
  return asked.map((_, at) =>
    (found.get(at) ?? []).map(({ stall_id: stallId, number, kind, payload }) => ({
      stallId,
      number,
      kind,
      payload,
    })),
  )
}

/** The last number given out at a stall, and the first that is still kept (null when none is). */
export async function findEventRange(
  tx: Tx,
  marketId: string,
  stallId: string,
): Promise<{ last: bigint; first: bigint | null }> {
  const [counter] = await tx
    .select({ last: liveCounter.lastNumber })
    .from(liveCounter)
    .where(and(eq(liveCounter.marketId, marketId), eq(liveCounter.stallId, stallId)))
  const [event] = await tx
    .select({ first: sql<bigint | null>`min(${liveEvent.number})` })
    .from(liveEvent)
    .where(and(eq(liveEvent.marketId, marketId), eq(liveEvent.stallId, stallId)))
  return { last: counter?.last ?? 0n, first: event?.first ?? null }
}

/**
 * Numbers events, in the order given, and stores them: two statements that are sent at once, the second of which reads
 * what the first one counted. Sorted by stall, so that two writers cannot deadlock.
 */
export async function appendEvents(
  tx: Tx,
  marketId: string,
  events: readonly {
    stallId: string
    kind: 'payment' | 'reversal' | 'collection' | 'feed'
    payload: Record<string, unknown>
  }[],
  now: Date,
): Promise<void> {
  if (events.length === 0) return
  const stalls = sql.param(events.map(({ stallId }) => stallId))
  const counted = tx
    .execute(
      sql`
        insert into live_counter (market_id, stall_id, last_number)
        select ${marketId}, stall_id, count(*) from unnest(${stalls}::text[]) as e (stall_id) group by stall_id order by stall_id
        on conflict (market_id, stall_id) do update set last_number = live_counter.last_number + excluded.last_number`,
    )
    .execute()
  const stored = tx
    .execute(
      sql`
        insert into live_event (market_id, stall_id, number, kind, payload, created_at)
        select ${marketId}, e.stall_id,
          c.last_number - count(*) over (partition by e.stall_id) + row_number() over (partition by e.stall_id order by e.at),
          e.kind, e.payload, ${now}
        from unnest(${stalls}::text[], ${sql.param(events.map(({ kind }) => kind))}::text[],
          ${sql.param(events.map(({ payload }) => payload))}::jsonb[]) with ordinality as e (stall_id, kind, payload, at)
        join live_counter c on c.market_id = ${marketId} and c.stall_id = e.stall_id
        returning 1`,
    )
    .execute()
  await Promise.all([counted, stored])
}

export async function trimEvents(tx: Tx, marketId: string, before: Date): Promise<void> {
  await tx.delete(liveEvent).where(and(eq(liveEvent.marketId, marketId), lt(liveEvent.createdAt, before)))
}
