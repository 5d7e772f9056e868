import { AppError, type PublicReceipt, type StallReceipt, type StallReceiptPage } from '@tienve/contracts'
import { inMarket, newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { eq, sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { findCharge, listLines, type ChargeRow } from '../charges/repository.ts'
import { toLine } from '../charges/rules.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { addReceiptsToDirectory, findInDirectory } from '../markets/directory.ts'
import { market } from '../markets/tables.ts'
import type { Source } from '../settlements/repository.ts'
import * as repository from './repository.ts'
import { pageName, receiptNumber, toReceipt } from './rules.ts'

/** A receipt to be written: for a bank payment, cash that a collector took, or a day ticket. One a source. */
export type PlannedReceipt = {
  source: { kind: 'payment' | 'collection' | 'ticket'; id: string }
  /** Whose money it was; nobody's that we know, for a day ticket. */
  stallId: string | null
  /** The charge that the money named, when it named one. */
  chargeId: string | null
  amountVnd: bigint
  paidAt: Date
  /** The page of the collector's book that the payer was given: its address becomes this receipt's. */
  page: { token: string; name: string } | null
}

/** A receipt's number as people read it out is `receiptNumber(year, number)`. */
export type IssuedReceipt = { id: string; year: number; number: number; token: string }

const TOKEN_BYTES = 20

/** 160 random bits: a receipt's address can be shown to anybody and guessed by nobody. */
export function newReceiptToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/**
 * Writes receipts, numbered without gaps in their market and year: the counter's row stays locked until the transaction
 * ends, so a number is either on a receipt or never given out. All statements are sent at once. Answers them in order.
 */
export async function issueReceipts(
  tx: Tx,
  marketId: string,
  planned: readonly PlannedReceipt[],
): Promise<IssuedReceipt[]> {
  const rows = planned.map((one) => ({
    ...one,
    id: newId('rcp'),
    year: Number(dayOf(one.paidAt).slice(0, 4)),
    token: one.page?.token ?? newReceiptToken(),
  }))
  // Years in one order for everybody: whoever holds the counter of one waits for that of a later one only.
  const byYear = [...Map.groupBy(rows, ({ year }) => year)].toSorted(([a], [b]) => a - b)
  const [numbers] = await Promise.all([
    Promise.all(byYear.map(([year, ofYear]) => writeInYear(tx, marketId, year, ofYear))),
    addReceiptsToDirectory(
      tx,
      marketId,
      rows.filter(({ page }) => page === null),
    ),
  ])
  const byId = new Map(numbers.flat().map(({ id, number }) => [id, number]))
  return rows.map(({ id, year, token }) => ({ id, year, number: byId.get(id) ?? 0, token }))
}

type Row = PlannedReceipt & { id: string; token: string }

async function writeInYear(tx: Tx, marketId: string, year: number, rows: readonly Row[]) {
  const column = (pick: (row: Row) => unknown, type = 'text') =>
    sql`${sql.param(rows.map(pick))}::${sql.raw(type)}[]`
  const idOf = (kind: Row['source']['kind']) =>
    column(({ source }) => (source.kind === kind ? source.id : null))
  const [, written] = await Promise.all([
    tx
      .execute(
        sql`
        insert into receipt_counter (market_id, year, last_number) values (${marketId}, ${year}, ${rows.length})
        on conflict (market_id, year) do update set last_number = receipt_counter.last_number + excluded.last_number`,
      )
      .execute(),
    tx
      .execute<{ id: string; number: number }>(
        sql`
        insert into receipt (market_id, id, year, number, token, stall_id, charge_id, payment_id, collection_id, ticket_id,
          book_page, amount_vnd, paid_at)
        select ${marketId}, r.id, c.year, c.last_number - ${rows.length} + r.at, r.token, r.stall_id, r.charge_id,
          r.payment_id, r.collection_id, r.ticket_id, r.book_page, r.amount_vnd, r.paid_at
        from unnest(${column((r) => r.id)}, ${column((r) => r.token)}, ${column((r) => r.stallId)},
          ${column((r) => r.chargeId)}, ${idOf('payment')}, ${idOf('collection')}, ${idOf('ticket')},
          ${column((r) => r.page?.name ?? null)}, ${column((r) => r.amountVnd, 'bigint')},
          ${column((r) => r.paidAt.toISOString(), 'timestamptz')})
          with ordinality as r (id, token, stall_id, charge_id, payment_id, collection_id, ticket_id, book_page, amount_vnd,
            paid_at, at)
        join receipt_counter c on c.market_id = ${marketId} and c.year = ${year}
        returning id, number`,
      )
      .execute(),
  ])
  return written.rows
}

/** A stall's receipts, the newest first, each with what it settled. */
export async function getStallReceipts(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  stallId: string,
  query: { cursor?: string | undefined; limit: number },
): Promise<StallReceiptPage> {
  const found = await repository.listOfStall(tx, marketId, stallId, {
    limit: query.limit,
    after: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { items: await toStallReceipts(ctx, tx, marketId, rows), nextCursor }
}

/** Notes, or corrects, the number of the invoice that was issued elsewhere. Errors: `not_found`. */
export async function noteInvoice(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  { marketId }: Actor,
  id: string,
  invoiceNumber: string,
): Promise<StallReceipt> {
  await repository.setInvoiceNumber(tx, marketId, id, invoiceNumber)
  const row = await repository.findReceipt(tx, marketId, { id })
  const [shown] = row === null ? [] : await toStallReceipts(ctx, tx, marketId, [row])
  if (shown === undefined) throw new AppError('not_found')
  return shown
}

/** Takes back the receipt of money whose settling is taken back: it keeps its number and says why. */
export async function voidReceipt(
  tx: Tx,
  marketId: string,
  { source, reason, at }: { source: Source; reason: string; at: Date },
): Promise<void> {
  await repository.setVoid(tx, marketId, source, reason, at)
}

async function toStallReceipts(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  rows: readonly repository.ReceiptRow[],
): Promise<StallReceipt[]> {
  const ids = rows.map(({ id }) => id)
  const [parts, credits] = await Promise.all([
    repository.listParts(tx, marketId, ids),
    repository.listCredits(tx, marketId, ids),
  ])
  return rows.map((row) => ({
    ...toReceipt(ctx.config.publicUrl, row),
    purpose: row.purpose === 'deposit' ? 'deposit' : 'charge',
    settled: parts
      .filter(({ receiptId }) => receiptId === row.id)
      .map(({ chargeId, period, amountVnd }) => ({ chargeId, period, amountVnd: vndToJson(amountVnd) })),
    creditVnd: vndToJson(credits.get(row.id) ?? 0n),
  }))
}

/**
 * What the holder of a receipt's address may check: a receipt, or a page of a collector's book that was given on the spot
 * and has not been synced yet. Null when there is neither.
 */
export async function getPublicReceipt(ctx: Context, token: string): Promise<PublicReceipt | null> {
  const found = await findInDirectory(ctx.db, 'receipt', token)
  if (found === null) return null
  const { marketId } = found
  return inMarket(ctx.db, marketId, async (tx) => {
    const [row, [place]] = await Promise.all([
      repository.findReceipt(tx, marketId, { token }),
      tx.select().from(market).where(eq(market.marketId, marketId)),
    ])
    if (place === undefined) return null
    const head = { marketName: place.name, demo: place.demo }
    return row === null ? readPage(tx, marketId, token, head) : readReceipt(tx, marketId, row, head)
  })
}

type Head = Pick<PublicReceipt, 'marketName' | 'demo'>

async function readReceipt(
  tx: Tx,
  marketId: string,
  row: repository.ReceiptRow,
  head: Head,
): Promise<PublicReceipt> {
  const [parts, credits] = await Promise.all([
    repository.listParts(tx, marketId, [row.id]),
    repository.listCredits(tx, marketId, [row.id]),
  ])
  const amounts = new Map(parts.map(({ chargeId, amountVnd }) => [chargeId, amountVnd]))
  // Money that named a charge and settled nothing of it, since it was paid already, still says which one it named.
  if (row.chargeId !== null && !amounts.has(row.chargeId)) amounts.set(row.chargeId, 0n)
  const ids = [...amounts.keys()]
  const charges = (await Promise.all(ids.map((id) => findCharge(tx, marketId, id)))).filter(
    (one): one is ChargeRow => one !== null,
  )
  const lines = Map.groupBy(await listLines(tx, marketId, ids), ({ chargeId }) => chargeId)
  const sum = (pick: (of: ChargeRow) => bigint): number =>
    vndToJson(charges.reduce((all, one) => all + pick(one), 0n))
  return {
    ...head,
    state: row.voidReason === null ? 'valid' : 'void',
    purpose: row.ticketId !== null ? 'ticket' : row.purpose === 'deposit' ? 'deposit' : 'charge',
    number: receiptNumber(row.year, row.number),
    bookPage: row.bookPage,
    stallCode: row.stallCode,
    amountVnd: vndToJson(row.amountVnd),
    paidBy: row.byBank ? 'bank' : 'cash',
    paidAt: toMoment(row.occurredAt),
    charges: charges.map((of) => ({
      period: of.period,
      amountVnd: vndToJson(amounts.get(of.id) ?? 0n),
      dueVnd: vndToJson(of.settledVnd + of.outstandingVnd),
      outstandingVnd: vndToJson(of.outstandingVnd),
      lines: (lines.get(of.id) ?? []).map(toLine),
    })),
    creditVnd: vndToJson(credits.get(row.id) ?? 0n),
    chargeTotalVnd: sum((of) => of.settledVnd + of.outstandingVnd),
    paidVnd: sum((of) => of.settledVnd + of.creditVnd),
    outstandingVnd: sum((of) => of.outstandingVnd),
    ticket: row.ticketName,
    invoiceNumber: row.invoiceNumber,
    voidReason: row.voidReason,
  }
}

async function readPage(tx: Tx, marketId: string, token: string, head: Head): Promise<PublicReceipt | null> {
  const page = await repository.findPage(tx, marketId, token)
  if (page === null) return null
  return {
    ...head,
    state: page.voidReason === null ? 'waiting' : 'void',
    purpose: page.kind === 'ticket' ? 'ticket' : 'charge',
    number: null,
    bookPage: pageName(page.bookCode, page.page),
    stallCode: null,
    amountVnd: 0,
    paidBy: 'cash',
    paidAt: null,
    charges: [],
    creditVnd: 0,
    chargeTotalVnd: 0,
    paidVnd: 0,
    outstandingVnd: 0,
    ticket: null,
    invoiceNumber: null,
    voidReason: page.voidReason,
  }
}
