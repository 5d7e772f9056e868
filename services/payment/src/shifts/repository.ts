import type { Tx } from '@tienve/db'
import { and, desc, eq, gte, isNull, lt, sql, type SQL } from 'drizzle-orm'
import type { OwnDays } from '../contracts/rules.ts'
import { addDays, startOfDay } from '../days.ts'
import { appUser } from '../identity/tables.ts'
import { shift } from './tables.ts'

/** More shifts than a stall has in the weeks that are shown. */
const MOST_SHIFTS = 200

/** Begins a shift; false when this person has one open there. */
export async function insertShift(tx: Tx, row: typeof shift.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(shift).values(row).onConflictDoNothing().returning({ id: shift.id })
  return rows.length === 1
}

/** A shift by its id, locked until the transaction ends; read as it stands once it is confirmed, when nobody may change it. */
export async function lockShift(tx: Tx, marketId: string, id: string) {
  const own = and(eq(shift.marketId, marketId), eq(shift.id, id))
  const [row] = await tx.select().from(shift).where(own).for('update')
  if (row !== undefined) return row
  const [confirmed] = await tx.select().from(shift).where(own)
  return confirmed ?? null
}

export async function setShift(
  tx: Tx,
  marketId: string,
  id: string,
  values: Partial<typeof shift.$inferInsert>,
): Promise<void> {
  await tx
    .update(shift)
    .set(values)
    .where(and(eq(shift.marketId, marketId), eq(shift.id, id)))
}

/**
 * What was sold in the time of a shift, which its first moment is in and its last is not: by bank at the whole stall, in cash by
 * this person. A sale that was taken back is in neither.
 */
const end = sql`coalesce(${shift.endedAt}, 'infinity')`
const within = (
  day: SQL,
  at: SQL,
): SQL => sql`${day} between (${shift.startedAt} at time zone 'Asia/Ho_Chi_Minh')::date
  and (${end} at time zone 'Asia/Ho_Chi_Minh')::date and ${at} >= ${shift.startedAt} and ${at} < ${end}`
const heard = (what: SQL): SQL<bigint> => sql<bigint>`(select ${what} from payment p
  where p.market_id = ${shift.marketId} and p.stall_id = ${shift.stallId} and p.purpose = 'sale'
    and ${within(sql`p.day`, sql`p.occurred_at`)} and p.undone_at is null
    and not exists (select from bank_transaction b
      where b.market_id = p.market_id and b.reverses_id = p.bank_transaction_id))`
const noted = (what: SQL): SQL<bigint> => sql<bigint>`(select ${what} from cash_sale c
  where c.market_id = ${shift.marketId} and c.stall_id = ${shift.stallId} and c.user_id = ${shift.userId}
    and ${within(sql`c.day`, sql`c.occurred_at`)} and c.undone_at is null)`

export type ShiftFilter = {
  id?: string
  userId?: string
  days?: OwnDays
  from?: string
  limit?: number
}
export type ShiftRow = Awaited<ReturnType<typeof listShifts>>[number]

/** Shifts of a stall with what each took, the latest first. */
export async function listShifts(
  tx: Tx,
  marketId: string,
  stallId: string,
  { id, userId, days, from, limit = MOST_SHIFTS }: ShiftFilter,
) {
  const since = [days?.since, from]
    .filter((day) => day !== null && day !== undefined)
    .toSorted()
    .at(-1)
  const last = days?.until ?? null
  return (
    tx
      .select({
        row: shift,
        userName: appUser.name,
        bankVnd: heard(sql`coalesce(sum(p.amount_vnd), 0)::bigint`),
        bankCount: heard(sql`count(*)`),
        cashVnd: noted(sql`coalesce(sum(c.amount_vnd), 0)::bigint`),
        cashCount: noted(sql`count(*)`),
      })
      .from(shift)
      .innerJoin(appUser, and(eq(appUser.marketId, shift.marketId), eq(appUser.id, shift.userId)))
      .where(
        and(
          eq(shift.marketId, marketId),
          eq(shift.stallId, stallId),
          id === undefined ? undefined : eq(shift.id, id),
          userId === undefined ? undefined : and(eq(shift.userId, userId), isNull(shift.confirmedAt)),
          since === undefined ? undefined : gte(shift.startedAt, startOfDay(since)),
          last === null ? undefined : lt(shift.startedAt, startOfDay(addDays(last, 1))),
        ),
      )
      // An open one before those that have ended.
      .orderBy(desc(isNull(shift.endedAt)), desc(shift.startedAt), desc(shift.id))
      .limit(limit)
  )
}
