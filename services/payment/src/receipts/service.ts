import { newId, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { dayOf } from '../days.ts'
import { addReceiptsToDirectory } from '../markets/directory.ts'

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

/** 160 random bits: a receipt's address can be shown to anybody and guessed by nobody. */
const TOKEN_BYTES = 20

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
    token: one.page?.token ?? randomBytes(TOKEN_BYTES).toString('base64url'),
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
