import type { Tx } from '@tienve/db'
import { and, desc, eq, gte, isNull, lte, or, sql } from 'drizzle-orm'
import { contract, stallholder } from '../contracts/tables.ts'
import { appUser, device } from '../identity/tables.ts'
import { enrolment } from './tables.ts'
import type { EnrolmentKind } from '@tienve/contracts'

export type StallPerson = Awaited<ReturnType<typeof listPeople>>[number]

/** Who stands at a stall on a day: who sells there, or else who rents it. */
export async function findHolder(tx: Tx, marketId: string, stallId: string, day: string) {
  const [row] = await tx
    .select({ id: stallholder.id, name: stallholder.name, phone: stallholder.phone })
    .from(contract)
    .innerJoin(
      stallholder,
      and(
        eq(stallholder.marketId, contract.marketId),
        eq(stallholder.id, sql`coalesce(${contract.sellerId}, ${contract.stallholderId})`),
      ),
    )
    .where(
      and(
        eq(contract.marketId, marketId),
        eq(contract.stallId, stallId),
        lte(contract.startsOn, day),
        or(isNull(contract.endedOn), gte(contract.endedOn, day)),
      ),
    )
    .orderBy(desc(contract.startsOn))
    .limit(1)
  return row ?? null
}

/** The people of a stall who may log in, or may once they are enrolled. */
export async function listPeople(tx: Tx, marketId: string, stallId: string) {
  return tx
    .select({
      id: appUser.id,
      login: appUser.login,
      name: appUser.name,
      role: appUser.role,
      holderId: appUser.holderId,
    })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.stallId, stallId), isNull(appUser.removedAt)))
    .orderBy(appUser.id)
}

/** Since when a person has had a phone that they are known by, and when one was used last; null for who has none. */
export async function listPhones(tx: Tx, marketId: string, stallId: string) {
  return tx
    .select({
      userId: device.userId,
      since: sql<Date>`min(${device.createdAt})`.mapWith(device.createdAt),
      lastSeenAt: sql<Date>`max(${device.lastSeenAt})`.mapWith(device.lastSeenAt),
    })
    .from(device)
    .innerJoin(appUser, and(eq(appUser.marketId, device.marketId), eq(appUser.id, device.userId)))
    .where(and(eq(device.marketId, marketId), eq(appUser.stallId, stallId), isNull(device.revokedAt)))
    .groupBy(device.userId)
}

export async function insertPerson(tx: Tx, row: typeof appUser.$inferInsert): Promise<void> {
  await tx.insert(appUser).values(row)
}

export async function setPerson(
  tx: Tx,
  marketId: string,
  userId: string,
  change: Partial<Pick<typeof appUser.$inferInsert, 'login' | 'holderId' | 'secretHash' | 'removedAt'>>,
): Promise<void> {
  await tx
    .update(appUser)
    .set(change)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
}

const isOpen = (marketId: string) =>
  and(eq(enrolment.marketId, marketId), isNull(enrolment.usedAt), isNull(enrolment.revokedAt))

/** Calls off the code of a kind that a stall still has, since it has one at a time. */
export async function revokeOpen(
  tx: Tx,
  marketId: string,
  stallId: string,
  kind: EnrolmentKind,
  now: Date,
): Promise<void> {
  await tx
    .update(enrolment)
    .set({ revokedAt: now })
    .where(and(isOpen(marketId), eq(enrolment.stallId, stallId), eq(enrolment.kind, kind)))
}

export async function insertEnrolment(tx: Tx, row: typeof enrolment.$inferInsert): Promise<void> {
  await tx.insert(enrolment).values(row)
}

/** The code that a stallholder still has to use, and who made it; null when there is none, or it has run out. */
export async function findOpen(tx: Tx, marketId: string, stallId: string, now: Date) {
  const [row] = await tx
    .select({ madeBy: appUser.name, madeAt: enrolment.madeAt, expiresAt: enrolment.expiresAt })
    .from(enrolment)
    .innerJoin(appUser, and(eq(appUser.marketId, enrolment.marketId), eq(appUser.id, enrolment.madeBy)))
    .where(
      and(
        isOpen(marketId),
        eq(enrolment.stallId, stallId),
        eq(enrolment.kind, 'holder'),
        sql`${enrolment.expiresAt} > ${now}`,
      ),
    )
  return row ?? null
}

/** A code that still opens something, held until the transaction ends: of two phones at once the second finds it used. */
export async function holdOpen(tx: Tx, marketId: string, codeHash: Buffer, now: Date) {
  const [row] = await tx
    .select()
    .from(enrolment)
    .where(and(isOpen(marketId), eq(enrolment.codeHash, codeHash), sql`${enrolment.expiresAt} > ${now}`))
    .for('update')
  return row ?? null
}

export async function setUsed(
  tx: Tx,
  marketId: string,
  id: string,
  used: { userId: string; usedAt: Date },
): Promise<void> {
  await tx
    .update(enrolment)
    .set(used)
    .where(and(isOpen(marketId), eq(enrolment.id, id)))
}
