import { newId, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { dayOf } from '../days.ts'
import { addReceiptsToDirectory } from '../markets/directory.ts'

export type PlannedReceipt = { chargeId: string; paymentId: string; amountVnd: bigint; paidAt: Date }

/** 160 random bits: a receipt's address can be shown to anybody and guessed by nobody. */
const TOKEN_BYTES = 20

/**
 * Writes a receipt for each payment of a charge, numbered without gaps in its market and year: the counter's row stays
 * locked until the transaction ends, so a number is either on a receipt or never given out. All statements are sent at
 * once.
 */
export async function issueReceipts(
  tx: Tx,
  marketId: string,
  planned: readonly PlannedReceipt[],
): Promise<void> {
  const byYear = Map.groupBy(planned, ({ paidAt }) => Number(dayOf(paidAt).slice(0, 4)))
  await Promise.all([...byYear].flatMap(([year, ofYear]) => issueInYear(tx, marketId, year, ofYear)))
}

function issueInYear(
  tx: Tx,
  marketId: string,
  year: number,
  planned: readonly PlannedReceipt[],
): Promise<unknown>[] {
  const rows = planned.map((one) => ({
    ...one,
    id: newId('rcp'),
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
  }))
  const column = (pick: (row: (typeof rows)[number]) => unknown) => sql.param(rows.map(pick))
  const counted = tx
    .execute(
      sql`
        insert into receipt_counter (market_id, year, last_number) values (${marketId}, ${year}, ${rows.length})
        on conflict (market_id, year) do update set last_number = receipt_counter.last_number + excluded.last_number`,
    )
    .execute()
  const written = tx
    .execute(
      sql`
        insert into receipt (market_id, id, year, number, token, charge_id, payment_id, amount_vnd, paid_at)
        select ${marketId}, r.id, c.year, c.last_number - ${rows.length} + r.at, r.token, r.charge_id, r.payment_id,
          r.amount_vnd, r.paid_at
        from unnest(${column((r) => r.id)}::text[], ${column((r) => r.token)}::text[], ${column((r) => r.chargeId)}::text[],
          ${column((r) => r.paymentId)}::text[], ${column((r) => r.amountVnd)}::bigint[],
          ${column((r) => r.paidAt.toISOString())}::timestamptz[])
          with ordinality as r (id, token, charge_id, payment_id, amount_vnd, paid_at, at)
        join receipt_counter c on c.market_id = ${marketId} and c.year = ${year}
        returning 1`,
    )
    .execute()
  return [counted, written, addReceiptsToDirectory(tx, marketId, rows)]
}
