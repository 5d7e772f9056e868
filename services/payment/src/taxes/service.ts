import { AppError, type TaxBook, type TaxBookQuery, type TaxYear } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { findBank } from '@tienve/vietqr'
import type { Context } from '../context.ts'
import { dayOf } from '../days.ts'
import { findStall, listAccounts } from '../stalls/repository.ts'
import { bankBook, revenueBook, tradeBook, type Book, type Head } from './books.ts'
import { findHousehold, listAccountDays, listSalesDays } from './repository.ts'
import { noticeDayOf, thresholdOf } from './rules.ts'

/** The year of a stall for the tax office. Without a year: the one that today is in. Errors: `not_found`. */
export async function getTaxYear(
  ctx: Context,
  tx: Tx,
  marketId: string,
  stallId: string,
  asked?: number,
): Promise<TaxYear> {
  const year = asked ?? thisYear(ctx)
  const [days, accounts] = [
    await listSalesDays(tx, marketId, stallId, spanOf(year)),
    await listAccounts(tx, marketId, stallId),
  ]
  const bankVnd = days.reduce((sum, day) => sum + day.bankVnd, 0n)
  const cashVnd = days.reduce((sum, day) => sum + day.cashVnd, 0n)
  const threshold = thresholdOf(year)
  const months = Map.groupBy(days, ({ day }) => day.slice(0, 7))
  return {
    year,
    bankVnd: vndToJson(bankVnd),
    cashVnd: vndToJson(cashVnd),
    totalVnd: vndToJson(bankVnd + cashVnd),
    months: [...months].map(([period, of]) => ({
      period,
      bankVnd: vndToJson(of.reduce((sum, day) => sum + day.bankVnd, 0n)),
      cashVnd: vndToJson(of.reduce((sum, day) => sum + day.cashVnd, 0n)),
    })),
    firstDay: days.at(0)?.day ?? null,
    lastDay: days.at(-1)?.day ?? null,
    thresholdVnd: vndToJson(threshold.amountVnd),
    thresholdSource: threshold.source,
    book: bankVnd + cashVnd > threshold.amountVnd ? 's2a' : 's1a',
    noticeBy: noticeDayOf(year),
    accounts: accounts.map(({ bin, number, holder }) => ({
      bin,
      bank: findBank(bin)?.shortName ?? bin,
      number,
      holder,
    })),
  }
}

/** One of the books of a year, and whether it is a demo's. Errors: `not_found`. */
export async function getTaxBook(
  ctx: Context,
  tx: Tx,
  marketId: string,
  stallId: string,
  of: TaxBook,
  { year: asked, trade }: TaxBookQuery,
): Promise<{ book: Book; demo: boolean; fileName: string }> {
  const year = asked ?? thisYear(ctx)
  const stall = await findStall(tx, marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  const span = spanOf(year)
  const lastDay = [span.to, dayOf(ctx.now())].toSorted()[0] ?? span.to
  const head: Head = {
    household: await findHousehold(tx, marketId, stallId, lastDay),
    place: `Sạp ${stall.code}, ${stall.market.name}`,
    period: `Năm ${year}`,
  }
  const book = await bookOf(tx, marketId, stallId, of, span, head, trade)
  return { book, demo: stall.market.demo, fileName: `${book.form.number}-${stall.code}-${year}` }
}

async function bookOf(
  tx: Tx,
  marketId: string,
  stallId: string,
  of: TaxBook,
  span: { from: string; to: string },
  head: Head,
  trade: TaxBookQuery['trade'],
): Promise<Book> {
  if (of === 's2e') {
    const accounts = []
    for (const { id, bin, number } of await listAccounts(tx, marketId, stallId)) {
      const days = await listAccountDays(tx, marketId, id, span)
      const openingVnd = await heldBefore(tx, marketId, id, span.from)
      accounts.push({ name: `${findBank(bin)?.shortName ?? bin} ${number}`, days, openingVnd })
    }
    return bankBook(head, accounts)
  }
  const days = await listSalesDays(tx, marketId, stallId, span)
  if (of === 's1a') return revenueBook(head, days)
  const { amountVnd } = thresholdOf(Number(span.from.slice(0, 4)))
  return tradeBook(head, days, trade, amountVnd)
}

async function heldBefore(tx: Tx, marketId: string, id: string, day: string): Promise<bigint | null> {
  const before = Number(day.slice(0, 4)) - 1
  const days = await listAccountDays(tx, marketId, id, spanOf(before))
  return days.at(-1)?.heldVnd ?? null
}

function spanOf(year: number): { from: string; to: string } {
  return { from: `${year}-01-01`, to: `${year}-12-31` }
}

function thisYear(ctx: Context): number {
  return Number(dayOf(ctx.now()).slice(0, 4))
}
