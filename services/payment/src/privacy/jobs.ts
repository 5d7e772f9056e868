import { PERSONAL_DATA, type PersonalKind } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, eq, lt, sql } from 'drizzle-orm'
import { eraseValues } from '../audit/repository.ts'
import { idempotencyKey } from '../idempotency/tables.ts'
import { deleteDevicesBefore, deleteSessionsBefore } from '../identity/repository.ts'
import { trimEvents } from '../live/repository.ts'

const DAY_MS = 86_400_000

/** The kinds that go by themselves. */
type TimedKind = {
  [Kind in PersonalKind]: (typeof PERSONAL_DATA)[Kind]['days'] extends number ? Kind : never
}[PersonalKind]

/** How each kind that is kept for a time is taken away: a kind with days and without a line here does not compile. */
const TRIMS: Record<TimedKind, (tx: Tx, marketId: string, before: Date, now: Date) => Promise<unknown>> = {
  sessions: deleteSessionsBefore,
  devices: deleteDevicesBefore,
  trail: (tx, marketId, before, now) => eraseValues(tx, marketId, { about: null, before, now }),
  live_events: trimEvents,
  answers: (tx, marketId, before) =>
    tx
      .delete(idempotencyKey)
      .where(and(eq(idempotencyKey.marketId, marketId), lt(idempotencyKey.createdAt, before))),
  notices: (tx, marketId, before) =>
    tx.execute(sql`delete from notice where market_id = ${marketId} and created_at < ${iso(before)}
      and (sent_at is not null or dropped_at is not null)`),
  // What somebody has not dealt with yet stays.
  code_checks: async (tx, marketId, before) => {
    await tx.execute(
      sql`delete from code_alert where market_id = ${marketId} and settled_at < ${iso(before)}`,
    )
    await tx.execute(sql`delete from code_check c where c.market_id = ${marketId} and c.checked_at < ${iso(before)}
      and not exists (select from code_alert a where a.market_id = c.market_id and a.check_id = c.id)`)
  },
  looks: (tx, marketId, before) =>
    tx.execute(sql`delete from look where market_id = ${marketId} and at < ${iso(before)}`),
  // Who owes still, or is to get something back, is not forgotten.
  credit_customers: async (tx, marketId, before, now) => {
    const gone = sql`with last as (
      select distinct on (e.customer_id) e.customer_id, e.owed_after_vnd + e.surplus_after_vnd as open_vnd, e.at
      from credit_entry e where e.market_id = ${marketId} order by e.customer_id, e.number desc
    ) select customer_id from last where open_vnd = 0 and at < ${iso(before)}`
    await tx.execute(sql`update credit_entry set note = ''
      where market_id = ${marketId} and note <> '' and customer_id in (${gone})`)
    await tx.execute(sql`update credit_customer set name = '', phone = null, erased_at = ${iso(now)}
      where market_id = ${marketId} and erased_at is null and id in (${gone})`)
  },
  shifts: (tx, marketId, before) =>
    tx.execute(sql`delete from shift where market_id = ${marketId} and ended_at < ${iso(before)}`),
  notes: async (tx, marketId, before) => {
    await tx.execute(sql`update payment_request set note = null
      where market_id = ${marketId} and created_at < ${iso(before)} and note is not null`)
    await tx.execute(sql`update cash_sale set note = null
      where market_id = ${marketId} and occurred_at < ${iso(before)} and note is not null`)
    await tx.execute(sql`update shift set note = null
      where market_id = ${marketId} and started_at < ${iso(before)} and note is not null`)
    await tx.execute(sql`update visit set note = null
      where market_id = ${marketId} and visited_at < ${iso(before)} and note is not null`)
  },
  // Money that is not placed yet may be known by its memo alone.
  memos: async (tx, marketId, before) => {
    await tx.execute(sql`update bank_transaction b set content = '' where b.market_id = ${marketId}
      and b.occurred_at < ${iso(before)} and b.content <> '' and not exists (select from suspense s
        where s.market_id = b.market_id and s.bank_transaction_id = b.id and s.status = 'open')`)
    await tx.execute(sql`update payment set memo_tail = ''
      where market_id = ${marketId} and occurred_at < ${iso(before)} and memo_tail <> ''`)
  },
  // What waits to be processed, or for a person, is not done with.
  messages: async (tx, marketId, before, now) => {
    await tx.execute(sql`update feed_inbox f set raw_body = null, erased_at = ${iso(now)}, proof = null
      where f.market_id = ${marketId} and f.received_at < ${iso(before)} and f.raw_body is not null and f.state = 'done'
      and not exists (select from suspense s
        where s.market_id = f.market_id and s.inbox_id = f.id and s.status = 'open')`)
    await tx.execute(sql`update statement set raw_file = null
      where market_id = ${marketId} and imported_at < ${iso(before)} and raw_file is not null`)
  },
}

const iso = (at: Date) => sql`${at.toISOString()}::timestamptz`

/** Takes away what has been kept for as long as it is said to be kept, kind by kind. */
export async function trimPersonalData(tx: Tx, marketId: string, now: Date): Promise<void> {
  for (const kind of Object.keys(TRIMS) as TimedKind[])
    await TRIMS[kind](tx, marketId, new Date(now.getTime() - PERSONAL_DATA[kind].days * DAY_MS), now)
}
