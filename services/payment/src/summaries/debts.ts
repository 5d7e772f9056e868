import { SERVICE_WORDS, SERVICES } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { readOne } from '../columns.ts'
import { addDays } from '../days.ts'
import * as repository from './repository.ts'
import type { BankPayer, RoundLine, StallDebt, ZoneDebt } from './repository.ts'
import { lastDayOf, settleLines } from './rules.ts'
import { tableOf, wayTo, type Asked, type Column, type Definition, type Table } from './shape.ts'
import { HEADS } from './words.ts'

/** What a month was billed by zone and service, with what is collected and owed of each (see `settleLines`). */
export async function readRoundLines(
  tx: Tx,
  marketId: string,
  period: string,
): Promise<repository.Summed<RoundLine>> {
  const { rows, total } = await repository.sumRound(tx, marketId, period)
  const byPlace = new Map(rows.map((row) => [`${row.zoneId} ${row.service}`, row]))
  const shared = await repository.listSharedLines(tx, marketId, period)
  for (const lines of Map.groupBy(shared, ({ chargeId }) => chargeId).values()) {
    const [charge] = lines
    if (charge === undefined) continue
    const parts = settleLines(lines, charge)
    for (const [at, { zoneId, service }] of lines.entries()) {
      const row = byPlace.get(`${zoneId} ${service}`)
      const part = parts[at]
      if (row === undefined || part === undefined) throw new Error('a line of a charge is in no row')
      row.changedVnd += part.changedVnd
      row.collectedVnd += part.collectedVnd
      row.owedVnd += part.owedVnd
    }
  }
  return { rows, total }
}

/** The money columns of what was billed. `way` opens all of them; what is owed opens to what is still owed. */
export function billedColumns(way: (row: RoundLine, status?: string) => ReturnType<typeof wayTo> | null) {
  const money = (
    id: keyof RoundLine & `${string}Vnd`,
    vi: string,
    en: string,
    status?: string,
  ): Column<RoundLine> => ({
    id,
    head: { vi: `${vi} (đ)`, en },
    kind: 'money',
    cell: (row) => row[id],
    way: (row) => way(row, status),
  })
  return [
    { id: 'charges', head: HEADS.charges, kind: 'count', cell: ({ charges }) => charges },
    money('netVnd', 'Chưa thuế', 'Net'),
    money('vatVnd', 'Thuế GTGT', 'VAT'),
    money('passThroughVnd', 'Trả nhà cung cấp', 'Passed through'),
    money('totalVnd', 'Phải thu', 'Billed'),
    money('changedVnd', 'Tăng, giảm sau', 'Changed since'),
    money('collectedVnd', 'Đã thu', 'Collected'),
    { ...money('owedVnd', 'Còn nợ', 'Owed', 'outstanding'), main: true },
  ] satisfies Column<RoundLine>[]
}

async function readRound(tx: Tx, { marketId, period }: Asked): Promise<Table[]> {
  const { rows, total } = await readRoundLines(tx, marketId, period)
  return [
    tableOf<RoundLine>({
      id: 'round',
      title: { vi: 'Phải thu theo khu và loại', en: 'Billed by zone and service' },
      note: {
        vi: 'Phải thu + tăng, giảm sau = đã thu + còn nợ. Tiền nộp là nộp cho cả khoản: phần đã thu của từng loại chia theo tỷ lệ số tiền các dòng của khoản đó.',
        en: 'Billed + changed since = collected + owed. Money is paid for a whole charge: what is collected of a service is its share of the charge, pro rata of the lines.',
      },
      columns: [
        { id: 'zone', head: HEADS.zone, kind: 'text', width: 24, cell: ({ zoneName }) => zoneName },
        {
          id: 'service',
          head: { vi: 'Loại', en: 'Service' },
          kind: 'text',
          width: 18,
          cell: ({ service }) => (service === null ? null : SERVICE_WORDS[readOne(SERVICES, service)]),
        },
        ...billedColumns(({ zoneCode, service }, status) =>
          wayTo('charges', {
            period,
            zone: zoneCode ?? undefined,
            service: service ?? undefined,
            status,
          }),
        ),
      ],
      rows,
      total,
    }),
  ]
}

type Buckets = Omit<ZoneDebt, 'zoneCode' | 'zoneName' | 'stalls'>

/** The ages of a debt, in days since it was due; a debt that is not due yet has a column of its own. */
const AGES = [
  ['notDueVnd', 'Chưa đến hạn', 'Not due', null, -1],
  ['to30Vnd', '0–30 ngày', '0–30 days', 0, 30],
  ['to60Vnd', '31–60 ngày', '31–60 days', 31, 60],
  ['to90Vnd', '61–90 ngày', '61–90 days', 61, 90],
  ['over90Vnd', 'Trên 90 ngày', 'Over 90 days', 91, null],
] as const

/** The columns of ages and their sum; each opens to the charges that were due on those days. */
export function ageColumns<Row extends Buckets>(
  { asOf, today }: Asked,
  whose: (row: Row) => Record<string, string | undefined>,
): Column<Row>[] {
  // Of a day that is past, what is owed by now would be another sum.
  const status = asOf === today ? 'outstanding' : undefined
  const before = (days: number | null) => (days === null ? undefined : addDays(asOf, -days))
  return [
    ...AGES.map(([id, vi, en, least, most]): Column<Row> => ({
      id,
      head: { vi: `${vi} (đ)`, en },
      kind: 'money',
      cell: (row) => row[id],
      way: (row) => wayTo('charges', { ...whose(row), status, dueFrom: before(most), dueTo: before(least) }),
    })),
    {
      id: 'owedVnd',
      head: { vi: 'Còn nợ (đ)', en: 'Owed' },
      kind: 'money',
      main: true,
      cell: ({ owedVnd }) => owedVnd,
      way: (row) => wayTo('charges', { ...whose(row), status }),
    },
  ]
}

/** Debts by zone at the end of a day, by age: of nobody by name. */
export async function readZoneDebts(tx: Tx, asked: Asked): Promise<Table> {
  const { rows, total } = await repository.sumDebtsByZone(tx, asked.marketId, asked.asOf)
  return tableOf<ZoneDebt>({
    id: 'ageing-zones',
    title: { vi: 'Tuổi nợ theo khu', en: 'Age of debts by zone' },
    note: {
      vi: 'Số ngày tính từ hạn nộp của từng khoản.',
      en: 'Days are counted from the day that each charge was due.',
    },
    columns: [
      { id: 'zone', head: HEADS.zone, kind: 'text', width: 24, cell: ({ zoneName }) => zoneName },
      {
        id: 'stalls',
        head: { vi: 'Số sạp', en: 'Stalls' },
        kind: 'count',
        cell: ({ stalls }) => stalls,
      },
      ...ageColumns<ZoneDebt>(asked, ({ zoneCode }) => ({ zone: zoneCode ?? undefined })),
    ],
    rows,
    total,
  })
}

async function readAgeing(tx: Tx, asked: Asked): Promise<Table[]> {
  const { rows, total } = await repository.sumDebtsByStall(tx, asked.marketId, asked.asOf)
  return [
    await readZoneDebts(tx, asked),
    tableOf<StallDebt>({
      id: 'ageing-stalls',
      title: { vi: 'Tuổi nợ theo sạp', en: 'Age of debts by stall' },
      columns: [
        { id: 'stall', head: HEADS.stall, kind: 'text', width: 12, cell: ({ stallCode }) => stallCode },
        {
          id: 'stallName',
          head: HEADS.stallName,
          kind: 'text',
          width: 20,
          cell: ({ stallName }) => stallName,
          way: ({ stallId }) => wayTo('charges', { stallId: stallId ?? undefined }),
        },
        { id: 'holder', head: HEADS.holder, kind: 'text', width: 22, cell: ({ holder }) => holder },
        {
          id: 'oldest',
          head: { vi: 'Hạn cũ nhất', en: 'Oldest due' },
          kind: 'day',
          cell: ({ oldestDueOn }) => oldestDueOn,
        },
        ...ageColumns<StallDebt>(asked, ({ stallId }) => ({ stallId: stallId ?? undefined })),
      ],
      rows,
      total,
    }),
  ]
}

async function readBankPayers(tx: Tx, { marketId, period }: Asked): Promise<Table[]> {
  const { rows, total } = await repository.sumBankPayers(tx, marketId, {
    from: `${period}-01`,
    to: lastDayOf(period),
  })
  return [
    tableOf<BankPayer>({
      id: 'bank-payers',
      title: { vi: 'Nộp bằng chuyển khoản', en: 'Paid by bank' },
      note: {
        vi: 'Tiền ngân hàng báo về trong tháng cho các khoản phải thu, kể cả phần nộp thừa để lại cho kỳ sau.',
        en: 'Money for charges that the bank told of in the month, with what was paid beyond them and kept for later.',
      },
      columns: [
        { id: 'stall', head: HEADS.stall, kind: 'text', width: 12, cell: ({ stallCode }) => stallCode },
        { id: 'stallName', head: HEADS.stallName, kind: 'text', width: 24, cell: (row) => row.stallName },
        { id: 'holder', head: HEADS.holder, kind: 'text', width: 24, cell: ({ holder }) => holder },
        { id: 'zone', head: HEADS.zone, kind: 'text', width: 8, cell: ({ zoneCode }) => zoneCode },
        {
          id: 'payments',
          head: { vi: 'Số lần', en: 'Times' },
          kind: 'count',
          cell: ({ payments }) => payments,
        },
        {
          id: 'lastDay',
          head: { vi: 'Lần cuối', en: 'Last' },
          kind: 'day',
          cell: ({ lastDay }) => lastDay,
        },
        {
          id: 'paidVnd',
          head: { vi: 'Đã nộp (đ)', en: 'Paid' },
          kind: 'money',
          main: true,
          cell: ({ paidVnd }) => paidVnd,
          way: ({ stallId }) => (stallId === null ? null : wayTo('charges', { stallId })),
        },
      ],
      rows,
      total,
    }),
  ]
}

export const DEBT_REPORTS: readonly Definition[] = [
  {
    info: {
      id: 'round',
      title: { vi: 'Tổng hợp phải thu của kỳ', en: 'Summary of a billing round' },
      about: {
        vi: 'Kỳ này mỗi khu, mỗi loại phải thu bao nhiêu, đã thu, còn nợ.',
        en: 'What each zone and service was billed, has paid and owes.',
      },
      parameters: ['period'],
    },
    permission: 'rounds.read',
    read: readRound,
  },
  {
    info: {
      id: 'ageing',
      title: { vi: 'Tuổi nợ', en: 'Age of debts' },
      about: {
        vi: 'Ai còn nợ, nợ bao lâu rồi, theo khu và theo sạp.',
        en: 'Who owes and since when, by zone and by stall.',
      },
      parameters: ['asOf'],
    },
    permission: 'arrears.read',
    read: readAgeing,
  },
  {
    info: {
      id: 'bank-payers',
      title: { vi: 'Danh sách nộp không dùng tiền mặt', en: 'Who paid without cash' },
      about: {
        vi: 'Trong tháng ai nộp bằng chuyển khoản, bao nhiêu.',
        en: 'Who paid by bank in a month, and how much.',
      },
      parameters: ['period'],
    },
    permission: 'charges.read',
    read: readBankPayers,
  },
]
