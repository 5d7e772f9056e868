import {
  AppError,
  type DayComparison,
  type FoundTakings,
  type MonthDays,
  type MonthTotal,
  type MonthTotals,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { listCash, toCashSale } from '../cash/service.ts'
import type { Context } from '../context.ts'
import { isOwnDay, type OwnDays } from '../contracts/rules.ts'
import { addDays, dayOf, hourOf, monthOf, periodOf } from '../days.ts'
import { cutPage, readCursor, type Cursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { listSales } from '../payments/repository.ts'
import { getTakingsOfDay, toBankTakings } from '../payments/service.ts'
import { listSalesDays, ownPartOf, type SalesDay } from '../payments/totals.ts'
import { getOwnDays } from '../privacy/service.ts'
import { findStall } from '../stalls/repository.ts'
import { daySheet, monthSheet, type SalesSheet } from './paper.ts'
import { findFirstDay, isWantedCash, isWantedSale } from './repository.ts'
import { readSearch } from './rules.ts'

const LONGEST_AGO = '1900-01-01'
const A_WEEK = 7
const A_READ = 200

/** How a day stands beside the one before and the same weekday a week before. The day is one of whoever asks. */
export async function compareDay(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  day: string,
): Promise<DayComparison> {
  const now = ctx.now()
  const today = dayOf(now)
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const untilHour = day === today ? hourOf(now) : null
  const totalOf = async (of: string, hour?: number): Promise<SalesDay | null> => {
    const [row] = await listSalesDays(tx, actor.marketId, stallId, { from: of, to: of }, hour)
    return row ?? null
  }
  const earlier = async (of: string): Promise<DayComparison['dayBefore']> => {
    if (!isOwnDay(own, of)) return null
    const whole = await totalOf(of)
    const part = untilHour === null ? whole : await totalOf(of, untilHour)
    return { day: of, amountVnd: inAll(part), sold: whole !== null }
  }
  return {
    day,
    untilHour,
    amountVnd: inAll(await totalOf(day, untilHour ?? undefined)),
    dayBefore: await earlier(addDays(day, -1)),
    weekBefore: await earlier(addDays(day, -A_WEEK)),
    firstDay: await findFirstDay(tx, actor.marketId, stallId, own),
    lastDay: own.until !== null && own.until < today ? own.until : today,
  }
}

/** Every month of whoever asks in which anything was sold, the newest first. */
export async function getMonths(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
): Promise<MonthTotals> {
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const span = ownPartOf({ from: LONGEST_AGO, to: dayOf(ctx.now()) }, own)
  const days = await listSalesDays(tx, actor.marketId, stallId, span)
  const months = Map.groupBy(days, ({ day }) => periodOf(day))
  return { items: [...months].map(([period, of]) => totalOfMonth(period, of)).toReversed() }
}

/** One month of whoever asks, day by day: what of it was another's is left out. */
export async function getMonth(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  period: string,
): Promise<MonthDays> {
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const { first, last } = monthOf(period)
  const days = await listSalesDays(tx, actor.marketId, stallId, ownPartOf({ from: first, to: last }, own))
  return { ...totalOfMonth(period, days), days: days.map((of) => ({ day: of.day, ...sumsOf([of]) })) }
}

/** A page of the sales that are looked for, over all days of whoever asks, the newest first. Errors: `search_unclear`. */
export async function searchTakings(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  query: { q: string; limit: number; cursor?: string | undefined },
): Promise<FoundTakings> {
  const wanted = readSearch(query.q)
  const before = readCursor(query.cursor)
  const days = upTo(await getOwnDays(ctx, tx, actor, stallId), before)
  const page = { limit: query.limit + 1, before }
  const [payments, cashSales] = await Promise.all([
    listSales(tx, actor.marketId, stallId, isWantedSale(wanted, days), page),
    listCash(tx, actor.marketId, stallId, isWantedCash(wanted, days), page),
  ])
  // At one moment payments come before cash, since their ids do: a cursor cuts both at the same place.
  const found = [
    ...(await toBankTakings(tx, actor.marketId, payments)),
    ...cashSales.map((row) => ({ ...row, taking: { kind: 'cash' as const, cashSale: toCashSale(row) } })),
  ].toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime())
  const { rows, nextCursor } = cutPage(found, query.limit)
  return {
    items: rows.map(({ taking }) => taking),
    nextCursor,
    amountsVnd: wanted.amountsVnd.map((amount) => vndToJson(amount)),
    words: wanted.words,
  }
}

/** The days up to that of a page's end: what comes after it is not later, and an index goes by days. */
function upTo({ since, until }: OwnDays, before: Cursor | null): OwnDays {
  if (before === null) return { since, until }
  const day = dayOf(before.at)
  return { since, until: until !== null && until < day ? until : day }
}

/** A day as a table to keep, every sale of it. The day is one of whoever asks. Errors: `not_found`. */
export async function getDaySheet(tx: Tx, actor: Actor, stallId: string, day: string): Promise<SalesSheet> {
  const takings = []
  let cursor: string | undefined
  do {
    const page = await getTakingsOfDay(tx, actor, stallId, { day, limit: A_READ, cursor })
    takings.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return daySheet(await headOf(tx, actor, stallId), day, takings.toReversed())
}

/** A month as a table to keep, a line a day. Errors: `not_found`. */
export async function getMonthSheet(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
  period: string,
): Promise<SalesSheet> {
  return monthSheet(await headOf(tx, actor, stallId), await getMonth(ctx, tx, actor, stallId, period))
}

async function headOf(tx: Tx, { marketId }: Actor, stallId: string) {
  const stall = await findStall(tx, marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  return { stallCode: stall.code, marketName: stall.market.name, demo: stall.market.demo }
}

function totalOfMonth(period: string, days: readonly SalesDay[]): MonthTotal {
  return { period, ...sumsOf(days) }
}

function sumsOf(days: readonly SalesDay[]) {
  const bankVnd = days.reduce((sum, day) => sum + day.bankVnd, 0n)
  const cashVnd = days.reduce((sum, day) => sum + day.cashVnd, 0n)
  return {
    bankVnd: vndToJson(bankVnd),
    cashVnd: vndToJson(cashVnd),
    totalVnd: vndToJson(bankVnd + cashVnd),
    count: Number(days.reduce((sum, day) => sum + day.count, 0n)),
    cashCount: Number(days.reduce((sum, day) => sum + day.cashCount, 0n)),
  }
}

function inAll(day: SalesDay | null): number {
  return day === null ? 0 : vndToJson(day.bankVnd + day.cashVnd)
}
