import { AppError, type LogIn, type Me, type Role } from '@tienve/contracts'
import { inMarket, isMarketId, randomBase32, type Tx } from '@tienve/db'
import { hash, verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
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

/** A session that was just opened: the cookie is the only place where its token is. */
export type Opened = { cookie: string; expiresAt: Date; me: Me }

/**
 * Opens a session. Wrong tries are counted on the login and lock it for a while, whoever makes them from wherever.
 * Errors: `login_failed` (which half was wrong is not told), `login_locked`.
 */
export async function logIn(ctx: Context, input: LogIn): Promise<Opened> {
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
    if (isLocked(user, now)) return 'login_locked' as const
    if (!(await verify(user.secretHash, input.secret))) {
      const next = afterWrongTry(user.failedCount, now)
      await setFailedTries(tx, marketId, user.id, next.failedCount, next.lockedUntil)
      return 'login_failed' as const
    }
    if (user.failedCount > 0) await setFailedTries(tx, marketId, user.id, 0, null)
    return openSession(ctx, tx, { marketId, ...user }, null)
  })
  // Returned rather than thrown inside: a throw would roll back the count of wrong tries.
  if (typeof outcome === 'string') throw new AppError(outcome)
  return outcome
}

/** A session of somebody who has proved who she is, for as long as her role's last, and not beyond `notAfter`. */
export async function openSession(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, id, role }: { marketId: string; id: string; role: Role },
  notAfter: Date | null,
): Promise<Opened> {
  const now = ctx.now()
  const token = `${marketId}.${randomBytes(32).toString('base64url')}`
  const longest = now.getTime() + sessionLifetimeMs(role)
  const expiresAt = new Date(notAfter === null ? longest : Math.min(longest, notAfter.getTime()))
  const csrfToken = randomBase32(32)
  const tokenHash = digest(token)
  await insertSession(tx, { marketId, tokenHash, userId: id, csrfToken, createdAt: now, expiresAt })
  const session = await findLiveSession(tx, marketId, tokenHash, now)
  if (session === null) throw new Error('a session just made was not found')
  return { cookie: token, expiresAt, me: toMe(session) }
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

/** Ends the session of this cookie. False when it was ended already. */
export async function endSession(
  ctx: Pick<Context, 'db'>,
  marketId: string,
  cookie: string,
): Promise<boolean> {
  return inMarket(ctx.db, marketId, (tx) => deleteSession(tx, marketId, digest(cookie)))
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

/** All that is kept of a session's token. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
