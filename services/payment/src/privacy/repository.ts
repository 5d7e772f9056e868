import { newId, type Tx } from '@tienve/db'
import { and, desc, eq, gte, isNull, lt, sql, type AnyColumn, type SQL } from 'drizzle-orm'
import { ERASURE_BLOCKS, type ErasureBlock, type LookedAt } from '@tienve/contracts'
import type { OwnDays } from '../contracts/rules.ts'
import { addDays, startOfDay } from '../days.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { apiKey } from '../apikeys/tables.ts'
import { appUser } from '../identity/tables.ts'
import { stall } from '../stalls/tables.ts'
import { consentChange, dataRequest, look } from './tables.ts'

/** One stall that is named in an answer, and the days the answer is about; null for all that there is. */
export type Seen = { stallId: string; fromDay: string | null; toDay: string | null }

/**
 * Adds a look at each of these stalls, in one statement; one that is known from the same hour adds nothing. Answers the stalls
 * of those that were added.
 */
export async function insertLooks(
  tx: Tx,
  by: { marketId: string; userId: string; role: string; what: LookedAt; at: Date },
  seen: readonly Seen[],
): Promise<string[]> {
  const column = (pick: (one: Seen) => string | null) => sql.param(seen.map(pick))
  const at = sql`${by.at.toISOString()}::timestamptz`
  const { rows } = await tx.execute<{ stall_id: string }>(sql`
    insert into look (market_id, id, stall_id, user_id, role, what, from_day, to_day, at, hour)
    select ${by.marketId}, s.id, s.stall_id, ${by.userId}, ${by.role}, ${by.what}, s.from_day, s.to_day, ${at},
      date_trunc('hour', ${at})
    from unnest(${column(() => newId('lok'))}::text[], ${column(({ stallId }) => stallId)}::text[],
      ${column(({ fromDay }) => fromDay)}::date[], ${column(({ toDay }) => toDay)}::date[])
      as s (id, stall_id, from_day, to_day)
    order by s.stall_id
    on conflict do nothing returning stall_id`)
  return rows.map(({ stall_id }) => stall_id)
}

/**
 * Whom the log-in of one of a stall's people was made for: a helper's is that of who has the stall. Null where it was made
 * before that was noted.
 */
export async function findHolderId(
  tx: Tx,
  marketId: string,
  stallId: string,
  { userId, role }: { userId: string; role: string },
): Promise<string | null> {
  const [row] = await tx
    .select({ holderId: appUser.holderId })
    .from(appUser)
    .where(
      and(
        eq(appUser.marketId, marketId),
        eq(appUser.stallId, stallId),
        role === 'helper'
          ? and(eq(appUser.role, 'stallholder'), isNull(appUser.removedAt))
          : eq(appUser.id, userId),
      ),
    )
    // Of two who are there while a code for the next one waits, who has a PIN has the stall still.
    .orderBy(sql`${appUser.secretHash} is null`, desc(appUser.id))
    .limit(1)
  return row?.holderId ?? null
}

/** A page of the looks at a stall on these days, newest first, from just before `before`; the id where a person is not there any more. */
export async function listLooks(
  tx: Tx,
  marketId: string,
  stallId: string,
  days: OwnDays,
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
        isWithin(days, look.at),
        isAfterPage(page.before, { occurredAt: look.at, id: look.id }),
      ),
    )
    .orderBy(desc(look.at), desc(look.id))
    .limit(page.limit)
}

/**
 * Adds to what a stall has said, and with it how the board sees it; the same said again adds nothing. False, and nothing is
 * added, where days would be shown by name that are or will be somebody else's.
 */
export async function recordConsent(
  tx: Tx,
  said: {
    marketId: string
    stallId: string
    given: boolean
    userId: string
    words: string
    device: string | null
    at: Date
  },
): Promise<boolean> {
  const { marketId, stallId, given, userId, words, device, at } = said
  const { rows } = await tx.execute<{ done: boolean }>(sql`
    select consent_record(${marketId}, ${newId('cns')}, ${stallId}, ${given}, ${userId}, ${words},
      ${device}, ${at.toISOString()}::timestamptz) as done`)
  return rows[0]?.done === true
}

/** The stall is not seen by name any more, since somebody else has it or will: what was said does not hold for them. */
export async function endConsent(tx: Tx, marketId: string, stallId: string, at: Date): Promise<void> {
  await tx.execute(
    sql`select consent_end(${marketId}, ${newId('cns')}, ${stallId}, ${at.toISOString()}::timestamptz)`,
  )
}

/** Everything that a stall has said on these days about being seen, the newest first. */
export async function listConsents(tx: Tx, marketId: string, stallId: string, days: OwnDays) {
  return tx
    .select({
      id: consentChange.id,
      given: consentChange.given,
      occurredAt: consentChange.at,
      by: appUser.name,
      words: consentChange.words,
      device: consentChange.device,
    })
    .from(consentChange)
    .leftJoin(
      appUser,
      and(eq(appUser.marketId, consentChange.marketId), eq(appUser.id, consentChange.userId)),
    )
    .where(
      and(
        eq(consentChange.marketId, marketId),
        eq(consentChange.stallId, stallId),
        isWithin(days, consentChange.at),
      ),
    )
    .orderBy(desc(consentChange.at), desc(consentChange.id))
}

function isWithin({ since, until }: OwnDays, at: AnyColumn): SQL | undefined {
  return and(
    since === null ? undefined : gte(at, startOfDay(since)),
    until === null ? undefined : lt(at, startOfDay(addDays(until, 1))),
  )
}

/**
 * The people of the register who a log-in is, of those with a contract for its stall: who it was made for. Of one that was
 * made before that was noted, who has its phone, or the tenant where nobody else sells or ever rented there and the register
 * knows no phone. Empty where it cannot be told.
 */
export async function findOwnHolders(tx: Tx, marketId: string, userId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select distinct h.id from app_user u
    join contract k on k.market_id = u.market_id and k.stall_id = u.stall_id
    join stallholder h on h.market_id = k.market_id and h.id in (k.stallholder_id, k.seller_id)
    where u.market_id = ${marketId} and u.id = ${userId}
      and case when u.holder_id is not null then h.id = u.holder_id
        else h.phone = u.login or h.phone is null and h.id = k.stallholder_id and k.seller_id is null
          and not exists (select from contract o where o.market_id = k.market_id and o.stall_id = k.stall_id
            and o.stallholder_id <> k.stallholder_id)
        end
    order by 1`)
  return rows.map(({ id }) => id)
}

/** Takes down that a person asks; false when such a request of theirs is open. */
export async function tryInsertRequest(tx: Tx, row: typeof dataRequest.$inferInsert): Promise<boolean> {
  const done = await tx
    .insert(dataRequest)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: dataRequest.id })
  return done.length > 0
}

const requestColumns = {
  id: dataRequest.id,
  userId: dataRequest.userId,
  stallId: dataRequest.stallId,
  stallCode: stall.code,
  name: appUser.name,
  status: dataRequest.status,
  occurredAt: dataRequest.askedAt,
  dueAt: dataRequest.dueAt,
  answeredAt: dataRequest.answeredAt,
  answeredBy: sql<string | null>`(select a.name from app_user a
    where a.market_id = ${dataRequest.marketId} and a.id = ${dataRequest.answeredBy})`,
  reason: dataRequest.reason,
  outcome: dataRequest.outcome,
}
export type RequestRow = Awaited<ReturnType<typeof listRequests>>[number]

/** A page of requests, the newest first; one person's alone when `userId` says whose. */
export async function listRequests(
  tx: Tx,
  marketId: string,
  { userId, id }: { userId?: string | undefined; id?: string },
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select(requestColumns)
    .from(dataRequest)
    .innerJoin(stall, and(eq(stall.marketId, dataRequest.marketId), eq(stall.id, dataRequest.stallId)))
    .innerJoin(appUser, and(eq(appUser.marketId, dataRequest.marketId), eq(appUser.id, dataRequest.userId)))
    .where(
      and(
        eq(dataRequest.marketId, marketId),
        userId === undefined ? undefined : eq(dataRequest.userId, userId),
        id === undefined ? undefined : eq(dataRequest.id, id),
        isAfterPage(page.before, { occurredAt: dataRequest.askedAt, id: dataRequest.id }),
      ),
    )
    .orderBy(desc(dataRequest.askedAt), desc(dataRequest.id))
    .limit(page.limit)
}

/** Answers an open request without carrying it out; false when it is answered already. */
export async function closeRequest(
  tx: Tx,
  marketId: string,
  id: string,
  answer: { status: 'refused' | 'withdrawn'; by: string; at: Date; reason: string | null },
): Promise<boolean> {
  const { status, by, at, reason } = answer
  const done = await tx
    .update(dataRequest)
    .set({ status, answeredBy: by, answeredAt: at, reason })
    .where(and(eq(dataRequest.marketId, marketId), eq(dataRequest.id, id), eq(dataRequest.status, 'open')))
    .returning({ id: dataRequest.id })
  return done.length > 0
}

/** What is still to be settled with these people and at this stall of theirs. */
export async function listBlocks(
  tx: Tx,
  marketId: string,
  stallId: string,
  holders: readonly string[],
): Promise<ErasureBlock[]> {
  const ids = sql`any(${sql.param([...holders])}::text[])`
  const { rows } = await tx.execute<Record<ErasureBlock, boolean>>(sql`
    select
      cardinality(${sql.param([...holders])}::text[]) = 0 and exists (select from contract k
        where k.market_id = ${marketId} and k.stall_id = ${stallId}) as unknown,
      exists (select from contract k where k.market_id = ${marketId} and k.ended_on is null
        and (k.stallholder_id = ${ids} or k.seller_id = ${ids})) as contract,
      exists (select from charge c join contract k on k.market_id = c.market_id and k.id = c.contract_id
        where c.market_id = ${marketId} and c.outstanding_vnd > 0 and k.stallholder_id = ${ids}) as debt,
      exists (select from sale_refund f
        where f.market_id = ${marketId} and f.stall_id = ${stallId} and f.status = 'due') as refund,
      exists (select from dispute d
        where d.market_id = ${marketId} and d.stall_id = ${stallId} and d.answered_at is null) as dispute`)
  const [found] = rows
  return ERASURE_BLOCKS.filter((block) => found?.[block] === true)
}

/** Takes away what is kept of whoever asked, and notes on the request of what how much. */
export async function erasePerson(
  tx: Tx,
  marketId: string,
  of: { id: string; holders: readonly string[]; by: string; at: Date },
): Promise<void> {
  await tx.execute(sql`select person_erase(${marketId}, ${of.id}, ${sql.param([...of.holders])}::text[], ${of.by},
    ${of.at.toISOString()}::timestamptz)`)
}

/**
 * A person, their market, and the days on which their stall was theirs, by the contracts of these people of the register.
 * `isKnown` is false where others have contracts for the stall and none of them is this person: nothing of it is theirs.
 */
export async function findSubject(tx: Tx, marketId: string, userId: string, holders: readonly string[]) {
  const { rows } = await tx.execute<{
    name: string
    marketName: string
    demo: boolean
    isKnown: boolean
    since: string | null
    until: string | null
  }>(sql`
    select u.name, m.name as "marketName", m.demo, k.since::text, k.until::text,
      k.since is not null or not exists (select from contract o
        where o.market_id = u.market_id and o.stall_id = u.stall_id) as "isKnown"
    from app_user u join market m on m.market_id = u.market_id
    cross join lateral (
      select min(k.starts_on) as since, case when bool_and(k.ended_on is not null) then max(k.ended_on) end as until
      from contract k where k.market_id = u.market_id and k.stall_id = u.stall_id
        and (k.stallholder_id = any(${sql.param([...holders])}::text[]) or k.seller_id = any(${sql.param([...holders])}::text[]))
    ) k
    where u.market_id = ${marketId} and u.id = ${userId}`)
  return rows[0] ?? null
}
