import type { Tx } from '@tienve/db'
import { and, desc, eq, isNull } from 'drizzle-orm'
import { appUser } from '../identity/tables.ts'
import { apiKey } from './tables.ts'

export type KeyRow = Awaited<ReturnType<typeof listKeys>>[number]

export async function insertKey(tx: Tx, row: typeof apiKey.$inferInsert): Promise<void> {
  await tx.insert(apiKey).values(row)
}

/** Every key of the market, or one of them, the newest first. */
export async function listKeys(tx: Tx, marketId: string, id?: string) {
  return tx
    .select({
      id: apiKey.id,
      name: apiKey.name,
      permissions: apiKey.permissions,
      createdBy: appUser.name,
      createdAt: apiKey.createdAt,
      expiresAt: apiKey.expiresAt,
      revokedAt: apiKey.revokedAt,
      lastUsedHour: apiKey.lastUsedHour,
    })
    .from(apiKey)
    .innerJoin(appUser, and(eq(appUser.marketId, apiKey.marketId), eq(appUser.id, apiKey.createdBy)))
    .where(and(eq(apiKey.marketId, marketId), id === undefined ? undefined : eq(apiKey.id, id)))
    .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
}

/** What it takes to let a key in, or not. */
export async function findKey(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select({
      tokenHash: apiKey.tokenHash,
      permissions: apiKey.permissions,
      expiresAt: apiKey.expiresAt,
      revokedAt: apiKey.revokedAt,
      lastUsedHour: apiKey.lastUsedHour,
    })
    .from(apiKey)
    .where(and(eq(apiKey.marketId, marketId), eq(apiKey.id, id)))
  return row ?? null
}

export async function setLastUsed(tx: Tx, marketId: string, id: string, hour: Date): Promise<void> {
  await tx
    .update(apiKey)
    .set({ lastUsedHour: hour })
    .where(and(eq(apiKey.marketId, marketId), eq(apiKey.id, id), isNull(apiKey.revokedAt)))
}

/** Ends a key for good. False when there is none that still stands. */
export async function setRevoked(
  tx: Tx,
  marketId: string,
  id: string,
  by: { revokedBy: string; revokedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx
    .update(apiKey)
    .set(by)
    .where(and(eq(apiKey.marketId, marketId), eq(apiKey.id, id), isNull(apiKey.revokedAt)))
  return rowCount === 1
}
