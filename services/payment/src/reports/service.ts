import { AppError, type Overview, type Sales } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { getRounds } from '../charges/rounds.ts'
import { sumCharges } from '../charges/repository.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf } from '../days.ts'
import { formatDay, type Table } from '../documents/table.ts'
import { findLastTradingDay } from '../payments/repository.ts'
import * as repository from './repository.ts'
import {
  addTotals,
  cellsOf,
  isWithheld,
  LEAST_STALLS,
  NO_TOTALS,
  NOBODY,
  spanCellsOf,
  wholeOf,
  type DayCells,
  type SpanCell,
  type Totals,
  type Unnamed,
} from './rules.ts'

const LONG_OVERDUE_DAYS = 60
const MAX_SPAN_DAYS = 400

/** A span of whole days, today's sales when nothing is asked. Errors: `day_invalid`. */
export function requireSpan(
  ctx: Pick<Context, 'now'>,
  query: { day?: string | undefined; from?: string | undefined; to?: string | undefined },
) {
  const today = dayOf(ctx.now())
  const from = query.from ?? query.day ?? today
  const to = query.to ?? query.day ?? (from > today ? from : today)
  if (from > to || to > today || addDays(from, MAX_SPAN_DAYS) < to) {
    throw new AppError('day_invalid', undefined, {
      fields: { from: 'not after `to`', to: `at most ${today}` },
    })
  }
  return { from, to }
}

/** What may be shown of every day of a span on which unnamed stalls sold. The days may be `-infinity` and `infinity`. */
export async function readUnnamed(
  tx: Tx,
  marketId: string,
  span: { from: string; to: string },
): Promise<DayCells[]> {
  const zones = await repository.listZones(tx, marketId)
  const rows = await repository.listUnnamedDays(tx, marketId, span.from, span.to)
  return [...Map.groupBy(rows, ({ day }) => day)].map(([day, of]) =>
    cellsOf(
      day,
      zones.map((zone) => ({ zone, unnamed: toUnnamed(of.find(({ zoneId }) => zoneId === zone.id)) })),
    ),
  )
}

function toUnnamed(row: repository.UnnamedZoneDay | undefined): Unnamed {
  if (row === undefined) return NOBODY
  return {
    bank: { stallIds: row.bankStallIds, vnd: row.bankVnd, count: row.bankCount },
    cash: { stallIds: row.cashStallIds, vnd: row.cashVnd, count: row.cashCount },
  }
}

/**
 * Sales of a span by zone: named where the stall agreed, otherwise in cells of at least five (see `cellsOf`). What one to
 * four unnamed stalls took on a day is in no figure; when the span has nothing else of theirs, there is no total either.
 */
export async function getSales(tx: Tx, marketId: string, span: { from: string; to: string }): Promise<Sales> {
  const named = await repository.listNamedSpans(tx, marketId, span.from, span.to)
  const hours = await repository.listNamedHours(tx, marketId, span.from, span.to)
  const days = await readUnnamed(tx, marketId, span)
  const shown = days.filter((day) => !isWithheld(day))
  const zoneCodes = new Map((await repository.listZones(tx, marketId)).map(({ id, code }) => [id, code]))
  const totals = [...named, ...shown.map(wholeOf)].reduce<Totals>(addTotals, NO_TOTALS)
  const withheld = days.length > 0 && shown.length === 0
  return {
    ...span,
    withheld,
    withheldDays: days.flatMap(toWithheld),
    totals: withheld ? null : { ...toMoney(totals), count: Number(totals.count) },
    cells: spanCellsOf(shown).map(toCell),
    stalls: named.map((stall) => ({
      stallId: stall.stallId,
      code: stall.code,
      name: stall.name,
      zoneCode: zoneCodes.get(stall.zoneId) ?? '',
      ...toMoney(stall),
      count: Number(stall.count),
    })),
    byDay: daysOf(hours, days),
    // An hour is shorter than a day, so it is told of named stalls only.
    byHour: [...Map.groupBy(hours, ({ hour }) => hour)]
      .toSorted(([a], [b]) => a - b)
      .map(([hour, of]) => ({
        hour,
        totalVnd: vndToJson(of.reduce((sum, { bankVnd, cashVnd }) => sum + bankVnd + cashVnd, 0n)),
      })),
  }
}

function toWithheld(day: DayCells): Sales['withheldDays'] {
  const what = isWithheld(day) ? (['all'] as const) : day.withheld
  return what.map((one) => ({ day: day.day, what: one }))
}

function toCell({ zones, days, stallCount, totals }: SpanCell): Sales['cells'][number] {
  return {
    zoneIds: zones.map(({ id }) => id),
    zoneCodes: zones.map(({ code }) => code),
    zoneNames: zones.map(({ name }) => name),
    merged: zones.length > 1,
    days,
    sellingStalls: stallCount,
    ...toMoney(totals),
    count: Number(totals.count),
  }
}

/** Named and unnamed stalls together, day by day, but for the days of which nothing of the unnamed shows. */
function daysOf(named: readonly repository.HourTotals[], unnamed: readonly DayCells[]): Sales['byDay'] {
  const withheld = unnamed.filter(isWithheld).map(({ day }) => day)
  const parts = [
    ...named.map(({ day, bankVnd, cashVnd }) => ({ day, money: { bankVnd, cashVnd, count: 0n } })),
    ...unnamed.map((cells) => ({ day: cells.day, money: wholeOf(cells) })),
  ]
  return [...Map.groupBy(parts, ({ day }) => day)]
    .filter(([day]) => !withheld.includes(day))
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([day, of]) => ({ day, ...toMoney(of.map(({ money }) => money).reduce(addTotals, NO_TOTALS)) }))
}

/**
 * The board's home: totals of today, or of the last trading day while today has none. Sales are withheld whenever
 * `getSales` of the same day withholds them, since its named stalls are one call away.
 */
export async function getOverview(ctx: Context, tx: Tx, marketId: string): Promise<Overview> {
  const today = dayOf(ctx.now())
  const last = await findLastTradingDay(tx, marketId, null, addDays(today, 1))
  const day = last ?? today
  const sales = await getSales(tx, marketId, { from: day, to: day })
  const unnamed = sales.cells.reduce((sum, { sellingStalls }) => sum + (sellingStalls ?? 0), 0)
  const [round] = (await getRounds(tx, marketId)).filter(({ issuedAt }) => issuedAt !== null)
  const ofRound = round === undefined ? null : await sumCharges(tx, marketId, { period: round.period })
  const collectedVnd =
    ofRound === null ? 0 : vndToJson(ofRound.totalVnd + ofRound.changedVnd - ofRound.outstandingVnd)
  const all = await sumCharges(tx, marketId, {})
  const overdue = await sumCharges(tx, marketId, {
    status: 'outstanding',
    dueBefore: addDays(today, -LONG_OVERDUE_DAYS),
  })
  const suspense = await repository.sumOpenSuspense(tx, marketId)
  return {
    day,
    isToday: day === today,
    sales:
      sales.totals === null
        ? null
        : {
            ...sales.totals,
            stallCount: sales.stalls.length + unnamed,
            withheld: sales.withheldDays.map(({ what }) => what).find((what) => what !== 'all') ?? null,
          },
    charges: {
      period: round?.period ?? null,
      billedVnd: round?.totalVnd ?? 0,
      collectedVnd,
      collectedPercent:
        round === undefined || round.totalVnd === 0
          ? 0
          : Math.floor((collectedVnd * 1000) / round.totalVnd) / 10,
      outstandingVnd: vndToJson(all.outstandingVnd),
      overSixtyDaysVnd: vndToJson(overdue.outstandingVnd),
      overSixtyDaysCount: Number(overdue.count),
    },
    suspense: { count: suspense.count, amountVnd: vndToJson(suspense.amountVnd) },
    ledgerOk: null,
    feeds: await repository.countFeeds(tx, marketId),
  }
}

/** The same figures as one table for a spreadsheet: named stalls and cells, one row each, and the days left out. */
export function salesTable(sales: Sales): Table {
  type Row = { bankVnd: number; cashVnd: number; totalVnd: number; count: number }
  const money = (row: Row) => [row.bankVnd, row.cashVnd, row.totalVnd, row.count]
  const parts = { all: '', bank: ' chuyển khoản', cash: ' tiền mặt' }
  return {
    name: 'Doanh thu',
    columns: [
      { head: 'Khu', kind: 'text', width: 12 },
      { head: 'Mã sạp', kind: 'text', width: 12 },
      { head: 'Tên sạp', kind: 'text', width: 32 },
      { head: 'Chuyển khoản (đ)', kind: 'money' },
      { head: 'Tiền mặt (đ)', kind: 'money' },
      { head: 'Tổng (đ)', kind: 'money' },
      { head: 'Số lần', kind: 'count' },
    ],
    rows: [
      ...sales.stalls.map((row) => [row.zoneCode, row.code, row.name, ...money(row)]),
      ...sales.cells.map((cell) => [
        cell.zoneCodes.join(' + '),
        '',
        `Các sạp không nêu tên, ${cell.days} ngày`,
        ...money(cell),
      ]),
      ...sales.withheldDays.map(({ day, what }) => [
        '',
        '',
        `Không cộng: ngày ${formatDay(day)}, dưới ${LEAST_STALLS} sạp bán${parts[what]}`,
        null,
        null,
        null,
        null,
      ]),
    ],
  }
}

function toMoney({ bankVnd, cashVnd }: Pick<Totals, 'bankVnd' | 'cashVnd'>) {
  return { bankVnd: vndToJson(bankVnd), cashVnd: vndToJson(cashVnd), totalVnd: vndToJson(bankVnd + cashVnd) }
}
