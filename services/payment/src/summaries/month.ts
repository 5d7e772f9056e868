import type { Tx } from '@tienve/db'
import { billedColumns, readRoundLines, readZoneDebts } from './debts.ts'
import { countPlaces, readOccupancyTable, type PlaceCounts } from './places.ts'
import { sumBankPayers, sumByWay, type MonthShare, type RoundLine } from './repository.ts'
import { formatPeriod, lastDayOf, monthsBefore, percentOf } from './rules.ts'
import { tableOf, wayTo, type Asked, type Column, type Definition, type Table } from './shape.ts'
import { HEADS } from './words.ts'

const MONTHS_SHOWN = 12

const bankOf = (row: MonthShare): bigint => row.chargeBankVnd + row.ticketBankVnd
const allOf = (row: MonthShare): bigint => bankOf(row) + row.chargeCashVnd + row.ticketCashVnd

/**
 * Of what the board collected each month, how much came by bank: both sides of the division stand beside it. Money that came
 * for charges counts in the month that it came, and what was paid beyond them with it. It is never what a stall sold.
 */
async function readShares(tx: Tx, { marketId, period, today }: Asked): Promise<Table> {
  const span = { from: monthsBefore(period, MONTHS_SHOWN - 1), to: period }
  const { rows, total } = await sumByWay(tx, marketId, span)
  const money = (
    id: string,
    vi: string,
    en: string,
    cell: (row: MonthShare) => bigint,
    way?: (month: string) => ReturnType<typeof wayTo>,
  ): Column<MonthShare> => ({
    id,
    head: { vi: `${vi} (đ)`, en },
    kind: 'money',
    cell,
    way: ({ period: month }) => (month === null || month > today || way === undefined ? null : way(month)),
  })
  const payers = (month: string) => wayTo('reports/bank-payers', { period: month })
  const collectors = (month: string) => {
    const last = lastDayOf(month)
    return wayTo('reports/collectors', { from: `${month}-01`, to: last < today ? last : today })
  }
  return tableOf<MonthShare>({
    id: 'cashless',
    title: { vi: 'Tỷ lệ thu không dùng tiền mặt', en: 'Share collected without cash' },
    note: {
      vi: 'Tỷ lệ = chuyển khoản ÷ tổng đã thu của Ban quản lý chợ (khoản phải thu và vé chợ). Không phải doanh thu của sạp nào.',
      en: "Share = by bank ÷ all that the board collected (charges and day tickets). No stall's sales are in it.",
    },
    columns: [
      {
        id: 'period',
        head: { vi: 'Tháng', en: 'Month' },
        kind: 'text',
        width: 10,
        cell: ({ period: month }) => (month === null ? null : formatPeriod(month)),
      },
      money(
        'chargeBankVnd',
        'Khoản phải thu, chuyển khoản',
        'Charges by bank',
        (row) => row.chargeBankVnd,
        payers,
      ),
      money(
        'chargeCashVnd',
        'Khoản phải thu, tiền mặt',
        'Charges in cash',
        (row) => row.chargeCashVnd,
        collectors,
      ),
      money('ticketBankVnd', 'Vé chợ, chuyển khoản', 'Tickets by bank', (row) => row.ticketBankVnd),
      money('ticketCashVnd', 'Vé chợ, tiền mặt', 'Tickets in cash', (row) => row.ticketCashVnd, collectors),
      money('bankVnd', 'Chuyển khoản', 'By bank', bankOf),
      money('allVnd', 'Tổng đã thu', 'Collected', allOf),
      {
        id: 'share',
        head: { vi: 'Tỷ lệ', en: 'Share' },
        kind: 'text',
        width: 10,
        main: true,
        totalled: true,
        cell: (row) => percentOf(bankOf(row), allOf(row)),
      },
    ],
    rows,
    total,
  })
}

/** The same round as the board's own report, a row a zone. */
async function readRoundByZone(tx: Tx, { marketId, period }: Asked): Promise<Table> {
  const { rows, total } = await readRoundLines(tx, marketId, period)
  const zones = [...Map.groupBy(rows, ({ zoneId }) => zoneId).values()].map((of) => of.reduce(addLines))
  return tableOf<RoundLine>({
    id: 'round-zones',
    title: {
      vi: `Phải thu kỳ ${formatPeriod(period)} theo khu`,
      en: `Billed for ${formatPeriod(period)} by zone`,
    },
    columns: [
      { id: 'zone', head: HEADS.zone, kind: 'text', width: 24, cell: ({ zoneName }) => zoneName },
      // A stall has one charge a round and a line for each service: how many charges a zone has is no sum of the rows.
      ...billedColumns(() => wayTo('reports/round', { period })).filter(({ id }) => id !== 'charges'),
    ],
    rows: zones,
    total,
  })
}

function addLines(a: RoundLine, b: RoundLine): RoundLine {
  return {
    ...a,
    netVnd: a.netVnd + b.netVnd,
    vatVnd: a.vatVnd + b.vatVnd,
    passThroughVnd: a.passThroughVnd + b.passThroughVnd,
    totalVnd: a.totalVnd + b.totalVnd,
    changedVnd: a.changedVnd + b.changedVnd,
    collectedVnd: a.collectedVnd + b.collectedVnd,
    owedVnd: a.owedVnd + b.owedVnd,
  }
}

type Fact = { what: { vi: string; en: string }; count: bigint; way: ReturnType<typeof wayTo> }

function factsOf(
  { asOf, withinDays, period }: Asked,
  { expiring, expired, odd, oddOpen }: PlaceCounts,
  payers: bigint,
): Fact[] {
  const contracts = wayTo('reports/contracts', { asOf, withinDays: String(withinDays) })
  const meters = wayTo('reports/meters', { period })
  return [
    {
      what: { vi: 'Sạp nộp bằng chuyển khoản trong tháng', en: 'Stalls that paid by bank in the month' },
      count: payers,
      way: wayTo('reports/bank-payers', { period }),
    },
    {
      what: {
        vi: `Hợp đồng hết hạn trong ${withinDays} ngày tới`,
        en: `Contracts that end in ${withinDays} days`,
      },
      count: expiring,
      way: contracts,
    },
    {
      what: { vi: 'Hợp đồng quá hạn chưa thanh lý', en: 'Contracts past their end' },
      count: expired,
      way: contracts,
    },
    { what: { vi: 'Chỉ số điện, nước bất thường', en: 'Odd meter readings' }, count: odd, way: meters },
    {
      what: { vi: 'Trong đó chưa ai xác nhận', en: 'Of them not confirmed' },
      count: oddOpen,
      way: meters,
    },
  ]
}

/** The month in one document, for the ward: sums of the market and its zones, of nobody by name, and of nobody's sales. */
async function readWardMonth(tx: Tx, asked: Asked): Promise<Table[]> {
  const { marketId, period, today } = asked
  const last = lastDayOf(period)
  const atEnd = { ...asked, asOf: last < today ? last : today }
  const { total } = await sumBankPayers(tx, marketId, { from: `${period}-01`, to: last })
  const facts = factsOf(atEnd, await countPlaces(tx, atEnd), total?.stalls ?? 0n)
  return [
    await readRoundByZone(tx, asked),
    await readShares(tx, asked),
    await readZoneDebts(tx, atEnd),
    await readOccupancyTable(tx, atEnd),
    tableOf<Fact>({
      id: 'facts',
      title: { vi: 'Việc cần biết', en: 'To be known' },
      columns: [
        { id: 'what', head: { vi: 'Việc', en: 'What' }, kind: 'text', width: 44, cell: ({ what }) => what },
        {
          id: 'count',
          head: { vi: 'Số', en: 'How many' },
          kind: 'count',
          main: true,
          cell: ({ count }) => count,
          way: ({ way }) => way,
        },
      ],
      rows: facts,
    }),
  ]
}

export const MONTH_REPORTS: readonly Definition[] = [
  {
    info: {
      id: 'cashless',
      title: { vi: 'Tỷ lệ không dùng tiền mặt', en: 'Non-cash share' },
      about: {
        vi: 'Trong tiền Ban quản lý đã thu mỗi tháng, bao nhiêu phần là chuyển khoản.',
        en: 'Of what the board collected each month, how much came by bank.',
      },
      parameters: ['period'],
    },
    permission: 'reports.read',
    read: async (tx, asked) => [await readShares(tx, asked)],
  },
  {
    info: {
      id: 'ward-month',
      title: { vi: 'Báo cáo tháng cho phường', en: "The ward's monthly report" },
      about: {
        vi: 'Cả tháng trong một bản: phải thu, đã thu, nợ, lấp đầy, không dùng tiền mặt. Chỉ có số cộng, không nêu tên ai.',
        en: 'The month in one document: billed, collected, owed, occupancy, non-cash share. Sums only, nobody by name.',
      },
      parameters: ['period'],
    },
    permission: 'reports.read',
    read: readWardMonth,
  },
]
