import type { Tx } from '@tienve/db'
import { ROLES, type Role } from '@tienve/contracts'
import { and, eq, gt, lt } from 'drizzle-orm'
import { market } from '../markets/tables.ts'
import { appUser, session } from './tables.ts'

const userColumns = {
  id: appUser.id,
  login: appUser.login,
  name: appUser.name,
  role: appUser.role,
  stallId: appUser.stallId,
}

export async function findUserByLogin(tx: Tx, marketId: string, login: string) {
  const [row] = await tx
    .select({
      ...userColumns,
      secretHash: appUser.secretHash,
      failedCount: appUser.failedCount,
      lockedUntil: appUser.lockedUntil,
    })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.login, login)))
    // A second try at the same login waits for the first, so that wrong tries are counted one by one.
    .for('update')
  return row === undefined ? null : { ...row, role: readRole(row.role) }
}

/** One of the market's people. */
export async function findUser(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select(userColumns)
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, id)))
  return row === undefined ? null : { ...row, role: readRole(row.role) }
}

export async function setFailedTries(
  tx: Tx,
  marketId: string,
  userId: string,
  failedCount: number,
  lockedUntil: Date | null,
): Promise<void> {
  await tx
    .update(appUser)
    .set({ failedCount, lockedUntil })
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
}

export async function insertSession(tx: Tx, row: typeof session.$inferInsert): Promise<void> {
  await tx.insert(session).values(row)
}

/** The session with its person and market, if it has not run out. */
export async function findLiveSession(tx: Tx, marketId: string, tokenHash: Buffer, now: Date) {
  const [row] = await tx
    .select({
      user: userColumns,
      csrfToken: session.csrfToken,
      expiresAt: session.expiresAt,
      market: { id: market.marketId, name: market.name, demo: market.demo },
    })
    .from(session)
    .innerJoin(appUser, and(eq(appUser.marketId, session.marketId), eq(appUser.id, session.userId)))
    .innerJoin(market, eq(market.marketId, session.marketId))
    .where(and(eq(session.marketId, marketId), eq(session.tokenHash, tokenHash), gt(session.expiresAt, now)))
  return row === undefined ? null : { ...row, user: { ...row.user, role: readRole(row.user.role) } }
}

/** False when there was none any more. */
export async function deleteSession(tx: Tx, marketId: string, tokenHash: Buffer): Promise<boolean> {
  const { rowCount } = await tx
    .delete(session)
    .where(and(eq(session.marketId, marketId), eq(session.tokenHash, tokenHash)))
  return rowCount === 1
}

export async function deleteSessionsBefore(tx: Tx, marketId: string, now: Date): Promise<void> {
  await tx.delete(session).where(and(eq(session.marketId, marketId), lt(session.expiresAt, now)))
}

function readRole(text: string): Role {
  const role = ROLES.find((known) => known === text)
  if (role === undefined) throw new Error('a user has a role that does not exist')
  return role
}
