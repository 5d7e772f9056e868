import {
  AppError,
  BOOK_KINDS,
  type Book,
  type BookKind,
  type Books,
  type CreateBook,
  type TakeBook,
} from '@tienve/contracts'
import { insertMany, newId, type Tx } from '@tienve/db'
import { balances, boardAccounts, collectorChart, openAccounts, type OperatorKind } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, eq } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import type { Desk } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { appUser } from '../identity/tables.ts'
import { addReceiptsToDirectory } from '../markets/directory.ts'
import { market } from '../markets/tables.ts'
import { pageName, receiptUrl } from '../receipts/rules.ts'
import { newReceiptToken } from '../receipts/service.ts'
import * as repository from './repository.ts'
import { gapsOf, ticketPrice } from './rules.ts'
import { book, bookPage } from './tables.ts'

const OPERATOR_KINDS = ['enterprise', 'cooperative', 'public_unit'] as const satisfies readonly OperatorKind[]
const CODE_LETTERS = { receipt: 'B', ticket: 'V' } as const satisfies Record<BookKind, string>

/** A receipt book that a phone takes for itself, and how few free pages it must have left to be given another. */
const TAKEN_PAGES = 50
const FEW_PAGES = 10

export type BookQuery = {
  collectorId?: string | undefined
  deviceId?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** Gives a book to a collector and a device. Errors: `request_invalid` (nobody who collects, no price of a ticket). */
export async function issueBook(ctx: Desk, tx: Tx, actor: Actor, input: CreateBook): Promise<Book> {
  const { marketId } = actor
  await requireCollector(tx, marketId, input.collectorId)
  await requirePrice(ctx, tx, marketId, input)
  const last = await repository.lockBookNumber(tx, marketId)
  return writeBook(ctx, tx, actor, input, last + 1)
}

/**
 * A collector's phone takes a receipt book for itself, or gets the one it has while that has pages enough. Errors:
 * `ticket_book_from_office`: tickets are money's worth, so somebody at the office answers for how many are about.
 */
export async function takeBook(ctx: Desk, tx: Tx, actor: Actor, input: TakeBook): Promise<Book> {
  const { marketId, userId } = actor
  if (input.kind === 'ticket') throw new AppError('ticket_book_from_office')
  // Locked first, so that two tries at once do not take two books.
  const last = await repository.lockBookNumber(tx, marketId)
  const { items } = await getBooks(ctx, tx, marketId, {
    collectorId: userId,
    deviceId: input.deviceId,
    limit: 50,
  })
  const open = items.filter(({ kind, closedAt }) => kind === 'receipt' && closedAt === null)
  const free = (one: Book): number => one.pages.filter(({ usedAt }) => usedAt === null).length
  const [fullest] = open.toSorted((a, b) => free(b) - free(a))
  if (fullest !== undefined && open.reduce((sum, one) => sum + free(one), 0) > FEW_PAGES) return fullest
  return writeBook(ctx, tx, actor, { ...input, collectorId: userId, pages: TAKEN_PAGES }, last + 1)
}

/** Books with all their pages, the newest first. */
export async function getBooks(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  query: BookQuery,
): Promise<Books> {
  const rows = await repository.listBooks(tx, marketId, query, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const page = cutPage(
    rows.map((row) => ({ ...row, occurredAt: row.issuedAt })),
    query.limit,
  )
  return { items: await toBooks(ctx, tx, marketId, page.rows), nextCursor: page.nextCursor }
}

/** Closes a book: pages used later are refused, and those that were never used stay listed. Closing it twice is no error. */
export async function closeBook(ctx: Desk, tx: Tx, marketId: string, id: string): Promise<Book> {
  await repository.setBookClosed(tx, marketId, id, ctx.now())
  return findBook(ctx, tx, marketId, id)
}

/**
 * Notes that a page was spoilt, so that it is no gap. Errors: `not_found`, `book_not_yours`, `page_already_used` (by what
 * was written on it); spoiling it twice is no error.
 */
export async function voidPage(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  { bookId, page, reason }: { bookId: string; page: number; reason: string },
): Promise<Book> {
  const { marketId } = actor
  const found = await repository.lockPage(tx, marketId, bookId, page)
  if (found === null) throw new AppError('not_found')
  if (actor.role === 'collector' && found.book.collectorId !== actor.userId)
    throw new AppError('book_not_yours')
  if (found.page.usedAt === null)
    await repository.setPageUsed(tx, marketId, { bookId, page }, ctx.now(), reason)
  else if (found.page.voidReason === null) await refuseUsedPage(tx, marketId, { bookId, page })
  return findBook(ctx, tx, marketId, bookId)
}

export type TakenPage = { bookId: string; page: number; token: string; name: string; tariffId: string | null }

/**
 * Takes a page of the actor's own book for what happened at `at`; answers null when something is on it already, which may
 * be this very thing told again. Errors: `not_found`, `book_not_yours`, `book_closed`, `request_invalid` (a book of the
 * other kind).
 */
export async function takePage(
  tx: Tx,
  actor: Actor,
  kind: BookKind,
  { bookId, page, deviceId, at }: { bookId: string; page: number; deviceId: string; at: Date },
): Promise<TakenPage | null> {
  const { marketId, userId } = actor
  const found = await repository.lockPage(tx, marketId, bookId, page)
  if (found === null) throw new AppError('not_found')
  if (found.book.collectorId !== userId || found.book.deviceId !== deviceId)
    throw new AppError('book_not_yours')
  if (found.book.kind !== kind) {
    throw new AppError('request_invalid', undefined, { fields: { bookId: `not a book of ${kind}s` } })
  }
  if (found.page.usedAt !== null) return null
  // What was written before it was closed may be told afterwards: the payer has the receipt.
  if (found.book.closedAt !== null && at > found.book.closedAt) throw new AppError('book_closed')
  await repository.setPageUsed(tx, marketId, { bookId, page }, at)
  return {
    bookId,
    page,
    token: found.page.token,
    name: pageName(found.book.code, page),
    tariffId: found.book.tariffId,
  }
}

/** Says what a page was used for. Errors: always `page_already_used`. */
export async function refuseUsedPage(
  tx: Tx,
  marketId: string,
  page: { bookId: string; page: number },
): Promise<never> {
  const first = { limit: 1, before: null }
  const [taken] = await repository.listCollections(tx, marketId, { page }, first)
  const [sold] = taken === undefined ? await repository.listTickets(tx, marketId, { page }, first) : []
  const found = await repository.lockPage(tx, marketId, page.bookId, page.page)
  const saidOf = (amountVnd: bigint, at: Date, of: string): string =>
    `${amountVnd} đồng, ${of}, ${toMoment(at)}`
  const usedFor =
    taken !== undefined
      ? saidOf(taken.row.amountVnd, taken.row.takenAt, taken.stallCode)
      : sold !== undefined
        ? saidOf(sold.row.priceVnd, sold.row.soldAt, sold.name)
        : `spoilt: ${found?.page.voidReason ?? ''}`
  throw new AppError('page_already_used', `The page is used for: ${usedFor}`, { fields: { page: usedFor } })
}

async function requireCollector(tx: Tx, marketId: string, userId: string): Promise<void> {
  const [row] = await tx
    .select({ role: appUser.role })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
  if (row?.role === 'collector') return
  throw new AppError('request_invalid', undefined, { fields: { collectorId: 'nobody who collects' } })
}

async function requirePrice(
  ctx: Pick<Desk, 'now'>,
  tx: Tx,
  marketId: string,
  { kind, tariffId }: Pick<CreateBook, 'kind' | 'tariffId'>,
): Promise<void> {
  const refuse = (fault: string): never => {
    throw new AppError('request_invalid', undefined, { fields: { tariffId: fault } })
  }
  if (kind === 'receipt') return tariffId == null ? undefined : refuse('only for a book of tickets')
  const prices = await repository.listTicketTariffs(tx, marketId, dayOf(ctx.now()))
  if (!prices.some(({ id }) => id === tariffId)) refuse('no price of a day ticket that is in force')
}

async function writeBook(ctx: Desk, tx: Tx, actor: Actor, input: CreateBook, number: number): Promise<Book> {
  const { marketId } = actor
  const id = newId('bok')
  const issuedAt = ctx.now()
  const pages = Array.from({ length: input.pages }, (_, at) => ({
    marketId,
    bookId: id,
    page: at + 1,
    token: newReceiptToken(),
  }))
  await tx.insert(book).values({
    marketId,
    id,
    code: `${CODE_LETTERS[input.kind]}${number}`,
    kind: input.kind,
    collectorId: input.collectorId,
    deviceId: input.deviceId,
    pages: input.pages,
    tariffId: input.tariffId ?? null,
    issuedBy: actor.userId,
    issuedAt,
  })
  await insertMany(tx, bookPage, pages)
  await addReceiptsToDirectory(
    tx,
    marketId,
    pages.map(({ page, token }) => ({ token, id: `${id}:${page}` })),
  )
  await repository.setBookNumber(tx, marketId, number)
  const written = await findBook(ctx, tx, marketId, id)
  await openCollector(tx, marketId, input.collectorId, dayOf(issuedAt))
  return written
}

/** Nobody takes cash without a book, so the accounts of who carries it are opened with the first one. */
async function openCollector(tx: Tx, marketId: string, userId: string, day: string): Promise<void> {
  const open = await balances(tx, marketId, [boardAccounts.collected(userId)])
  if (open.length > 0) return
  const [row] = await tx
    .select({ kind: market.operatorKind })
    .from(market)
    .where(eq(market.marketId, marketId))
  await openAccounts(tx, marketId, collectorChart(userId, readOne(OPERATOR_KINDS, row?.kind ?? ''), day))
}

async function findBook(ctx: Pick<Desk, 'config'>, tx: Tx, marketId: string, id: string): Promise<Book> {
  const rows = await repository.listBooks(tx, marketId, { id }, { limit: 1, before: null })
  const [found] = await toBooks(ctx, tx, marketId, rows)
  if (found === undefined) throw new AppError('not_found')
  return found
}

async function toBooks(
  ctx: Pick<Desk, 'config'>,
  tx: Tx,
  marketId: string,
  rows: readonly repository.BookRow[],
): Promise<Book[]> {
  const pages = Map.groupBy(
    await repository.listPages(
      tx,
      marketId,
      rows.map(({ id }) => id),
    ),
    ({ bookId }) => bookId,
  )
  return Promise.all(
    rows.map(async (row) => {
      const own = pages.get(row.id) ?? []
      const priceVnd =
        row.unitPriceVnd === null
          ? null
          : ticketPrice(
              row.unitPriceVnd,
              row.vatIncluded ?? true,
              await repository.findTicketVat(tx, marketId, dayOf(row.issuedAt)),
            ).priceVnd
      return {
        id: row.id,
        code: row.code,
        kind: readOne(BOOK_KINDS, row.kind),
        collectorId: row.collectorId,
        collectorName: row.collectorName,
        deviceId: row.deviceId,
        tariffId: row.tariffId,
        name: row.name,
        priceVnd: priceVnd === null ? null : vndToJson(priceVnd),
        issuedAt: toMoment(row.issuedAt),
        closedAt: row.closedAt === null ? null : toMoment(row.closedAt),
        pages: own.map(({ page, token, usedAt, voidReason }) => ({
          page,
          number: pageName(row.code, page),
          url: receiptUrl(ctx.config.publicUrl, token),
          usedAt: usedAt === null ? null : toMoment(usedAt),
          voidReason,
        })),
        gaps: gapsOf(own).map((page) => pageName(row.code, page)),
      }
    }),
  )
}
