import { AppError, type TaxBook, type TaxBookQuery, type TaxYear } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { findBank } from '@tienve/vietqr'
import type { Context } from '../context.ts'
import type { OwnDays } from '../contracts/rules.ts'
import { dayOf } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { getOwnDays } from '../privacy/service.ts'
import { findStall, listAccounts } from '../stalls/repository.ts'
import { bankBook, revenueBook, tradeBook, type Book, type Head } from './books.ts'
import { findHousehold, listAccountDays, listMovedAccounts, listSalesDays, type Span } from './repository.ts'
import { noticeDayOf, thresholdOf } from './rules.ts'

/** The year of whoever asks at a stall for the tax office. Without a year: the one that today is in. */
export async function getTaxYear(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  asked?: number,
): Promise<TaxYear> {
  const year = asked ?? thisYear(ctx)
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const days = await listSalesDays(tx, actor.marketId, stallId, ownPartOf(year, own))
  const accounts = await listOwnAccounts(tx, actor.marketId, stallId, own)
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

/** One of the books of whoever asks of a year, and whether it is a demo's. Errors: `not_found`. */
export async function getTaxBook(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  of: TaxBook,
  { year: asked, trade }: TaxBookQuery,
): Promise<{ book: Book; demo: boolean; fileName: string }> {
  const { marketId } = actor
  const year = asked ?? thisYear(ctx)
  const stall = await findStall(tx, marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const { from, to } = ownPartOf(year, own)
  const lastDay = earlier(to, dayOf(ctx.now()))
  const head: Head = {
    household: lastDay < from ? null : await findHousehold(tx, marketId, stallId, lastDay),
    place: `Sạp ${stall.code}, ${stall.market.name}`,
    period: `Năm ${year}`,
  }
  const book = await bookOf(tx, { marketId, stallId, year, own }, of, head, trade)
  return { book, demo: stall.market.demo, fileName: `${book.form.number}-${stall.code}-${year}` }
}

async function bookOf(
  tx: Tx,
  { marketId, stallId, year, own }: { marketId: string; stallId: string; year: number; own: OwnDays },
  of: TaxBook,
  head: Head,
  trade: TaxBookQuery['trade'],
): Promise<Book> {
  const span = ownPartOf(year, own)
  if (of === 's2e') {
    const accounts = []
    for (const { id, bin, number } of await listOwnAccounts(tx, marketId, stallId, own)) {
      const days = await listAccountDays(tx, marketId, id, span)
      // Of whoever had the stall before nothing: where the days begin within the year it is not known.
      const before = await listAccountDays(tx, marketId, id, ownPartOf(year - 1, own))
      const openingVnd = before.at(-1)?.heldVnd ?? null
      accounts.push({ name: `${findBank(bin)?.shortName ?? bin} ${number}`, days, openingVnd })
    }
    return bankBook(head, accounts)
  }
  const days = await listSalesDays(tx, marketId, stallId, span)
  if (of === 's1a') return revenueBook(head, days)
  const { amountVnd } = thresholdOf(year)
  return tradeBook(head, days, trade, amountVnd)
}

/** The accounts that are the stall's by now or moved in these days: what was given up before was another's. */
async function listOwnAccounts(tx: Tx, marketId: string, stallId: string, own: OwnDays) {
  const accounts = await listAccounts(tx, marketId, stallId)
  if (own.since === null && own.until === null) return accounts
  const moved = await listMovedAccounts(tx, marketId, stallId, own)
  return accounts.filter(({ id, isDefault }) => isDefault || moved.includes(id))
}

/** What of a year lies within these days: its first day after its last where nothing does. */
function ownPartOf(year: number, { since, until }: OwnDays): Span {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`]
  return { from: since !== null && since > first ? since : first, to: earlier(last, until ?? last) }
}

function earlier(one: string, other: string): string {
  return one < other ? one : other
}

function thisYear(ctx: Context): number {
  return Number(dayOf(ctx.now()).slice(0, 4))
}
