import {
  AppError,
  ROLES,
  type Invitation,
  type Me,
  type Membership,
  type MyMarket,
  type NewMembership,
} from '@tienve/contracts'
import { inMarket, newId, tryIn, type Tx } from '@tienve/db'
import { append, inChange } from '../audit/service.ts'
import { readOne } from '../columns.ts'
import { findMarket } from '../closing/repository.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { findDevice, findUser, holdDevice } from '../identity/repository.ts'
import { digestOf, hashesIn, logOut, openSession, type Browser, type LoggedIn } from '../identity/service.ts'
import { findInDirectory } from '../markets/directory.ts'
import { lockAdmins } from '../staff/repository.ts'
import {
  admitMember,
  answerPlace,
  endMembership,
  insertMembership,
  listMemberships,
  listPlaces,
  lockMembership,
  type MembershipRow,
  type Place,
} from './repository.ts'

/**
 * Asks a login of another market to work in this one too. Nothing happens until its holder accepts, and whether there is
 * such a login anywhere is not told. Errors: `already_works_here`.
 */
export async function invite(
  ctx: Pick<Context, 'db' | 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  input: NewMembership,
): Promise<Membership> {
  const home = await findInDirectory(ctx.db, 'login', input.login)
  if (home?.marketId === marketId) throw new AppError('already_works_here')
  const row = {
    marketId,
    id: newId('mbr'),
    login: input.login,
    name: input.name,
    role: input.role,
    userId: newId('usr'),
    invitedBy: userId,
    invitedAt: ctx.now(),
  }
  const { broken } = await tryIn(tx, () => insertMembership(tx, row))
  if (broken !== null) throw new AppError('already_works_here')
  return readMembership(tx, marketId, row.id)
}

export async function getMemberships(tx: Tx, marketId: string): Promise<Membership[]> {
  return (await listMemberships(tx, marketId)).map(toMembership)
}

/**
 * Ends a membership and its sessions at once, or takes the question back. Ending one twice is no error. Errors: `not_found`,
 * `staff_own`, `staff_last_admin`.
 */
export async function end(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
): Promise<Membership> {
  const admins = await lockAdmins(tx, marketId)
  const open = await lockMembership(tx, marketId, id)
  if (open?.userId === userId) throw new AppError('staff_own')
  if (open !== null && admins.length === 1 && admins[0] === open.userId)
    throw new AppError('staff_last_admin')
  if (open !== null) await endMembership(tx, open, { endedBy: userId, endedAt: ctx.now() })
  return readMembership(tx, marketId, id)
}

/** The markets of whoever holds this session. */
export async function getPlaces(ctx: Pick<Context, 'db'>, marketId: string, token: string): Promise<Place[]> {
  return inMarket(ctx.db, marketId, (tx) => listPlaces(tx, marketId, digestOf(token)))
}

/**
 * Who holds this session with her markets by name, each other one read in a transaction of its own. One that cannot be read is left
 * out, so that it does not keep her from the others.
 */
export async function withMarkets(ctx: Pick<Context, 'db' | 'log'>, me: Me, token: string): Promise<Me> {
  const { id, name } = me.market
  const markets: MyMarket[] = [{ id, name, role: me.user.role }]
  const invitations: Invitation[] = []
  for (const place of await getPlaces(ctx, id, token)) {
    if (place.marketId === id) continue
    try {
      await inMarket(ctx.db, place.marketId, async (tx) => {
        const market = await findMarket(tx, place.marketId)
        if (market === undefined) return
        if (place.state === 'invited') {
          const [asked] = await listMemberships(tx, place.marketId, place.membershipId)
          if (asked === undefined || asked.endedAt !== null) return
          invitations.push({ id: asked.id, marketName: market.name, role: readOne(ROLES, asked.role) })
          return
        }
        const user = await findUser(tx, place.marketId, place.userId)
        if (user !== null) markets.push({ id: place.marketId, name: market.name, role: user.role })
      })
    } catch (error) {
      ctx.log.warn({ err: error, marketId: place.marketId }, "one of a person's markets could not be read")
    }
  }
  markets.sort((a, b) => a.name.localeCompare(b.name, 'vi'))
  return { ...me, markets, invitations }
}

/**
 * The answer of the person who was asked, who is of a board: a stall's PIN opens none. Each market is written in a transaction of its own: first she becomes one of its
 * people, which opens nothing yet, then her own side says so; a crash between leaves the question open. Errors: `not_found`.
 */
export async function answerInvitation(
  ctx: Pick<Context, 'db' | 'now'>,
  actor: Actor,
  token: string,
  answer: { invitationId: string; accepted: boolean },
): Promise<void> {
  const { marketId } = actor
  const place = (await getPlaces(ctx, marketId, token)).find(
    ({ membershipId, state }) => state === 'invited' && membershipId === answer.invitationId,
  )
  if (place === undefined || place.membershipId === null) throw new AppError('not_found')
  if (answer.accepted && actor.stallId !== null) throw new AppError('role_forbidden')
  const { membershipId } = place
  if (answer.accepted) {
    await inMarket(ctx.db, place.marketId, async (tx) => {
      const open = await lockMembership(tx, place.marketId, membershipId)
      if (open === null) throw new AppError('not_found')
      await admitMember(tx, open, ctx.now())
      await noteAnswer(ctx, tx, open, actor, 'memberships.accept')
    })
  }
  const isDone = await inChange(ctx, actor, (tx) =>
    answerPlace(tx, marketId, digestOf(token), { membershipId, accepted: answer.accepted }),
  )
  if (!isDone) throw new AppError('not_found')
  if (answer.accepted) return
  await inMarket(ctx.db, place.marketId, async (tx) => {
    const open = await lockMembership(tx, place.marketId, membershipId)
    if (open === null) return
    await endMembership(tx, open, { endedBy: null, endedAt: ctx.now() })
    await noteAnswer(ctx, tx, open, actor, 'memberships.decline')
  })
}

/** The market that asked has the answer in its own trail, the last statement of its transaction. */
async function noteAnswer(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId, role }: MembershipRow,
  { asked }: Actor,
  action: string,
): Promise<void> {
  if (asked === undefined) return
  const object = { kind: 'users', id: userId }
  await append(ctx, tx, marketId, { by: null, from: asked, action, object, stallId: null, after: { role } })
}

/**
 * Ends this session and opens one in another of her markets, with what she is there and a token of its own; it lasts no
 * longer than the one before, whose log-in it stands on. No session is of two markets. Errors: `not_found`, `session_required`.
 */
export async function switchMarket(
  ctx: Context,
  actor: Actor,
  held: { token: string; expiresAt: Date },
  to: string,
  browser: Browser,
): Promise<LoggedIn> {
  const { marketId } = actor
  const place = (await getPlaces(ctx, marketId, held.token)).find(
    (one) => one.marketId === to && one.state !== 'invited' && to !== marketId,
  )
  if (place === undefined) throw new AppError('not_found')
  const hashes = hashesIn(place.marketId, browser.tokens)
  // What cannot be entered must not cost the session that she has.
  await inMarket(ctx.db, place.marketId, (tx) => requireEntry(ctx, tx, actor, place, hashes))
  // Before the other begins, so that of two switches at once one opens a session.
  if (!(await logOut(ctx, actor, held.token))) throw new AppError('session_required')
  return inMarket(ctx.db, place.marketId, async (tx) => {
    const { user, known } = await requireEntry(ctx, tx, actor, place, hashes)
    return openSession(ctx, tx, place.marketId, user, browser, { known, notAfter: held.expiresAt })
  })
}

/**
 * Who she is there, and by which device. Home is entered from elsewhere on a device that it still knows: what it has ended since, a
 * lost phone or a password, stays ended. Errors: `not_found`, `session_required`, `totp_setup_required`.
 */
async function requireEntry(
  { config }: Context,
  tx: Tx,
  { stallId }: Actor,
  { marketId, state, userId, membershipId }: Place,
  hashes: readonly Buffer[],
) {
  if (state === 'member' && (await lockMembership(tx, marketId, membershipId)) === null)
    throw new AppError('not_found')
  const user = await findUser(tx, marketId, userId)
  if (user === null) throw new AppError('not_found')
  // Nobody has a second step at a stall.
  if (!config.demo && state === 'member' && stallId !== null) throw new AppError('totp_setup_required')
  const whose = state === 'home' ? { login: user.login } : { userId }
  const known = (await findDevice(tx, marketId, whose, hashes))?.id ?? null
  const isHeld = known !== null && (await holdDevice(tx, marketId, known)) !== null
  if (state === 'home' && !isHeld) throw new AppError('session_required')
  return { user, known: isHeld ? known : null }
}

async function readMembership(tx: Tx, marketId: string, id: string): Promise<Membership> {
  const [row] = await listMemberships(tx, marketId, id)
  if (row === undefined) throw new AppError('not_found')
  return toMembership(row)
}

function toMembership(row: MembershipRow): Membership {
  const { id, login, name, invitedAt, acceptedAt, endedAt } = row
  return {
    id,
    login,
    name,
    role: readOne(ROLES, row.role),
    state: endedAt !== null ? 'ended' : acceptedAt !== null ? 'active' : 'invited',
    invitedAt: toMoment(invitedAt),
    acceptedAt: acceptedAt === null ? null : toMoment(acceptedAt),
    endedAt: endedAt === null ? null : toMoment(endedAt),
  }
}
