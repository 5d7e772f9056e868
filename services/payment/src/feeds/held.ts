import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { eventsOf, placeOf, readMessage } from './process.ts'
import { findMessage, findPlaces } from './repository.ts'
import { numbersOf } from './rules.ts'
import { sighting } from './tables.ts'
import { sourceOf, type Placed } from './tellings.ts'

/** Which telling of which message. */
type HeldId = { inboxId: string; providerEventId: string | null }

/** A telling that was held back, read again from its bytes; null when they were erased, or it speaks of no account of ours. */
export async function readHeld(
  tx: Tx,
  marketId: string,
  { inboxId, providerEventId }: HeldId,
): Promise<Placed | null> {
  const message = await findMessage(tx, marketId, inboxId)
  if (message === null) return null
  const told = eventsOf(readMessage(message)).find(({ event }) => event.providerEventId === providerEventId)
  if (told === undefined) return null
  const place = placeOf(told, await findPlaces(tx, marketId, numbersOf(told.event)))
  return place === null ? null : { ...told, place, transactionId: '', held: null }
}

/** Has the worker take what is held back for money of its own. Answers false when it is held no more. */
export async function separateHeld(tx: Tx, marketId: string, id: HeldId, now: Date): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update feed_event set held = 'separate', held_at = ${now}
    where market_id = ${marketId} and inbox_id = ${id.inboxId} and provider_event_id = ${id.providerEventId}
      and held in ('ambiguous', 'unconfirmed')
    returning inbox_id`)
  if (rows.length === 0) return false
  await tx.execute(sql`select inbox_requeue(${marketId}, ${sql.param([id.inboxId])}::text[], ${now})`)
  return true
}

/**
 * Notes a person's word that what is held back is one more sighting of a movement that we have. To be called with the market's
 * lane held, as all joining is. Answers false when it is held no more.
 */
export async function joinHeldTo(
  tx: Tx,
  marketId: string,
  held: Placed,
  bankTransactionId: string,
): Promise<boolean> {
  const { inboxId, receivedAt: seenAt } = held
  const { providerEventId: sourceId } = held.event
  const { rows } = await tx.execute(sql`
    update feed_event set bank_transaction_id = ${bankTransactionId}, held = null, held_at = null
    where market_id = ${marketId} and inbox_id = ${inboxId} and provider_event_id = ${sourceId}
      and held in ('ambiguous', 'unconfirmed')
    returning inbox_id`)
  if (rows.length === 0) return false
  const source = sourceOf(held)
  await tx
    .insert(sighting)
    .values({ marketId, bankTransactionId, source, sourceId, joinedBy: 'person', seenAt })
  return true
}

/** Takes such a word back: it is no sighting of anything, and waits for another word of a person. */
export async function holdAgain(
  tx: Tx,
  marketId: string,
  { inboxId, providerEventId }: HeldId,
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    delete from sighting s using feed_event f
    where f.market_id = ${marketId} and f.inbox_id = ${inboxId} and f.provider_event_id = ${providerEventId}
      and s.market_id = f.market_id and s.bank_transaction_id = f.bank_transaction_id and s.source_id = f.provider_event_id
      and s.source in (f.connection_id, f.connection_id || '/pull', split_part(f.provider_event_id, ':', 1))
      and s.joined_by = 'person'`)
  await tx.execute(sql`
    update feed_event set bank_transaction_id = null, held = 'ambiguous', held_at = ${now}
    where market_id = ${marketId} and inbox_id = ${inboxId} and provider_event_id = ${providerEventId}`)
}
