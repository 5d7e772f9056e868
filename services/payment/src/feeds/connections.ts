import type { FeedKey, FeedScheme, VerifyFailure } from '@tienve/bank-feeds'
import { inMarket, type Tx } from '@tienve/db'
import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { findInDirectory } from '../markets/directory.ts'
import { unseal } from './secrets.ts'
import { connection, connectionSecret } from './tables.ts'

/** A key that is taken back must stop working within seconds; a storm must not ask the database for it each time. */
const KEEP_MS = 5_000

const SCHEMES = ['hmac', 'api-key', 'token'] as const satisfies readonly FeedScheme[]

export type KnownConnection = {
  marketId: string
  id: string
  provider: string
  triggerOnly: boolean
  keys: FeedKey[]
}

/** Finds connections with their keys, keeping each in memory for a few seconds. Null when there is none. */
export function createConnections(ctx: Context): (id: string) => Promise<KnownConnection | null> {
  const kept = new Map<string, { found: Promise<KnownConnection | null>; until: number }>()
  return (id) => {
    const now = ctx.now().getTime()
    const known = kept.get(id)
    if (known !== undefined && known.until > now) return known.found
    const found = loadConnection(ctx, id)
    kept.set(id, { found, until: now + KEEP_MS })
    // A failure or an unknown id is not worth remembering: the one passes, and the other would let strangers fill memory.
    found.then(
      (value) => value === null && kept.delete(id),
      () => kept.delete(id),
    )
    return found
  }
}

async function loadConnection(ctx: Context, id: string): Promise<KnownConnection | null> {
  const place = await findInDirectory(ctx.db, 'connection', id)
  if (place === null) return null
  const { marketId } = place
  const rows = await inMarket(ctx.db, marketId, (tx) =>
    tx
      .select({
        provider: connection.provider,
        triggerOnly: connection.triggerOnly,
        secret: connectionSecret,
      })
      .from(connection)
      .leftJoin(
        connectionSecret,
        and(
          eq(connectionSecret.marketId, connection.marketId),
          eq(connectionSecret.connectionId, connection.id),
        ),
      )
      .where(and(eq(connection.marketId, marketId), eq(connection.id, id), isNull(connection.revokedAt))),
  )
  const [first] = rows
  if (first === undefined) return null
  const keys = rows.flatMap(({ secret }) => (secret === null ? [] : [toKey(ctx.config.masterKey, secret)]))
  return { marketId, id, provider: first.provider, triggerOnly: first.triggerOnly, keys }
}

/** One key of a connection, opened: to check again what it signed. Null when it is no longer there. */
export async function findKey(
  { config }: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  connectionId: string,
  keyId: string,
): Promise<FeedKey | null> {
  const { marketId: market, connectionId: of, id } = connectionSecret
  const [row] = await tx
    .select()
    .from(connectionSecret)
    .where(and(eq(market, marketId), eq(of, connectionId), eq(id, keyId)))
  return row === undefined ? null : toKey(config.masterKey, row)
}

/** The newest key of a connection that holds now, for what we sign ourselves; null when it has none. */
export async function findSigningKey(
  { config, now }: Pick<Context, 'now'> & { config: Pick<Context['config'], 'masterKey'> },
  tx: Tx,
  marketId: string,
  connectionId: string,
): Promise<FeedKey | null> {
  const { marketId: market, connectionId: of, notAfter, createdAt, id } = connectionSecret
  const [row] = await tx
    .select()
    .from(connectionSecret)
    .where(and(eq(market, marketId), eq(of, connectionId), or(isNull(notAfter), gt(notAfter, now()))))
    .orderBy(sql`${createdAt} desc nulls last`, desc(id))
    .limit(1)
  return row === undefined ? null : toKey(config.masterKey, row)
}

function toKey(masterKey: Buffer, row: typeof connectionSecret.$inferSelect): FeedKey {
  const scheme = SCHEMES.find((known) => known === row.scheme)
  return {
    id: row.id,
    secret: unseal(masterKey, row.ciphertext, row.id),
    ...(scheme === undefined ? {} : { scheme }),
    ...(row.notBefore === null ? {} : { notBefore: row.notBefore }),
    ...(row.notAfter === null ? {} : { notAfter: row.notAfter }),
  }
}

/** A provider that was set up wrongly tries again and again: the last reason is enough, once in a while. */
const NOTE_EVERY_MS = 2_000

/** Notes why messages of a connection are turned away, for whoever sets it up. Never fails: it only tells. */
export function createRefusalNotes(
  ctx: Pick<Context, 'db' | 'now' | 'log'>,
): (of: KnownConnection, reason: VerifyFailure) => void {
  const noted = new Map<string, number>()
  return ({ marketId, id }, reason) => {
    const now = ctx.now()
    if (now.getTime() - (noted.get(id) ?? -NOTE_EVERY_MS) < NOTE_EVERY_MS) return
    noted.set(id, now.getTime())
    inMarket(ctx.db, marketId, (tx) =>
      tx
        .update(connection)
        .set({ refusedAt: now, refusal: reason })
        .where(and(eq(connection.marketId, marketId), eq(connection.id, id))),
    ).catch((error: unknown) => ctx.log.warn({ err: error, id }, 'a refusal could not be noted'))
  }
}
