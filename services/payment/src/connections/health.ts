import type { FeedHealth, HearingState } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { dayOf, startOfDay, toMoment } from '../days.ts'
import { deafAfterOf, habitsOf, habitsOfFeeds, silenceOf, usualGapOf, type Habit } from '../feeds/deafness.ts'
import { bankCodeOf, maskNumber } from '../stalls/rules.ts'
import { listConnections } from './repository.ts'
import { hearingOf } from './rules.ts'

type AccountRow = {
  id: string
  bin: string
  number: string
  holder: string
  stall_id: string | null
  last_heard_at: string | null
  deaf_since: string | null
  unpushed_since: string | null
  /** Null when no feed is bound to it. */
  connection_id: string | null
  /** When the account itself last moved, of what was heard of it. */
  moved_at: string | null
}

/**
 * How well a market hears its banks: the board's accounts one by one, the stalls' by how many, its feeds, how long a movement
 * takes from the bank to us, what waits for a person, and whether providers answer when they are asked.
 */
export async function getHealth(ctx: Pick<Context, 'now'>, tx: Tx, marketId: string): Promise<FeedHealth> {
  const now = ctx.now()
  const feeds = (await listConnections(tx, marketId, null)).filter(
    ({ revokedAt, stallId }) => revokedAt === null && stallId === null,
  )
  const habitOf = await habitsOfFeeds(
    tx,
    marketId,
    feeds.map(({ id }) => id),
    now,
  )
  return {
    ...(await getAccounts(tx, marketId, now)),
    feeds: feeds.map((one) => ({
      connectionId: one.id,
      name: one.name,
      provider: one.provider,
      // A feed that only delivers statements is heard when one comes.
      state: hearingOf([{ ...one, lastHeardAt: one.lastHeardAt ?? one.deliveredAt }]),
      deafSince: one.deafSince === null ? null : toMoment(one.deafSince),
      deafAfterSeconds: deafAfterOf(habitOf(one.id)),
      accountCount: Number(one.accountCount),
    })),
    latency: await measureLatency(tx, marketId, startOfDay(dayOf(now))),
    letters: await countLetters(tx, marketId),
    pulls: feeds.flatMap(({ id, name, provider, pull }) =>
      pull === null
        ? []
        : {
            connectionId: id,
            name,
            provider,
            askedAt: pull.askedAt === null ? null : toMoment(pull.askedAt),
            readTo: toMoment(pull.readTo),
            problem: pull.problem,
            failures: pull.failures,
          },
    ),
  }
}

async function getAccounts(
  tx: Tx,
  marketId: string,
  now: Date,
): Promise<Pick<FeedHealth, 'accounts' | 'stalls'>> {
  const rows = await listHearing(tx, marketId)
  const accounts = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((of) => {
    const [first] = of
    return first === undefined ? [] : [{ ...first, state: stateOf(of) }]
  })
  const boards = accounts.filter(({ stall_id }) => stall_id === null)
  const habits = await habitsOf(
    tx,
    marketId,
    boards.map(({ id, number }) => ({ group: id, number })),
    now,
  )
  const count = (state: HearingState): number =>
    accounts.filter((one) => one.stall_id !== null && one.state === state).length
  return {
    accounts: boards.map((one) => {
      const habit = habits.get(one.id)
      return {
        accountId: one.id,
        bankCode: bankCodeOf(one.bin),
        number: maskNumber(one.number),
        holder: one.holder,
        state: one.state === 'good' && isQuiet(habit, one.moved_at, now) ? 'quiet' : one.state,
        lastHeardAt: one.moved_at === null ? null : toMoment(new Date(one.moved_at)),
        usualGapSeconds: habit === undefined || habit.gapSeconds === null ? null : usualGapOf(habit),
      }
    }),
    stalls: {
      good: count('good'),
      unpushed: count('unpushed'),
      deaf: count('deaf'),
      waiting: count('waiting'),
      none: count('none'),
    },
  }
}

/** An account that never moved is not quieter than usual. */
function isQuiet(habit: Habit | undefined, movedAt: string | null, now: Date): boolean {
  if (habit === undefined || movedAt === null) return false
  const silence = silenceOf(habit, new Date(movedAt), now)
  return silence !== null && silence > usualGapOf(habit)
}

function stateOf(rows: readonly AccountRow[]): Exclude<HearingState, 'quiet'> {
  const state = hearingOf(
    rows.flatMap(({ connection_id, last_heard_at: lastHeardAt, deaf_since: deafSince }) =>
      connection_id === null ? [] : [{ lastHeardAt, deafSince }],
    ),
  )
  return state === 'good' && rows.some((row) => row.unpushed_since !== null) ? 'unpushed' : state
}

/** Every account of the market, once for each of its feeds; only of the board's when it last moved. */
async function listHearing(tx: Tx, marketId: string): Promise<AccountRow[]> {
  const { rows } = await tx.execute<AccountRow>(sql`
    select r.id, r.bin, r.number, r.holder, r.stall_id, c.id as connection_id, c.last_heard_at, c.deaf_since,
      case when a.authoritative and c.id is not null then a.unpushed_since end as unpushed_since,
      case when r.stall_id is null then (
        select max(t.received_at) from bank_transaction t
        where t.market_id = r.market_id and t.account_number = r.number and t.account_id = r.id
      ) end as moved_at
    from receiving_account r
    left join connection_account a on a.market_id = r.market_id and a.bin = r.bin and a.number = r.number
    left join connection c
      on c.market_id = a.market_id and c.id = a.connection_id and c.revoked_at is null and c.provider <> 'statement'
    where r.market_id = ${marketId} order by r.id`)
  return rows
}

/** From the bank's time to ours, of what happened since a moment; null when nothing did. */
export async function measureLatency(tx: Tx, marketId: string, since: Date): Promise<FeedHealth['latency']> {
  const { rows } = await tx.execute<{ p50: number | null; p95: number | null; count: bigint }>(sql`
    select percentile_cont(0.5) within group (order by seconds) as p50,
      percentile_cont(0.95) within group (order by seconds) as p95, count(*)
    from (
      select greatest(0, extract(epoch from t.received_at - t.occurred_at))::float8 as seconds
      from bank_transaction t
      join connection c on c.market_id = t.market_id and c.id = t.connection_id and c.provider <> 'statement'
      where t.market_id = ${marketId} and t.occurred_at >= ${since} and t.precision = 'second'
    ) as heard`)
  const [row] = rows
  if (row === undefined || row.p50 === null || row.p95 === null) return null
  return { p50Seconds: row.p50, p95Seconds: row.p95, count: Number(row.count) }
}

/** How many messages of a market came to nothing, and how many failed and are being tried again. */
export async function countLetters(tx: Tx, marketId: string): Promise<FeedHealth['letters']> {
  const { rows } = await tx.execute<{ malformed: bigint; dead: bigint; retrying: bigint }>(sql`
    select count(*) filter (where state = 'malformed') as malformed, count(*) filter (where state = 'dead') as dead,
      inbox_retrying(${marketId}) as retrying
    from feed_inbox where market_id = ${marketId} and state in ('malformed', 'dead')`)
  const [row] = rows
  return {
    malformed: Number(row?.malformed ?? 0n),
    dead: Number(row?.dead ?? 0n),
    retrying: Number(row?.retrying ?? 0n),
  }
}
