import {
  DELEGABLE_PERMISSIONS,
  mayReceive,
  roleCan,
  ROLES,
  type DelegablePermission,
  type Role,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { and, asc, desc, eq, gte, inArray, isNull, lt, lte, notInArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { readOne } from '../columns.ts'
import { endDevices, listDevices } from '../identity/repository.ts'
import { appUser, session } from '../identity/tables.ts'
import { zone } from '../markets/tables.ts'
import { delegation, recoveryCode, setUpCode, staffNote, totp } from './tables.ts'

const ofUser = (marketId: string, userId: string) => and(eq(totp.marketId, marketId), eq(totp.userId, userId))

export async function findTotp(tx: Tx, marketId: string, userId: string) {
  const [row] = await tx.select().from(totp).where(ofUser(marketId, userId))
  return row ?? null
}

/** Begins a set-up anew; one that was never confirmed goes. */
export async function putTotp(
  tx: Tx,
  row: { marketId: string; userId: string; ciphertext: Buffer; begunAt: Date },
) {
  await tx
    .insert(totp)
    .values(row)
    .onConflictDoUpdate({
      target: [totp.marketId, totp.userId],
      set: { ciphertext: row.ciphertext, begunAt: row.begunAt },
      setWhere: isNull(totp.confirmedAt),
    })
}

/** Spends a step, and every one before it; answers false when that was done already, by another try at the same moment. */
export async function spendStep(
  tx: Tx,
  marketId: string,
  userId: string,
  set: { confirmedAt?: Date; lastStep: bigint },
): Promise<boolean> {
  const { rowCount } = await tx
    .update(totp)
    .set(set)
    .where(and(ofUser(marketId, userId), lt(totp.lastStep, set.lastStep)))
  return rowCount === 1
}

/** Takes the second step off, with the codes that stood in for it. */
export async function deleteTotp(tx: Tx, marketId: string, userId: string): Promise<void> {
  await deleteRecoveryCodes(tx, marketId, userId)
  await tx.delete(totp).where(ofUser(marketId, userId))
}

async function deleteRecoveryCodes(tx: Tx, marketId: string, userId: string): Promise<void> {
  await tx
    .delete(recoveryCode)
    .where(and(eq(recoveryCode.marketId, marketId), eq(recoveryCode.userId, userId)))
}

/** The codes of a person, in place of those before. */
export async function putRecoveryCodes(
  tx: Tx,
  marketId: string,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await deleteRecoveryCodes(tx, marketId, userId)
  await tx.insert(recoveryCode).values(hashes.map((codeHash) => ({ marketId, userId, codeHash })))
}

/** Uses a recovery code; answers whether there was such a one that nobody had used. */
export async function takeRecoveryCode(
  tx: Tx,
  marketId: string,
  userId: string,
  codeHash: Buffer,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx
    .update(recoveryCode)
    .set({ usedAt: now })
    .where(
      and(
        eq(recoveryCode.marketId, marketId),
        eq(recoveryCode.userId, userId),
        eq(recoveryCode.codeHash, codeHash),
        isNull(recoveryCode.usedAt),
      ),
    )
  return rowCount === 1
}

const STALL_ROLES: Role[] = ['stallholder', 'helper']

/** The board's people, who works here first; one of them when `userId` says so. */
export async function listStaff(tx: Tx, marketId: string, userId?: string) {
  const rows = await tx
    .select({
      id: appUser.id,
      login: appUser.login,
      name: appUser.name,
      role: appUser.role,
      zoneId: appUser.zoneId,
      zoneName: zone.name,
      endedAt: appUser.removedAt,
      totpAt: totp.confirmedAt,
      setUpUntil: setUpCode.expiresAt,
    })
    .from(appUser)
    .leftJoin(zone, and(eq(zone.marketId, appUser.marketId), eq(zone.id, appUser.zoneId)))
    .leftJoin(totp, and(eq(totp.marketId, appUser.marketId), eq(totp.userId, appUser.id)))
    .leftJoin(setUpCode, and(eq(setUpCode.marketId, appUser.marketId), eq(setUpCode.userId, appUser.id)))
    .where(
      and(
        eq(appUser.marketId, marketId),
        notInArray(appUser.role, STALL_ROLES),
        userId === undefined ? undefined : eq(appUser.id, userId),
      ),
    )
    .orderBy(sql`${appUser.removedAt} is not null`, asc(appUser.name), asc(appUser.id))
  return rows.map((row) => ({ ...row, role: readOne(ROLES, row.role) }))
}

export async function isZone(tx: Tx, marketId: string, id: string): Promise<boolean> {
  const rows = await tx
    .select({ id: zone.id })
    .from(zone)
    .where(and(eq(zone.marketId, marketId), eq(zone.id, id)))
  return rows.length === 1
}

/** Locked until the transaction ends: whoever logs in or is changed at this moment waits. */
export async function lockStaff(tx: Tx, marketId: string, userId: string) {
  const [row] = await tx
    .select()
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId), isNull(appUser.stallId)))
    .for('update')
  return row === undefined ? null : { ...row, role: readOne(ROLES, row.role) }
}

/** The administrators who work here, locked, so that two never end each other at once. */
export async function lockAdmins(tx: Tx, marketId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: appUser.id })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.role, 'admin'), isNull(appUser.removedAt)))
    .orderBy(asc(appUser.id))
    .for('update')
  return rows.map(({ id }) => id)
}

export async function updateUser(
  tx: Tx,
  marketId: string,
  userId: string,
  set: Partial<Pick<typeof appUser.$inferSelect, 'role' | 'zoneId' | 'secretHash' | 'removedAt'>>,
): Promise<void> {
  await tx
    .update(appUser)
    .set(set)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
}

export async function putSetUpCode(tx: Tx, row: typeof setUpCode.$inferInsert): Promise<void> {
  const { codeHash, madeAt, expiresAt } = row
  await tx
    .insert(setUpCode)
    .values(row)
    .onConflictDoUpdate({
      target: [setUpCode.marketId, setUpCode.userId],
      set: { codeHash, madeAt, expiresAt },
    })
}

const setUpOf = (marketId: string, userId: string) =>
  and(eq(setUpCode.marketId, marketId), eq(setUpCode.userId, userId))

export async function findSetUpCode(tx: Tx, marketId: string, userId: string) {
  const [row] = await tx.select().from(setUpCode).where(setUpOf(marketId, userId))
  return row ?? null
}

export async function deleteSetUpCode(tx: Tx, marketId: string, userId: string): Promise<void> {
  await tx.delete(setUpCode).where(setUpOf(marketId, userId))
}

/** Throws out every device of a person, with its session, but the one that holds this session. */
export async function endOtherDevices(
  tx: Tx,
  marketId: string,
  userId: string,
  tokenHash: Buffer,
  now: Date,
): Promise<void> {
  const [own] = await tx
    .select({ deviceId: session.deviceId })
    .from(session)
    .where(and(eq(session.marketId, marketId), eq(session.tokenHash, tokenHash)))
  for (const { id } of await listDevices(tx, marketId, userId, now))
    if (id !== own?.deviceId) await endDevices(tx, marketId, { userId, deviceId: id }, now)
}

type Note = Omit<typeof staffNote.$inferInsert, 'id' | 'reason'> & { reason?: string }

export async function noteStaff(tx: Tx, note: Note): Promise<void> {
  await tx.insert(staffNote).values({ ...note, id: newId('stf') })
}

export async function listNotes(tx: Tx, marketId: string, userIds: readonly string[]) {
  const by = alias(appUser, 'by')
  return tx
    .select({
      userId: staffNote.userId,
      what: staffNote.what,
      at: staffNote.at,
      by: by.name,
      reason: staffNote.reason,
    })
    .from(staffNote)
    .leftJoin(by, and(eq(by.marketId, staffNote.marketId), eq(by.id, staffNote.byUserId)))
    .where(and(eq(staffNote.marketId, marketId), inArray(staffNote.userId, [...userIds])))
    .orderBy(desc(staffNote.at), desc(staffNote.id))
}

const giver = alias(appUser, 'giver')
const receiver = alias(appUser, 'receiver')

/** Delegations, what was made last first; of one receiver or one id when the filter says so. */
export async function listDelegations(
  tx: Tx,
  marketId: string,
  filter: { id?: string; toUserId?: string; on?: string } = {},
) {
  const rows = await tx
    .select({ row: delegation, giver, receiver })
    .from(delegation)
    .innerJoin(giver, and(eq(giver.marketId, delegation.marketId), eq(giver.id, delegation.fromUserId)))
    .innerJoin(
      receiver,
      and(eq(receiver.marketId, delegation.marketId), eq(receiver.id, delegation.toUserId)),
    )
    .where(
      and(
        eq(delegation.marketId, marketId),
        filter.id === undefined ? undefined : eq(delegation.id, filter.id),
        filter.toUserId === undefined ? undefined : eq(delegation.toUserId, filter.toUserId),
        ...(filter.on === undefined
          ? []
          : [
              isNull(delegation.endedAt),
              lte(delegation.fromDay, filter.on),
              gte(delegation.until, filter.on),
            ]),
      ),
    )
    .orderBy(desc(delegation.madeAt), desc(delegation.id))
  return rows.map((one) => {
    const permission: DelegablePermission = readOne(DELEGABLE_PERMISSIONS, one.row.permission)
    // Whoever gave it must still hold it, and whoever has it must still be somebody it may be handed to.
    const isHeld =
      one.giver.removedAt === null &&
      one.receiver.removedAt === null &&
      roleCan(readOne(ROLES, one.giver.role), permission) &&
      mayReceive(readOne(ROLES, one.receiver.role), permission)
    return { ...one.row, permission, from: one.giver.name, to: one.receiver.name, isHeld }
  })
}

export async function insertDelegation(tx: Tx, row: typeof delegation.$inferInsert): Promise<void> {
  await tx.insert(delegation).values(row)
}

/** Ends what is open of a receiver's permission, or of one id; answers how many. */
export async function endDelegations(
  tx: Tx,
  marketId: string,
  which: { id: string } | { toUserId: string; permission: string },
  ended: { endedAt: Date; endedBy: string },
): Promise<number> {
  const { rowCount } = await tx
    .update(delegation)
    .set(ended)
    .where(
      and(
        eq(delegation.marketId, marketId),
        isNull(delegation.endedAt),
        'id' in which
          ? eq(delegation.id, which.id)
          : and(eq(delegation.toUserId, which.toUserId), eq(delegation.permission, which.permission)),
      ),
    )
  return rowCount ?? 0
}
