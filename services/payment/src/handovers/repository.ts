import type { Tx } from '@tienve/db'
import { and, desc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { collection, dayTicket } from '../collection/tables.ts'
import { isAfterPage, type Cursor } from '../http/cursor.ts'
import { appUser } from '../identity/tables.ts'
import { handover } from './tables.ts'

const cashier = alias(appUser, 'cashier')
const covered = (table: 'collection' | 'day_ticket'): SQL<bigint> =>
  sql<bigint>`(select count(*) from ${sql.identifier(table)} c where c.market_id = ${handover.marketId} and c.handover_id = ${handover.id})`
export type HandoverRow = Awaited<ReturnType<typeof listHandovers>>[number]
export type HandoverFilter = { id?: string; collectorId?: string | undefined; day?: string | undefined }

/** Hand-overs, what was signed last first, with how many receipts and tickets each covers. */
export async function listHandovers(
  tx: Tx,
  marketId: string,
  filter: HandoverFilter,
  page: { limit: number; before: Cursor | null },
) {
  return tx
    .select({
      row: handover,
      collectorName: appUser.name,
      cashierName: cashier.name,
      collections: covered('collection'),
      tickets: covered('day_ticket'),
    })
    .from(handover)
    .innerJoin(appUser, and(eq(appUser.marketId, handover.marketId), eq(appUser.id, handover.collectorId)))
    .leftJoin(cashier, and(eq(cashier.marketId, handover.marketId), eq(cashier.id, handover.cashierId)))
    .where(
      and(
        eq(handover.marketId, marketId),
        filter.id === undefined ? undefined : eq(handover.id, filter.id),
        filter.collectorId === undefined ? undefined : eq(handover.collectorId, filter.collectorId),
        filter.day === undefined ? undefined : eq(handover.day, filter.day),
        isAfterPage(page.before, { occurredAt: handover.collectorSignedAt, id: handover.id }),
      ),
    )
    .orderBy(desc(handover.collectorSignedAt), desc(handover.id))
    .limit(page.limit)
}

/** Locked while it waits to be counted; a counted one is nobody's to change, and is read as it stands. */
export async function lockHandover(tx: Tx, marketId: string, id: string) {
  const own = and(eq(handover.marketId, marketId), eq(handover.id, id))
  const [row] = await tx.select().from(handover).where(own).for('update')
  if (row !== undefined) return row
  const [counted] = await tx.select().from(handover).where(own)
  return counted ?? null
}

/** The hand-over that a collector has signed and no cashier has counted; null when there is none. */
export async function findOpen(tx: Tx, marketId: string, collectorId: string) {
  const [row] = await tx
    .select({ id: handover.id })
    .from(handover)
    .where(
      and(eq(handover.marketId, marketId), eq(handover.collectorId, collectorId), isNull(handover.cashierId)),
    )
  return row ?? null
}

/**
 * Puts everything that a collector carries under a hand-over and answers what it adds up to. Somebody who takes one of it
 * back at this moment is waited for, and it is left out then.
 */
export async function coverAll(
  tx: Tx,
  marketId: string,
  { id, collectorId }: { id: string; collectorId: string },
): Promise<bigint> {
  const taken = await tx
    .update(collection)
    .set({ handoverId: id })
    .where(
      and(
        eq(collection.marketId, marketId),
        eq(collection.collectorId, collectorId),
        isNull(collection.handoverId),
        isNull(collection.undoneAt),
      ),
    )
    .returning({ amountVnd: collection.amountVnd })
  const sold = await tx
    .update(dayTicket)
    .set({ handoverId: id })
    .where(
      and(
        eq(dayTicket.marketId, marketId),
        eq(dayTicket.collectorId, collectorId),
        eq(dayTicket.paidBy, 'cash'),
        isNull(dayTicket.handoverId),
      ),
    )
    .returning({ amountVnd: dayTicket.priceVnd })
  return [...taken, ...sold].reduce((sum, one) => sum + one.amountVnd, 0n)
}

/** What each collector carries, of one collector or of all who collect or have ever had a book. */
export async function listHands(tx: Tx, marketId: string, collectorId: string | null) {
  const { rows } = await tx.execute<{
    id: string
    name: string
    collections: bigint
    tickets: bigint
    amount_vnd: bigint
    open_id: string | null
    signed_vnd: bigint | null
    last_at: string | null
    last_difference_vnd: bigint | null
    devices: string[]
  }>(sql`
    select u.id, u.name, coalesce(c.count, 0) as collections, coalesce(t.count, 0) as tickets,
      (coalesce(c.vnd, 0) + coalesce(t.vnd, 0))::bigint as amount_vnd, o.id as open_id, o.expected_vnd as signed_vnd,
      l.cashier_signed_at as last_at, l.cashier_vnd - l.expected_vnd as last_difference_vnd,
      array(select distinct b.device_id from book b
        where b.market_id = u.market_id and b.collector_id = u.id order by b.device_id) as devices
    from app_user u
    left join (
      select collector_id, count(*) as count, sum(amount_vnd) as vnd from collection
      where market_id = ${marketId} and handover_id is null and undone_at is null group by collector_id
    ) c on c.collector_id = u.id
    left join (
      select collector_id, count(*) as count, sum(price_vnd) as vnd from day_ticket
      where market_id = ${marketId} and handover_id is null and paid_by = 'cash' group by collector_id
    ) t on t.collector_id = u.id
    left join handover o on o.market_id = u.market_id and o.collector_id = u.id and o.cashier_id is null
    left join lateral (
      select h.cashier_signed_at, h.cashier_vnd, h.expected_vnd from handover h
      where h.market_id = u.market_id and h.collector_id = u.id and h.cashier_id is not null
      order by h.cashier_signed_at desc limit 1) l on true
    where u.market_id = ${marketId} and (${collectorId}::text is null or u.id = ${collectorId})
      and (u.role = 'collector' or exists (select from book b where b.market_id = u.market_id and b.collector_id = u.id))
    order by u.name, u.id`)
  return rows
}
