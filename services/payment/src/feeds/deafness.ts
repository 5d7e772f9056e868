import type { FeedState } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, eq, inArray, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm'
import { addDays, dayOf, startOfDay, toMoment } from '../days.ts'
import { appendEvents } from '../live/repository.ts'
import { receivingAccount } from '../stalls/tables.ts'
import { connection, connectionAccount } from './tables.ts'

/** A market's trading hours (05:00 to 18:30): outside them silence means nothing. */
const OPENS_SECONDS = 5 * 3_600
const CLOSES_SECONDS = 18.5 * 3_600

/** No gap of trading hours is taken for unusual before this, however busy the accounts are. */
const QUIET_SECONDS = 15 * 60

/** What is usual is what the days before showed; the hours of a feed only once it has some days. */
const HISTORY_DAYS = 14
const HOURS_FROM_DAYS = 3

/** One gap in twenty is longer than the usual one, so that it is no alarm; twice as long is rare enough. */
const DEAF_GAPS = 2

/** What is usual of some accounts: the gap between two movements (null before there were any), and the hours of their trade. */
export type Habit = { gapSeconds: number | null; opensSeconds: number; closesSeconds: number }

const UNKNOWN: Habit = { gapSeconds: null, opensSeconds: OPENS_SECONDS, closesSeconds: CLOSES_SECONDS }

/** A longer silence than this in its trading hours is unusual for a feed. */
export function usualGapOf(habit: Habit): number {
  return Math.max(QUIET_SECONDS, Math.round(habit.gapSeconds ?? 0))
}

/** After so long a silence in its trading hours a feed is taken for deaf. */
export function deafAfterOf(habit: Habit): number {
  return Math.max(QUIET_SECONDS, Math.round((habit.gapSeconds ?? 0) * DEAF_GAPS))
}

/** For how long a feed has been silent in the trading hours of this day; null outside them. */
export function silenceOf(habit: Habit, lastHeardAt: Date, now: Date): number | null {
  const midnight = startOfDay(dayOf(now)).getTime()
  const opens = midnight + habit.opensSeconds * 1000
  if (now.getTime() < opens || now.getTime() > midnight + habit.closesSeconds * 1000) return null
  return (now.getTime() - Math.max(opens, lastHeardAt.getTime())) / 1000
}

/**
 * What is usual of groups of accounts, by the fourteen days before today: the 95th percentile of the gaps within a day, and
 * the hours between which nine days of ten had their trade. A group that never moved is not in the answer.
 */
export async function habitsOf(
  tx: Tx,
  marketId: string,
  accounts: readonly { group: string; number: string }[],
  now: Date,
): Promise<Map<string, Habit>> {
  if (accounts.length === 0) return new Map()
  const today = dayOf(now)
  const { rows } = await tx.execute<{
    grp: string
    gap: number | null
    days: bigint
    opens: number
    closes: number
  }>(sql`
    with moved as (
      select a.grp, (t.occurred_at at time zone 'Asia/Ho_Chi_Minh') as local
      from unnest(${sql.param(accounts.map(({ group }) => group))}::text[],
        ${sql.param(accounts.map(({ number }) => number))}::text[]) as a (grp, number)
      join bank_transaction t on t.market_id = ${marketId} and t.account_number = a.number
      where t.precision = 'second' and t.occurred_at < ${startOfDay(today)}
        and t.occurred_at >= ${startOfDay(addDays(today, -HISTORY_DAYS))}
    ), traded as (
      select grp, local::date as day, extract(epoch from local::time)::float8 as second from moved
    ), gaps as (
      select grp, day, second, second - lag(second) over (partition by grp, day order by second) as gap from traded
      where second between ${OPENS_SECONDS} and ${CLOSES_SECONDS}
    ), days as (
      select grp, min(second) as first, max(second) as last from gaps group by grp, day
    ), usual as (
      select grp, percentile_cont(0.95) within group (order by gap) as gap from gaps group by grp
    )
    select d.grp, u.gap, count(*) as days, percentile_cont(0.9) within group (order by d.first) as opens,
      percentile_cont(0.1) within group (order by d.last) as closes
    from days d join usual u on u.grp = d.grp group by d.grp, u.gap`)
  return new Map(
    rows.map(({ grp, gap, days, opens, closes }) => {
      const own = { gapSeconds: gap, opensSeconds: opens, closesSeconds: closes }
      // A few days with a movement each show no hours: within such no silence would ever be long enough.
      const isTelling = days >= HOURS_FROM_DAYS && opens + deafAfterOf(own) < closes
      return [grp, isTelling ? own : { ...UNKNOWN, gapSeconds: gap }]
    }),
  )
}

/** What is usual of feeds, each by all its accounts. */
export async function habitsOfFeeds(
  tx: Tx,
  marketId: string,
  connectionIds: readonly string[],
  now: Date,
): Promise<(connectionId: string) => Habit> {
  const accounts = await tx
    .select({ group: connectionAccount.connectionId, number: connectionAccount.number })
    .from(connectionAccount)
    .where(
      and(
        eq(connectionAccount.marketId, marketId),
        inArray(connectionAccount.connectionId, [...connectionIds]),
      ),
    )
  const habits = await habitsOf(tx, marketId, accounts, now)
  return (connectionId) => habits.get(connectionId) ?? UNKNOWN
}

/** So many movements in a row of which no message came. */
const UNPUSHED_IN_A_ROW = 3
/** SePay, the most patient provider that says so, tries a message for some 33 minutes. */
const PUSH_SETTLES_MS = 45 * 60_000
const UNPUSHED_WITHIN_MS = 86_400_000

/**
 * The accounts whose messages have stopped while their connection is heard: of the latest three movements of the day (not
 * counting any that a message may still come of) the provider's list told, and no message. Where one message in a hundred
 * is lost, three in a row are one in a million: twice a year in a market of six thousand movements a day. The silence of one
 * account says nothing of the kind: a stall's own gaps vary so much that one quiet morning would call dozens deaf.
 */
async function findUnpushed(tx: Tx, marketId: string, now: Date): Promise<string[]> {
  const since = new Date(now.getTime() - UNPUSHED_WITHIN_MS)
  const settled = new Date(now.getTime() - PUSH_SETTLES_MS)
  const { rows } = await tx.execute<{ account_id: string }>(sql`
    with told as (
      select b.account_id, b.id, b.occurred_at,
        exists (select from sighting s where s.market_id = b.market_id and s.bank_transaction_id = b.id
          and s.source = a.connection_id) as pushed,
        exists (select from sighting s where s.market_id = b.market_id and s.bank_transaction_id = b.id
          and s.source = a.connection_id || '/pull') as listed
      from bank_transaction b
      join receiving_account r on r.market_id = b.market_id and r.id = b.account_id
      join connection_account a
        on a.market_id = r.market_id and a.bin = r.bin and a.number = r.number and a.authoritative
      join connection c on c.market_id = a.market_id and c.id = a.connection_id
        and c.revoked_at is null and c.deaf_since is null and not c.trigger_only
      where b.market_id = ${marketId} and b.occurred_at between ${since} and ${now}
    ), latest as (
      select *, row_number() over (partition by account_id order by occurred_at desc, id desc) as place
      from told where pushed or occurred_at <= ${settled}
    )
    select account_id from latest where place <= ${UNPUSHED_IN_A_ROW} group by account_id
    having count(*) = ${UNPUSHED_IN_A_ROW} and bool_and(listed and not pushed)`)
  return rows.map((row) => row.account_id)
}

/**
 * Keeps which accounts' messages have stopped and tells their stalls that money is told of late, and when a message has come
 * again. A feed that has gone deaf or ended is no longer late, and that is told by itself.
 */
export async function markUnpushed(tx: Tx, marketId: string, now: Date): Promise<number> {
  const { rows: pushed } = await tx.execute<{ stall_id: string | null; heard: boolean }>(sql`
    update connection_account a set unpushed_since = null
    from connection c, receiving_account r
    where a.market_id = ${marketId} and a.unpushed_since is not null
      and c.market_id = a.market_id and c.id = a.connection_id
      and r.market_id = a.market_id and r.bin = a.bin and r.number = a.number
      and (not a.authoritative or c.revoked_at is not null or c.deaf_since is not null or exists (
        select from sighting s join bank_transaction b on b.market_id = s.market_id and b.id = s.bank_transaction_id
        where s.market_id = a.market_id and s.source = a.connection_id and s.seen_at >= a.unpushed_since
          and b.account_id = r.id and b.occurred_at >= a.unpushed_since - interval '1 day'))
    returning r.stall_id, c.revoked_at is null and c.deaf_since is null as heard`)
  const { rows: unpushed } = await tx.execute<{ stall_id: string | null }>(sql`
    update connection_account a set unpushed_since = ${now}
    from receiving_account r
    where a.market_id = ${marketId} and a.authoritative and a.unpushed_since is null
      and r.market_id = a.market_id and r.bin = a.bin and r.number = a.number
      and r.id = any(${sql.param(await findUnpushed(tx, marketId, now))}::text[])
    returning r.stall_id`)
  const back = stallsOf(pushed.filter(({ heard }) => heard))
  const late = stallsOf(unpushed)
  const told = [...toFeedEvents(back, 'listening', now), ...toFeedEvents(late, 'late', now)]
  await appendEvents(tx, marketId, told, now)
  return unpushed.length
}

function stallsOf(rows: readonly { stall_id: string | null }[]): string[] {
  return [...new Set(rows.flatMap(({ stall_id: stallId }) => (stallId === null ? [] : [stallId])))]
}

/**
 * What the feeds of the account in `receiving_account` are doing, as the best of them. One that was never heard says nothing
 * yet, and neither does a file that somebody brought. `late` by the one that makes money of what it tells: the others only
 * bear that out.
 */
export const feedOfAccount = sql<FeedState>`(
  select case when bool_or(a.authoritative and a.unpushed_since is not null and c.deaf_since is null) then 'late'
    when bool_or(c.last_heard_at is not null and c.deaf_since is null) then 'listening'
    when bool_or(c.deaf_since is not null) then 'deaf' else 'none' end
  from connection_account a join connection c on c.market_id = a.market_id and c.id = a.connection_id
  where a.market_id = receiving_account.market_id and a.bin = receiving_account.bin
    and a.number = receiving_account.number and c.revoked_at is null and c.provider <> 'statement')`

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
export function toFeedEvents(stallIds: readonly string[], state: Exclude<FeedState, 'none'>, since: Date) {
  return stallIds.map((stallId) => ({
    stallId,
    kind: 'feed' as const,
    payload: { state, since: toMoment(since) },
  }))
}

/**
 * Marks the feeds that have been silent in their trading hours for longer than is usual for them, and tells their stalls, by
 * sound; hearing anything clears it. A feed that has never been heard is not yet connected, and its stalls see that without
 * an alarm. `setUpOnly` leaves out the feeds that came with a demo: nobody plays all day with those.
 */
export async function markDeaf(
  tx: Tx,
  marketId: string,
  now: Date,
  { setUpOnly = false }: { setUpOnly?: boolean } = {},
): Promise<number> {
  const silent = await tx
    .select({ id: connection.id, lastHeardAt: connection.lastHeardAt })
    .from(connection)
    .where(
      and(
        eq(connection.marketId, marketId),
        ne(connection.provider, 'statement'),
        isNull(connection.revokedAt),
        isNull(connection.deafSince),
        lt(connection.lastHeardAt, new Date(now.getTime() - QUIET_SECONDS * 1000)),
        setUpOnly ? isNotNull(connection.createdBy) : undefined,
      ),
    )
  if (silent.length === 0) return 0
  const habitOf = await habitsOfFeeds(
    tx,
    marketId,
    silent.map(({ id }) => id),
    now,
  )
  const deaf = silent.filter(({ id, lastHeardAt }) => {
    const silence = lastHeardAt === null ? null : silenceOf(habitOf(id), lastHeardAt, now)
    return silence !== null && silence > deafAfterOf(habitOf(id))
  })
  if (deaf.length === 0) return 0
  const rows = await tx
    .update(connection)
    .set({ deafSince: now })
    .where(
      and(
        eq(connection.marketId, marketId),
        isNull(connection.deafSince),
        // Heard while this was looked into: not deaf.
        lt(connection.lastHeardAt, new Date(now.getTime() - QUIET_SECONDS * 1000)),
        inArray(
          connection.id,
          deaf.map(({ id }) => id),
        ),
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
