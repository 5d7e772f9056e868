import { NOTICE_CHANNELS, NOTICE_KINDS, type NoticeKind, type NoticeState } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, count, desc, eq, inArray, isNotNull, isNull, lte, or, sql, type SQL } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { dayOf } from '../days.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { stall } from '../stalls/tables.ts'
import type { Quiet } from './rules.ts'
import { notice, pushSubscription } from './tables.ts'
import type { NoticeWords } from './words.ts'

export type NewNotice = {
  id: string
  stallId: string
  kind: NoticeKind
  channel: string
  dedupeKey: string
  words: NoticeWords
  dueAt: Date
  createdAt: Date
}

/** Writes notices; one that was written before, to the same channel, is left as it is. Answers how many are new. */
export async function insertNotices(tx: Tx, marketId: string, rows: readonly NewNotice[]): Promise<number> {
  if (rows.length === 0) return 0
  const column = (pick: (row: NewNotice) => string) => sql.param(rows.map(pick))
  // Named as text and moments, since an array of JSON would be taken apart by the driver.
  const { rows: written } = await tx.execute(sql`
    insert into notice (market_id, id, stall_id, kind, channel, dedupe_key, words, due_at, created_at)
    select ${marketId}, m.id, m.stall_id, m.kind, m.channel, m.dedupe_key, m.words::jsonb, m.due_at::timestamptz, m.created_at::timestamptz
    from unnest(${column(({ id }) => id)}::text[], ${column(({ stallId }) => stallId)}::text[],
      ${column(({ kind }) => kind)}::text[], ${column(({ channel }) => channel)}::text[],
      ${column(({ dedupeKey }) => dedupeKey)}::text[], ${column(({ words }) => JSON.stringify(words))}::text[],
      ${column(({ dueAt }) => dueAt.toISOString())}::text[], ${column(({ createdAt }) => createdAt.toISOString())}::text[])
      as m (id, stall_id, kind, channel, dedupe_key, words, due_at, created_at)
    on conflict (market_id, dedupe_key, channel) do nothing returning 1`)
  return written.length
}

/** The market's quiet hours; a market that chose none has the usual ones. */
export async function findQuiet(tx: Tx, marketId: string): Promise<Quiet> {
  const { rows } = await tx.execute<{ from_hour: number; to_hour: number }>(
    sql`select quiet_from_hour as from_hour, quiet_to_hour as to_hour from charge_policy where market_id = ${marketId}`,
  )
  const [row] = rows
  return row === undefined ? { fromHour: 20, toHour: 7 } : { fromHour: row.from_hour, toHour: row.to_hour }
}

export type OwedCharge = {
  id: string
  stallId: string
  stallCode: string
  stallName: string
  period: string
  dueOn: string
  issuedOn: string
  outstandingVnd: bigint
  daysPastDue: number
  disputed: boolean
  remindedToday: boolean
}

/** Charges that are owed and due at the latest in `soonDays` (0: past due), seen from a day, the oldest first. */
export async function listOwed(
  tx: Tx,
  marketId: string,
  today: string,
  soonDays: number,
): Promise<OwedCharge[]> {
  const { rows } = await tx.execute<OwedCharge>(sql`
    select c.id, c.stall_id as "stallId", s.code as "stallCode", s.name as "stallName", r.period, c.due_on::text as "dueOn",
      (c.issued_at at time zone 'Asia/Ho_Chi_Minh')::date::text as "issuedOn", c.outstanding_vnd as "outstandingVnd",
      ${today}::date - c.due_on as "daysPastDue",
      exists (select from dispute d where d.market_id = c.market_id and d.charge_id = c.id and d.answered_at is null) as disputed,
      exists (select from notice n where n.market_id = c.market_id and n.stall_id = c.stall_id
        and n.created_at >= ${today}::date::timestamp at time zone 'Asia/Ho_Chi_Minh'
        and n.kind in ('reminder', 'overdue') and n.words->>'chargeId' = c.id) as "remindedToday"
    from charge c
    join stall s on s.market_id = c.market_id and s.id = c.stall_id
    join billing_round r on r.market_id = c.market_id and r.id = c.round_id
    where c.market_id = ${marketId} and c.outstanding_vnd > 0 and c.due_on < ${today}::date + ${soonDays}::int
    order by c.due_on, s.code`)
  return rows
}

export type DueNotice = {
  id: string
  stallId: string
  kind: NoticeKind
  channel: (typeof NOTICE_CHANNELS)[number]
  dedupeKey: string
  words: NoticeWords
  attempts: number
  outstandingVnd: bigint | null
  disputed: boolean
}

/** Notices whose time has come, locked: whoever else sends takes others. With how their charges stand now. */
export async function lockDue(
  tx: Tx,
  marketId: string,
  { inApp, now, limit }: { inApp: boolean; now: Date; limit: number },
): Promise<DueNotice[]> {
  const { rows } = await tx.execute<
    Omit<DueNotice, 'kind' | 'channel'> & { kind: string; channel: string }
  >(sql`
    select n.id, n.stall_id as "stallId", n.kind, n.channel, n.dedupe_key as "dedupeKey", n.words, n.attempts,
      c.outstanding_vnd as "outstandingVnd",
      exists (select from dispute d where d.market_id = n.market_id and d.charge_id = n.words->>'chargeId'
        and d.answered_at is null) as disputed
    from notice n left join charge c on c.market_id = n.market_id and c.id = n.words->>'chargeId'
    where n.market_id = ${marketId} and n.sent_at is null and n.dropped_at is null and n.due_at <= ${now.toISOString()}::timestamptz
      and (n.channel = 'app') = ${inApp}
    order by n.due_at, n.id limit ${limit} for update of n skip locked`)
  return rows.map((row) => ({
    ...row,
    kind: readOne(NOTICE_KINDS, row.kind),
    channel: readOne(NOTICE_CHANNELS, row.channel),
  }))
}

/** Marks notices as sent, with their words as they were sent. */
export async function setSent(
  tx: Tx,
  marketId: string,
  rows: readonly { id: string; words: NoticeWords }[],
  sentAt: Date,
): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update notice set sent_at = ${sentAt.toISOString()}::timestamptz, words = m.words::jsonb, attempts = attempts + 1, last_error = null
    from unnest(${sql.param(rows.map(({ id }) => id))}::text[],
      ${sql.param(rows.map(({ words }) => JSON.stringify(words)))}::text[]) as m (id, words)
    where notice.market_id = ${marketId} and notice.id = m.id`)
}

export async function setDropped(
  tx: Tx,
  marketId: string,
  rows: readonly { id: string; reason: string }[],
  droppedAt: Date,
): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update notice set dropped_at = ${droppedAt.toISOString()}::timestamptz, drop_reason = m.reason
    from unnest(${sql.param(rows.map(({ id }) => id))}::text[], ${sql.param(rows.map(({ reason }) => reason))}::text[])
      as m (id, reason)
    where notice.market_id = ${marketId} and notice.id = m.id`)
}

/** A try that failed: when it is tried again, or (null) that it has failed for good. */
export async function setFailed(
  tx: Tx,
  marketId: string,
  id: string,
  try_: { attempts: number; lastError: string; dueAt: Date | null; now: Date },
): Promise<void> {
  const { attempts, lastError, dueAt, now } = try_
  await tx
    .update(notice)
    .set({
      attempts,
      lastError,
      ...(dueAt === null ? { droppedAt: now, dropReason: 'failed' } : { dueAt }),
    })
    .where(and(eq(notice.marketId, marketId), eq(notice.id, id)))
}

/** What a stall was told in the app, the newest first, one more than a page has. */
export async function listTold(
  tx: Tx,
  marketId: string,
  stallId: string,
  page: { limit: number; after: Cursor | null },
) {
  const rows = await tx
    .select({
      id: notice.id,
      kind: notice.kind,
      words: notice.words,
      sentAt: notice.sentAt,
      readAt: notice.readAt,
    })
    .from(notice)
    .where(
      and(
        ofStallInApp(marketId, stallId),
        isAfterPage(page.after, { occurredAt: notice.sentAt, id: notice.id }),
      ),
    )
    .orderBy(desc(notice.sentAt), desc(notice.id))
    .limit(page.limit + 1)
  return rows.flatMap(({ sentAt, ...row }) =>
    // Only what was sent is asked for; the type of the column does not say so.
    sentAt === null ? [] : [{ ...row, words: row.words as NoticeWords, occurredAt: sentAt }],
  )
}

export async function countUnread(tx: Tx, marketId: string, stallId: string): Promise<number> {
  const [row] = await tx
    .select({ unread: count() })
    .from(notice)
    .where(and(ofStallInApp(marketId, stallId), isNull(notice.readAt)))
  return row?.unread ?? 0
}

export async function setRead(
  tx: Tx,
  marketId: string,
  stallId: string,
  { until, readAt }: { until: Date; readAt: Date },
): Promise<void> {
  await tx
    .update(notice)
    .set({ readAt })
    .where(and(ofStallInApp(marketId, stallId), isNull(notice.readAt), lte(notice.sentAt, until)))
}

const STATE_SQL: Record<NoticeState, SQL> = {
  sent: sql`${notice.sentAt} is not null`,
  waiting: sql`${notice.sentAt} is null and ${notice.droppedAt} is null`,
  dropped: sql`${notice.droppedAt} is not null and ${notice.dropReason} <> 'failed'`,
  failed: sql`${notice.droppedAt} is not null and ${notice.dropReason} = 'failed'`,
}

/** The outbox, the newest first, one more than a page has. */
export async function listOutbox(
  tx: Tx,
  marketId: string,
  state: NoticeState | undefined,
  page: { limit: number; after: Cursor | null },
) {
  return tx
    .select({
      id: notice.id,
      stallCode: stall.code,
      kind: notice.kind,
      channel: notice.channel,
      occurredAt: notice.createdAt,
      dueAt: notice.dueAt,
      sentAt: notice.sentAt,
      droppedAt: notice.droppedAt,
      dropReason: notice.dropReason,
      attempts: notice.attempts,
      lastError: notice.lastError,
    })
    .from(notice)
    .innerJoin(stall, and(eq(stall.marketId, notice.marketId), eq(stall.id, notice.stallId)))
    .where(
      and(
        eq(notice.marketId, marketId),
        state === undefined ? undefined : STATE_SQL[state],
        isAfterPage(page.after, { occurredAt: notice.createdAt, id: notice.id }),
      ),
    )
    .orderBy(desc(notice.createdAt), desc(notice.id))
    .limit(page.limit + 1)
}

/** How many notices that were written since a moment are in each state. */
export async function countByState(
  tx: Tx,
  marketId: string,
  since: Date,
): Promise<Record<NoticeState, number>> {
  const of = (state: NoticeState) => sql<number>`(count(*) filter (where ${STATE_SQL[state]}))::int`
  const [row] = await tx
    .select({ waiting: of('waiting'), sent: of('sent'), dropped: of('dropped'), failed: of('failed') })
    .from(notice)
    .where(
      and(eq(notice.marketId, marketId), sql`${notice.createdAt} >= ${since.toISOString()}::timestamptz`),
    )
  return row ?? { waiting: 0, sent: 0, dropped: 0, failed: 0 }
}

/** Keeps a browser's address for a person; one that was another's before is this person's now. */
export async function replaceSubscription(tx: Tx, row: typeof pushSubscription.$inferInsert): Promise<void> {
  await tx
    .delete(pushSubscription)
    .where(
      and(eq(pushSubscription.marketId, row.marketId), eq(pushSubscription.endpointHash, row.endpointHash)),
    )
  await tx.insert(pushSubscription).values(row)
}

/** Forgets a browser; of a person, when one is named. False when there is none. */
export async function deleteSubscription(
  tx: Tx,
  marketId: string,
  id: string,
  userId?: string,
): Promise<boolean> {
  const { rowCount } = await tx
    .delete(pushSubscription)
    .where(
      and(
        eq(pushSubscription.marketId, marketId),
        eq(pushSubscription.id, id),
        userId === undefined ? undefined : eq(pushSubscription.userId, userId),
      ),
    )
  return rowCount !== null && rowCount > 0
}

/** Forgets the browsers of these devices of a person, and of hers those of which it is not known what device they are. */
export async function deleteSubscriptionsOf(
  tx: Tx,
  marketId: string,
  userId: string,
  deviceIds: readonly string[],
): Promise<void> {
  await tx
    .delete(pushSubscription)
    .where(
      and(
        eq(pushSubscription.marketId, marketId),
        eq(pushSubscription.userId, userId),
        or(isNull(pushSubscription.deviceId), inArray(pushSubscription.deviceId, [...deviceIds])),
      ),
    )
}

/** The sealed addresses of these stalls' stallholders: what is owed is no business of a helper's. */
export async function listSubscriptions(tx: Tx, marketId: string, stallIds: readonly string[]) {
  const { rows } = await tx.execute<{ id: string; stall_id: string; ciphertext: Buffer }>(sql`
    select p.id, u.stall_id, p.ciphertext from push_subscription p
    join app_user u on u.market_id = p.market_id and u.id = p.user_id and u.role = 'stallholder'
    where p.market_id = ${marketId} and p.notices and u.stall_id = any (${sql.param([...stallIds])}::text[])
    order by p.id`)
  return rows.map(({ id, stall_id, ciphertext }) => ({ id, stallId: stall_id, ciphertext }))
}

/**
 * The browsers that are woken for money and have not been told all, locked: whoever else sends takes others. None on which
 * nobody is logged in, and none of who had the stall before: the stall's money is another's by now.
 */
export async function lockArrivals(
  tx: Tx,
  marketId: string,
  { now, isNight, limit }: { now: Date; isNight: boolean; limit: number },
) {
  const at = sql`${now.toISOString()}::timestamptz`
  const { rows } = await tx.execute<{
    id: string
    stallId: string
    ciphertext: Buffer
    after: bigint
    last: bigint
    restsAtNight: boolean
  }>(sql`
    select p.id, u.stall_id as "stallId", p.ciphertext, p.arrivals_after as after, c.last_number as last,
      p.rests_at_night as "restsAtNight"
    from push_subscription p
    join app_user u on u.market_id = p.market_id and u.id = p.user_id and u.role = 'stallholder'
    join live_counter c on c.market_id = p.market_id and c.stall_id = u.stall_id
    where p.market_id = ${marketId} and p.arrivals_after < c.last_number
      and (p.arrivals_held_until is null or p.arrivals_held_until <= ${at}) and not (p.rests_at_night and ${isNight})
      and exists (select from session x
        where x.market_id = p.market_id and x.device_id = p.device_id and x.expires_at > ${at})
      and (u.holder_id = (select coalesce(k.seller_id, k.stallholder_id) from contract k
        where k.market_id = u.market_id and k.stall_id = u.stall_id and k.starts_on <= ${dayOf(now)}::date
        order by k.starts_on desc limit 1)) is not false
    order by p.id limit ${limit} for update of p skip locked`)
  return rows
}

/** Up to which event browsers have been told, and until when nothing more goes to them. */
export async function setArrivals(
  tx: Tx,
  marketId: string,
  rows: readonly { id: string; after: bigint; heldUntil: Date | null }[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.execute(sql`
    update push_subscription p set arrivals_after = m.after, arrivals_held_until = m.held_until::timestamptz
    from unnest(${sql.param(rows.map(({ id }) => id))}::text[], ${sql.param(rows.map(({ after }) => after))}::bigint[],
      ${sql.param(rows.map(({ heldUntil }) => heldUntil?.toISOString() ?? null))}::text[]) as m (id, after, held_until)
    where p.market_id = ${marketId} and p.id = m.id`)
}

/** The e-mail addresses of who rents these stalls on a day. */
export async function listEmails(tx: Tx, marketId: string, stallIds: readonly string[], day: string) {
  const { rows } = await tx.execute<{ stall_id: string; email: string }>(sql`
    select k.stall_id, h.email from contract k
    join stallholder h on h.market_id = k.market_id and h.id = k.stallholder_id and h.email is not null
    where k.market_id = ${marketId} and k.stall_id = any (${sql.param([...stallIds])}::text[])
      and k.starts_on <= ${day}::date and (k.ended_on is null or k.ended_on >= ${day}::date)`)
  return rows.map(({ stall_id, email }) => ({ stallId: stall_id, email }))
}

function ofStallInApp(marketId: string, stallId: string): SQL | undefined {
  return and(
    eq(notice.marketId, marketId),
    eq(notice.stallId, stallId),
    eq(notice.channel, 'app'),
    isNotNull(notice.sentAt),
  )
}
