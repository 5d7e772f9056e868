import { newId, type Tx } from '@tienve/db'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { LookedAt } from '@tienve/contracts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { apiKey } from '../apikeys/tables.ts'
import { appUser } from '../identity/tables.ts'
import { look } from './tables.ts'

/** One stall that is named in an answer, and the days the answer is about; null for all that there is. */
export type Seen = { stallId: string; fromDay: string | null; toDay: string | null }

/** Adds a look at each of these stalls, in one statement; one that is known from the same hour adds nothing. */
export async function insertLooks(
  tx: Tx,
  by: { marketId: string; userId: string; role: string; what: LookedAt; at: Date },
  seen: readonly Seen[],
): Promise<void> {
  const column = (pick: (one: Seen) => string | null) => sql.param(seen.map(pick))
  const at = sql`${by.at.toISOString()}::timestamptz`
  await tx.execute(sql`
    insert into look (market_id, id, stall_id, user_id, role, what, from_day, to_day, at, hour)
    select ${by.marketId}, s.id, s.stall_id, ${by.userId}, ${by.role}, ${by.what}, s.from_day, s.to_day, ${at},
      date_trunc('hour', ${at})
    from unnest(${column(() => newId('lok'))}::text[], ${column(({ stallId }) => stallId)}::text[],
      ${column(({ fromDay }) => fromDay)}::date[], ${column(({ toDay }) => toDay)}::date[])
      as s (id, stall_id, from_day, to_day)
    order by s.stall_id
    on conflict do nothing`)
}

/** A page of the looks at a stall, newest first, from just before `before`; the id where a person is not there any more. */
export async function listLooks(
  tx: Tx,
  marketId: string,
  stallId: string,
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select({
      id: look.id,
      by: sql<string>`coalesce(${appUser.name}, ${apiKey.name}, ${look.userId})`,
      role: look.role,
      what: look.what,
      fromDay: look.fromDay,
      toDay: look.toDay,
      occurredAt: look.at,
    })
    .from(look)
    .leftJoin(appUser, and(eq(appUser.marketId, look.marketId), eq(appUser.id, look.userId)))
    .leftJoin(apiKey, and(eq(apiKey.marketId, look.marketId), eq(apiKey.id, look.userId)))
    .where(
      and(
        eq(look.marketId, marketId),
        eq(look.stallId, stallId),
        isAfterPage(page.before, { occurredAt: look.at, id: look.id }),
      ),
    )
    .orderBy(desc(look.at), desc(look.id))
    .limit(page.limit)
}
