import {
  AppError,
  DELEGABLE_PERMISSIONS,
  mayReceive,
  type LogIn,
  type Me,
  type Role,
  type SessionList,
} from '@tienve/contracts'
import { inMarket, isMarketId, newId, randomBase32, type Tx } from '@tienve/db'
import { hash, verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import { append, inChange, noteChange, sessionIdOf } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Opened } from '../http/doors.ts'
import type { Actor, Origin } from '../http/types.ts'
import { findInDirectory } from '../markets/directory.ts'
import { listDelegations } from '../staff/repository.ts'
import { checkSecondStep } from '../staff/second-step.ts'
import {
  deleteSession,
  deleteSessionOfDevice,
  endDevices,
  findDevice,
  findLiveSession,
  findUserByLogin,
  holdDevice,
  insertDevice,
  insertSession,
  listDevices,
  setTries,
  touchDevice,
} from './repository.ts'
import { afterWrongTry, isLocked, isSeenAgain, logsInByPin, phoneOf, sessionLifetimeMs } from './rules.ts'

/** OWASP's argon2id profile of 2026 for a small server: 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Checked when the login is unknown, so that the time of an answer does not tell which logins exist. */
const NOBODYS_HASH = hash(randomBytes(16).toString('hex'), ARGON2)

/** What a log-in hands to the browser, and who it is now. */
export type LoggedIn = Opened & { me: Me }

type LiveSession = NonNullable<Awaited<ReturnType<typeof findLiveSession>>>

/** The browser that asks: the tokens of the devices it has been known by, what it calls itself, and where it asks from. */
export type Browser = { tokens: readonly string[]; name: string | null; from: Origin }

/** A device that is known to be somebody's. */
type Known = { marketId: string; deviceId: string }

/** argon2id of a PIN or a password, with its parameters inside. */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, ARGON2)
}

/**
 * Opens a session. Wrong tries are counted for a known device by itself and for all others of a login together, and lock those
 * alone: what strangers try keeps nobody from their own phone. Errors: `device_unknown` for a phone number from a browser that is
 * not known to be its owner's, whoever it is and whatever the PIN; `login_failed` (which half was wrong is not told); `login_locked`;
 * `totp_required` and `totp_failed`, once the password was right.
 */
export async function logIn(ctx: Context, input: LogIn, browser: Browser): Promise<LoggedIn> {
  const login = phoneOf(input.login) ?? input.login
  const known = await findKnown(ctx, login, browser)
  // By the look of the login alone, before anything is asked about it: the answer says nothing about whether it exists.
  if (known === null && phoneOf(login) !== null && !ctx.config.demo) throw new AppError('device_unknown')
  const place = known ?? (await findInDirectory(ctx.db, 'login', login))
  if (place === null) return refuse(input.secret)
  const { marketId } = place
  const outcome = await inMarket(ctx.db, marketId, async (tx) => {
    const now = ctx.now()
    const user = await findUserByLogin(tx, marketId, login, known === null)
    const tries = known === null ? user : await holdDevice(tx, marketId, known.deviceId)
    if (user === null || tries === null || user.secretHash === null) return null
    const entry = { from: browser.from, object: { kind: 'users', id: user.id }, stallId: user.stallId }
    // Only a demo takes a PIN from anywhere: it is six digits, which everybody there knows.
    if (known === null && logsInByPin(user.role) && !(ctx.config.demo && user.demo)) return null
    // On an unknown browser in the words and the time of a wrong secret: the lock would tell that there is such a login.
    if (isLocked(tries, now)) return known === null ? null : ('login_locked' as const)
    const of = { userId: user.id, deviceId: known?.deviceId ?? null }
    const second = (await verify(user.secretHash, input.secret))
      ? await checkSecondStep(ctx, tx, { marketId, userId: user.id }, input.totp, now)
      : ('login_failed' as const)
    if (second === 'login_failed' || second === 'totp_failed') {
      const after = afterWrongTry(tries.failedCount, now)
      await setTries(tx, marketId, of, after)
      await append(ctx, tx, marketId, { ...entry, by: null, action: 'sessions.refuse', after })
    }
    if (second !== 'passed') return second
    // Only now: whoever knows the password alone must not be able to begin the count of wrong codes anew.
    if (tries.failedCount > 0) await setTries(tx, marketId, of, { failedCount: 0, lockedUntil: null })
    return openSession(ctx, tx, marketId, user, browser, { known: of.deviceId })
  })
  // Returned rather than thrown inside: a throw would roll back the count of wrong tries.
  if (outcome === null) return refuse(input.secret)
  if (typeof outcome === 'string') throw new AppError(outcome)
  return outcome
}

/** Takes as long as a wrong secret does, and says the same. */
async function refuse(secret: string): Promise<never> {
  await verify(await NOBODYS_HASH, secret)
  throw new AppError('login_failed')
}

/** The device of this browser that belongs to a login. It is looked for where its token says, whether or not there is such a login. */
async function findKnown(ctx: Context, login: string, { tokens }: Browser): Promise<Known | null> {
  for (const [marketId, own] of Map.groupBy(tokens, marketOf)) {
    if (!isMarketId(marketId)) continue
    const hashes = own.map(digestOf)
    const found = await inMarket(ctx.db, marketId, (tx) => findDevice(tx, marketId, { login }, hashes))
    if (found !== null) return { marketId, deviceId: found.id }
  }
  return null
}

/**
 * A session on a device: on the `known` one, whose last it replaces, or on a new one. It lasts as its role's do, and not beyond
 * `notAfter`. Leaves its entry in the trail, and so is the
 * last statement of its transaction. A token that a browser brings and that is not
 * its person's is never adopted: whoever planted it there would share the device.
 */
export async function openSession(
  ctx: Context,
  tx: Tx,
  marketId: string,
  user: { id: string; role: Role },
  { name, from }: Browser,
  { known, notAfter = null }: { known: string | null; notAfter?: Date | null },
): Promise<LoggedIn> {
  const now = ctx.now()
  const deviceToken = known === null ? newToken(marketId) : null
  const deviceId = known ?? newId('dev')
  if (deviceToken === null) {
    await deleteSessionOfDevice(tx, marketId, deviceId)
    await touchDevice(tx, marketId, deviceId, now)
  } else {
    const tokenHash = digestOf(deviceToken)
    await insertDevice(tx, {
      marketId,
      id: deviceId,
      userId: user.id,
      tokenHash,
      name,
      createdAt: now,
      lastSeenAt: now,
    })
  }
  const cookie = newToken(marketId)
  const tokenHash = digestOf(cookie)
  const longest = now.getTime() + sessionLifetimeMs(user.role)
  const expiresAt = new Date(notAfter === null ? longest : Math.min(longest, notAfter.getTime()))
  await insertSession(tx, {
    marketId,
    tokenHash,
    userId: user.id,
    deviceId,
    csrfToken: randomBase32(32),
    createdAt: now,
    expiresAt,
  })
  const session = await findLiveSession(tx, marketId, tokenHash, now)
  if (session === null) throw new Error('a session just made was not found')
  const handed = await delegatedTo(tx, marketId, session.user, now)
  await append(ctx, tx, marketId, {
    by: { userId: user.id, role: user.role },
    from: { ...from, sessionId: sessionIdOf(cookie) },
    action: 'sessions.create',
    object: { kind: 'users', id: user.id },
    stallId: session.user.stallId,
  })
  return { cookie, expiresAt, deviceToken, me: toMe(ctx, session, handed) }
}

/** Who holds this cookie and on which device, or null when nobody does any more. */
export async function findSession(
  ctx: Context,
  cookie: string | undefined,
): Promise<{ actor: Actor; csrfToken: string; deviceId: string; me: Me } | null> {
  const marketId = marketOf(cookie ?? '')
  if (cookie === undefined || !isMarketId(marketId)) return null
  const now = ctx.now()
  return inMarket(ctx.db, marketId, async (tx) => {
    const session = await findLiveSession(tx, marketId, digestOf(cookie), now)
    if (session === null) return null
    const { user, csrfToken, deviceId } = session
    if (isSeenAgain(session.lastSeenAt, now)) await touchDevice(tx, marketId, deviceId, now)
    const handed = await delegatedTo(tx, marketId, user, now)
    const delegated = handed.map(({ permission }) => permission)
    const actor = { marketId, userId: user.id, role: user.role, stallId: user.stallId, delegated }
    return { actor, csrfToken, deviceId, me: toMe(ctx, session, handed) }
  })
}

/** The devices that a person has logged in with; `current` is the one that asks. */
export async function getSessions(ctx: Context, actor: Actor, current: string): Promise<SessionList> {
  const { marketId, userId } = actor
  const rows = await inMarket(ctx.db, marketId, (tx) => listDevices(tx, marketId, userId, ctx.now()))
  const items = rows.map(({ id, name, createdAt, lastSeenAt, expiresAt }) => ({
    id,
    name,
    since: toMoment(createdAt),
    lastSeenAt: toMoment(lastSeenAt),
    open: expiresAt !== null,
    current: id === current,
  }))
  return { items }
}

/** Throws a device of one's own out, with its session: it is unknown from then on. Errors: `not_found`, for another's too. */
export async function endSession(ctx: Context, actor: Actor, deviceId: string): Promise<void> {
  const { marketId, userId } = actor
  await inChange(ctx, actor, async (tx) => {
    const ended = await endDevices(tx, marketId, { userId, deviceId }, ctx.now())
    if (ended === 0) throw new AppError('not_found')
  })
}

/** Ends the session of this cookie; the device stays known. False when it was ended already. */
export async function logOut(
  ctx: Pick<Context, 'db' | 'now'>,
  actor: Actor,
  cookie: string,
): Promise<boolean> {
  return inChange(ctx, actor, async (tx) => {
    noteChange(actor, { object: { kind: 'users', id: actor.userId } })
    return deleteSession(tx, actor.marketId, digestOf(cookie))
  })
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
    totp: { on: session.totpOn, isDue: isBoard && !config.demo && !session.totpOn && !session.isGuest },
    csrfToken: session.csrfToken,
    expiresAt: toMoment(session.expiresAt),
  }
}

/** A token says in which market it is to be looked for, and is nothing but chance otherwise. */
const newToken = (marketId: string): string => `${marketId}.${randomBytes(32).toString('base64url')}`
/** The tokens among these that are of a market, as what is kept of them. */
export const hashesIn = (marketId: string, tokens: readonly string[]): Buffer[] =>
  tokens.filter((token) => marketOf(token) === marketId).map(digestOf)
const marketOf = (token: string): string => token.slice(0, Math.max(token.indexOf('.'), 0))

/** What is kept of a token. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
