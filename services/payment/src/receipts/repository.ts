import type { Tx } from '@tienve/db'
import { and, desc, eq, isNotNull, sql, type SQL } from 'drizzle-orm'
import { bankTransaction } from '../feeds/tables.ts'
import { book, bookPage, dayTicket } from '../collection/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { payment } from '../payments/tables.ts'
import type { Source } from '../settlements/repository.ts'
import { stall } from '../stalls/tables.ts'
import { tariff } from '../tariffs/tables.ts'
import { receipt } from './tables.ts'

const columns = {
  id: receipt.id,
  year: receipt.year,
  number: receipt.number,
  token: receipt.token,
  stallId: receipt.stallId,
  stallCode: stall.code,
  chargeId: receipt.chargeId,
  ticketId: receipt.ticketId,
  amountVnd: receipt.amountVnd,
  occurredAt: receipt.paidAt,
  bookPage: receipt.bookPage,
  invoiceNumber: receipt.invoiceNumber,
  voidReason: receipt.voidReason,
  purpose: payment.purpose,
  ticketName: tariff.name,
  byBank: sql<boolean>`${receipt.paymentId} is not null or ${bankTransaction.id} is not null`,
}
export type ReceiptRow = Awaited<ReturnType<typeof listOfStall>>[number]

function selectReceipts(tx: Tx) {
  return tx
    .select(columns)
    .from(receipt)
    .leftJoin(stall, and(eq(stall.marketId, receipt.marketId), eq(stall.id, receipt.stallId)))
    .leftJoin(payment, and(eq(payment.marketId, receipt.marketId), eq(payment.id, receipt.paymentId)))
    .leftJoin(dayTicket, and(eq(dayTicket.marketId, receipt.marketId), eq(dayTicket.id, receipt.ticketId)))
    .leftJoin(tariff, and(eq(tariff.marketId, dayTicket.marketId), eq(tariff.id, dayTicket.tariffId)))
    .leftJoin(
      bankTransaction,
      and(
        eq(bankTransaction.marketId, dayTicket.marketId),
        eq(bankTransaction.id, dayTicket.bankTransactionId),
      ),
    )
}

export async function findReceipt(
  tx: Tx,
  marketId: string,
  by: { id: string } | { token: string },
): Promise<ReceiptRow | null> {
  const is = 'id' in by ? eq(receipt.id, by.id) : eq(receipt.token, by.token)
  const [row] = await selectReceipts(tx).where(and(eq(receipt.marketId, marketId), is))
  return row ?? null
}

/** A stall's receipts, the newest first, one more than a page has. */
export async function listOfStall(
  tx: Tx,
  marketId: string,
  stallId: string,
  page: { limit: number; after: Cursor | null },
) {
  return selectReceipts(tx)
    .where(
      and(
        eq(receipt.marketId, marketId),
        eq(receipt.stallId, stallId),
        isAfterPage(page.after, { occurredAt: receipt.paidAt, id: receipt.id }),
      ),
    )
    .orderBy(desc(receipt.paidAt), desc(receipt.id))
    .limit(page.limit + 1)
}

/** The receipts of money that settled these charges or named them, the oldest first, each with its charge. */
export async function listOfCharges(
  tx: Tx,
  marketId: string,
  chargeIds: readonly string[],
): Promise<(ReceiptRow & { ofChargeId: string })[]> {
  if (chargeIds.length === 0) return []
  const ids = sql.param([...chargeIds])
  const { rows: pairs } = await tx.execute<{ charge_id: string; id: string }>(sql`
    select s.charge_id, r.id from settlement s
      join receipt r on r.market_id = s.market_id and r.payment_id = s.payment_id
      where s.market_id = ${marketId} and s.charge_id = any(${ids}::text[])
    union select s.charge_id, r.id from settlement s
      join receipt r on r.market_id = s.market_id and r.collection_id = s.collection_id
      where s.market_id = ${marketId} and s.charge_id = any(${ids}::text[])
    union select r.charge_id, r.id from receipt r
      where r.market_id = ${marketId} and r.charge_id = any(${ids}::text[])`)
  if (pairs.length === 0) return []
  const rows = await selectReceipts(tx).where(
    and(eq(receipt.marketId, marketId), anyOf(sql`${receipt.id}`, [...new Set(pairs.map(({ id }) => id))])),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return pairs
    .flatMap(({ charge_id, id }) => {
      const row = byId.get(id)
      return row === undefined ? [] : [{ ...row, ofChargeId: charge_id }]
    })
    .toSorted(
      (a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || a.year - b.year || a.number - b.number,
    )
}

/** What receipts' money settled, charge by charge. What was taken back again is not there. */
export async function listParts(tx: Tx, marketId: string, receiptIds: readonly string[]) {
  if (receiptIds.length === 0) return []
  const { rows } = await tx.execute<{
    receipt_id: string
    charge_id: string
    period: string
    due_on: string
    amount_vnd: bigint
  }>(sql`
    select s.receipt_id, s.charge_id, b.period, c.due_on::text, sum(s.amount_vnd)::bigint as amount_vnd
    from (
      select r.id as receipt_id, s.charge_id, s.amount_vnd from receipt r
        join settlement s on s.market_id = r.market_id and s.payment_id = r.payment_id
        where r.market_id = ${marketId} and ${anyOf(sql`r.id`, receiptIds)}
      union all select r.id, s.charge_id, s.amount_vnd from receipt r
        join settlement s on s.market_id = r.market_id and s.collection_id = r.collection_id
        where r.market_id = ${marketId} and ${anyOf(sql`r.id`, receiptIds)}
    ) s
    join charge c on c.market_id = ${marketId} and c.id = s.charge_id
    join billing_round b on b.market_id = c.market_id and b.id = c.round_id
    group by s.receipt_id, s.charge_id, b.period, c.due_on
    having sum(s.amount_vnd) > 0
    order by c.due_on, s.charge_id`)
  return rows.map((row) => ({
    receiptId: row.receipt_id,
    chargeId: row.charge_id,
    period: row.period,
    amountVnd: row.amount_vnd,
  }))
}

/** What of receipts' money became credit when it came. */
export async function listCredits(tx: Tx, marketId: string, receiptIds: readonly string[]) {
  if (receiptIds.length === 0) return new Map<string, bigint>()
  const { rows } = await tx.execute<{ id: string; amount_vnd: bigint }>(sql`
    select r.id, k.amount_vnd from receipt r
    join stall_credit k on k.market_id = r.market_id
      and (k.source_kind, k.source_id) in (('payment', r.payment_id), ('collection', r.collection_id))
    where r.market_id = ${marketId} and r.voided_at is null and ${anyOf(sql`r.id`, receiptIds)}`)
  return new Map(rows.map(({ id, amount_vnd }) => [id, amount_vnd]))
}

/** A page of a collector's book by its token: what its holder may know before the market has been told of its money. */
export async function findPage(tx: Tx, marketId: string, token: string) {
  const [row] = await tx
    .select({
      bookCode: book.code,
      kind: book.kind,
      page: bookPage.page,
      usedAt: bookPage.usedAt,
      voidReason: bookPage.voidReason,
    })
    .from(bookPage)
    .innerJoin(book, and(eq(book.marketId, bookPage.marketId), eq(book.id, bookPage.bookId)))
    .where(and(eq(bookPage.marketId, marketId), eq(bookPage.token, token)))
  return row ?? null
}

export async function setInvoiceNumber(tx: Tx, marketId: string, id: string, invoiceNumber: string) {
  await tx
    .update(receipt)
    .set({ invoiceNumber })
    .where(and(eq(receipt.marketId, marketId), eq(receipt.id, id)))
}

/** Marks the receipt of some money as void; its number stays used. */
export async function setVoid(
  tx: Tx,
  marketId: string,
  { kind, id }: Source,
  voidReason: string,
  voidedAt: Date,
): Promise<void> {
  const source = kind === 'payment' ? receipt.paymentId : receipt.collectionId
  await tx
    .update(receipt)
    .set({ voidedAt, voidReason })
    .where(and(eq(receipt.marketId, marketId), isNotNull(source), eq(source, id)))
}

/** One array parameter instead of one a value: the statement's text stays the same for any number of values. */
function anyOf(column: SQL, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param([...values])}::text[])`
}
