import type { Tx } from '@tienve/db'
import { sql, type SQL } from 'drizzle-orm'
import { LEAST_STALLS } from '../reports/rules.ts'

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

/**
 * The business days on which enough hidden books moved for their sum to be shown. By the day, so that taking one day's
 * figures from the next gives a shown day or nothing.
 */
function shownDays(marketId: string, hidden: readonly string[], within: SQL = sql``): SQL {
  return sql`select d.business_day from ledger_day d
    join ledger_account a on a.market_id = d.market_id and a.id = d.account_id
    where d.market_id = ${marketId} and a.book = any(${sql.param([...hidden])}::text[]) ${within}
    group by d.business_day having count(distinct a.book) >= ${LEAST_STALLS}`
}

export type FoldedSum = {
  code: string
  glCode: string
  side: 'debit' | 'credit'
  name: string
  openingDebitVnd: bigint
  openingCreditVnd: bigint
  debitVnd: bigint
  creditVnd: bigint
}

/** What the hidden books moved together, account by account, on the days that may be shown. */
export async function sumHidden(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
  days: { from?: string | undefined; to?: string | undefined },
): Promise<FoldedSum[]> {
  if (hidden.length === 0) return []
  const from = days.from ?? '-infinity'
  const { rows } = await tx.execute<FoldedSum>(sql`
    select a.code, a.gl_code as "glCode", a.side, a.name,
      coalesce(sum(d.debit_vnd) filter (where d.business_day < ${from}::date), 0)::bigint as "openingDebitVnd",
      coalesce(sum(d.credit_vnd) filter (where d.business_day < ${from}::date), 0)::bigint as "openingCreditVnd",
      coalesce(sum(d.debit_vnd) filter (where d.business_day >= ${from}::date), 0)::bigint as "debitVnd",
      coalesce(sum(d.credit_vnd) filter (where d.business_day >= ${from}::date), 0)::bigint as "creditVnd"
    from ledger_day d join ledger_account a on a.market_id = d.market_id and a.id = d.account_id
    where d.market_id = ${marketId} and a.book = any(${sql.param([...hidden])}::text[])
      and d.business_day in (${shownDays(marketId, hidden)}) and d.business_day <= ${days.to ?? 'infinity'}::date
    group by 1, 2, 3, 4 order by 1`)
  return rows
}

/** A place in the journal: after this transfer. */
export type Place = { seq: bigint; leg: number }

export type FoldedTransfer = Place & {
  businessDay: string
  kind: string
  debitCode: string
  creditCode: string
  amountVnd: bigint
  block: bigint
}

/** The legs of folded rows begin here, far above those of any txn. */
const FIRST_FOLDED_LEG = 20_000

/**
 * The rows of hidden books, folded: one a closed day, kind and pair of accounts, standing where the day was closed. Of days
 * that are still open nothing is folded, and of days with too few stalls nothing is shown. Answers those between `after`
 * and `end` (both left out, null for no end), in the journal's order.
 */
export async function listFolded(
  tx: Tx,
  marketId: string,
  hidden: readonly string[],
  page: { after: Place | null; end: Place | null; newestFirst: boolean; limit: number },
  filter: { fromDay?: string | undefined; toDay?: string | undefined; kind?: string | undefined },
): Promise<FoldedTransfer[]> {
  if (hidden.length === 0) return []
  const [low, high] = page.newestFirst ? [page.end, page.after] : [page.after, page.end]
  const within = sql.raw(
    'd.business_day > (select min(after_day) from near) and d.business_day <= (select max(to_day) from near)',
  )
  const { rows } = await tx.execute<FoldedTransfer>(sql`
    with closed as (
      select c.business_day as to_day, b.last_seq,
        lag(c.business_day, 1, '-infinity') over (order by c.business_day) as after_day
      from ledger_close c join ledger_block b on b.market_id = c.market_id and b.height = c.height
      where c.market_id = ${marketId}
    ), near as (
      select * from closed where ${low === null ? sql`true` : sql`last_seq >= ${low.seq.toString()}::bigint`}
        and ${high === null ? sql`true` : sql`last_seq <= ${high.seq.toString()}::bigint`}
        and to_day >= ${filter.fromDay ?? '-infinity'}::date and after_day < ${filter.toDay ?? 'infinity'}::date
    ), folded as (
      select n.last_seq as seq, x.business_day, x.kind, split_part(t.debit_account, ':', 2) as debit_code,
        split_part(t.credit_account, ':', 2) as credit_code, sum(t.amount_vnd)::bigint as amount_vnd, max(x.block) as block
      from near n
      join ledger_txn x on x.market_id = ${marketId} and x.business_day > n.after_day and x.business_day <= n.to_day
      join ledger_transfer t on t.market_id = x.market_id and t.seq = x.seq
      where t.book = any(${sql.param([...hidden])}::text[])
        and x.business_day in (${shownDays(marketId, hidden, sql`and ${within}`)})
      group by 1, 2, 3, 4, 5
    ), placed as (
      select *, (row_number() over (partition by seq order by business_day, kind, debit_code, credit_code)
        + ${FIRST_FOLDED_LEG})::integer as leg
      from folded
    )
    select seq, leg, business_day::text as "businessDay", kind, debit_code as "debitCode", credit_code as "creditCode",
      amount_vnd as "amountVnd", block
    from placed
    where business_day between ${filter.fromDay ?? '-infinity'}::date and ${filter.toDay ?? 'infinity'}::date
      and ${filter.kind === undefined ? sql`true` : sql`kind = ${filter.kind}`}
      and ${low === null ? sql`true` : sql`(seq, leg) > (${low.seq.toString()}::bigint, ${low.leg}::integer)`}
      and ${high === null ? sql`true` : sql`(seq, leg) < (${high.seq.toString()}::bigint, ${high.leg}::integer)`}
    order by seq ${sql.raw(page.newestFirst ? 'desc' : 'asc')}, leg ${sql.raw(page.newestFirst ? 'desc' : 'asc')}
    limit ${page.limit}`)
  return rows
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

/** What each stall's book moved in a span of business days, apart by the zone that the stall was in on the day. */
export async function listBookSpans(tx: Tx, marketId: string, from: string, to: string): Promise<BookSpan[]> {
  const { rows } = await tx.execute<BookSpan>(sql`
    select a.book, m.zone_id as "zoneId",
      coalesce(sum(d.debit_vnd - d.credit_vnd) filter (where a.code = '112'), 0)::bigint as "bankVnd",
      coalesce(sum(d.debit_vnd - d.credit_vnd) filter (where a.code = '111'), 0)::bigint as "cashVnd",
      coalesce(sum(d.credit_vnd - d.debit_vnd) filter (where a.code = '511'), 0)::bigint as "revenueVnd"
    from ledger_day d
    join ledger_account a on a.market_id = d.market_id and a.id = d.account_id
    join lateral (
      select z.zone_id from stall_zone z
      where z.market_id = d.market_id and z.stall_id = a.book and z.from_day <= d.business_day
      order by z.from_day desc limit 1
    ) as m on true
    where d.market_id = ${marketId} and a.book <> 'board' and d.business_day between ${from}::date and ${to}::date
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
