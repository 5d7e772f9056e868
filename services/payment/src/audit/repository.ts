import type { Tx } from '@tienve/db'
import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm'
import type { HashedEntry, PersonalValue } from './rules.ts'
import { auditEntry, auditHead, auditValue } from './tables.ts'

export type NewEntry = Omit<HashedEntry, 'marketId' | 'seq' | 'prevHash'>

/** Adds an entry with its personal values. The head of the trail is locked from here on to the end of the transaction. */
export async function appendEntry(
  tx: Tx,
  marketId: string,
  entry: NewEntry,
  values: readonly PersonalValue[],
): Promise<void> {
  const column = <T>(pick: (one: PersonalValue) => T) => sql.param(values.map(pick))
  await tx.execute(sql`
    select audit_append(${marketId}, ${entry.at.toISOString()}::timestamptz, ${entry.actorId}, ${entry.actorRole}, ${entry.action},
      ${entry.objectKind}, ${entry.objectId}, ${entry.stallId}, ${entry.requestId}, ${entry.route}, ${entry.origin},
      ${entry.sessionId}, ${entry.before}, ${entry.after}, ${column(({ path }) => path)}::text[],
      ${column(({ about }) => about)}::text[], ${column(({ salt }) => salt)}::bytea[], ${column(({ value }) => value)}::text[])`)
}

/** Erases what is about somebody or something (null: anything), written before a moment; answers how many values there were. */
export async function eraseValues(
  tx: Tx,
  marketId: string,
  { about, before, now }: { about: string | null; before: Date; now: Date },
): Promise<number> {
  const { rows } = await tx.execute<{ count: bigint }>(sql`
    select audit_erase(${marketId}, ${about}, ${before.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz) as count`)
  return Number(rows[0]?.count ?? 0n)
}

export async function findHead(tx: Tx, marketId: string) {
  const [head] = await tx.select().from(auditHead).where(eq(auditHead.marketId, marketId))
  return head
}

/** Entries after a number, the oldest first. */
export async function listAfter(tx: Tx, marketId: string, seq: bigint, limit: number) {
  return tx
    .select()
    .from(auditEntry)
    .where(and(eq(auditEntry.marketId, marketId), gt(auditEntry.seq, seq)))
    .orderBy(asc(auditEntry.seq))
    .limit(limit)
}

export async function listValues(tx: Tx, marketId: string, seqs: readonly bigint[]) {
  if (seqs.length === 0) return []
  return tx
    .select()
    .from(auditValue)
    .where(and(eq(auditValue.marketId, marketId), inArray(auditValue.seq, [...seqs])))
}

export type Wanted = {
  from?: string | undefined
  to?: string | undefined
  actor?: string | undefined
  action?: string | undefined
  topics?: readonly string[] | undefined
  object?: string | undefined
  q?: string | undefined
  /** A regular expression: what a stall's own people do that is left out. */
  own: string
}

export type EntryRow = Omit<typeof auditEntry.$inferSelect, 'at'> & {
  at: string
  actorName: string | null
  objectName: string | null
  stallCode: string | null
}

/** A page of entries that the board may read, the newest first, from just before the number `before`. */
export async function searchEntries(
  tx: Tx,
  marketId: string,
  wanted: Wanted,
  page: { limit: number; before: bigint | null },
): Promise<EntryRow[]> {
  const like = wanted.q === undefined ? null : `%${wanted.q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const parts: (SQL | null)[] = [
    page.before === null ? null : sql`e.seq < ${page.before.toString()}::bigint`,
    wanted.from === undefined
      ? null
      : sql`e.at >= (${wanted.from}::date::timestamp at time zone 'Asia/Ho_Chi_Minh')`,
    wanted.to === undefined
      ? null
      : sql`e.at < ((${wanted.to}::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')`,
    wanted.actor === undefined ? null : sql`e.actor_id = ${wanted.actor}`,
    wanted.action === undefined ? null : sql`e.action = ${wanted.action}`,
    wanted.topics === undefined
      ? null
      : sql`split_part(e.action, '.', 1) = any(${sql.param([...wanted.topics])}::text[])`,
    wanted.object === undefined ? null : sql`e.object_id = ${wanted.object}`,
    like === null
      ? null
      : sql`(u.name ilike ${like} or s.code ilike ${like} or z.name ilike ${like} or e.object_id ilike ${like} or e.request_id ilike ${like}
          or e.before ilike ${like} or e.after ilike ${like})`,
  ]
  const where = parts.filter((part) => part !== null)
  const { rows } = await tx.execute<EntryRow>(sql`
    select e.market_id as "marketId", e.seq, e.at, e.actor_id as "actorId", e.actor_role as "actorRole", e.action,
      e.object_kind as "objectKind", e.object_id as "objectId", e.stall_id as "stallId", e.request_id as "requestId", e.route,
      e.origin, e.session_id as "sessionId", e.before, e.after, e.hash_ver as "hashVersion", e.prev_hash as "prevHash", e.hash,
      coalesce(u.name, k.name) as "actorName", coalesce(o.name, z.name, r.period) as "objectName", s.code as "stallCode"
    from audit_entry e
    left join app_user u on u.market_id = e.market_id and u.id = e.actor_id
    left join api_key k on k.market_id = e.market_id and k.id = e.actor_id
    left join app_user o on o.market_id = e.market_id and o.id = e.object_id
    left join zone z on z.market_id = e.market_id and z.id = e.object_id
    left join billing_round r on r.market_id = e.market_id and r.id = e.object_id
    left join stall s on s.market_id = e.market_id and s.id = e.stall_id
    where e.market_id = ${marketId}
      and not (e.stall_id is not null and e.actor_role in ('stallholder', 'helper', 'unknown') and e.action ~ ${wanted.own})
      ${where.length === 0 ? sql`` : sql`and ${sql.join(where, sql` and `)}`}
    order by e.seq desc limit ${page.limit}`)
  return rows
}

/** Who stands in the trail, for the list to choose from. */
export async function listActors(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{ id: string; name: string; role: string }>(sql`
    select u.id, u.name, u.role from app_user u
    where u.market_id = ${marketId} and u.stall_id is null
      and exists (select from audit_entry e where e.market_id = ${marketId} and e.actor_id = u.id)
    order by u.name`)
  return rows
}
