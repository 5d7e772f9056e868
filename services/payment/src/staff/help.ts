import type { ZoneHelp } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { and, asc, eq, ne, sql } from 'drizzle-orm'
import { feedOfAccount } from '../feeds/deafness.ts'
import type { Actor } from '../http/types.ts'
import { appUser } from '../identity/tables.ts'
import { zone } from '../markets/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'

type Need = ZoneHelp['items'][number]['needs'][number]

/**
 * The stalls that somebody had better visit, and what for: a leader's own zone, for others all of them. What a stall sells or
 * owes is not looked at.
 */
export async function getZoneHelp(tx: Tx, actor: Actor): Promise<ZoneHelp> {
  const { marketId } = actor
  const own = actor.role === 'leader' ? await zoneOf(tx, actor) : null
  const rows = await tx
    .select({
      stallId: stall.id,
      code: stall.code,
      name: stall.name,
      zone: zone.name,
      isEnrolled: sql<boolean>`exists (select from app_user u where u.market_id = ${stall.marketId} and u.stall_id = ${stall.id}
        and u.role = 'stallholder' and u.removed_at is null and u.secret_hash is not null)`,
      feeds: sql<string[]>`array(select ${feedOfAccount} from ${receivingAccount}
        where ${receivingAccount.marketId} = ${stall.marketId} and ${receivingAccount.stallId} = ${stall.id})`,
    })
    .from(stall)
    .innerJoin(zone, and(eq(zone.marketId, stall.marketId), eq(zone.id, stall.zoneId)))
    .where(
      and(
        eq(stall.marketId, marketId),
        ne(stall.status, 'removed'),
        own === null ? undefined : eq(stall.zoneId, own),
      ),
    )
    .orderBy(asc(stall.code))
  const items = rows.map(({ stallId, code, name, zone: place, isEnrolled, feeds }) => {
    const needs: Need[] = isEnrolled ? [] : ['nobody_enrolled']
    const need = needOf(feeds)
    if (need !== null) needs.push(need)
    return { stallId, code, name, zone: place, needs }
  })
  return {
    zones: [...new Set(rows.map((row) => row.zone))],
    stallCount: rows.length,
    items: items.filter(({ needs }) => needs.length > 0),
  }
}

function needOf(feeds: readonly string[]): Need | null {
  if (feeds.length === 0) return 'no_account'
  if (feeds.some((state) => state === 'listening' || state === 'late')) return null
  return feeds.includes('deaf') ? 'feed_deaf' : 'not_heard'
}

async function zoneOf(tx: Tx, { marketId, userId }: Actor): Promise<string> {
  const [row] = await tx
    .select({ zoneId: appUser.zoneId })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.id, userId)))
  // The database holds that a leader has one.
  return row?.zoneId ?? ''
}
