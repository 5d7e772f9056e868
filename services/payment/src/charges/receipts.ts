import { insertMany, newId, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { dayOf } from '../days.ts'
import { addReceiptsToDirectory } from '../markets/directory.ts'
import { receipt } from './tables.ts'

export type PlannedReceipt = { chargeId: string; paymentId: string; amountVnd: bigint; paidAt: Date }

/** 160 random bits: a receipt's address can be shown to anybody and guessed by nobody. */
const TOKEN_BYTES = 20

/** Writes a receipt for each payment of a charge, numbered without gaps in its market and year. */
export async function issueReceipts(
  tx: Tx,
  marketId: string,
  planned: readonly PlannedReceipt[],
): Promise<void> {
  const byYear = Map.groupBy(planned, ({ paidAt }) => Number(dayOf(paidAt).slice(0, 4)))
  for (const [year, ofYear] of byYear) {
    const first = await takeNumbers(tx, marketId, year, ofYear.length)
    const rows = ofYear.map((one, at) => ({
      marketId,
      id: newId('rcp'),
      year,
      number: first + at,
      token: randomBytes(TOKEN_BYTES).toString('base64url'),
      ...one,
    }))
    await insertMany(tx, receipt, rows)
    await addReceiptsToDirectory(tx, marketId, rows)
  }
}

/** The counter's row stays locked until the transaction ends: a number is either on a receipt or never given out. */
async function takeNumbers(tx: Tx, marketId: string, year: number, count: number): Promise<number> {
  const { rows } = await tx.execute<{ last_number: number }>(sql`
    insert into receipt_counter (market_id, year, last_number) values (${marketId}, ${year}, ${count})
    on conflict (market_id, year) do update set last_number = receipt_counter.last_number + excluded.last_number
    returning last_number`)
  return (rows[0]?.last_number ?? count) - count + 1
}
