import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

/** How many stalls the register has, whoever has them. */
export async function countStalls(tx: Tx, marketId: string): Promise<number> {
  const { rows } = await tx.execute<{ count: bigint }>(
    sql`select count(*) from stall where market_id = ${marketId}`,
  )
  return Number(rows[0]?.count ?? 0n)
}
