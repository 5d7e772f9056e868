import type { Tx } from '@tienve/db'
import { and, asc, eq, gte, lte, sql } from 'drizzle-orm'
import type { OwnDays } from '../contracts/rules.ts'
import { contract, stallholder } from '../contracts/tables.ts'
import { stallDay } from '../payments/tables.ts'
import type { SalesDay } from './rules.ts'

export type Span = { from: string; to: string }

/** What a stall sold on each day of a span on which it sold anything. */
export async function listSalesDays(
  tx: Tx,
  marketId: string,
  stallId: string,
  { from, to }: Span,
): Promise<SalesDay[]> {
  return tx
    .select({
      day: stallDay.day,
      bankVnd: sql<bigint>`coalesce(sum(${stallDay.amountVnd}) filter (where not ${stallDay.cash}), 0)::bigint`,
      cashVnd: sql<bigint>`coalesce(sum(${stallDay.amountVnd}) filter (where ${stallDay.cash}), 0)::bigint`,
    })
    .from(stallDay)
    .where(
      and(
        eq(stallDay.marketId, marketId),
        eq(stallDay.stallId, stallId),
        gte(stallDay.day, from),
        lte(stallDay.day, to),
      ),
    )
    .groupBy(stallDay.day)
    .orderBy(asc(stallDay.day))
}

/** What a day moved on one account: in, out, and what the bank said it held after the day's last movement, where it says so. */
export type AccountDay = { day: string; inVnd: bigint; outVnd: bigint; heldVnd: bigint | null }

/** The days of a span on which an account moved, every movement that a bank told of counted once. */
export async function listAccountDays(
  tx: Tx,
  marketId: string,
  accountId: string,
  { from, to }: Span,
): Promise<AccountDay[]> {
  const { rows } = await tx.execute<AccountDay>(sql`
    select (t.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date::text as day,
      coalesce(sum(t.amount_vnd) filter (where t.direction = 'in'), 0)::bigint as "inVnd",
      coalesce(sum(t.amount_vnd) filter (where t.direction = 'out'), 0)::bigint as "outVnd",
      (array_agg(t.balance_after_vnd order by t.occurred_at desc, t.id desc))[1] as "heldVnd"
    from bank_transaction t
    where t.market_id = ${marketId} and t.account_id = ${accountId}
      and t.occurred_at >= (${from}::date)::timestamp at time zone 'Asia/Ho_Chi_Minh'
      and t.occurred_at < (${to}::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'
    group by 1 order by 1`)
  return rows
}

/** The accounts of a stall that moved on these days. */
export async function listMovedAccounts(
  tx: Tx,
  marketId: string,
  stallId: string,
  { since, until }: OwnDays,
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select a.id from receiving_account a
    where a.market_id = ${marketId} and a.stall_id = ${stallId} and exists (
      select from bank_transaction t where t.market_id = a.market_id and t.account_id = a.id
        and t.occurred_at >= coalesce(${since}::date, '-infinity')::timestamp at time zone 'Asia/Ho_Chi_Minh'
        and t.occurred_at < coalesce(${until}::date + 1, 'infinity')::timestamp at time zone 'Asia/Ho_Chi_Minh')`)
  return rows.map(({ id }) => id)
}

/** Who sells at a stall on a day, or else rents it: the name of the household where one is registered, else of the person. */
export async function findHousehold(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
): Promise<string | null> {
  const [row] = await tx
    .select({ name: sql<string>`coalesce(${stallholder.registeredName}, ${stallholder.name})` })
    .from(contract)
    .innerJoin(
      stallholder,
      and(
        eq(stallholder.marketId, contract.marketId),
        eq(stallholder.id, sql`coalesce(${contract.sellerId}, ${contract.stallholderId})`),
      ),
    )
    .where(
      and(
        eq(contract.marketId, marketId),
        eq(contract.stallId, stallId),
        lte(contract.startsOn, day),
        sql`(${contract.endedOn} is null or ${contract.endedOn} >= ${day})`,
      ),
    )
  return row?.name ?? null
}
