import { AppError, type CreateDayTicket, type DayTicket, type DayTicketPage } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { boardAccounts, postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, eq } from 'drizzle-orm'
import { takeDuty } from '../approvals/service.ts'
import { ticketSold } from '../books/postings.ts'
import type { Desk } from '../context.ts'
import { payloadOf } from '../charges/service.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { zone } from '../markets/tables.ts'
import { pageName, receiptUrl } from '../receipts/rules.ts'
import { issueReceipts } from '../receipts/service.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { tariff } from '../tariffs/tables.ts'
import { refuseUsedPage, takePage, type TakenPage } from './books.ts'
import * as repository from './repository.ts'
import { requireTime, ticketPrice } from './rules.ts'
import type { ListQuery } from './service.ts'
import { dayTicket } from './tables.ts'

type BoardAccount = { bin: string; number: string }

/**
 * A day ticket sold on a page of the actor's own book, at the book's price. In cash it is in the collector's hands at once;
 * by bank it has a code to show, and is paid when the bank says so. The same thing told again gets the first answer.
 * Errors: `not_found`, `collection_time_invalid`, `request_invalid` (a zone that is none), `page_already_used` (for
 * something else), `stall_without_account` (the board's), and those of `takePage`.
 */
export async function sellTicket(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  input: CreateDayTicket,
): Promise<DayTicket> {
  const { marketId } = actor
  const soldAt = requireTime('soldAt', input.soldAt, ctx.now())
  if (input.zoneId != null) await requireZone(tx, marketId, input.zoneId)
  const page = await takePage(tx, actor, 'ticket', { ...input, at: soldAt })
  if (page === null) return toldBefore(ctx, tx, marketId, input, soldAt)
  const id = newId('tkt')
  const price = await priceOf(tx, marketId, page, dayOf(soldAt))
  const codes = input.paidBy === 'bank' ? await takeCodes(tx, marketId, 'ticket', [id]) : null
  if (codes !== null && (await listAccounts(tx, marketId, null)).length === 0) {
    throw new AppError('stall_without_account', 'The board has no receiving account')
  }
  const ledgerSeq = input.paidBy === 'cash' ? await postCash(tx, actor, { id, page, ...price, soldAt }) : null
  await takeDuty(tx, actor, dayOf(soldAt), 'collect')
  await tx.insert(dayTicket).values({
    marketId,
    id,
    bookId: page.bookId,
    page: page.page,
    tariffId: price.tariffId,
    collectorId: actor.userId,
    priceVnd: price.priceVnd,
    vatVnd: price.vatVnd,
    zoneId: input.zoneId ?? null,
    goods: input.goods ?? null,
    soldAt,
    receivedAt: ctx.now(),
    day: dayOf(soldAt),
    paidBy: input.paidBy,
    code: codes?.get(id) ?? null,
    ledgerSeq,
  })
  return getTicket(ctx, tx, marketId, { id })
}

async function postCash(
  tx: Tx,
  { marketId, userId }: Actor,
  sold: { id: string; page: TakenPage; priceVnd: bigint; vatVnd: bigint; soldAt: Date },
): Promise<bigint> {
  await issueReceipts(tx, marketId, [
    {
      source: { kind: 'ticket', id: sold.id },
      stallId: null,
      chargeId: null,
      amountVnd: sold.priceVnd,
      paidAt: sold.soldAt,
      page: sold.page,
    },
  ])
  const item = ticketSold({
    ticketId: sold.id,
    from: boardAccounts.collected(userId),
    priceVnd: sold.priceVnd,
    vatVnd: sold.vatVnd,
    occurredAt: sold.soldAt,
  })
  const [ledgerSeq] = await postAll(tx, marketId, [item], { as: 'api' })
  if (ledgerSeq === undefined) throw new Error('the ledger gave no answer for a ticket that was sold')
  return ledgerSeq
}

/** The page is used: by this very ticket, which is answered again, or by another thing. */
async function toldBefore(
  ctx: Desk,
  tx: Tx,
  marketId: string,
  input: CreateDayTicket,
  soldAt: Date,
): Promise<DayTicket> {
  const page = { bookId: input.bookId, page: input.page }
  const [found] = await repository.listTickets(tx, marketId, { page }, { limit: 1, before: null })
  const isSame =
    found?.row.paidBy === input.paidBy &&
    found.row.soldAt.getTime() === soldAt.getTime() &&
    found.row.zoneId === (input.zoneId ?? null)
  return isSame ? getTicket(ctx, tx, marketId, { id: found.row.id }) : refuseUsedPage(tx, marketId, page)
}

async function requireZone(tx: Tx, marketId: string, zoneId: string): Promise<void> {
  const rows = await tx
    .select({ id: zone.id })
    .from(zone)
    .where(and(eq(zone.marketId, marketId), eq(zone.id, zoneId)))
  if (rows.length === 0) {
    throw new AppError('request_invalid', undefined, { fields: { zoneId: 'no such zone' } })
  }
}

/** The price printed on the book: a ticket in somebody's hand was sold at it, whatever was decided since. */
async function priceOf(tx: Tx, marketId: string, { tariffId }: TakenPage, day: string) {
  const [row] = await tx
    .select({ unitPriceVnd: tariff.unitPriceVnd, vatIncluded: tariff.vatIncluded })
    .from(tariff)
    .where(and(eq(tariff.marketId, marketId), eq(tariff.id, tariffId ?? '')))
  if (tariffId === null || row === undefined || row.unitPriceVnd === null) {
    throw new Error('a book of tickets has no price')
  }
  const vatPercent = await repository.findTicketVat(tx, marketId, day)
  return { tariffId, ...ticketPrice(row.unitPriceVnd, row.vatIncluded, vatPercent) }
}

/** Day tickets, what was sold last first. */
export async function getTickets(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  query: ListQuery,
): Promise<DayTicketPage> {
  const rows = await repository.listTickets(tx, marketId, query, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const page = cutPage(
    rows.map((one) => ({ ...one, id: one.row.id, occurredAt: one.row.soldAt })),
    query.limit,
  )
  const { count, cashVnd, bankVnd } = await repository.sumTickets(tx, marketId, query)
  const [account] = await listAccounts(tx, marketId, null)
  return {
    items: page.rows.map((row) => toTicket(ctx, row, account)),
    nextCursor: page.nextCursor,
    totals: { count: Number(count), cashVnd: vndToJson(cashVnd), bankVnd: vndToJson(bankVnd) },
  }
}

/** One day ticket, of one collector when the filter says so. Errors: `not_found`. */
export async function getTicket(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  filter: repository.TicketFilter,
): Promise<DayTicket> {
  const [found] = await repository.listTickets(tx, marketId, filter, { limit: 1, before: null })
  if (found === undefined) throw new AppError('not_found')
  const [account] = await listAccounts(tx, marketId, null)
  return toTicket(ctx, found, account)
}

function toTicket(
  { config }: Pick<Desk, 'config'>,
  { row, bookCode, token, name, collectorName, zoneCode }: repository.TicketRow,
  account: BoardAccount | undefined,
): DayTicket {
  return {
    id: row.id,
    number: pageName(bookCode, row.page),
    name,
    priceVnd: vndToJson(row.priceVnd),
    vatVnd: vndToJson(row.vatVnd),
    collectorName,
    zoneCode,
    goods: row.goods,
    soldAt: toMoment(row.soldAt),
    paidBy: row.paidBy === 'cash' ? 'cash' : 'bank',
    paid: row.paidBy === 'cash' || row.bankTransactionId !== null,
    payload: row.code === null || account === undefined ? null : payloadOf(account, row.priceVnd, row.code),
    receiptUrl: receiptUrl(config.publicUrl, token),
    handoverId: row.handoverId,
  }
}
