import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { zoneSpans } from '../reports/repository.ts'

/** The books of stalls that have not agreed to be named, by the stalls' ids. */
export async function listHiddenBooks(tx: Tx, marketId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from stall where market_id = ${marketId} and sales_consent_at is null order by id`,
  )
  return rows.map(({ id }) => id)
}

/** The books of stalls that agreed to be named, by the stalls' ids. */
export async function listNamedBooks(tx: Tx, marketId: string): Promise<string[]> {
  return (await listStallNames(tx, marketId)).filter(({ consented }) => consented).map(({ id }) => id)
}

/** What the hidden books moved together on an account of theirs on a business day, debits less credits. */
export type UnnamedMove = {
  day: string
  code: string
  glCode: string
  side: 'debit' | 'credit'
  name: string
  netVnd: bigint
}

export async function listUnnamedMoves(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
  span: { from: string; to: string },
): Promise<UnnamedMove[]> {
  const { rows } = await tx.execute<UnnamedMove>(sql`
    select d.business_day::text as day, a.code, a.gl_code as "glCode", a.side, a.name,
      sum(d.debit_vnd - d.credit_vnd)::bigint as "netVnd"
    from ledger_day d join ledger_account a on a.market_id = d.market_id and a.id = d.account_id
    where d.market_id = ${marketId} and a.book = any(${sql.param([...hidden])}::text[])
      and d.business_day between ${span.from}::date and ${span.to}::date
    group by 1, 2, 3, 4, 5 order by 1, 2`)
  return rows
}

/** A closing: the days it closed (after `afterDay` and up to `toDay`), and where it stands in the journal. */
export type Closing = { afterDay: string; toDay: string; lastSeq: bigint; height: bigint }

/** The closings that stand between two numbers of the journal, both included; null for no bound. */
export async function listClosings(
  tx: Tx,
  marketId: string,
  from: bigint | null,
  to: bigint | null,
): Promise<Closing[]> {
  const { rows } = await tx.execute<Closing>(sql`
    select * from (
      select lag(c.business_day, 1, '-infinity') over (order by c.business_day)::text as "afterDay",
        c.business_day::text as "toDay", b.last_seq as "lastSeq", c.height
      from ledger_close c join ledger_block b on b.market_id = c.market_id and b.height = c.height
      where c.market_id = ${marketId}
    ) as closing
    where "lastSeq" between ${(from ?? 0n).toString()}::bigint and ${(to ?? MOST_SEQ).toString()}::bigint
    order by "lastSeq"`)
  return rows
}

/** No txn of a ledger has a higher number. */
const MOST_SEQ = 9_223_372_036_854_775_807n

/** The last closed day; null while none is. */
export async function findClosedThrough(tx: Tx, marketId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ day: string | null }>(
    sql`select closed_through::text as day from ledger_head where market_id = ${marketId}`,
  )
  return rows[0]?.day ?? null
}

/** The numbers of a book's accounts in the operator's chart, by their ids. */
export async function findGlCodes(tx: Tx, marketId: string, book: string): Promise<Map<string, string>> {
  const { rows } = await tx.execute<{ id: string; code: string }>(
    sql`select id, gl_code as code from ledger_account where market_id = ${marketId} and book = ${book}`,
  )
  return new Map(rows.map(({ id, code }) => [id, code]))
}

/** Names of accounts by their ids. */
export async function findAccountNames(
  tx: Tx,
  marketId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from ledger_account where market_id = ${marketId} and id = any(${sql.param([...ids])}::text[])`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export type BookSpan = {
  book: string
  zoneId: string
  bankVnd: bigint
  cashVnd: bigint
  revenueVnd: bigint
}

/** What each named stall's book moved in a span of business days, apart by the zone that the stall was in on the day. */
export async function listNamedBookSpans(
  tx: Tx,
  marketId: string,
  named: readonly string[],
  from: string,
  to: string,
): Promise<BookSpan[]> {
  const { rows } = await tx.execute<BookSpan>(sql`
    select a.book, z.zone_id as "zoneId",
      coalesce(sum(d.debit_vnd - d.credit_vnd) filter (where a.code = '112'), 0)::bigint as "bankVnd",
      coalesce(sum(d.debit_vnd - d.credit_vnd) filter (where a.code = '111'), 0)::bigint as "cashVnd",
      coalesce(sum(d.credit_vnd - d.debit_vnd) filter (where a.code = '511'), 0)::bigint as "revenueVnd"
    from ledger_day d
    join ledger_account a on a.market_id = d.market_id and a.id = d.account_id
    join (${zoneSpans(marketId)}) as z
      on z.stall_id = a.book and d.business_day >= z.from_day and d.business_day < z.until_day
    where d.market_id = ${marketId} and a.book = any(${sql.param([...named])}::text[]) and d.business_day between ${from}::date and ${to}::date
    group by 1, 2`)
  return rows
}

/** Stalls with their names and whether they agreed to be named, by id. */
export async function listStallNames(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{ id: string; code: string; name: string; consented: boolean }>(sql`
    select id, code, name, sales_consent_at is not null as consented from stall where market_id = ${marketId} order by code`)
  return rows
}

/** When the first seal at or above a height was made; null while there is none. */
export async function findSealedAt(tx: Tx, marketId: string, height: bigint): Promise<Date | null> {
  const { rows } = await tx.execute<{ at: string }>(sql`
    select sealed_at as at from ledger_seal where market_id = ${marketId} and height >= ${height.toString()}::bigint
    order by height limit 1`)
  return rows[0] === undefined ? null : new Date(rows[0].at)
}
