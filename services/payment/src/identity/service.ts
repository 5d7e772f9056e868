import {
  AppError,
  DELEGABLE_PERMISSIONS,
  mayReceive,
  type LogIn,
  type Me,
  type Role,
} from '@tienve/contracts'
import { inMarket, isMarketId, randomBase32, type Tx } from '@tienve/db'
import { hash, verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { findInDirectory } from '../markets/directory.ts'
import { listDelegations } from '../staff/repository.ts'
import { checkSecondStep } from '../staff/second-step.ts'
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

/** What a log-in hands to the browser. */
export type Opened = { cookie: string; expiresAt: Date; me: Me }

type LiveSession = NonNullable<Awaited<ReturnType<typeof findLiveSession>>>

/** argon2id of a PIN or a password, with its parameters inside. */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, ARGON2)
}

/**
 * Opens a session. Wrong tries are counted on the login and lock it for a while, whoever makes them from wherever.
 * Errors: `login_failed` (which half was wrong is not told), `login_locked`; `totp_required` and `totp_failed`, once the password
 * was right.
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
    if (user.secretHash === null || !(await verify(user.secretHash, input.secret))) {
      const next = afterWrongTry(user.failedCount, now)
      await setFailedTries(tx, marketId, user.id, next.failedCount, next.lockedUntil)
      return 'login_failed' as const
    }
    const second = await checkSecondStep(ctx, tx, { marketId, userId: user.id }, input.totp, now)
    if (second === 'totp_failed') {
      const next = afterWrongTry(user.failedCount, now)
      await setFailedTries(tx, marketId, user.id, next.failedCount, next.lockedUntil)
    }
    if (second !== 'passed') return second
    // Only now: whoever knows the password alone must not be able to begin the count of wrong codes anew.
    if (user.failedCount > 0) await setFailedTries(tx, marketId, user.id, 0, null)
    return openSession(ctx, tx, marketId, user)
  })
  // Returned rather than thrown inside: a throw would roll back the count of wrong tries.
  if (typeof outcome === 'string') throw new AppError(outcome)
  return outcome
}

/** A new session of somebody whose word for being themselves was good. */
export async function openSession(
  ctx: Context,
  tx: Tx,
  marketId: string,
  user: { id: string; role: Role },
): Promise<Opened> {
  const now = ctx.now()
  const token = `${marketId}.${randomBytes(32).toString('base64url')}`
  const expiresAt = new Date(now.getTime() + sessionLifetimeMs(user.role))
  await insertSession(tx, {
    marketId,
    tokenHash: digestOf(token),
    userId: user.id,
    csrfToken: randomBase32(32),
    createdAt: now,
    expiresAt,
  })
  const session = await findLiveSession(tx, marketId, digestOf(token), now)
  if (session === null) throw new Error('a session just made was not found')
  return {
    cookie: token,
    expiresAt,
    me: toMe(ctx, session, await delegatedTo(tx, marketId, session.user, now)),
  }
}

/** Who holds this cookie, or null when nobody does any more. */
export async function findSession(
  ctx: Context,
  cookie: string | undefined,
): Promise<{ actor: Actor; csrfToken: string; me: Me } | null> {
  const marketId = cookie?.slice(0, cookie.indexOf('.')) ?? ''
  if (cookie === undefined || !isMarketId(marketId)) return null
  const now = ctx.now()
  return inMarket(ctx.db, marketId, async (tx) => {
    const session = await findLiveSession(tx, marketId, digestOf(cookie), now)
    if (session === null) return null
    const { user, csrfToken } = session
    const handed = await delegatedTo(tx, marketId, user, now)
    const delegated = handed.map(({ permission }) => permission)
    const actor = { marketId, userId: user.id, role: user.role, stallId: user.stallId, delegated }
    return { actor, csrfToken, me: toMe(ctx, session, handed) }
  })
}

/** Ends the session of this cookie; ending one twice is no error. */
export async function logOut(ctx: Context, marketId: string, cookie: string): Promise<void> {
  await inMarket(ctx.db, marketId, (tx) => deleteSession(tx, marketId, digestOf(cookie)))
}

/** What is handed on to somebody now; nobody asks for the roles that nothing can be handed to. */
async function delegatedTo(
  tx: Tx,
  marketId: string,
  user: { id: string; role: Role },
  now: Date,
): Promise<Me['delegated']> {
  if (!DELEGABLE_PERMISSIONS.some((one) => mayReceive(user.role, one))) return []
  const rows = await listDelegations(tx, marketId, { toUserId: user.id, on: dayOf(now) })
  return rows
    .filter(({ isHeld }) => isHeld)
    .map(({ permission, until, from }) => ({ permission, until, by: from }))
}

function toMe({ config }: Context, session: LiveSession, delegated: Me['delegated']): Me {
  const isBoard = session.user.stallId === null
  return {
    user: session.user,
    roles: [session.user.role],
    market: session.market,
    delegated,
    totp: { on: session.totpOn, isDue: isBoard && !config.demo && !session.totpOn },
    csrfToken: session.csrfToken,
    expiresAt: toMoment(session.expiresAt),
  }
}

/** What is kept of a token. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
