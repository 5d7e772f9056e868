import type { Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, inArray, isNull, lte, or, sql, type SQL } from 'drizzle-orm'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { zone } from '../markets/tables.ts'
import { receipt } from '../receipts/tables.ts'
import { stall } from '../stalls/tables.ts'
import { tariff, vatRate } from '../tariffs/tables.ts'
import { book, bookCounter, bookPage, collection, dayTicket } from './tables.ts'

/** Whether the day ticket `t` of a statement is paid: in cash when it was sold, or when the bank has told of it. */
export const isTicketPaid = sql`(t.paid_by = 'cash' or t.bank_transaction_id is not null)`

export type PageCut = { limit: number; before: Cursor | null }

const bookColumns = {
  id: book.id,
  code: book.code,
  kind: book.kind,
  collectorId: book.collectorId,
  collectorName: appUser.name,
  deviceId: book.deviceId,
  tariffId: book.tariffId,
  name: tariff.name,
  unitPriceVnd: tariff.unitPriceVnd,
  vatIncluded: tariff.vatIncluded,
  issuedAt: book.issuedAt,
  closedAt: book.closedAt,
}
export type BookRow = Awaited<ReturnType<typeof listBooks>>[number]

/** Books, the newest first, of one collector or device or of all. */
export async function listBooks(
  tx: Tx,
  marketId: string,
  filter: { collectorId?: string | undefined; deviceId?: string | undefined; id?: string },
  page: PageCut,
) {
  return tx
    .select(bookColumns)
    .from(book)
    .innerJoin(appUser, and(eq(appUser.marketId, book.marketId), eq(appUser.id, book.collectorId)))
    .leftJoin(tariff, and(eq(tariff.marketId, book.marketId), eq(tariff.id, book.tariffId)))
    .where(
      and(
        eq(book.marketId, marketId),
        filter.id === undefined ? undefined : eq(book.id, filter.id),
        filter.collectorId === undefined ? undefined : eq(book.collectorId, filter.collectorId),
        filter.deviceId === undefined ? undefined : eq(book.deviceId, filter.deviceId),
        isAfterPage(page.before, { occurredAt: book.issuedAt, id: book.id }),
      ),
    )
    .orderBy(desc(book.issuedAt), desc(book.id))
    .limit(page.limit)
}

export async function listPages(tx: Tx, marketId: string, bookIds: readonly string[]) {
  if (bookIds.length === 0) return []
  return tx
    .select()
    .from(bookPage)
    .where(and(eq(bookPage.marketId, marketId), inArray(bookPage.bookId, [...bookIds])))
    .orderBy(asc(bookPage.bookId), asc(bookPage.page))
}

/** Locks the market's row of book numbers until the transaction ends, and answers the last number given out. */
export async function lockBookNumber(tx: Tx, marketId: string): Promise<number> {
  const [row] = await tx
    .insert(bookCounter)
    .values({ marketId, lastNumber: 0 })
    .onConflictDoUpdate({ target: bookCounter.marketId, set: { lastNumber: sql`${bookCounter.lastNumber}` } })
    .returning({ lastNumber: bookCounter.lastNumber })
  return row?.lastNumber ?? 0
}

export async function setBookNumber(tx: Tx, marketId: string, lastNumber: number): Promise<void> {
  await tx.update(bookCounter).set({ lastNumber }).where(eq(bookCounter.marketId, marketId))
}

/** A page with its book, the page locked until the transaction ends; null when there is no such page. */
export async function lockPage(tx: Tx, marketId: string, bookId: string, page: number) {
  const [row] = await tx
    .select({ book, page: bookPage })
    .from(bookPage)
    .innerJoin(book, and(eq(book.marketId, bookPage.marketId), eq(book.id, bookPage.bookId)))
    .where(and(eq(bookPage.marketId, marketId), eq(bookPage.bookId, bookId), eq(bookPage.page, page)))
    .for('update', { of: bookPage })
  return row ?? null
}

export async function setPageUsed(
  tx: Tx,
  marketId: string,
  { bookId, page }: { bookId: string; page: number },
  usedAt: Date,
  voidReason: string | null = null,
): Promise<void> {
  await tx
    .update(bookPage)
    .set({ usedAt, voidReason })
    .where(and(eq(bookPage.marketId, marketId), eq(bookPage.bookId, bookId), eq(bookPage.page, page)))
}

export async function setBookClosed(tx: Tx, marketId: string, id: string, closedAt: Date): Promise<void> {
  await tx
    .update(book)
    .set({ closedAt })
    .where(and(eq(book.marketId, marketId), eq(book.id, id), isNull(book.closedAt)))
}

const collectionColumns = {
  row: collection,
  stallCode: stall.code,
  stallName: stall.name,
  collectorName: appUser.name,
  bookCode: book.code,
  token: bookPage.token,
  receiptYear: receipt.year,
  receiptNumber: receipt.number,
}
export type CollectionRow = Awaited<ReturnType<typeof listCollections>>[number]
export type CollectionFilter = {
  id?: string
  day?: string | undefined
  collectorId?: string | undefined
  page?: { bookId: string; page: number }
}

/** Cash taken from stalls, what was taken last first. */
export async function listCollections(tx: Tx, marketId: string, filter: CollectionFilter, page: PageCut) {
  return tx
    .select(collectionColumns)
    .from(collection)
    .innerJoin(stall, and(eq(stall.marketId, collection.marketId), eq(stall.id, collection.stallId)))
    .innerJoin(
      appUser,
      and(eq(appUser.marketId, collection.marketId), eq(appUser.id, collection.collectorId)),
    )
    .innerJoin(book, and(eq(book.marketId, collection.marketId), eq(book.id, collection.bookId)))
    .innerJoin(
      bookPage,
      and(
        eq(bookPage.marketId, collection.marketId),
        eq(bookPage.bookId, collection.bookId),
        eq(bookPage.page, collection.page),
      ),
    )
    .leftJoin(
      receipt,
      and(eq(receipt.marketId, collection.marketId), eq(receipt.collectionId, collection.id)),
    )
    .where(
      and(
        collectionsWhere(marketId, filter),
        isAfterPage(page.before, { occurredAt: collection.takenAt, id: collection.id }),
      ),
    )
    .orderBy(desc(collection.takenAt), desc(collection.id))
    .limit(page.limit)
}

/** What a filter of collections covers, without those taken back. */
export async function sumCollections(tx: Tx, marketId: string, filter: CollectionFilter) {
  const [row] = await tx
    .select({
      count: sql<bigint>`count(*)`,
      amountVnd: sql<bigint>`coalesce(sum(${collection.amountVnd}), 0)::bigint`,
    })
    .from(collection)
    .where(and(collectionsWhere(marketId, filter), isNull(collection.undoneAt)))
  if (row === undefined) throw new Error('a sum without groups always has one row')
  return row
}

function collectionsWhere(marketId: string, filter: CollectionFilter): SQL | undefined {
  return and(
    eq(collection.marketId, marketId),
    filter.id === undefined ? undefined : eq(collection.id, filter.id),
    filter.day === undefined ? undefined : eq(collection.day, filter.day),
    filter.collectorId === undefined ? undefined : eq(collection.collectorId, filter.collectorId),
    filter.page === undefined
      ? undefined
      : and(eq(collection.bookId, filter.page.bookId), eq(collection.page, filter.page.page)),
  )
}

export async function lockCollection(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select()
    .from(collection)
    .where(and(eq(collection.marketId, marketId), eq(collection.id, id)))
    .for('update')
  return row ?? null
}

/** What a stall owes now, of all its charges. */
export async function sumOwed(tx: Tx, marketId: string, stallId: string): Promise<bigint> {
  const { rows } = await tx.execute<{ owed: bigint }>(sql`
    select coalesce(sum(outstanding_vnd), 0)::bigint as owed from charge
    where market_id = ${marketId} and stall_id = ${stallId} and outstanding_vnd > 0`)
  return rows[0]?.owed ?? 0n
}

const ticketColumns = {
  row: dayTicket,
  bookCode: book.code,
  token: bookPage.token,
  name: tariff.name,
  collectorName: appUser.name,
  zoneCode: zone.code,
}
export type TicketRow = Awaited<ReturnType<typeof listTickets>>[number]
export type TicketFilter = CollectionFilter

/** Day tickets, what was sold last first. */
export async function listTickets(tx: Tx, marketId: string, filter: TicketFilter, page: PageCut) {
  return tx
    .select(ticketColumns)
    .from(dayTicket)
    .innerJoin(book, and(eq(book.marketId, dayTicket.marketId), eq(book.id, dayTicket.bookId)))
    .innerJoin(
      bookPage,
      and(
        eq(bookPage.marketId, dayTicket.marketId),
        eq(bookPage.bookId, dayTicket.bookId),
        eq(bookPage.page, dayTicket.page),
      ),
    )
    .innerJoin(tariff, and(eq(tariff.marketId, dayTicket.marketId), eq(tariff.id, dayTicket.tariffId)))
    .innerJoin(appUser, and(eq(appUser.marketId, dayTicket.marketId), eq(appUser.id, dayTicket.collectorId)))
    .leftJoin(zone, and(eq(zone.marketId, dayTicket.marketId), eq(zone.id, dayTicket.zoneId)))
    .where(
      and(
        ticketsWhere(marketId, filter),
        isAfterPage(page.before, { occurredAt: dayTicket.soldAt, id: dayTicket.id }),
      ),
    )
    .orderBy(desc(dayTicket.soldAt), desc(dayTicket.id))
    .limit(page.limit)
}

/** What a filter of tickets covers; `bankVnd` is what the bank has told of. */
export async function sumTickets(tx: Tx, marketId: string, filter: TicketFilter) {
  const paidBy = (word: 'cash' | 'bank', isPaid: SQL) =>
    sql<bigint>`coalesce(sum(${dayTicket.priceVnd}) filter (where ${dayTicket.paidBy} = ${word} and ${isPaid}), 0)::bigint`
  const [row] = await tx
    .select({
      count: sql<bigint>`count(*)`,
      cashVnd: paidBy('cash', sql`true`),
      bankVnd: paidBy('bank', sql`${dayTicket.bankTransactionId} is not null`),
    })
    .from(dayTicket)
    .where(ticketsWhere(marketId, filter))
  if (row === undefined) throw new Error('a sum without groups always has one row')
  return row
}

function ticketsWhere(marketId: string, filter: TicketFilter): SQL | undefined {
  return and(
    eq(dayTicket.marketId, marketId),
    filter.id === undefined ? undefined : eq(dayTicket.id, filter.id),
    filter.day === undefined ? undefined : eq(dayTicket.day, filter.day),
    filter.collectorId === undefined ? undefined : eq(dayTicket.collectorId, filter.collectorId),
    filter.page === undefined
      ? undefined
      : and(eq(dayTicket.bookId, filter.page.bookId), eq(dayTicket.page, filter.page.page)),
  )
}

/** The prices of day tickets that are in force on a day, the cheapest first. */
export async function listTicketTariffs(tx: Tx, marketId: string, day: string) {
  return tx
    .select({
      id: tariff.id,
      name: tariff.name,
      unitPriceVnd: tariff.unitPriceVnd,
      vatIncluded: tariff.vatIncluded,
    })
    .from(tariff)
    .where(
      and(
        eq(tariff.marketId, marketId),
        eq(tariff.unit, 'ticket'),
        lte(tariff.effectiveFrom, day),
        or(isNull(tariff.effectiveTo), gte(tariff.effectiveTo, day)),
      ),
    )
    .orderBy(asc(tariff.unitPriceVnd), asc(tariff.id))
}

/** The VAT of day tickets on a day, in percent: their own, or else that of everything; 0 where no rate is known. */
export async function findTicketVat(tx: Tx, marketId: string, day: string): Promise<string> {
  const [row] = await tx
    .select({ percent: vatRate.ratePercent })
    .from(vatRate)
    .where(
      and(
        eq(vatRate.marketId, marketId),
        or(eq(vatRate.service, 'day_ticket'), isNull(vatRate.service)),
        lte(vatRate.effectiveFrom, day),
        or(isNull(vatRate.effectiveTo), gte(vatRate.effectiveTo, day)),
      ),
    )
    .orderBy(sql`${vatRate.service} nulls last`, desc(vatRate.effectiveFrom))
    .limit(1)
  return row?.percent ?? '0'
}
