import type { Db, Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

/** What can be looked up before a market is known. */
export type DirectoryKind = 'login' | 'connection' | 'stall_code' | 'receipt'

/** Finds the market and the object of a public id or code. One exact key at a time: nothing here can be listed. */
export async function findInDirectory(
  db: Db,
  kind: DirectoryKind,
  key: string,
): Promise<{ marketId: string; objectId: string } | null> {
  const { rows } = await db.orm.execute<{ market_id: string; object_id: string }>(
    sql`select market_id, object_id from directory_find(${kind}, ${key})`,
  )
  const [row] = rows
  return row === undefined ? null : { marketId: row.market_id, objectId: row.object_id }
}

/** Makes receipts findable by their tokens. Runs inside the market that owns them. */
export async function addReceiptsToDirectory(
  tx: Tx,
  marketId: string,
  receipts: readonly { token: string; id: string }[],
): Promise<void> {
  if (receipts.length === 0) return
  const tokens = receipts.map(({ token }) => token)
  const ids = receipts.map(({ id }) => id)
  await tx.execute(
    sql`select directory_add_receipts(${marketId}, ${sql.param(tokens)}::text[], ${sql.param(ids)}::text[])`,
  )
}

/** Makes a person findable by their login. Runs inside the market that owns them. A login that another has breaks `directory_kind_key_pk`. */
export async function setLoginInDirectory(tx: Tx, marketId: string, userId: string): Promise<void> {
  await tx.execute(sql`select directory_set_login(${marketId}, ${userId})`)
}

/** Makes stalls findable by their codes. Runs inside the market that owns them, once they are there. */
export async function addStallsToDirectory(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
): Promise<void> {
  if (stallIds.length === 0) return
  await tx.execute(sql`select directory_add_stalls(${marketId}, ${sql.param(stallIds)}::text[])`)
}
