import { AppError, type CashSale, type CreateCashSale } from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { postAll, reverse } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { and, desc, eq, isNull, type SQL } from 'drizzle-orm'
import { saleInCash } from '../books/postings.ts'
import type { Context } from '../context.ts'
import { dayOf, hourOf, toMoment } from '../days.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { addToStallDays } from '../payments/totals.ts'
import { isOwnDay } from '../contracts/rules.ts'
import { getOwnDays } from '../privacy/service.ts'
import { cashSale } from './tables.ts'

const MOST_FAST_MS = 5 * 60_000
const MOST_LATE_MS = 7 * 86_400_000

/**
 * Notes a sale in cash: one tap, in the stall's own book, and never mixed with what banks say. One that was noted without a
 * network says when it was made, and counts on that day; where the day is closed by then, the ledger has it on the first
 * open one, as money that a bank tells of late. Errors: `sold_in_future`, `sold_too_long_ago`, `sold_before_yours`.
 */
export async function createCashSale(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  input: CreateCashSale,
): Promise<CashSale> {
  const occurredAt = await readMoment(ctx, tx, actor, stallId, input.occurredAt)
  const id = newId('csh')
  const amountVnd = BigInt(input.amountVnd)
  const row = {
    marketId: actor.marketId,
    id,
    stallId,
    amountVnd,
    note: input.note ?? null,
    userId: actor.userId,
    occurredAt,
    day: dayOf(occurredAt),
  }
  await addToStallDays(tx, actor.marketId, [totalOf(row, 1n)])
  const item = saleInCash({ cashSaleId: id, stallId, amountVnd, occurredAt })
  const [ledgerSeq] = await postAll(tx, actor.marketId, [item], { as: 'api' })
  if (ledgerSeq === undefined) throw new Error('the ledger gave no answer for a cash sale')
  await tx.insert(cashSale).values({ ...row, ledgerSeq })
  return toCashSale({ ...row, undoneAt: null })
}

/** When a sale was made. A phone whose clock is a little fast has sold now. */
async function readMoment(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  asked: string | undefined,
): Promise<Date> {
  const now = ctx.now()
  if (asked === undefined) return now
  const at = new Date(asked)
  const agoMs = now.getTime() - at.getTime()
  if (agoMs < -MOST_FAST_MS) throw new AppError('sold_in_future')
  if (agoMs > MOST_LATE_MS) throw new AppError('sold_too_long_ago')
  if (agoMs <= 0) return now
  const day = dayOf(at)
  if (day !== dayOf(now) && !isOwnDay(await getOwnDays(ctx, tx, actor, stallId), day))
    throw new AppError('sold_before_yours')
  return at
}

/** Takes a cash sale back by a reversing entry; taking it back twice is no error. Errors: `not_found`. */
export async function undoCashSale(ctx: Context, tx: Tx, actor: Actor, id: string): Promise<CashSale> {
  const [row] = await tx
    .select()
    .from(cashSale)
    .where(and(eq(cashSale.marketId, actor.marketId), eq(cashSale.id, id)))
    .for('update')
  if (row === undefined || row.stallId !== actor.stallId) throw new AppError('not_found')
  if (row.undoneAt !== null) return toCashSale(row)
  const undoneAt = ctx.now()
  await tx
    .update(cashSale)
    .set({ undoneAt })
    .where(and(eq(cashSale.marketId, actor.marketId), eq(cashSale.id, id)))
  await addToStallDays(tx, actor.marketId, [totalOf(row, -1n)])
  await reverse(tx, actor.marketId, {
    seq: row.ledgerSeq,
    idemKey: `cash-undo:${id}`,
    occurredAt: undoneAt,
    sourceKind: 'cash_sale',
    sourceId: id,
  })
  return toCashSale({ ...row, undoneAt })
}

/** A stall's cash sales of a day, newest first, those taken back among them. */
export async function listCashSales(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
): Promise<CashSale[]> {
  const rows = await tx
    .select()
    .from(cashSale)
    .where(and(eq(cashSale.marketId, marketId), eq(cashSale.stallId, stallId), eq(cashSale.day, day)))
    .orderBy(desc(cashSale.occurredAt), desc(cashSale.id))
  return rows.map(toCashSale)
}

/** A page of a stall's cash sales that are `wanted`, newest first, from just before `before`; those taken back are left out. */
export async function listCash(
  tx: Tx,
  marketId: string,
  stallId: string,
  wanted: SQL | undefined,
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select()
    .from(cashSale)
    .where(
      and(
        eq(cashSale.marketId, marketId),
        eq(cashSale.stallId, stallId),
        isNull(cashSale.undoneAt),
        wanted,
        isAfterPage(page.before, cashSale),
      ),
    )
    .orderBy(desc(cashSale.occurredAt), desc(cashSale.id))
    .limit(page.limit)
}

/** As `listCash`, of one day. */
export async function listCashOfDay(
  tx: Tx,
  marketId: string,
  stallId: string,
  day: string,
  page: { limit: number; before: Cursor | null },
) {
  return listCash(tx, marketId, stallId, eq(cashSale.day, day), page)
}

type CashRow = { stallId: string; amountVnd: bigint; occurredAt: Date; day: string }

function totalOf(row: CashRow, count: 1n | -1n) {
  const { stallId, day, occurredAt, amountVnd } = row
  return { stallId, day, hour: hourOf(occurredAt), bin: '', cash: true, amountVnd: amountVnd * count, count }
}

/** A cash sale as the wire shows it. */
export function toCashSale(
  row: CashRow & { id: string; note: string | null; undoneAt: Date | null },
): CashSale {
  return {
    id: row.id,
    stallId: row.stallId,
    amountVnd: vndToJson(row.amountVnd),
    note: row.note,
    occurredAt: toMoment(row.occurredAt),
    undone: row.undoneAt !== null,
  }
}
