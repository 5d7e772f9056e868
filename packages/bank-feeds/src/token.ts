import { createHmac } from 'node:crypto'
import type { FeedHeaders, FeedKey, FeedRequest, VerifyResult } from './feed.ts'
import { activeKeys, findMatchingKey, readHeader } from './keys.ts'

/** `<expiry in unix seconds>.<HMAC-SHA256>`: nothing is stored, and who holds one learns nothing from it. */
const TOKEN = /^(\d{1,12})\.([\w-]{43})$/

/**
 * A token for who knows one of the secrets, which are written `id:secret`; null for anybody else. It is of use with the
 * key that it was made from and no other, so that a token ends with its key and opens no second connection.
 */
export function issueToken(
  credentials: string | null,
  keys: readonly FeedKey[],
  now: Date,
  lifetimeSeconds: number,
): string | null {
  if (credentials === null) return null
  const key = findMatchingKey(activeKeys(keys, 'token', now), credentials, ({ secret }) => secret)
  if (key === undefined) return null
  const expiry = String(Math.floor(now.getTime() / 1000) + lifetimeSeconds)
  return `${expiry}.${macOf(key, expiry)}`
}

/** Says whether `Authorization: Bearer` carries a token of ours that has not expired, and from which key it was made. */
export function verifyToken(request: FeedRequest, keys: readonly FeedKey[], now: Date): VerifyResult {
  const authorization = readHeader(request.headers, 'authorization')
  if (authorization === undefined) return { ok: false, reason: 'credentials_missing' }
  const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1]
  const [, expiry, mac] = TOKEN.exec(token ?? '') ?? []
  if (expiry === undefined || mac === undefined) return { ok: false, reason: 'credentials_unreadable' }
  const active = activeKeys(keys, 'token', now)
  if (active.length === 0) return { ok: false, reason: 'no_active_key' }
  const key = findMatchingKey(active, mac, (candidate) => macOf(candidate, expiry))
  if (key === undefined) return { ok: false, reason: 'token_mismatch' }
  if (!(now.getTime() / 1000 < Number(expiry))) return { ok: false, reason: 'token_expired' }
  return { ok: true, keyId: key.id }
}

/** `id:secret` out of `Authorization: Basic` (RFC 7617); null when there is none that can be read. */
export function readBasic(headers: FeedHeaders): string | null {
  const encoded = /^basic\s+([\w+/-]+={0,2})$/i.exec(readHeader(headers, 'authorization') ?? '')?.[1]
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8')
}

/** The word in front keeps this apart from what the same secret may sign elsewhere. */
function macOf(key: FeedKey, expiry: string): string {
  return createHmac('sha256', key.secret).update(`token\n${key.id}\n${expiry}`).digest('base64url')
}
