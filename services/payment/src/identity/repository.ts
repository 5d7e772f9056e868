import type { Tx } from '@tienve/db'
import { ROLES } from '@tienve/contracts'
import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, notExists, sql } from 'drizzle-orm'
import { readOne } from '../columns.ts'
import { market } from '../markets/tables.ts'
import { deleteSubscriptionsOf } from '../notices/repository.ts'
import { totp } from '../staff/tables.ts'
import type { Tries } from './rules.ts'
import { appUser, device, session } from './tables.ts'

const userColumns = {
  id: appUser.id,
  login: appUser.login,
  name: appUser.name,
  role: appUser.role,
  stallId: appUser.stallId,
}

/**
 * The person of a login. With `hold` a second try at the same login waits for the first, so that wrong tries are counted one by
 * one; a known device is held instead, so that strangers' tries do not make its owner wait.
 */
export async function findUserByLogin(tx: Tx, marketId: string, login: string, hold: boolean) {
  const query = tx
    .select({
      ...userColumns,
      secretHash: appUser.secretHash,
      failedCount: appUser.failedCount,
      lockedUntil: appUser.lockedUntil,
      demo: market.demo,
    })
    .from(appUser)
    .innerJoin(market, eq(market.marketId, appUser.marketId))
    .where(and(eq(appUser.marketId, marketId), eq(appUser.login, login), isNull(appUser.removedAt)))
  const [row] = await (hold ? query.for('update', { of: appUser }) : query)
  return row === undefined ? null : { ...row, role: readOne(ROLES, row.role) }
}

/** One of the market's people who works here still. */
export async function findUser(tx: Tx, marketId: string, id: string) {
  const [row] = await tx
    .select(userColumns)
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, id), isNull(appUser.removedAt)))
  return row === undefined ? null : { ...row, role: readOne(ROLES, row.role) }
}

/**
 * The device among these that is this person's, if it was not thrown out: of a login, only of somebody whose secret is here; of a
 * person who came from another market, by the id.
 */
export async function findDevice(
  tx: Tx,
  marketId: string,
  whose: { login: string } | { userId: string },
  tokenHashes: readonly Buffer[],
): Promise<{ id: string } | null> {
  const isTheirs =
    'login' in whose
      ? and(eq(appUser.login, whose.login), isNotNull(appUser.secretHash))
      : eq(appUser.id, whose.userId)
  const [row] = await tx
    .select({ id: device.id })
    .from(device)
    .innerJoin(appUser, and(eq(appUser.marketId, device.marketId), eq(appUser.id, device.userId)))
    .where(
      and(
        eq(device.marketId, marketId),
        inArray(device.tokenHash, [...tokenHashes]),
        isNull(device.revokedAt),
        isTheirs,
        isNull(appUser.removedAt),
      ),
    )
    .orderBy(desc(device.lastSeenAt))
    .limit(1)
  return row ?? null
}

/** A device's own wrong tries, held until the transaction ends; null when it was thrown out meanwhile. */
export async function holdDevice(tx: Tx, marketId: string, id: string): Promise<Tries | null> {
  const [row] = await tx
    .select({ failedCount: device.failedCount, lockedUntil: device.lockedUntil })
    .from(device)
    .where(and(eq(device.marketId, marketId), eq(device.id, id), isNull(device.revokedAt)))
    .for('update')
  return row ?? null
}

/** Counts for a known device by itself, and for all others of a person together. */
export async function setTries(
  tx: Tx,
  marketId: string,
  of: { userId: string; deviceId: string | null },
  tries: Tries,
): Promise<void> {
  const table = of.deviceId === null ? appUser : device
  await tx
    .update(table)
    .set({ failedCount: tries.failedCount, lockedUntil: tries.lockedUntil })
    .where(and(eq(table.marketId, marketId), eq(table.id, of.deviceId ?? of.userId)))
}

export async function insertDevice(tx: Tx, row: typeof device.$inferInsert): Promise<void> {
  await tx.insert(device).values(row)
}

export async function touchDevice(tx: Tx, marketId: string, id: string, lastSeenAt: Date): Promise<void> {
  await tx
    .update(device)
    .set({ lastSeenAt })
    .where(and(eq(device.marketId, marketId), eq(device.id, id), isNull(device.revokedAt)))
}

/** The devices of a person that were not thrown out, the one in use last first. `now` tells whether a session still holds. */
export async function listDevices(tx: Tx, marketId: string, userId: string, now: Date) {
  return tx
    .select({
      id: device.id,
      name: device.name,
      createdAt: device.createdAt,
      lastSeenAt: device.lastSeenAt,
      expiresAt: session.expiresAt,
    })
    .from(device)
    .leftJoin(
      session,
      and(eq(session.marketId, device.marketId), eq(session.deviceId, device.id), gt(session.expiresAt, now)),
    )
    .where(and(eq(device.marketId, marketId), eq(device.userId, userId), isNull(device.revokedAt)))
    .orderBy(desc(device.lastSeenAt), desc(device.id))
}

/**
 * Throws out one device of a person, or all of them, with their sessions and what wakes them. Devices first: a log-in by one of them holds it, so
 * that the session it opens is there to be ended. Answers how many there were.
 */
export async function endDevices(
  tx: Tx,
  marketId: string,
  of: { userId: string; deviceId?: string },
  now: Date,
): Promise<number> {
  const ended = await tx
    .update(device)
    .set({ revokedAt: now })
    .where(
      and(
        eq(device.marketId, marketId),
        eq(device.userId, of.userId),
        of.deviceId === undefined ? undefined : eq(device.id, of.deviceId),
        isNull(device.revokedAt),
      ),
    )
    .returning({ id: device.id })
  const ids = ended.map(({ id }) => id)
  await deleteSubscriptionsOf(tx, marketId, of.userId, ids)
  if (ids.length > 0)
    await tx.delete(session).where(and(eq(session.marketId, marketId), inArray(session.deviceId, ids)))
  return ids.length
}

export async function insertSession(tx: Tx, row: typeof session.$inferInsert): Promise<void> {
  await tx.insert(session).values(row)
}

/** The session with its person, device and market, if it has not run out. */
export async function findLiveSession(tx: Tx, marketId: string, tokenHash: Buffer, now: Date) {
  const [row] = await tx
    .select({
      user: userColumns,
      csrfToken: session.csrfToken,
      expiresAt: session.expiresAt,
      deviceId: session.deviceId,
      lastSeenAt: device.lastSeenAt,
      market: { id: market.marketId, name: market.name, demo: market.demo },
      totpOn: sql<boolean>`${totp.confirmedAt} is not null`,
      /** Whoever logs in at another market has the second step there. */
      isGuest: sql<boolean>`${appUser.secretHash} is null`,
    })
    .from(session)
    .innerJoin(appUser, and(eq(appUser.marketId, session.marketId), eq(appUser.id, session.userId)))
    .innerJoin(device, and(eq(device.marketId, session.marketId), eq(device.id, session.deviceId)))
    .innerJoin(market, eq(market.marketId, session.marketId))
    .leftJoin(totp, and(eq(totp.marketId, session.marketId), eq(totp.userId, session.userId)))
    .where(
      and(
        eq(session.marketId, marketId),
        eq(session.tokenHash, tokenHash),
        gt(session.expiresAt, now),
        isNull(device.revokedAt),
        isNull(appUser.removedAt),
      ),
    )
  return row === undefined ? null : { ...row, user: { ...row.user, role: readOne(ROLES, row.user.role) } }
}

/** Which of these sessions still hold, by the digests of their tokens in hex. */
export async function listLiveSessions(
  tx: Tx,
  marketId: string,
  tokenHashes: readonly Buffer[],
  now: Date,
): Promise<Set<string>> {
  const rows = await tx
    .select({ tokenHash: session.tokenHash })
    .from(session)
    .where(
      and(
        eq(session.marketId, marketId),
        inArray(session.tokenHash, [...tokenHashes]),
        gt(session.expiresAt, now),
      ),
    )
  return new Set(rows.map(({ tokenHash }) => tokenHash.toString('hex')))
}

/** Ends a session, and its device is woken no more. False when there was none any more. */
export async function deleteSession(tx: Tx, marketId: string, tokenHash: Buffer): Promise<boolean> {
  const [ended] = await tx
    .delete(session)
    .where(and(eq(session.marketId, marketId), eq(session.tokenHash, tokenHash)))
    .returning({ userId: session.userId, deviceId: session.deviceId })
  if (ended === undefined) return false
  await deleteSubscriptionsOf(tx, marketId, ended.userId, [ended.deviceId])
  return true
}

/** Ends the session that a device had: the next one takes its place. */
export async function deleteSessionOfDevice(tx: Tx, marketId: string, deviceId: string): Promise<void> {
  await tx.delete(session).where(and(eq(session.marketId, marketId), eq(session.deviceId, deviceId)))
}

export async function deleteSessionsBefore(tx: Tx, marketId: string, now: Date): Promise<void> {
  await tx.delete(session).where(and(eq(session.marketId, marketId), lt(session.expiresAt, now)))
}

/** Forgets the devices that were seen last before a moment: no browser keeps their tokens any more. */
export async function deleteDevicesBefore(tx: Tx, marketId: string, before: Date): Promise<void> {
  const used = tx
    .select({ one: sql`1` })
    .from(session)
    .where(and(eq(session.marketId, device.marketId), eq(session.deviceId, device.id)))
  await tx
    .delete(device)
    .where(and(eq(device.marketId, marketId), lt(device.lastSeenAt, before), notExists(used)))
}
