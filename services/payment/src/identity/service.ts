import { AppError, type LogIn, type Me } from '@tienve/contracts'
import { inMarket, isMarketId, randomBase32 } from '@tienve/db'
import { hash, verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import { append, inChange, noteChange, sessionIdOf } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor, Origin } from '../http/types.ts'
import { findInDirectory } from '../markets/directory.ts'
import {
  deleteSession,
  findLiveSession,
  findUserByLogin,
  insertSession,
  setFailedTries,
} from './repository.ts'
import { afterWrongTry, isLocked, sessionLifetimeMs } from './rules.ts'

/** OWASP's argon2id profile of 2026 for a small server: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Checked when the login is unknown, so that the time of an answer does not tell which logins exist. */
const NOBODYS_HASH = hash(randomBytes(16).toString('hex'), ARGON2)

type LiveSession = NonNullable<Awaited<ReturnType<typeof findLiveSession>>>

/** argon2id of a PIN or a password, with its parameters inside. */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, ARGON2)
}

/**
 * Opens a session. Wrong tries are counted on the login and lock it for a while, whoever makes them from wherever.
 * Errors: `login_failed` (which half was wrong is not told), `login_locked`.
 */
export async function logIn(
  ctx: Context,
  input: LogIn,
  from: Origin,
): Promise<{ cookie: string; expiresAt: Date; me: Me }> {
  const found = await findInDirectory(ctx.db, 'login', input.login)
  if (found === null) {
    await verify(await NOBODYS_HASH, input.secret)
    throw new AppError('login_failed')
  }
  const { marketId } = found
  const outcome = await inMarket(ctx.db, marketId, async (tx) => {
    const now = ctx.now()
    const user = await findUserByLogin(tx, marketId, input.login)
    if (user === null) return 'login_failed' as const
    const entry = { from, object: { kind: 'users', id: user.id }, stallId: user.stallId }
    if (isLocked(user, now)) return 'login_locked' as const
    if (!(await verify(user.secretHash, input.secret))) {
      const next = afterWrongTry(user.failedCount, now)
      await setFailedTries(tx, marketId, user.id, next.failedCount, next.lockedUntil)
      const after = { failedCount: next.failedCount, lockedUntil: next.lockedUntil }
      await append(ctx, tx, marketId, { ...entry, by: null, action: 'sessions.refuse', after })
      return 'login_failed' as const
    }
    if (user.failedCount > 0) await setFailedTries(tx, marketId, user.id, 0, null)
    const token = `${marketId}.${randomBytes(32).toString('base64url')}`
    const expiresAt = new Date(now.getTime() + sessionLifetimeMs(user.role))
    const csrfToken = randomBase32(32)
    await insertSession(tx, {
      marketId,
      tokenHash: digest(token),
      userId: user.id,
      csrfToken,
      createdAt: now,
      expiresAt,
    })
    const session = await findLiveSession(tx, marketId, digest(token), now)
    if (session === null) throw new Error('a session just made was not found')
    const by = { userId: user.id, role: user.role }
    const begun = { ...from, sessionId: sessionIdOf(token) }
    await append(ctx, tx, marketId, { ...entry, from: begun, by, action: 'sessions.create' })
    return { cookie: token, expiresAt, me: toMe(session) }
  })
  // Returned rather than thrown inside: a throw would roll back the count of wrong tries.
  if (typeof outcome === 'string') throw new AppError(outcome)
  return outcome
}

/** Who holds this cookie, or null when nobody does any more. */
export async function findSession(
  ctx: Context,
  cookie: string | undefined,
): Promise<{ actor: Actor; csrfToken: string; me: Me } | null> {
  const marketId = cookie?.slice(0, cookie.indexOf('.')) ?? ''
  if (cookie === undefined || !isMarketId(marketId)) return null
  const session = await inMarket(ctx.db, marketId, (tx) =>
    findLiveSession(tx, marketId, digest(cookie), ctx.now()),
  )
  if (session === null) return null
  const { user, csrfToken } = session
  const actor = { marketId, userId: user.id, role: user.role, stallId: user.stallId }
  return { actor, csrfToken, me: toMe(session) }
}

/** Ends the session of this cookie; ending one twice is no error. */
export async function logOut(ctx: Context, actor: Actor, cookie: string): Promise<void> {
  await inChange(ctx, actor, async (tx) => {
    await deleteSession(tx, actor.marketId, digest(cookie))
    noteChange(actor, { object: { kind: 'users', id: actor.userId } })
  })
}

function toMe(session: LiveSession): Me {
  return {
    user: session.user,
    roles: [session.user.role],
    market: session.market,
    csrfToken: session.csrfToken,
    expiresAt: toMoment(session.expiresAt),
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
