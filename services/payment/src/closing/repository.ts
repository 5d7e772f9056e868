import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

/** The market's name, and whether it is a demo. */
export async function findMarket(
  tx: Tx,
  marketId: string,
): Promise<{ name: string; demo: boolean } | undefined> {
  const { rows } = await tx.execute<{ name: string; demo: boolean }>(
    sql`select name, demo from market where market_id = ${marketId}`,
  )
  return rows[0]
}

/** The last closed day and the first day with a txn; null where there is none. */
export async function findBounds(
  tx: Tx,
  marketId: string,
): Promise<{ closedThrough: string | null; firstDay: string | null }> {
  const { rows } = await tx.execute<{ closedThrough: string | null; firstDay: string | null }>(sql`
    select (select closed_through::text from ledger_head where market_id = ${marketId}) as "closedThrough",
      (select min(business_day)::text from ledger_day where market_id = ${marketId}) as "firstDay"`)
  return rows[0] ?? { closedThrough: null, firstDay: null }
}

/** The day that was closed on which a day was closed too: itself, or the first one after it; null while it is open. */
export async function findClosedAs(tx: Tx, marketId: string, day: string): Promise<string | null> {
  const { rows } = await tx.execute<{ day: string | null }>(sql`
    select min(business_day)::text as day from ledger_close
    where market_id = ${marketId} and business_day >= ${day}::date`)
  return rows[0]?.day ?? null
}

/** How many txns a market's ledger says that it has. */
export async function findTxnCount(tx: Tx, marketId: string): Promise<bigint> {
  const { rows } = await tx.execute<{ count: bigint }>(
    sql`select last_seq as count from ledger_head where market_id = ${marketId}`,
  )
  return rows[0]?.count ?? 0n
}

/** How many txns have a business day after `after` (null: any) and up to `to`. */
export async function countTxns(tx: Tx, marketId: string, after: string | null, to: string): Promise<number> {
  const { rows } = await tx.execute<{ count: bigint }>(sql`
    select count(*) from ledger_txn
    where market_id = ${marketId} and business_day > ${after ?? '-infinity'}::date and business_day <= ${to}::date`)
  return Number(rows[0]?.count ?? 0n)
}

/** Names of users, and of programs' keys, by their ids. */
export async function findUserNames(
  tx: Tx,
  marketId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from app_user where market_id = ${marketId} and id = any(${sql.param([...ids])}::text[])
    union all
    select id, name from api_key where market_id = ${marketId} and id = any(${sql.param([...ids])}::text[])`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
