import { SERVICE_WORDS } from '@tienve/contracts'
import { addDays, daysBetween } from '../days.ts'
import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { holderOn, summed } from './repository.ts'
import { formatDecimal, percentOf } from './rules.ts'
import { tableOf, wayTo, type Asked, type Column, type Definition, type Table } from './shape.ts'
import { HEADS } from './words.ts'

type ContractRow = {
  number: string | null
  stallId: string | null
  stallCode: string | null
  stallName: string | null
  holder: string | null
  zoneCode: string | null
  endsOn: string | null
  depositVnd: bigint
}

/** Contracts that hold on a day and were agreed to end by `until`, the longest ended first. */
async function listEnding(tx: Tx, marketId: string, asOf: string, until: string) {
  return summed<ContractRow>(
    tx,
    sql`with r as (
        select k.number, s.id, s.code, s.name, h.name as holder, z.code as zone_code, k.ends_on, k.deposit_vnd
        from stall s join zone z on z.market_id = s.market_id and z.id = s.zone_id ${holderOn(asOf)}
        where s.market_id = ${marketId} and k.ends_on <= ${until}::date and (k.ended_on is null or k.ended_on > ${asOf}::date))
      select r.number, r.id as "stallId", r.code as "stallCode", r.name as "stallName", r.holder, r.zone_code as "zoneCode",
        r.ends_on::text as "endsOn", r.deposit_vnd as "depositVnd", false as "isTotal" from r
      union all
      select null, null, null, null, null, null, null, coalesce(sum(r.deposit_vnd), 0)::bigint, true from r
      order by "isTotal", "endsOn", "stallCode"`,
  )
}

async function readContracts(tx: Tx, { marketId, asOf, withinDays }: Asked): Promise<Table[]> {
  const { rows, total } = await listEnding(tx, marketId, asOf, addDays(asOf, withinDays))
  return [
    tableOf<ContractRow>({
      id: 'contracts',
      title: {
        vi: 'Hợp đồng sắp hết hạn và đã quá hạn',
        en: 'Contracts that end soon or are past their end',
      },
      note: {
        vi: 'Hợp đồng quá hạn mà chưa thanh lý hay gia hạn thì vẫn tính tiền.',
        en: 'A contract past its end that nobody ended or renewed still bills.',
      },
      columns: [
        {
          id: 'number',
          head: { vi: 'Số hợp đồng', en: 'Number' },
          kind: 'text',
          width: 18,
          cell: ({ number }) => number,
        },
        {
          id: 'stall',
          head: HEADS.stall,
          kind: 'text',
          width: 12,
          cell: ({ stallCode }) => stallCode,
          way: ({ stallId }) => (stallId === null ? null : wayTo('charges', { stallId })),
        },
        { id: 'stallName', head: HEADS.stallName, kind: 'text', width: 24, cell: (row) => row.stallName },
        { id: 'holder', head: HEADS.holder, kind: 'text', width: 24, cell: ({ holder }) => holder },
        { id: 'zone', head: HEADS.zone, kind: 'text', width: 8, cell: ({ zoneCode }) => zoneCode },
        {
          id: 'endsOn',
          head: { vi: 'Hết hạn', en: 'Ends on' },
          kind: 'day',
          cell: ({ endsOn }) => endsOn,
        },
        {
          id: 'left',
          head: { vi: 'Còn', en: 'Left' },
          kind: 'text',
          width: 18,
          main: true,
          cell: ({ endsOn }) => (endsOn === null ? null : leftWords(daysBetween(asOf, endsOn))),
        },
        {
          id: 'depositVnd',
          head: { vi: 'Tiền cọc (đ)', en: 'Deposit' },
          kind: 'money',
          cell: ({ depositVnd }) => depositVnd,
        },
      ],
      rows,
      total,
    }),
  ]
}

function leftWords(days: number) {
  if (days < 0) return { vi: `Quá ${-days} ngày`, en: `${-days} days past` }
  return days === 0 ? { vi: 'Hôm đó', en: 'That day' } : { vi: `${days} ngày`, en: `${days} days` }
}

type MeterRow = {
  stallId: string
  stallCode: string
  stallName: string
  zoneCode: string
  service: 'electricity' | 'water'
  serial: string
  oldValue: string
  newValue: string
  used: string
  usual: string | null
  anomaly: 'zero' | 'high' | 'low'
  readOn: string
  readBy: string | null
  confirmedBy: string | null
  confirmedNote: string | null
}

const ANOMALY_WORDS = {
  zero: { vi: 'Không dùng', en: 'Nothing used' },
  high: { vi: 'Cao bất thường', en: 'Unusually high' },
  low: { vi: 'Thấp bất thường', en: 'Unusually low' },
}

const NOT_CONFIRMED = { vi: 'Chưa ai xác nhận', en: 'Nobody yet' }

/** Readings of a month that looked odd, with what the three months before were on average and who said that they are right. */
async function listAnomalies(tx: Tx, marketId: string, period: string): Promise<MeterRow[]> {
  const { rows } = await tx.execute<MeterRow>(sql`
    select s.id as "stallId", s.code as "stallCode", s.name as "stallName", z.code as "zoneCode", m.service, m.serial,
      r.old_value as "oldValue", r.new_value as "newValue", r.new_value - r.old_value as used,
      (select round(avg(b.new_value - b.old_value), 2) from (
        select p.new_value, p.old_value from meter_reading p
        where p.market_id = r.market_id and p.meter_id = r.meter_id and p.period < r.period
        order by p.period desc limit 3) b)::text as usual,
      r.anomaly, r.read_on::text as "readOn", a.name as "readBy", coalesce(c.name, r.confirmed_by) as "confirmedBy", r.confirmed_note as "confirmedNote"
    from meter_reading r
    join meter m on m.market_id = r.market_id and m.id = r.meter_id
    join stall s on s.market_id = m.market_id and s.id = m.stall_id
    join zone z on z.market_id = s.market_id and z.id = s.zone_id
    left join app_user a on a.market_id = r.market_id and a.id = r.read_by
    left join app_user c on c.market_id = r.market_id and c.id = r.confirmed_by
    where r.market_id = ${marketId} and r.period = ${period} and r.anomaly is not null
    order by (r.confirmed_by is not null), z.position, s.code, m.service`)
  return rows
}

async function readMeters(tx: Tx, { marketId, period }: Asked): Promise<Table[]> {
  const text = (
    id: string,
    head: Column<MeterRow>['head'],
    width: number,
    cell: Column<MeterRow>['cell'],
  ): Column<MeterRow> => ({ id, head, kind: 'text', width, cell })
  const unit = ({ service }: MeterRow): string => (service === 'electricity' ? 'kWh' : 'm³')
  return [
    tableOf<MeterRow>({
      id: 'meters',
      title: { vi: 'Chỉ số điện, nước bất thường', en: 'Odd readings of electricity and water' },
      columns: [
        {
          ...text('stall', HEADS.stall, 12, ({ stallCode }) => stallCode),
          way: ({ stallId }) => wayTo('charges', { stallId, period }),
        },
        text('stallName', HEADS.stallName, 20, ({ stallName }) => stallName),
        text('service', { vi: 'Loại', en: 'Service' }, 8, ({ service }) => SERVICE_WORDS[service]),
        text('serial', { vi: 'Công tơ', en: 'Meter' }, 14, ({ serial }) => serial),
        text('old', { vi: 'Chỉ số cũ', en: 'Old' }, 10, ({ oldValue }) => formatDecimal(oldValue)),
        text('new', { vi: 'Chỉ số mới', en: 'New' }, 10, ({ newValue }) => formatDecimal(newValue)),
        text('used', { vi: 'Đã dùng', en: 'Used' }, 14, (row) => `${formatDecimal(row.used)} ${unit(row)}`),
        text('usual', { vi: 'Trung bình', en: 'Usual' }, 14, (row) =>
          row.usual === null ? '–' : `${formatDecimal(row.usual)} ${unit(row)}`,
        ),
        {
          ...text('anomaly', { vi: 'Bất thường', en: 'Odd' }, 16, ({ anomaly }) => ANOMALY_WORDS[anomaly]),
          main: true,
        },
        text('confirmedBy', { vi: 'Người xác nhận', en: 'Confirmed by' }, 24, ({ confirmedBy }) =>
          confirmedBy === null ? NOT_CONFIRMED : confirmedBy,
        ),
        text('note', { vi: 'Ghi chú', en: 'Note' }, 24, ({ confirmedNote }) => confirmedNote),
      ],
      rows: await listAnomalies(tx, marketId, period),
    }),
  ]
}

type PlaceRow = {
  zoneName: string | null
  stalls: bigint
  let: bigint
  paused: bigint
  vacant: bigint
}

/** Every stall that is there, with the contract and the pause that hold on a day. */
const placesOn = (marketId: string, day: string) => sql`
  select z.id as zone_id, z.name as zone_name, z.code as zone_code, z.position, s.code, s.name, s.status, k.id as contract_id,
    exists (select from contract_pause p where p.market_id = k.market_id and p.contract_id = k.id
      and p.from_day <= ${day}::date and (p.to_day is null or p.to_day >= ${day}::date)) as paused,
    (select max(e.ended_on)::text from contract e where e.market_id = s.market_id and e.stall_id = s.id and e.ended_on < ${day}::date)
      as vacant_since
  from stall s join zone z on z.market_id = s.market_id and z.id = s.zone_id ${holderOn(day)}
  where s.market_id = ${marketId} and s.status <> 'removed'`

/** How many stalls are let, paused by notice and vacant on a day, by zone: of nobody by name. */
export async function readOccupancyTable(tx: Tx, { marketId, asOf }: Asked): Promise<Table> {
  const { rows, total } = await summed<PlaceRow>(
    tx,
    sql`with r as (${placesOn(marketId, asOf)})
      select r.zone_name as "zoneName", count(*) as stalls,
        count(*) filter (where r.contract_id is not null and not r.paused) as let,
        count(*) filter (where r.contract_id is not null and r.paused) as paused,
        count(*) filter (where r.contract_id is null) as vacant, grouping(r.zone_id) = 1 as "isTotal"
      from r group by grouping sets ((r.zone_id, r.zone_name, r.position), ()) order by "isTotal", r.position`,
  )
  const count = (id: 'stalls' | 'let' | 'paused' | 'vacant', vi: string, en: string): Column<PlaceRow> => ({
    id,
    head: { vi, en },
    kind: 'count',
    cell: (row) => row[id],
    way: () => (id === 'stalls' ? null : wayTo('reports/occupancy', { asOf })),
  })
  return tableOf<PlaceRow>({
    id: 'occupancy',
    title: { vi: 'Tỷ lệ lấp đầy', en: 'Occupancy' },
    note: {
      vi: 'Lấp đầy là có hợp đồng, kể cả đang tạm nghỉ. Điểm đã bỏ khỏi chợ không tính.',
      en: 'Occupied is under contract, paused included. Points that are no longer there are not counted.',
    },
    columns: [
      { id: 'zone', head: HEADS.zone, kind: 'text', width: 24, cell: ({ zoneName }) => zoneName },
      count('stalls', 'Số điểm', 'Points'),
      count('let', 'Đang bán', 'Under contract'),
      count('paused', 'Tạm nghỉ', 'Paused'),
      count('vacant', 'Trống', 'Vacant'),
      {
        id: 'share',
        head: { vi: 'Lấp đầy', en: 'Occupied' },
        kind: 'text',
        width: 10,
        main: true,
        totalled: true,
        cell: (row) => percentOf(row.let + row.paused, row.stalls),
      },
    ],
    rows,
    total,
  })
}

type EmptyRow = {
  stallCode: string
  stallName: string
  zoneCode: string
  paused: boolean
  since: string | null
}

async function readOccupancy(tx: Tx, asked: Asked): Promise<Table[]> {
  const shares = await readOccupancyTable(tx, asked)
  // Stalls by name are the board's business, and not the ward's.
  if (!asked.may('register.read')) return [shares]
  const { rows } = await tx.execute<EmptyRow>(sql`
    with r as (${placesOn(asked.marketId, asked.asOf)})
    select r.code as "stallCode", r.name as "stallName", r.zone_code as "zoneCode", r.paused, r.vacant_since as since
    from r where r.contract_id is null or r.paused order by r.position, r.code`)
  return [
    shares,
    tableOf<EmptyRow>({
      id: 'empty',
      title: { vi: 'Sạp trống và tạm nghỉ', en: 'Vacant and paused stalls' },
      columns: [
        { id: 'stall', head: HEADS.stall, kind: 'text', width: 12, cell: ({ stallCode }) => stallCode },
        { id: 'stallName', head: HEADS.stallName, kind: 'text', width: 28, cell: (row) => row.stallName },
        { id: 'zone', head: HEADS.zone, kind: 'text', width: 8, cell: ({ zoneCode }) => zoneCode },
        {
          id: 'state',
          head: { vi: 'Tình trạng', en: 'State' },
          kind: 'text',
          width: 12,
          main: true,
          cell: ({ paused }) => (paused ? { vi: 'Tạm nghỉ', en: 'Paused' } : { vi: 'Trống', en: 'Vacant' }),
        },
        {
          id: 'since',
          head: { vi: 'Hợp đồng trước đến', en: 'Let until' },
          kind: 'day',
          cell: ({ paused, since }) => (paused ? null : since),
        },
      ],
      rows,
    }),
  ]
}

export type PlaceCounts = { expiring: bigint; expired: bigint; odd: bigint; oddOpen: bigint }

/** How many contracts end soon or are past their end on a day, and how many readings of a month looked odd. */
export async function countPlaces(
  tx: Tx,
  { marketId, asOf, withinDays, period }: Asked,
): Promise<PlaceCounts> {
  const { rows: ending } = await listEnding(tx, marketId, asOf, addDays(asOf, withinDays))
  const expired = ending.filter(({ endsOn }) => endsOn !== null && endsOn < asOf).length
  const odd = await listAnomalies(tx, marketId, period)
  return {
    expiring: BigInt(ending.length - expired),
    expired: BigInt(expired),
    odd: BigInt(odd.length),
    oddOpen: BigInt(odd.filter(({ confirmedBy }) => confirmedBy === null).length),
  }
}

export const PLACE_REPORTS: readonly Definition[] = [
  {
    info: {
      id: 'contracts',
      title: { vi: 'Hợp đồng sắp hết hạn', en: 'Contracts that end soon' },
      about: {
        vi: 'Hợp đồng nào sắp hết hạn, hợp đồng nào đã quá hạn mà chưa thanh lý.',
        en: 'Which contracts end soon, and which are past their end and not ended.',
      },
      parameters: ['asOf', 'withinDays'],
    },
    permission: 'register.read',
    read: readContracts,
  },
  {
    info: {
      id: 'meters',
      title: { vi: 'Điện, nước bất thường', en: 'Odd meter readings' },
      about: {
        vi: 'Chỉ số nào khác thường trong tháng, ai đã xác nhận.',
        en: 'Which readings of a month looked odd, and who confirmed them.',
      },
      parameters: ['period'],
    },
    permission: 'readings.read',
    read: readMeters,
  },
  {
    info: {
      id: 'occupancy',
      title: { vi: 'Tỷ lệ lấp đầy', en: 'Occupancy' },
      about: {
        vi: 'Mỗi khu bao nhiêu điểm có người bán, tạm nghỉ, trống.',
        en: 'How many points of each zone are let, paused and vacant.',
      },
      parameters: ['asOf'],
    },
    permission: 'reports.read',
    read: readOccupancy,
  },
]
