import { AppError, type Overview, type Sales } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { getRounds } from '../charges/service.ts'
import { sumCharges } from '../charges/repository.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf } from '../days.ts'
import type { Table } from '../documents/table.ts'
import { findLastTradingDay } from '../payments/repository.ts'
import * as repository from './repository.ts'
import { addTotals, cellsOf, NO_TOTALS, tooFew, type Totals } from './rules.ts'

const LONG_OVERDUE_DAYS = 60
const MAX_SPAN_DAYS = 400

/** A span of whole days, today's sales when nothing is asked. Errors: `day_invalid`. */
export function requireSpan(
  ctx: Context,
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

/** Sales of a span by zone: named where the stall agreed, otherwise in cells of at least five (see `cellsOf`). */
export async function getSales(tx: Tx, marketId: string, span: { from: string; to: string }): Promise<Sales> {
  const spans = await repository.listStallSpans(tx, marketId, span.from, span.to)
  const zones = await repository.listZones(tx, marketId)
  const cells = cellsOf(
    zones.map((zone) => {
      const hidden = spans.filter((stall) => stall.zoneId === zone.id && !stall.consented && stall.count > 0n)
      return { zone, hiddenStalls: hidden.length, hidden: hidden.reduce<Totals>(addTotals, NO_TOTALS) }
    }),
  )
  const days = await repository.listDays(tx, marketId, span.from, span.to)
  const zoneCodes = new Map(zones.map((zone) => [zone.id, zone.code]))
  const totals = spans.reduce<Totals>(addTotals, NO_TOTALS)
  return {
    ...span,
    withheld: cells === null,
    totals: cells === null ? null : { ...toMoney(totals), count: Number(totals.count) },
    cells: (cells ?? []).map((cell) => ({
      zoneIds: cell.zones.map(({ id }) => id),
      zoneCodes: cell.zones.map(({ code }) => code),
      zoneNames: cell.zones.map(({ name }) => name),
      merged: cell.zones.length > 1,
      sellingStalls: cell.sellingStalls,
      ...toMoney(cell.totals),
      count: Number(cell.totals.count),
    })),
    stalls: spans
      .filter((stall) => stall.consented && stall.count > 0n)
      .map((stall) => ({
        stallId: stall.stallId,
        code: stall.code,
        name: stall.name,
        zoneCode: zoneCodes.get(stall.zoneId) ?? '',
        ...toMoney(stall),
        count: Number(stall.count),
      })),
    // A day on which one to four unnamed stalls sold would give them away, less what is named.
    byDay: days
      .filter(({ hidden }) => !tooFew(Number(hidden)))
      .map((day) => ({ day: day.day, ...toMoney({ bankVnd: day.bank_vnd, cashVnd: day.cash_vnd }) })),
    byHour:
      cells === null
        ? []
        : (await repository.listHours(tx, marketId, span.from, span.to)).map((row) => ({
            hour: row.hour,
            totalVnd: vndToJson(row.total_vnd),
          })),
  }
}

/**
 * The board's home: totals of today, or of the last trading day while today has none. Sales are withheld whenever
 * `getSales` of the same day withholds them, since its named stalls are one call away.
 */
export async function getOverview(ctx: Context, tx: Tx, marketId: string): Promise<Overview> {
  const today = dayOf(ctx.now())
  const last = await findLastTradingDay(tx, marketId, null, addDays(today, 1))
  const day = last ?? today
  const spans = await repository.listStallSpans(tx, marketId, day, day)
  const selling = spans.filter(({ count }) => count > 0n)
  const totals = selling.reduce<Totals>(addTotals, NO_TOTALS)
  const [round] = (await getRounds(tx, marketId)).filter(({ status }) => status === 'issued')
  const collectedVnd = round === undefined ? 0 : round.totalVnd - round.outstandingVnd
  const all = await sumCharges(tx, marketId, {})
  const overdue = await sumCharges(tx, marketId, {
    status: 'outstanding',
    dueBefore: addDays(today, -LONG_OVERDUE_DAYS),
  })
  const suspense = await repository.sumOpenSuspense(tx, marketId)
  return {
    day,
    isToday: day === today,
    sales: tooFew(selling.filter(({ consented }) => !consented).length)
      ? null
      : { ...toMoney(totals), count: Number(totals.count), stallCount: selling.length },
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

/** The same figures as one table for a spreadsheet: named stalls and cells, one row each. */
export function salesTable(sales: Sales): Table {
  const money = (row: { bankVnd: number; cashVnd: number; totalVnd: number; count: number }) => [
    row.bankVnd,
    row.cashVnd,
    row.totalVnd,
    row.count,
  ]
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
      ...sales.cells.map((cell) => [cell.zoneCodes.join(' + '), '', 'Các sạp không nêu tên', ...money(cell)]),
    ],
  }
}

function toMoney({ bankVnd, cashVnd }: { bankVnd: bigint; cashVnd: bigint }) {
  return { bankVnd: vndToJson(bankVnd), cashVnd: vndToJson(cashVnd), totalVnd: vndToJson(bankVnd + cashVnd) }
}
