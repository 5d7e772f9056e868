import type { Tx } from '@tienve/db'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { endDevices } from '../identity/repository.ts'
import { appUser } from '../identity/tables.ts'
import { membership } from './tables.ts'

export type MembershipRow = typeof membership.$inferSelect

/** A market of the person who holds a session: her own, one that she works in too, or one that asks her. */
export type Place =
  | { state: 'home'; marketId: string; userId: string; membershipId: null }
  | { state: 'member' | 'invited'; marketId: string; userId: string; membershipId: string }

export async function insertMembership(tx: Tx, row: typeof membership.$inferInsert): Promise<void> {
  await tx.insert(membership).values(row)
  await tx.execute(sql`select person_invite(${row.marketId}, ${row.id})`)
}

/** Those of other markets who work in this one or were asked to, the last asked first. */
export async function listMemberships(tx: Tx, marketId: string, id?: string): Promise<MembershipRow[]> {
  return tx
    .select()
    .from(membership)
    .where(and(eq(membership.marketId, marketId), id === undefined ? undefined : eq(membership.id, id)))
    .orderBy(desc(membership.invitedAt), desc(membership.id))
}

/** A membership that is not over, held until the transaction ends so that it cannot end meanwhile. */
export async function lockMembership(tx: Tx, marketId: string, id: string): Promise<MembershipRow | null> {
  const [row] = await tx
    .select()
    .from(membership)
    .where(and(eq(membership.marketId, marketId), eq(membership.id, id), isNull(membership.endedAt)))
    .for('update')
  return row ?? null
}

/** Makes whoever accepted one of this market's people. `secretHash` opens nothing: she logs in at home. */
export async function admitMember(tx: Tx, row: MembershipRow, at: Date): Promise<void> {
  const { marketId, userId, login, name, role } = row
  await tx.insert(appUser).values({ marketId, id: userId, login, name, role })
  await tx
    .update(membership)
    .set({ acceptedAt: at })
    .where(and(eq(membership.marketId, marketId), eq(membership.id, row.id)))
}

/**
 * Ends a membership in one transaction with every session and device that it opened. The person stays under what she did, and
 * her login is free: whoever is asked by it later is somebody else here.
 */
export async function endMembership(
  tx: Tx,
  { marketId, id, userId }: MembershipRow,
  by: { endedBy: string | null; endedAt: Date },
): Promise<void> {
  await tx
    .update(membership)
    .set(by)
    .where(and(eq(membership.marketId, marketId), eq(membership.id, id)))
  await tx.execute(sql`select person_end(${marketId}, ${id})`)
  await tx
    .update(appUser)
    .set({ removedAt: by.endedAt, login: userId })
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
  await endDevices(tx, marketId, { userId }, by.endedAt)
}

/** The open membership of one of the market's people, who came from another; null for whoever is of this one. */
export async function lockMembershipOf(
  tx: Tx,
  marketId: string,
  userId: string,
): Promise<MembershipRow | null> {
  const [row] = await tx
    .select()
    .from(membership)
    .where(and(eq(membership.marketId, marketId), eq(membership.userId, userId), isNull(membership.endedAt)))
    .for('update')
  return row ?? null
}

/** The markets of whoever holds the session with this digest; nobody else's can be asked for. */
export async function listPlaces(tx: Tx, marketId: string, tokenHash: Buffer): Promise<Place[]> {
  const { rows } = await tx.execute<{
    market_id: string
    user_id: string
    membership_id: string | null
    state: Place['state']
  }>(sql`select market_id, user_id, membership_id, state from person_markets(${marketId}, ${tokenHash})`)
  return rows.flatMap(({ market_id, user_id, membership_id, state }): Place[] => {
    const place = { marketId: market_id, userId: user_id }
    if (state === 'home') return [{ ...place, state, membershipId: null }]
    return membership_id === null ? [] : [{ ...place, state, membershipId: membership_id }]
  })
}

/** Answers a market that asks the holder of this session. False when it no longer does. */
export async function answerPlace(
  tx: Tx,
  marketId: string,
  tokenHash: Buffer,
  { membershipId, accepted }: { membershipId: string; accepted: boolean },
): Promise<boolean> {
  const { rows } = await tx.execute<{ done: boolean }>(
    sql`select person_answer(${marketId}, ${tokenHash}, ${membershipId}, ${accepted}) as done`,
  )
  return rows[0]?.done === true
}
