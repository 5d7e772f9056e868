import {
  AppError,
  TRADES,
  type SetTaxProfile,
  type TaxBook,
  type TaxBookQuery,
  type TaxLaw,
  type TaxProfile,
  type TaxYear,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { findBank } from '@tienve/vietqr'
import { noteChange } from '../audit/service.ts'
import { changedOf } from '../audit/rules.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import type { OwnDays } from '../contracts/rules.ts'
import { dayOf } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { listSalesDays, ownPartOf, type Span } from '../payments/totals.ts'
import { getOwnDays } from '../privacy/service.ts'
import { findStall, listAccounts } from '../stalls/repository.ts'
import { accountList, bankBook, revenueBook, tradeBook, type Book, type Head } from './books.ts'
import {
  findHousehold,
  findTaxProfile,
  listAccountDays,
  listMovedAccounts,
  saveTaxProfile,
} from './repository.ts'
import { halfYearNoticeDayOf, NOTICE_SOURCE, noticeDayOf, rateOf, readTaxCode, thresholdOf } from './rules.ts'

/** A household that has a trade in goods, as most stalls of a market have, where nobody has said another. */
const USUAL_TRADE = 'goods'

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
  const days = await listSalesDays(tx, actor.marketId, stallId, ownYear(year, own))
  const accounts = await listOwnAccounts(tx, actor.marketId, stallId, own)
  const profile = await getTaxProfile(tx, actor)
  const bankVnd = days.reduce((sum, day) => sum + day.bankVnd, 0n)
  const cashVnd = days.reduce((sum, day) => sum + day.cashVnd, 0n)
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
    law: lawOf(year, bankVnd + cashVnd, profile.beganOn),
    profile,
    accounts: accounts.map(({ bin, bank, number, holder, heardSince }) => ({
      bin,
      bank,
      number,
      holder,
      heardSince,
    })),
  }
}

function lawOf(year: number, turnoverVnd: bigint, beganOn: string | null): TaxLaw | null {
  const threshold = thresholdOf(year)
  if (threshold === null) return null
  return {
    thresholdVnd: vndToJson(threshold.amountVnd),
    thresholdSource: threshold.source,
    book: turnoverVnd > threshold.amountVnd ? 's2a' : 's1a',
    noticeBy: noticeDayOf(year),
    noticeSource: NOTICE_SOURCE,
    halfYearNoticeBy: halfYearNoticeDayOf(year, beganOn),
  }
}

/** What whoever asks has said that the heads of her books are to say. */
export async function getTaxProfile(tx: Tx, { marketId, userId }: Actor): Promise<TaxProfile> {
  const row = await findTaxProfile(tx, marketId, userId)
  if (row === null) return { taxCode: null, name: null, address: null, trade: null, beganOn: null }
  return { ...row, trade: row.trade === null ? null : readOne(TRADES, row.trade) }
}

/** Writes it down, all of it anew. Errors: `tax_code_invalid`, `day_invalid` for a first day that has not come. */
export async function setTaxProfile(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  said: SetTaxProfile,
): Promise<TaxProfile> {
  const today = dayOf(ctx.now())
  if (said.beganOn !== null && said.beganOn > today)
    throw new AppError('day_invalid', undefined, { fields: { beganOn: `at most ${today}` } })
  const taxCode = said.taxCode === null ? null : readTaxCode(said.taxCode)
  const before = await getTaxProfile(tx, actor)
  const { marketId, userId } = actor
  await saveTaxProfile(tx, { ...said, taxCode, marketId, userId })
  const now = await getTaxProfile(tx, actor)
  // What she wrote is hers alone, and the head of the board reads values in the trail: it says which fields changed.
  noteChange(actor, { after: { changed: Object.keys(changedOf(before, now).after) }, open: ['changed'] })
  return now
}

/**
 * One of the books of whoever asks of a year, and whether it is a demo's. Errors: `not_found`, S2a of a year whose rates are not known
 * among them.
 */
export async function getTaxBook(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  of: TaxBook,
  { year: askedYear, trade }: TaxBookQuery,
): Promise<{ book: Book; demo: boolean; fileName: string }> {
  const { marketId } = actor
  const year = askedYear ?? thisYear(ctx)
  const stall = await findStall(tx, marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  const own = await getOwnDays(ctx, tx, actor, stallId)
  const { from, to } = ownYear(year, own)
  const profile = await getTaxProfile(tx, actor)
  const lastDay = earlier(to, dayOf(ctx.now()))
  const place = `Sạp ${stall.code}, ${stall.market.name}`
  const inRegister = lastDay < from ? null : await findHousehold(tx, marketId, stallId, lastDay)
  const head: Head = {
    // The year of another is not headed by her name.
    household: lastDay < from ? null : (profile.name ?? inRegister),
    taxCode: lastDay < from ? null : profile.taxCode,
    address: profile.address ?? place,
    place,
    period: `Năm ${year}`,
  }
  const asked = { marketId, stallId, year, own, trade: trade ?? profile.trade ?? USUAL_TRADE }
  const book = await bookOf(tx, asked, of, head)
  const name = book.form.number.replace('/', '-')
  return { book, demo: stall.market.demo, fileName: `${name}-${stall.code}-${year}` }
}

async function bookOf(
  tx: Tx,
  asked: { marketId: string; stallId: string; year: number; own: OwnDays; trade: (typeof TRADES)[number] },
  of: TaxBook,
  head: Head,
): Promise<Book> {
  const { marketId, stallId, year, own, trade } = asked
  if (of === 'accounts') return accountList(head, await listOwnAccounts(tx, marketId, stallId, own))
  const span = ownYear(year, own)
  if (of === 's2e') {
    const accounts = []
    for (const { id, bank, number } of await listOwnAccounts(tx, marketId, stallId, own)) {
      const days = await listAccountDays(tx, marketId, id, span)
      // Of whoever had the stall before nothing: where the days begin within the year it is not known.
      const before = await listAccountDays(tx, marketId, id, ownYear(year - 1, own))
      const openingVnd = before.at(-1)?.heldVnd ?? null
      accounts.push({ name: `${bank} ${number}`, days, openingVnd })
    }
    return bankBook(head, accounts)
  }
  const days = await listSalesDays(tx, marketId, stallId, span)
  if (of === 's1a') return revenueBook(head, days)
  const [threshold, rate] = [thresholdOf(year), rateOf(year, trade)]
  if (threshold === null || rate === null) throw new AppError('not_found')
  return tradeBook(head, days, { trade, rate, thresholdVnd: threshold.amountVnd })
}

/** The accounts that are the stall's by now or moved in these days: what was given up before was another's. */
async function listOwnAccounts(tx: Tx, marketId: string, stallId: string, own: OwnDays) {
  const accounts = await listAccounts(tx, marketId, stallId)
  const moved = await listMovedAccounts(tx, marketId, stallId, own)
  const isShared = own.since !== null || own.until !== null
  return accounts
    .filter(({ id, isDefault }) => !isShared || isDefault || moved.has(id))
    .map(({ id, bin, number, holder }) => ({
      id,
      bin,
      bank: findBank(bin)?.shortName ?? bin,
      number,
      holder,
      heardSince: moved.get(id) ?? null,
    }))
}

/** What of a year lies within these days. */
function ownYear(year: number, own: OwnDays): Span {
  return ownPartOf({ from: `${year}-01-01`, to: `${year}-12-31` }, own)
}

function earlier(one: string, other: string): string {
  return one < other ? one : other
}

function thisYear(ctx: Context): number {
  return Number(dayOf(ctx.now()).slice(0, 4))
}
