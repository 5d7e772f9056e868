import {
  AppError,
  SET_UP_HOURS,
  STAFF_NOTES,
  type AddStaff,
  type ChangeRole,
  type SetUp,
  type SetUpCode,
  type Staff,
  type StaffList,
} from '@tienve/contracts'
import { inMarket, newId, tryIn, type Tx } from '@tienve/db'
import { readOne } from '../columns.ts'
import { append } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { endDevices } from '../identity/repository.ts'
import { hashSecret, openSession, type Browser, type LoggedIn } from '../identity/service.ts'
import { appUser } from '../identity/tables.ts'
import { endMembership, lockMembershipOf } from '../memberships/repository.ts'
import { findInDirectory, setLoginInDirectory } from '../markets/directory.ts'
import * as repository from './repository.ts'
import { digestOfCode, newCode, weaknessOf } from './rules.ts'

type Desk = Pick<Context, 'now'> & { config: Pick<Context['config'], 'publicUrl'> }

const HOUR_MS = 3_600_000

/** The board's people, those who have left last, each with what became of the log-in. */
export async function getStaff(tx: Tx, marketId: string): Promise<StaffList> {
  return { items: await readStaff(tx, marketId) }
}

async function readStaff(tx: Tx, marketId: string, userId?: string): Promise<Staff[]> {
  const rows = await repository.listStaff(tx, marketId, userId)
  const ids = rows.map(({ id }) => id)
  const notes = Map.groupBy(await repository.listNotes(tx, marketId, ids), (note) => note.userId)
  return rows.map((row) => ({
    id: row.id,
    login: row.login,
    name: row.name,
    role: row.role,
    zone: row.zoneId === null || row.zoneName === null ? null : { id: row.zoneId, name: row.zoneName },
    endedAt: row.endedAt === null ? null : toMoment(row.endedAt),
    totpOn: row.totpAt !== null,
    setUpUntil: row.setUpUntil === null ? null : toMoment(row.setUpUntil),
    notes: (notes.get(row.id) ?? []).map(({ what, at, by, reason }) => ({
      what: readOne(STAFF_NOTES, what),
      at: toMoment(at),
      by,
      reason,
    })),
  }))
}

async function findStaff(tx: Tx, marketId: string, userId: string): Promise<Staff> {
  const [found] = await readStaff(tx, marketId, userId)
  if (found === undefined) throw new AppError('not_found')
  return found
}

/**
 * Adds a person, without any secret: the code that is answered, once, lets them choose one. Errors: `login_taken`,
 * `request_invalid` (a leader without a zone of the market).
 */
export async function addStaff(ctx: Desk, tx: Tx, actor: Actor, input: AddStaff): Promise<SetUpCode> {
  const { marketId } = actor
  const place = await placeOf(tx, marketId, input)
  const id = newId('usr')
  const { name, login } = input
  const { broken } = await tryIn(tx, async () => {
    await tx.insert(appUser).values({ marketId, id, login, name, ...place })
    await setLoginInDirectory(tx, marketId, id)
  })
  if (broken !== null) throw new AppError('login_taken', undefined, { fields: { login: 'taken' } })
  await note(ctx, tx, actor, id, 'added')
  return makeCode(ctx, tx, marketId, id)
}

/** Changes a role, from the next request on. Errors: `not_found`, `staff_own`, `staff_ended`, `staff_last_admin`, `request_invalid`. */
export async function changeRole(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  id: string,
  input: ChangeRole,
): Promise<Staff> {
  const { marketId } = actor
  const admins = await repository.lockAdmins(tx, marketId)
  const person = await requireOther(tx, actor, id)
  if (input.role !== 'admin') requireAnotherAdmin(admins, id)
  const place = await placeOf(tx, marketId, input)
  await repository.updateUser(tx, marketId, id, place)
  await note(ctx, tx, actor, id, 'role_changed', `${person.role} → ${input.role}`)
  return findStaff(tx, marketId, id)
}

/** Somebody no longer works here: sessions end at once, and no log-in opens another. Errors: as `changeRole`. */
export async function endStaff(ctx: Desk, tx: Tx, actor: Actor, id: string): Promise<Staff> {
  const { marketId } = actor
  const admins = await repository.lockAdmins(tx, marketId)
  await requireOther(tx, actor, id)
  requireAnotherAdmin(admins, id)
  const guest = await lockMembershipOf(tx, marketId, id)
  if (guest !== null) await endMembership(tx, guest, { endedBy: actor.userId, endedAt: ctx.now() })
  else {
    await repository.updateUser(tx, marketId, id, { removedAt: ctx.now(), secretHash: null })
    await repository.deleteSetUpCode(tx, marketId, id)
    await endDevices(tx, marketId, { userId: id }, ctx.now())
  }
  await note(ctx, tx, actor, id, 'ended')
  return findStaff(tx, marketId, id)
}

/**
 * A new set-up code: the password before, every session and every code before end with it. Errors: `not_found`, `staff_own`,
 * `staff_ended`.
 */
export async function resetStaff(ctx: Desk, tx: Tx, actor: Actor, id: string): Promise<SetUpCode> {
  const { marketId } = actor
  await requireOther(tx, actor, id)
  await repository.updateUser(tx, marketId, id, { secretHash: null })
  await endDevices(tx, marketId, { userId: id }, ctx.now())
  await note(ctx, tx, actor, id, 'code_made')
  return makeCode(ctx, tx, marketId, id)
}

/** Takes the second step off for somebody whose phone is lost, and says why. Errors: `not_found`, `staff_own`, `staff_ended`. */
export async function removeTotp(
  ctx: Desk,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Staff> {
  const { marketId } = actor
  await requireOther(tx, actor, id)
  await repository.deleteTotp(tx, marketId, id)
  // Whoever has the phone may be logged in on it.
  await endDevices(tx, marketId, { userId: id }, ctx.now())
  await note(ctx, tx, actor, id, 'totp_off', reason)
  return findStaff(tx, marketId, id)
}

/**
 * A person chooses a password by the code that was printed for them, and is logged in. The second step still comes at the next
 * log-in of whoever has one. Errors: `setup_code_wrong` (whichever half is), `password_weak`, `totp_required`.
 */
export async function setUp(ctx: Context, input: SetUp, browser: Browser): Promise<LoggedIn> {
  const found = await findInDirectory(ctx.db, 'login', input.login)
  if (found === null) throw new AppError('setup_code_wrong')
  const { marketId, objectId: userId } = found
  const weakness = weaknessOf(input.password, input.login)
  const opened = await inMarket(ctx.db, marketId, async (tx) => {
    const now = ctx.now()
    const person = await repository.lockStaff(tx, marketId, userId)
    const code = await repository.findSetUpCode(tx, marketId, userId)
    const isRight = code !== null && code.expiresAt > now && code.codeHash.equals(digestOfCode(input.code))
    if (person === null || person.removedAt !== null || !isRight) throw new AppError('setup_code_wrong')
    if (weakness !== null) throw new AppError('password_weak', undefined, { fields: { password: weakness } })
    await repository.updateUser(tx, marketId, userId, { secretHash: await hashSecret(input.password) })
    await repository.deleteSetUpCode(tx, marketId, userId)
    await endDevices(tx, marketId, { userId }, now)
    await repository.noteStaff(tx, { marketId, userId, what: 'set_up', at: now, byUserId: userId })
    const second = await repository.findTotp(tx, marketId, userId)
    // The code is of paper: it does not stand in for the app, whose code is asked for at the log-in that follows.
    if (second !== null && second.confirmedAt !== null) {
      await append(ctx, tx, marketId, {
        by: { userId, role: person.role },
        from: browser.from,
        action: 'set-up.create',
        object: { kind: 'users', id: userId },
        stallId: null,
      })
      return null
    }
    return openSession(ctx, tx, marketId, person, browser, { known: null })
  })
  if (opened === null) throw new AppError('totp_required')
  return opened
}

/** A person of the board who is not whoever asks, locked. */
async function requireOther(tx: Tx, { marketId, userId }: Actor, id: string) {
  const person = await repository.lockStaff(tx, marketId, id)
  if (person === null) throw new AppError('not_found')
  if (id === userId) throw new AppError('staff_own')
  if (person.removedAt !== null) throw new AppError('staff_ended')
  return person
}

/** Errors: `staff_last_admin`. */
function requireAnotherAdmin(admins: readonly string[], id: string): void {
  if (admins.length === 1 && admins[0] === id) throw new AppError('staff_last_admin')
}

async function placeOf(tx: Tx, marketId: string, { role, zoneId }: ChangeRole) {
  if (role !== 'leader') return { role, zoneId: null }
  if (zoneId === null || !(await repository.isZone(tx, marketId, zoneId)))
    throw new AppError('request_invalid', undefined, { fields: { zoneId: 'a zone of this market' } })
  return { role, zoneId }
}

/** A new set-up code of a person, in place of any before. */
export async function makeCode(
  { now, config }: Desk,
  tx: Tx,
  marketId: string,
  userId: string,
): Promise<SetUpCode> {
  const code = newCode()
  const madeAt = now()
  const expiresAt = new Date(madeAt.getTime() + SET_UP_HOURS * HOUR_MS)
  await repository.putSetUpCode(tx, { marketId, userId, codeHash: digestOfCode(code), madeAt, expiresAt })
  const staff = await findStaff(tx, marketId, userId)
  // Behind the hash: it is never sent, so that it stands in no log.
  const link = `${config.publicUrl}/admin/#/set-up?${new URLSearchParams({ login: staff.login, code })}`
  return { staff, code, link, until: toMoment(expiresAt) }
}

async function note(
  ctx: Desk,
  tx: Tx,
  { marketId, userId: byUserId }: Actor,
  userId: string,
  what: Staff['notes'][number]['what'],
  reason?: string,
): Promise<void> {
  await repository.noteStaff(tx, {
    marketId,
    userId,
    what,
    at: ctx.now(),
    byUserId,
    ...(reason === undefined ? {} : { reason }),
  })
}
