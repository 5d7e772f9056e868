import { insertMany, tryIn, type Tx } from '@tienve/db'
import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { stall } from '../stalls/tables.ts'
import type { Standing } from './rules.ts'
import { contract, contractPause, stallholder } from './tables.ts'

export type ContractFilter = {
  status?: 'active' | 'coming' | 'expiring' | 'expired' | 'ended' | undefined
  /** For `expiring`: agreed to end on this day or before, and not before today. */
  expiresBy: string
  today: string
  stallId?: string | undefined
}
export type ContractRow = Awaited<ReturnType<typeof selectContracts>>[number]
export type NewContract = typeof contract.$inferInsert

const seller = alias(stallholder, 'seller')
const earlier = alias(contract, 'earlier')
const holderColumns = {
  id: stallholder.id,
  name: stallholder.name,
  registeredName: stallholder.registeredName,
  phone: stallholder.phone,
  email: stallholder.email,
}
const sellerColumns = {
  id: seller.id,
  name: seller.name,
  registeredName: seller.registeredName,
  phone: seller.phone,
  email: seller.email,
}

/**
 * A page of contracts: those about to end by their end, all others by the stall's code, and then by number. `after` is the
 * last one of the page before.
 */
export async function listContracts(
  tx: Tx,
  marketId: string,
  filter: ContractFilter,
  page: { limit: number; after: { key: string; number: string } | null },
) {
  const key = sql`${sortKey(filter)} collate "C"`
  const number = sql`${contract.number} collate "C"`
  return selectContracts(tx, sortKey(filter))
    .where(
      and(
        contractsWhere(marketId, filter),
        page.after === null
          ? undefined
          : sql`(${key}, ${number}) > (${page.after.key}, ${page.after.number})`,
      ),
    )
    .orderBy(key, number)
    .limit(page.limit)
}

/** The contracts of one stall, the latest first. */
export async function listContractsOfStall(tx: Tx, marketId: string, stallId: string) {
  return selectContracts(tx)
    .where(and(eq(contract.marketId, marketId), eq(contract.stallId, stallId)))
    .orderBy(desc(contract.startsOn))
}

export async function findContract(tx: Tx, marketId: string, id: string): Promise<ContractRow | null> {
  const [row] = await selectContracts(tx).where(and(eq(contract.marketId, marketId), eq(contract.id, id)))
  return row ?? null
}

/** A contract whose days are about to change, held until the transaction ends. */
export async function lockContract(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(contract)
    .where(and(eq(contract.marketId, marketId), eq(contract.id, id)))
    .for('update')
  return row ?? null
}

/**
 * The stall that a contract is about, held until the transaction ends: two exclusions that are checked at once could
 * otherwise wait for each other for ever.
 */
export async function lockStall(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(stall)
    .where(and(eq(stall.marketId, marketId), eq(stall.id, id)))
    .for('update')
  return row ?? null
}

/** The stalls of these contracts that had or will have somebody else just before or after: who sells, or else who rents. */
export async function listHandedOver(tx: Tx, marketId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ stall_id: string }>(sql`
    select distinct k.stall_id from (
      select o.id, o.stall_id, coalesce(o.seller_id, o.stallholder_id) as person,
        lag(coalesce(o.seller_id, o.stallholder_id)) over own as before,
        lead(coalesce(o.seller_id, o.stallholder_id)) over own as after
      from contract o where o.market_id = ${marketId} and o.stall_id in (select c.stall_id from contract c
        where c.market_id = ${marketId} and c.id = any(${sql.param([...ids])}::text[]))
      window own as (partition by o.stall_id order by o.starts_on, o.id)
    ) k
    where k.id = any(${sql.param([...ids])}::text[]) and (k.before <> k.person or k.after <> k.person)
    order by 1`)
  return rows.map(({ stall_id }) => stall_id)
}

/** Inserts a contract, or answers the constraint that forbids it. */
export async function tryInsertContract(tx: Tx, row: NewContract): Promise<string | null> {
  const { broken } = await tryIn(tx, () => insertMany(tx, contract, [row]))
  return broken
}

/** Who stands at a stall, contract by contract in the order of days: who sells there, or else who rents it. */
export async function listStandings(tx: Tx, marketId: string, stallId: string): Promise<Standing[]> {
  return tx
    .select({
      startsOn: contract.startsOn,
      holderId: sql<string>`coalesce(${contract.sellerId}, ${contract.stallholderId})`,
    })
    .from(contract)
    .where(and(eq(contract.marketId, marketId), eq(contract.stallId, stallId)))
    .orderBy(asc(contract.startsOn))
}

/** The day on which a stall last went over to somebody else, up to a day, within the statement that asks; else the first of all days. */
export function handedOverOn(marketId: string, stallId: string, day: string): SQL<string> {
  return sql<string>`coalesce((
    select max(k.starts_on) from (
      select c.starts_on, coalesce(c.seller_id, c.stallholder_id)
        <> lag(coalesce(c.seller_id, c.stallholder_id)) over (order by c.starts_on) as is_another
      from contract c where c.market_id = ${marketId} and c.stall_id = ${stallId} and c.starts_on <= ${day}) k
    where k.is_another), '-infinity'::date)`
}

/** The first contract of a stall that covers a day from `from` on. */
export async function findCovering(tx: Tx, marketId: string, stallId: string, from: string) {
  const [row] = await tx
    .select({ id: contract.id, number: contract.number })
    .from(contract)
    .where(
      and(
        eq(contract.marketId, marketId),
        eq(contract.stallId, stallId),
        or(isNull(contract.endedOn), gte(contract.endedOn, from)),
      ),
    )
    .orderBy(asc(contract.startsOn))
    .limit(1)
  return row ?? null
}

export async function changeContract(
  tx: Tx,
  marketId: string,
  id: string,
  change: Partial<Pick<NewContract, 'endsOn' | 'endedOn' | 'endReason' | 'sellerId'>>,
): Promise<void> {
  await tx
    .update(contract)
    .set(change)
    .where(and(eq(contract.marketId, marketId), eq(contract.id, id)))
}

export async function listPauses(tx: Tx, marketId: string, contractIds: readonly string[]) {
  if (contractIds.length === 0) return []
  return tx
    .select()
    .from(contractPause)
    .where(and(eq(contractPause.marketId, marketId), inArray(contractPause.contractId, [...contractIds])))
    .orderBy(asc(contractPause.fromDay))
}

/** Inserts a pause, or answers the constraint that forbids it. */
export async function tryInsertPause(tx: Tx, row: typeof contractPause.$inferInsert): Promise<string | null> {
  const { broken } = await tryIn(tx, () => insertMany(tx, contractPause, [row]))
  return broken
}

export async function setPauseEnd(tx: Tx, marketId: string, id: string, toDay: string): Promise<void> {
  await tx
    .update(contractPause)
    .set({ toDay })
    .where(and(eq(contractPause.marketId, marketId), eq(contractPause.id, id)))
}

export async function insertStallholders(
  tx: Tx,
  rows: readonly (typeof stallholder.$inferInsert)[],
): Promise<void> {
  await insertMany(tx, stallholder, rows)
}

export async function hasStallholder(tx: Tx, marketId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ id: stallholder.id })
    .from(stallholder)
    .where(and(eq(stallholder.marketId, marketId), eq(stallholder.id, id)))
  return rows.length > 0
}

/** Every stallholder by name, each with the stalls that a contract gives them on a day. */
export async function listStallholders(tx: Tx, marketId: string, today: string) {
  const { rows } = await tx.execute<{
    id: string
    name: string
    registeredName: string | null
    phone: string | null
    email: string | null
    stallCodes: string[]
  }>(sql`
    select h.id, h.name, h.registered_name as "registeredName", h.phone, h.email,
      coalesce(array_agg(s.code order by s.code) filter (where s.code is not null), '{}') as "stallCodes"
    from stallholder h
    left join contract c on c.market_id = h.market_id and c.stallholder_id = h.id and c.starts_on <= ${today}
      and (c.ended_on is null or c.ended_on >= ${today})
    left join stall s on s.market_id = c.market_id and s.id = c.stall_id
    where h.market_id = ${marketId} group by h.market_id, h.id order by h.name collate "C", h.id`)
  return rows
}

function selectContracts(tx: Tx, key: SQL<string> = sql<string>`${contract.number}`) {
  return tx
    .select({
      id: contract.id,
      number: contract.number,
      stallId: contract.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      kind: contract.kind,
      signedOn: contract.signedOn,
      startsOn: contract.startsOn,
      endsOn: contract.endsOn,
      endedOn: contract.endedOn,
      endReason: contract.endReason,
      depositVnd: contract.depositVnd,
      transferredFrom: earlier.number,
      holder: holderColumns,
      seller: sellerColumns,
      key,
    })
    .from(contract)
    .innerJoin(stall, and(eq(stall.marketId, contract.marketId), eq(stall.id, contract.stallId)))
    .innerJoin(
      stallholder,
      and(eq(stallholder.marketId, contract.marketId), eq(stallholder.id, contract.stallholderId)),
    )
    .leftJoin(seller, and(eq(seller.marketId, contract.marketId), eq(seller.id, contract.sellerId)))
    .leftJoin(earlier, and(eq(earlier.marketId, contract.marketId), eq(earlier.id, contract.transferredFrom)))
}

function sortKey({ status }: ContractFilter): SQL<string> {
  return status === 'expiring' ? sql<string>`${contract.endsOn}::text` : sql<string>`${stall.code}`
}

function contractsWhere(marketId: string, filter: ContractFilter): SQL | undefined {
  const { today, status, stallId } = filter
  const isOpen = or(isNull(contract.endedOn), gte(contract.endedOn, today))
  const byStatus = {
    active: and(lte(contract.startsOn, today), isOpen),
    coming: and(gt(contract.startsOn, today), isOpen),
    expiring: and(
      isNull(contract.endedOn),
      gte(contract.endsOn, today),
      lte(contract.endsOn, filter.expiresBy),
    ),
    expired: and(isNull(contract.endedOn), lt(contract.endsOn, today)),
    ended: lt(contract.endedOn, today),
  }
  return and(
    eq(contract.marketId, marketId),
    stallId === undefined ? undefined : eq(contract.stallId, stallId),
    status === undefined ? undefined : byStatus[status],
  )
}
