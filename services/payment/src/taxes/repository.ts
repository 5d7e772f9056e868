import type { Tx } from '@tienve/db'
import { and, eq, lte, sql } from 'drizzle-orm'
import type { OwnDays } from '../contracts/rules.ts'
import { contract, stallholder } from '../contracts/tables.ts'
import type { Span } from '../payments/totals.ts'
import { taxProfile } from './tables.ts'

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

/** The accounts of a stall that moved on these days, and the first day on which each did. */
export async function listMovedAccounts(
  tx: Tx,
  marketId: string,
  stallId: string,
  { since, until }: OwnDays,
): Promise<Map<string, string>> {
  const { rows } = await tx.execute<{ id: string; firstDay: string }>(sql`
    select a.id, m.first_day::text as "firstDay"
    from receiving_account a cross join lateral (
      select min((t.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date) as first_day from bank_transaction t
      where t.market_id = a.market_id and t.account_id = a.id
        and t.occurred_at >= coalesce(${since}::date, '-infinity')::timestamp at time zone 'Asia/Ho_Chi_Minh'
        and t.occurred_at < coalesce(${until}::date + 1, 'infinity')::timestamp at time zone 'Asia/Ho_Chi_Minh') m
    where a.market_id = ${marketId} and a.stall_id = ${stallId} and m.first_day is not null`)
  return new Map(rows.map(({ id, firstDay }) => [id, firstDay]))
}

/** What a person said that her books' heads are to say; null where she has said nothing. */
export async function findTaxProfile(tx: Tx, marketId: string, userId: string) {
  const [row] = await tx
    .select({
      taxCode: taxProfile.taxCode,
      name: taxProfile.name,
      address: taxProfile.address,
      trade: taxProfile.trade,
      beganOn: taxProfile.beganOn,
    })
    .from(taxProfile)
    .where(and(eq(taxProfile.marketId, marketId), eq(taxProfile.userId, userId)))
  return row ?? null
}

export async function saveTaxProfile(tx: Tx, row: typeof taxProfile.$inferInsert): Promise<void> {
  const { marketId: _market, userId: _user, ...said } = row
  await tx
    .insert(taxProfile)
    .values(row)
    .onConflictDoUpdate({ target: [taxProfile.marketId, taxProfile.userId], set: said })
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
