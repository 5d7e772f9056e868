import type { Tx } from '@tienve/db'
import type { Payee } from '@tienve/vietqr'
import { and, desc, eq, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'
import { codeAlert, codeCheck } from './tables.ts'

/** The stall that the register has this account for, whoever had the stall when it was written down; null for the board's and for one that it does not know. */
export async function findOwner(
  tx: Tx,
  marketId: string,
  { bin, account }: Payee,
): Promise<{ id: string; isDefault: boolean; stallId: string; code: string } | null> {
  const [row] = await tx
    .select({
      id: receivingAccount.id,
      isDefault: receivingAccount.isDefault,
      stallId: stall.id,
      code: stall.code,
    })
    .from(receivingAccount)
    .innerJoin(
      stall,
      and(eq(stall.marketId, receivingAccount.marketId), eq(stall.id, receivingAccount.stallId)),
    )
    .where(
      and(
        eq(receivingAccount.marketId, marketId),
        eq(receivingAccount.bin, bin),
        eq(receivingAccount.number, account),
      ),
    )
  return row ?? null
}

/** True when a code of this account was the right one at this stall some time. */
export async function wasRight(tx: Tx, marketId: string, stallId: string, digest: Buffer): Promise<boolean> {
  const [row] = await tx
    .select({ id: codeCheck.id })
    .from(codeCheck)
    .where(
      and(
        eq(codeCheck.marketId, marketId),
        eq(codeCheck.stallId, stallId),
        eq(codeCheck.result, 'right'),
        eq(codeCheck.accountDigest, digest),
      ),
    )
    .limit(1)
  return row !== undefined
}

export async function insertCheck(tx: Tx, row: typeof codeCheck.$inferInsert): Promise<void> {
  await tx.insert(codeCheck).values(row)
}

/** Opens an alert; one that is open for the same account at the same stall stays the only one. */
export async function openAlert(tx: Tx, row: typeof codeAlert.$inferInsert): Promise<void> {
  await tx.insert(codeAlert).values(row).onConflictDoNothing()
}

export type LastCheck = { stallId: string; at: Date; result: string; rightAt: Date | null }

/** The last check of each of these stalls, with when its code was last found right; a stall without any is not there. */
export async function findLastChecks(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
): Promise<Map<string, LastCheck>> {
  if (stallIds.length === 0) return new Map()
  const { rows } = await tx.execute<{
    stall_id: string
    at: string
    result: string
    right_at: string | null
  }>(sql`
    select s.id as stall_id, l.checked_at as at, l.result, r.checked_at as right_at
    from unnest(${sql.param([...stallIds])}::text[]) as s (id)
    cross join lateral (select c.checked_at, c.result from code_check c
      where c.market_id = ${marketId} and c.stall_id = s.id order by c.checked_at desc, c.id desc limit 1) l
    left join lateral (select c.checked_at from code_check c
      where c.market_id = ${marketId} and c.stall_id = s.id and c.result = 'right'
      order by c.checked_at desc limit 1) r on true`)
  return new Map(
    rows.map(({ stall_id: stallId, at, result, right_at }) => [
      stallId,
      { stallId, at: new Date(at), result, rightAt: right_at === null ? null : new Date(right_at) },
    ]),
  )
}

/** Since when a wrong code is said to hang at a stall, or null. */
export async function findAlertAt(tx: Tx, marketId: string, stallId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ openedAt: codeAlert.openedAt })
    .from(codeAlert)
    .where(and(eq(codeAlert.marketId, marketId), eq(codeAlert.stallId, stallId), isNull(codeAlert.settledAt)))
    .orderBy(codeAlert.openedAt)
    .limit(1)
  return row?.openedAt ?? null
}

/**
 * When the code of a stall was last found right, for shoppers: by somebody of the market, for this account, and with nobody having
 * found anything else since. A stall's own people can send its code without looking at the wall, so what they find right says nothing.
 */
export async function findRightAt(
  tx: Tx,
  marketId: string,
  stallId: string,
  digest: Buffer,
): Promise<Date | null> {
  if ((await findAlertAt(tx, marketId, stallId)) !== null) return null
  const [last] = await tx
    .select({ at: codeCheck.checkedAt, result: codeCheck.result, digest: codeCheck.accountDigest })
    .from(codeCheck)
    .innerJoin(appUser, and(eq(appUser.marketId, codeCheck.marketId), eq(appUser.id, codeCheck.checkedBy)))
    .where(
      and(
        eq(codeCheck.marketId, marketId),
        eq(codeCheck.stallId, stallId),
        or(isNull(appUser.stallId), ne(codeCheck.result, 'right')),
      ),
    )
    .orderBy(desc(codeCheck.checkedAt), desc(codeCheck.id))
    .limit(1)
  return last?.result === 'right' && last.digest?.equals(digest) === true ? last.at : null
}

/** Every account of these stalls, those that were given up too. */
export async function listAccountsOf(tx: Tx, marketId: string, stallIds: readonly string[]) {
  if (stallIds.length === 0) return []
  return tx
    .select({
      id: receivingAccount.id,
      isDefault: receivingAccount.isDefault,
      stallId: stall.id,
      bin: receivingAccount.bin,
      account: receivingAccount.number,
    })
    .from(receivingAccount)
    .innerJoin(
      stall,
      and(eq(stall.marketId, receivingAccount.marketId), eq(stall.id, receivingAccount.stallId)),
    )
    .where(and(eq(receivingAccount.marketId, marketId), inArray(receivingAccount.stallId, [...stallIds])))
}

export type AlertRow = Awaited<ReturnType<typeof listAlerts>>[number]
export type AlertFilter = { id?: string; state?: 'open' | 'settled' | undefined }

/** Alerts, the newest first, one more than a page has. */
export async function listAlerts(
  tx: Tx,
  marketId: string,
  { id, state }: AlertFilter,
  page: { limit: number; after: Cursor | null },
) {
  const other = alias(stall, 'other')
  const finder = alias(appUser, 'finder')
  return tx
    .select({
      id: codeAlert.id,
      stallId: codeAlert.stallId,
      stallCode: stall.code,
      stallName: stall.name,
      result: codeCheck.result,
      otherStallCode: other.code,
      bin: codeCheck.bin,
      accountTail: codeCheck.accountTail,
      foundBy: finder.name,
      occurredAt: codeAlert.openedAt,
      settledBy: appUser.name,
      settledAt: codeAlert.settledAt,
      note: codeAlert.note,
    })
    .from(codeAlert)
    .innerJoin(stall, and(eq(stall.marketId, codeAlert.marketId), eq(stall.id, codeAlert.stallId)))
    .innerJoin(
      codeCheck,
      and(eq(codeCheck.marketId, codeAlert.marketId), eq(codeCheck.id, codeAlert.checkId)),
    )
    .innerJoin(finder, and(eq(finder.marketId, codeCheck.marketId), eq(finder.id, codeCheck.checkedBy)))
    .leftJoin(other, and(eq(other.marketId, codeCheck.marketId), eq(other.id, codeCheck.otherStallId)))
    .leftJoin(appUser, and(eq(appUser.marketId, codeAlert.marketId), eq(appUser.id, codeAlert.settledBy)))
    .where(
      and(
        eq(codeAlert.marketId, marketId),
        id === undefined ? undefined : eq(codeAlert.id, id),
        state === undefined
          ? undefined
          : state === 'open'
            ? isNull(codeAlert.settledAt)
            : isNotNull(codeAlert.settledAt),
        isAfterPage(page.after, { occurredAt: codeAlert.openedAt, id: codeAlert.id }),
      ),
    )
    .orderBy(desc(codeAlert.openedAt), desc(codeAlert.id))
    .limit(page.limit + 1)
}

/** False when there is no such alert that is open. */
export async function settleAlert(
  tx: Tx,
  marketId: string,
  id: string,
  how: { settledBy: string; settledAt: Date; note: string },
): Promise<boolean> {
  const done = await tx
    .update(codeAlert)
    .set(how)
    .where(and(eq(codeAlert.marketId, marketId), eq(codeAlert.id, id), isNull(codeAlert.settledAt)))
    .returning({ id: codeAlert.id })
  return done.length > 0
}
