import { insertMany, tryIn, type Tx } from '@tienve/db'
import { and, asc, eq, gte, sql } from 'drizzle-orm'
import { contract, stallholder } from '../contracts/tables.ts'
import { market, zone } from '../markets/tables.ts'
import { meter } from '../meters/tables.ts'
import { stall, stallZone } from '../stalls/tables.ts'

export type NewStall = typeof stall.$inferInsert

export type StallRow = {
  id: string
  code: string
  name: string
  zone_id: string
  zone_code: string
  kind: string
  area_m2: string
  position_grade: number
  row_label: string | null
  lot: number | null
  status: string
  consents: boolean
  contract_id: string | null
  contract_number: string | null
  holder_name: string | null
  ends_on: string | null
  paused: boolean
}

/** Every stall of a market, or one, by code, with the contract that binds it on `today` and whether that is paused. */
export async function listRegister(
  tx: Tx,
  marketId: string,
  today: string,
  stallId: string | null = null,
): Promise<StallRow[]> {
  const { rows } = await tx.execute<StallRow>(sql`
    select s.id, s.code, s.name, s.zone_id, z.code as zone_code, s.kind, s.area_m2::text, s.position_grade,
      s.row_label, s.lot, s.status, s.sales_consent_at is not null as consents,
      c.id as contract_id, c.number as contract_number, h.name as holder_name, c.ends_on::text,
      exists (select from contract_pause p where p.market_id = c.market_id and p.contract_id = c.id
        and p.from_day <= ${today} and (p.to_day is null or p.to_day >= ${today})) as paused
    from stall s
    join zone z on z.market_id = s.market_id and z.id = s.zone_id
    left join contract c on c.market_id = s.market_id and c.stall_id = s.id and c.starts_on <= ${today}
      and (c.ended_on is null or c.ended_on >= ${today})
    left join stallholder h on h.market_id = c.market_id and h.id = c.stallholder_id
    where s.market_id = ${marketId} and (${stallId}::text is null or s.id = ${stallId})
    order by s.code collate "C"`)
  return rows
}

export type ZoneRow = { id: string; code: string; name: string; position: number; stall_count: bigint }

/** The zones in the board's order, with how many stalls each has that were not removed. */
export async function listZones(tx: Tx, marketId: string): Promise<ZoneRow[]> {
  const { rows } = await tx.execute<ZoneRow>(sql`
    select z.id, z.code, z.name, z.position, count(s.id) as stall_count
    from zone z left join stall s on s.market_id = z.market_id and s.zone_id = z.id and s.status <> 'removed'
    where z.market_id = ${marketId} group by z.market_id, z.id order by z.position, z.code`)
  return rows
}

export async function findMarket(tx: Tx, marketId: string) {
  const [row] = await tx.select().from(market).where(eq(market.marketId, marketId))
  if (row === undefined) throw new Error('a session is of a market that is there')
  return row
}

/** Inserts a zone behind all others, or answers the constraint that forbids it. */
export async function tryInsertZone(
  tx: Tx,
  marketId: string,
  { id, code, name }: { id: string; code: string; name: string },
): Promise<string | null> {
  const { broken } = await tryIn(tx, () =>
    tx.execute(sql`
      insert into zone (market_id, id, code, name, position)
      select ${marketId}, ${id}, ${code}, ${name}, coalesce(max(position) + 1, 0) from zone where market_id = ${marketId}`),
  )
  return broken
}

export async function changeZone(
  tx: Tx,
  marketId: string,
  id: string,
  change: { name: string; position: number },
): Promise<void> {
  await tx
    .update(zone)
    .set(change)
    .where(and(eq(zone.marketId, marketId), eq(zone.id, id)))
}

/** Inserts stalls, each in its zone from a day on, or answers the constraint that forbids one of them. */
export async function tryInsertStalls(
  tx: Tx,
  rows: readonly NewStall[],
  fromDay: string,
): Promise<string | null> {
  const { broken } = await tryIn(tx, async () => {
    await insertMany(tx, stall, rows)
    await insertMany(
      tx,
      stallZone,
      rows.map(({ marketId, id, zoneId }) => ({ marketId, stallId: id, fromDay, zoneId })),
    )
  })
  return broken
}

export type StallChange = Required<
  Pick<NewStall, 'id' | 'name' | 'zoneId' | 'areaM2' | 'positionGrade' | 'kind' | 'status'>
> & { rowLabel: string | null; lot: number | null }

/**
 * Changes stalls, or answers the constraint that forbids it. Their places are left before any is taken, so that two may
 * change places. `moved` are those whose zone is another from `fromDay` on.
 */
export async function tryChangeStalls(
  tx: Tx,
  marketId: string,
  changes: readonly StallChange[],
  moved: readonly { stallId: string; zoneId: string }[],
  fromDay: string,
): Promise<string | null> {
  if (changes.length === 0) return null
  const column = <K extends keyof StallChange>(key: K) => sql.param(changes.map((change) => change[key]))
  const { broken } = await tryIn(tx, async () => {
    await tx.execute(sql`
      update stall set row_label = null, lot = null
      where market_id = ${marketId} and id = any (${column('id')}::text[])`)
    await tx.execute(sql`
      update stall set name = n.name, zone_id = n.zone_id, area_m2 = n.area_m2, position_grade = n.position_grade,
        kind = n.kind, status = n.status, row_label = n.row_label, lot = n.lot
      from unnest(${column('id')}::text[], ${column('name')}::text[], ${column('zoneId')}::text[],
        ${column('areaM2')}::numeric[], ${column('positionGrade')}::int[], ${column('kind')}::text[],
        ${column('status')}::text[], ${column('rowLabel')}::text[], ${column('lot')}::int[])
        as n (id, name, zone_id, area_m2, position_grade, kind, status, row_label, lot)
      where stall.market_id = ${marketId} and stall.id = n.id`)
    await insertMany(
      tx,
      stallZone,
      moved.map((one) => ({ marketId, ...one, fromDay })),
    )
  })
  return broken
}

/** The zones that a stall has been in, the latest first. */
export async function listZonesOf(tx: Tx, marketId: string, stallId: string) {
  return tx
    .select({ fromDay: stallZone.fromDay, zoneCode: zone.code, zoneName: zone.name })
    .from(stallZone)
    .innerJoin(zone, and(eq(zone.marketId, stallZone.marketId), eq(zone.id, stallZone.zoneId)))
    .where(and(eq(stallZone.marketId, marketId), eq(stallZone.stallId, stallId)))
    .orderBy(sql`${stallZone.fromDay} desc`)
}

/** Every meter of a market, or of one stall, those in use first. */
export async function listMeters(tx: Tx, marketId: string, stallId: string | null = null) {
  return tx
    .select({
      stallId: meter.stallId,
      service: meter.service,
      serial: meter.serial,
      installedOn: meter.installedOn,
      removedOn: meter.removedOn,
    })
    .from(meter)
    .where(and(eq(meter.marketId, marketId), stallId === null ? undefined : eq(meter.stallId, stallId)))
    .orderBy(sql`${meter.removedOn} desc nulls first`, asc(meter.service))
}

/** What each stall that was ever billed owes in all, and when the oldest of that was due. */
export async function listStandings(tx: Tx, marketId: string) {
  const { rows } = await tx.execute<{
    stall_id: string
    count: bigint
    outstanding_vnd: bigint
    oldest_due_on: string | null
  }>(sql`
    select stall_id, count(*) as count, sum(outstanding_vnd)::bigint as outstanding_vnd,
      (min(due_on) filter (where outstanding_vnd > 0))::text as oldest_due_on
    from charge where market_id = ${marketId} group by stall_id`)
  return rows
}

/** Every contract of a market with who holds it, for an import to be held against. */
export async function listAllContracts(tx: Tx, marketId: string) {
  const rows = await tx
    .select({
      id: contract.id,
      number: contract.number,
      stallId: contract.stallId,
      kind: contract.kind,
      startsOn: contract.startsOn,
      endsOn: contract.endsOn,
      endedOn: contract.endedOn,
      depositVnd: contract.depositVnd,
      holder: { id: stallholder.id, name: stallholder.name, phone: stallholder.phone },
      sellerName: sql<string | null>`(select s.name from stallholder s
        where s.market_id = ${contract.marketId} and s.id = ${contract.sellerId})`,
    })
    .from(contract)
    .innerJoin(
      stallholder,
      and(eq(stallholder.marketId, contract.marketId), eq(stallholder.id, contract.stallholderId)),
    )
    .where(eq(contract.marketId, marketId))
    .orderBy(asc(contract.startsOn))
  return rows
}

/** The stalls that are in their zone since a day, or later. */
export async function listMovedSince(tx: Tx, marketId: string, day: string): Promise<string[]> {
  const rows = await tx
    .select({ stallId: stallZone.stallId })
    .from(stallZone)
    .where(and(eq(stallZone.marketId, marketId), gte(stallZone.fromDay, day)))
  return rows.map(({ stallId }) => stallId)
}

/** Which of these codes are those of stalls in another market. One exact code at a time, as the directory answers. */
export async function listForeignCodes(
  tx: Tx,
  marketId: string,
  codes: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.execute<{ code: string }>(sql`
    select c.code from unnest(${sql.param(codes)}::text[]) as c (code), directory_find('stall_code', c.code) as d
    where d.market_id <> ${marketId}`)
  return rows.map(({ code }) => code)
}

/** One import of a market at a time, until the transaction ends. */
export async function lockImports(tx: Tx, marketId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`register ${marketId}`}, 0))`)
}

/** Inserts contracts, or answers the constraint that forbids one of them. */
export async function tryInsertContracts(
  tx: Tx,
  rows: readonly (typeof contract.$inferInsert)[],
): Promise<string | null> {
  const { broken } = await tryIn(tx, () => insertMany(tx, contract, rows))
  return broken
}

/** Gives contracts another end, another phone of their holder, or a seller; null leaves each as it is. */
export async function changeContracts(
  tx: Tx,
  marketId: string,
  changes: readonly {
    id: string
    holderId: string
    endsOn: string | null
    phone: string | null
    sellerId: string | null
  }[],
): Promise<void> {
  if (changes.length === 0) return
  const column = (value: (change: (typeof changes)[number]) => string | null) => sql.param(changes.map(value))
  await tx.execute(sql`
    update contract set ends_on = coalesce(n.ends_on, contract.ends_on), seller_id = coalesce(n.seller_id, contract.seller_id)
    from unnest(${column(({ id }) => id)}::text[], ${column(({ endsOn }) => endsOn)}::date[],
      ${column(({ sellerId }) => sellerId)}::text[]) as n (id, ends_on, seller_id)
    where contract.market_id = ${marketId} and contract.id = n.id`)
  await tx.execute(sql`
    update stallholder set phone = n.phone
    from unnest(${column(({ holderId }) => holderId)}::text[], ${column(({ phone }) => phone)}::text[]) as n (id, phone)
    where stallholder.market_id = ${marketId} and stallholder.id = n.id and n.phone is not null`)
}

/** Inserts meters, or answers the constraint that forbids one of them. */
export async function tryInsertMeters(
  tx: Tx,
  rows: readonly (typeof meter.$inferInsert)[],
): Promise<string | null> {
  const { broken } = await tryIn(tx, () => insertMany(tx, meter, rows))
  return broken
}
