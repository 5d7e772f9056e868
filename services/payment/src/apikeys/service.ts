import { AppError, KEY_PERMISSIONS, type ApiKey, type ApiKeyMade, type NewApiKey } from '@tienve/contracts'
import { inMarket, newId, randomBase32, type Tx } from '@tienve/db'
import { createHash, timingSafeEqual } from 'node:crypto'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor, KeyActor } from '../http/types.ts'
import { findKey, insertKey, listKeys, setLastUsed, setRevoked, type KeyRow } from './repository.ts'
import { hourStart, isKeySpan, readToken, SECRET_LENGTH, tokenOf } from './rules.ts'

/** Makes a key. Its token is in this answer and nowhere else. Errors: `key_days_invalid`. */
export async function makeKey(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  input: NewApiKey,
): Promise<ApiKeyMade> {
  const now = ctx.now()
  const expiresAt = new Date(input.expiresAt)
  if (!isKeySpan(now, expiresAt)) throw new AppError('key_days_invalid')
  const { marketId } = actor
  const id = newId('apk')
  const token = tokenOf(marketId, id, randomBase32(SECRET_LENGTH))
  await insertKey(tx, {
    marketId,
    id,
    name: input.name,
    tokenHash: digest(token),
    permissions: input.permissions,
    createdBy: actor.userId,
    createdAt: now,
    expiresAt,
  })
  const [row] = await listKeys(tx, marketId, id)
  if (row === undefined) throw new Error('a key just made was not found')
  return { key: toKey(row, now), token }
}

export async function getKeys(ctx: Pick<Context, 'now'>, tx: Tx, marketId: string): Promise<ApiKey[]> {
  return (await listKeys(tx, marketId)).map((row) => toKey(row, ctx.now()))
}

/** Ends a key for good; ending one twice is no error. Errors: `not_found`. */
export async function revokeKey(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
): Promise<ApiKey> {
  await setRevoked(tx, marketId, id, { revokedBy: userId, revokedAt: ctx.now() })
  const [row] = await listKeys(tx, marketId, id)
  if (row === undefined) throw new AppError('not_found')
  return toKey(row, ctx.now())
}

/** What holds this token, or null when nothing does any more. The hour in which it was used is noted once an hour. */
export async function findKeyActor(
  ctx: Pick<Context, 'db' | 'now'>,
  token: string,
): Promise<KeyActor | null> {
  const named = readToken(token)
  if (named === null) return null
  const { marketId, keyId } = named
  return inMarket(ctx.db, marketId, async (tx) => {
    const now = ctx.now()
    const key = await findKey(tx, marketId, keyId)
    if (key === null || !timingSafeEqual(key.tokenHash, digest(token))) return null
    if (key.revokedAt !== null || key.expiresAt <= now) return null
    const hour = hourStart(now)
    if (key.lastUsedHour === null || key.lastUsedHour < hour) await setLastUsed(tx, marketId, keyId, hour)
    return {
      marketId,
      userId: keyId,
      role: 'key',
      stallId: null,
      permissions: key.permissions.map(toPermission),
    }
  })
}

function toKey(row: KeyRow, now: Date): ApiKey {
  const { permissions, createdAt, expiresAt, revokedAt, lastUsedHour, ...rest } = row
  return {
    ...rest,
    permissions: permissions.map(toPermission),
    state: revokedAt !== null ? 'revoked' : expiresAt <= now ? 'expired' : 'live',
    createdAt: toMoment(createdAt),
    expiresAt: toMoment(expiresAt),
    revokedAt: revokedAt === null ? null : toMoment(revokedAt),
    lastUsedHour: lastUsedHour === null ? null : toMoment(lastUsedHour),
  }
}

const toPermission = (text: string) => readOne(KEY_PERMISSIONS, text)

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
