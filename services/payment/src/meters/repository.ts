import type { Tx } from '@tienve/db'
import { and, asc, eq, sql, type SQL } from 'drizzle-orm'
import { billingRound, chargePolicy } from '../charges/tables.ts'
import { lastDayOf } from '../days.ts'
import { stall } from '../stalls/tables.ts'
import { meter, meterReading } from './tables.ts'

/** A meter in a month, with what it showed before and what its stall used in the three months before (newest first). */
export type ReadingRow = {
  meterId: string
  serial: string
  service: string
  stallId: string
  stallCode: string
  stallName: string
  zoneCode: string
  rowLabel: string | null
  lot: number | null
  oldValue: string
  newValue: string | null
  otherUsage: string
  usagesBefore: string[]
  averageUsage: string | null
  anomaly: string | null
  readOn: string | null
  readBy: string | null
  confirmedBy: string | null
  confirmedNote: string | null
  removedOn: string | null
  hasLaterReading: boolean
}

/** The walk: zone by zone, along each row; what the register has placed nowhere comes last in its zone. */
const WALK = sql`z.position, coalesce(s.row_label, '~'), coalesce(s.lot, 100000), s.code, m.service, m.installed_on, m.id`

const nameOf = (user: SQL) =>
  sql`(select u.name from app_user u where u.market_id = m.market_id and u.id = ${user})`

/**
 * The meters that count in a month: those of the stalls that had a contract in it, or the one of `meterId`. One that was
 * removed in it has its last reading.
 */
function metersOf(marketId: string, period: string, meterId?: string): SQL {
  const [first, last] = [`${period}-01`, lastDayOf(period)]
  const which =
    meterId === undefined
      ? sql`exists (
          select from contract c
          where c.market_id = m.market_id and c.stall_id = m.stall_id and c.starts_on <= ${last}::date
            and (c.ended_on is null or c.ended_on >= ${first}::date))`
      : sql`m.id = ${meterId}`
  return sql`
    from meter m
    join stall s on s.market_id = m.market_id and s.id = m.stall_id
    join zone z on z.market_id = s.market_id and z.id = s.zone_id
    left join meter_reading r on r.market_id = m.market_id and r.meter_id = m.id and r.period = ${period}
    where m.market_id = ${marketId} and m.installed_on <= ${last}::date
      and (m.removed_on is null or m.removed_on >= ${first}::date or r.period is not null)
      and ${which}`
}

/** A page of a month's meters in walking order, or the one of `meterId`. */
export async function listReadings(
  tx: Tx,
  marketId: string,
  period: string,
  page: { limit: number; after?: string | null; meterId?: string },
): Promise<ReadingRow[]> {
  const sameThing = sql`o.market_id = m.market_id and o.stall_id = m.stall_id and o.service = m.service`
  const after =
    page.after == null
      ? sql``
      : sql`and (${WALK}) > (
          select ${WALK} from meter m
          join stall s on s.market_id = m.market_id and s.id = m.stall_id
          join zone z on z.market_id = s.market_id and z.id = s.zone_id
          where m.market_id = ${marketId} and m.id = ${page.after})`
  // The page is cut before anything is looked up for its rows: what a stall used before is asked of these meters alone.
  const { rows } = await tx.execute<ReadingRow>(sql`
    with m as materialized (
      select m.market_id, m.id, m.stall_id, m.service, m.serial, m.initial_value, m.installed_on, m.removed_on,
        s.code as stall_code, s.name as stall_name, s.row_label, s.lot, z.code as zone_code,
        r.old_value, r.new_value, r.anomaly, r.read_on, r.read_by, r.confirmed_by, r.confirmed_note,
        row_number() over (order by ${WALK}) as place
      ${metersOf(marketId, period, page.meterId)} ${after}
      order by ${WALK} limit ${page.limit})
    select m.id as "meterId", m.serial, m.service, m.stall_id as "stallId", m.stall_code as "stallCode",
      m.stall_name as "stallName", m.zone_code as "zoneCode", m.row_label as "rowLabel", m.lot,
      trim_scale(coalesce(m.old_value, last.new_value, m.initial_value))::text as "oldValue",
      trim_scale(m.new_value)::text as "newValue",
      (select trim_scale(coalesce(sum(x.new_value - x.old_value), 0))::text
        from meter o join meter_reading x on x.market_id = o.market_id and x.meter_id = o.id
        where ${sameThing} and o.id <> m.id and x.period = ${period}) as "otherUsage",
      coalesce(before.usages, '{}') as "usagesBefore", trim_scale(round(before.average, 2))::text as "averageUsage",
      m.anomaly, to_char(m.read_on, 'YYYY-MM-DD') as "readOn", ${nameOf(sql`m.read_by`)} as "readBy",
      ${nameOf(sql`m.confirmed_by`)} as "confirmedBy", m.confirmed_note as "confirmedNote",
      to_char(m.removed_on, 'YYYY-MM-DD') as "removedOn",
      exists (
        select from meter_reading x
        where x.market_id = m.market_id and x.meter_id = m.id and x.period > ${period}) as "hasLaterReading"
    from m
    left join lateral (
      select x.new_value from meter_reading x
      where x.market_id = m.market_id and x.meter_id = m.id and x.period < ${period}
      order by x.period desc limit 1) last on true
    left join lateral (
      select array_agg(trim_scale(usage)::text order by period desc) as usages, avg(usage) as average from (
        select x.period, sum(x.new_value - x.old_value) as usage
        from meter o join meter_reading x on x.market_id = o.market_id and x.meter_id = o.id
        where ${sameThing} and x.period < ${period}
        group by x.period order by x.period desc limit 3) months) before on true
    order by m.place`)
  return rows
}

/** How many meters a month has, how many are read, and how many of those look odd and wait for a second look. */
export async function countReadings(tx: Tx, marketId: string, period: string) {
  const { rows } = await tx.execute<{ meterCount: string; readCount: string; unconfirmedCount: string }>(sql`
    select count(*) as "meterCount", count(r.period) as "readCount",
      count(*) filter (where r.anomaly is not null and r.confirmed_by is null) as "unconfirmedCount"
    ${metersOf(marketId, period)}`)
  const [row] = rows
  return {
    meterCount: Number(row?.meterCount ?? 0),
    readCount: Number(row?.readCount ?? 0),
    unconfirmedCount: Number(row?.unconfirmedCount ?? 0),
  }
}

const meterColumns = {
  id: meter.id,
  stallId: meter.stallId,
  stallCode: stall.code,
  stallName: stall.name,
  service: meter.service,
  serial: meter.serial,
  initialValue: sql<string>`trim_scale(${meter.initialValue})::text`,
  installedOn: meter.installedOn,
  removedOn: meter.removedOn,
}

/** The meters of one stall, or of all, those that were removed among them. */
export async function listMeters(tx: Tx, marketId: string, of: { stallId?: string; id?: string }) {
  return tx
    .select(meterColumns)
    .from(meter)
    .innerJoin(stall, and(eq(stall.marketId, meter.marketId), eq(stall.id, meter.stallId)))
    .where(
      and(
        eq(meter.marketId, marketId),
        of.stallId === undefined ? undefined : eq(meter.stallId, of.stallId),
        of.id === undefined ? undefined : eq(meter.id, of.id),
      ),
    )
    .orderBy(asc(stall.code), asc(meter.service), asc(meter.installedOn), asc(meter.id))
}

/** Holds a meter to the end of the transaction, so that what was read of it stays true. Null when there is none. */
export async function lockMeter(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(meter)
    .where(and(eq(meter.marketId, marketId), eq(meter.id, id)))
    .for('update')
  return row ?? null
}

/** The status of a month's round, held so that nobody proposes it meanwhile; null while there is none. */
export async function lockRoundStatus(tx: Tx, marketId: string, period: string): Promise<string | null> {
  const [row] = await tx
    .select({ status: billingRound.status })
    .from(billingRound)
    .where(and(eq(billingRound.marketId, marketId), eq(billingRound.period, period)))
    .for('share')
  return row?.status ?? null
}

export async function findRoundStatus(tx: Tx, marketId: string, period: string): Promise<string | null> {
  const [row] = await tx
    .select({ status: billingRound.status })
    .from(billingRound)
    .where(and(eq(billingRound.marketId, marketId), eq(billingRound.period, period)))
  return row?.status ?? null
}

/** From which ratio to the average on a reading is asked about. */
export async function findAnomalyRatio(tx: Tx, marketId: string): Promise<string> {
  const [row] = await tx
    .select({ ratio: sql<string>`trim_scale(${chargePolicy.anomalyRatio})::text` })
    .from(chargePolicy)
    .where(eq(chargePolicy.marketId, marketId))
  return row?.ratio ?? '2'
}

/**
 * The meters that stalls had on some day of a month, and those removed before that have a reading of it all the same,
 * each with its reading of the month; null when there is none. The two are put together here: without statistics, the
 * database joins twenty thousand of each by trying every pair.
 */
export async function listReadingsOf(
  tx: Tx,
  marketId: string,
  month: { period: string; first: string; last: string },
) {
  const meters = await tx
    .select()
    .from(meter)
    .where(eq(meter.marketId, marketId))
    .orderBy(asc(meter.stallId), asc(meter.installedOn), asc(meter.id))
  const read = await tx
    .select()
    .from(meterReading)
    .where(and(eq(meterReading.marketId, marketId), eq(meterReading.period, month.period)))
  const readings = new Map(read.map((one) => [one.meterId, one]))
  return meters
    .map(({ id: meterId, stallId, service, installedOn, removedOn }) => ({
      meterId,
      stallId,
      service,
      counts: installedOn <= month.last && (removedOn === null || removedOn >= month.first),
      reading: readings.get(meterId) ?? null,
    }))
    .filter(({ counts, reading }) => counts || reading !== null)
}
