import {
  AppError,
  ENROLMENT_RANDOM_CHARACTERS,
  enrolmentCodeOf,
  isWeakPin,
  readEnrolmentCode,
  type Enrol,
  type EnrolmentKind,
  type HelperList,
  type NewEnrolment,
  type StallEnrolment,
} from '@tienve/contracts'
import { inMarket, newId, randomBase32, tryIn, type Tx } from '@tienve/db'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { lockStall } from '../contracts/repository.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { endDevices, setTries } from '../identity/repository.ts'
import { phoneOf } from '../identity/rules.ts'
import { hashSecret, openSession, type Browser, type LoggedIn } from '../identity/service.ts'
import { addEnrolmentToDirectory, findInDirectory, setLoginInDirectory } from '../markets/directory.ts'
import { endConsent } from '../privacy/repository.ts'
import { requireStall } from '../stalls/service.ts'
import {
  findHolder,
  findOpen,
  holdOpen,
  insertEnrolment,
  insertPerson,
  listPeople,
  listPhones,
  revokeOpen,
  setPerson,
  setUsed,
  type StallPerson,
} from './repository.ts'
import { codeHashOf, LIFETIME_MS, linkOf } from './rules.ts'
import { slipPdf } from './slip.ts'

type Made = { code: string; link: string; expiresAt: Date }
type OpenCode = NonNullable<Awaited<ReturnType<typeof holdOpen>>>

/**
 * A one-time code for who stands at a stall, on a slip to print. It calls off the one before. Nothing happens to the phone in use
 * until the code is. Errors: `not_found`.
 */
export async function enrolHolder(ctx: Context, actor: Actor, stallId: string): Promise<NewEnrolment> {
  const { marketId } = actor
  const made = await inChange(ctx, actor, async (tx) => {
    if ((await lockStall(tx, marketId, stallId)) === null) throw new AppError('not_found')
    const stall = await requireStall(tx, marketId, stallId)
    const person = await readyHolder(ctx, tx, marketId, stall)
    const code = await makeCode(ctx, tx, actor, { kind: 'holder', stallId, userId: person.id })
    return { ...code, stall, name: person.name }
  })
  const { stall, name, code, link, expiresAt } = made
  const slip = await slipPdf(
    {
      stallCode: stall.code,
      marketName: stall.market.name,
      demo: stall.market.demo,
      name,
      code,
      link,
      publicUrl: ctx.config.publicUrl,
      expiresAt,
    },
    ctx.now(),
  )
  return { code, link, name, expiresAt: toMoment(expiresAt), slip: slip.toString('base64') }
}

/** A code by which one more person helps at the stall. It calls off the one before. Errors: `not_found`. */
export async function inviteHelper(ctx: Context, actor: Actor, stallId: string): Promise<NewEnrolment> {
  return inChange(ctx, actor, async (tx) => {
    const stall = await requireStall(tx, actor.marketId, stallId)
    await lockStall(tx, actor.marketId, stallId)
    const { code, link, expiresAt } = await makeCode(ctx, tx, actor, {
      kind: 'helper',
      stallId,
      userId: null,
    })
    return { code, link, name: stall.name, expiresAt: toMoment(expiresAt), slip: null }
  })
}

/** Whether the holder of a stall has a phone that is known, and whether a code waits. Errors: `not_found`. */
export async function getEnrolment(ctx: Context, actor: Actor, stallId: string): Promise<StallEnrolment> {
  const { marketId } = actor
  return inMarket(ctx.db, marketId, async (tx) => {
    await requireStall(tx, marketId, stallId)
    const [holder, people, phones, open] = await Promise.all([
      findHolder(tx, marketId, stallId, dayOf(ctx.now())),
      listPeople(tx, marketId, stallId),
      listPhones(tx, marketId, stallId),
      findOpen(tx, marketId, stallId, ctx.now()),
    ])
    const person = personOf(people, holder)
    const since = phones.find(({ userId }) => userId === person?.id)?.since
    return {
      name: person?.name ?? holder?.name ?? null,
      enrolledAt: since === undefined ? null : toMoment(since),
      open: open && { ...open, madeAt: toMoment(open.madeAt), expiresAt: toMoment(open.expiresAt) },
    }
  })
}

/**
 * Brings a person to the phone that asks, by a code that was made for them, with the PIN that they chose. Every other phone of
 * theirs is out from then on: one was lost, or another has the stall now. Errors: `pin_weak`, and `enrolment_refused` for whatever
 * is wrong with the code.
 */
export async function enrol(ctx: Context, input: Enrol, browser: Browser): Promise<LoggedIn> {
  if (isWeakPin(input.pin))
    throw new AppError('pin_weak', undefined, { fields: { pin: 'too easy to guess' } })
  const read = readEnrolmentCode(input.code)
  // Before the code is looked for: the time of an answer does not tell whether there is one.
  const secretHash = await hashSecret(input.pin)
  const codeHash = read === null ? null : codeHashOf(ctx.config.masterKey, read.code)
  const found = codeHash && (await findInDirectory(ctx.db, 'enrolment', codeHash.toString('hex')))
  if (codeHash === null || found === null) throw new AppError('enrolment_refused')
  const { marketId } = found
  return inMarket(ctx.db, marketId, async (tx) => {
    const now = ctx.now()
    const open = await holdOpen(tx, marketId, codeHash, now)
    if (open === null) throw new AppError('enrolment_refused')
    const { kind, userId } = open
    const user =
      kind === 'holder' && userId !== null
        ? { id: await setUpHolder(ctx, tx, open, userId, input.phone), role: 'stallholder' as const }
        : { id: await addHelper(tx, open, input.name), role: 'helper' as const }
    await setPerson(tx, marketId, user.id, { secretHash })
    await setTries(tx, marketId, { userId: user.id, deviceId: null }, { failedCount: 0, lockedUntil: null })
    await setUsed(tx, marketId, open.id, { userId: user.id, usedAt: now })
    return openSession(ctx, tx, marketId, user, browser, { known: null })
  })
}

/** Those who help at a stall; whoever was taken out is not among them. */
export async function getHelpers(ctx: Context, { marketId }: Actor, stallId: string): Promise<HelperList> {
  return inMarket(ctx.db, marketId, async (tx) => {
    const people = await listPeople(tx, marketId, stallId)
    const phones = await listPhones(tx, marketId, stallId)
    const items = people.filter(isHelper).map(({ id, name }) => {
      const phone = phones.find(({ userId }) => userId === id)
      return {
        id,
        name,
        since: phone === undefined ? null : toMoment(phone.since),
        lastSeenAt: phone === undefined ? null : toMoment(phone.lastSeenAt),
      }
    })
    return { items }
  })
}

/** Takes a helper of a stall out: their phones are out at once, streams that are open included. Errors: `not_found`. */
export async function removeHelper(
  ctx: Context,
  actor: Actor,
  stallId: string,
  userId: string,
): Promise<void> {
  const { marketId } = actor
  await inChange(ctx, actor, async (tx) => {
    const people = await listPeople(tx, marketId, stallId)
    if (!people.some((one) => one.id === userId && isHelper(one))) throw new AppError('not_found')
    await removePerson(tx, marketId, userId, ctx.now())
  })
}

const isHelper = ({ role }: StallPerson): boolean => role === 'helper'

/** The person whom a code is for, without a secret until it is used; made here the first time. */
async function readyHolder(
  ctx: Context,
  tx: Tx,
  marketId: string,
  stall: { id: string; name: string },
): Promise<{ id: string; name: string }> {
  const holder = await findHolder(tx, marketId, stall.id, dayOf(ctx.now()))
  const known = personOf(await listPeople(tx, marketId, stall.id), holder)
  const holderId = holder?.id ?? null
  if (known !== undefined) {
    if (holderId !== null && known.holderId !== holderId)
      await setPerson(tx, marketId, known.id, { holderId })
    return known
  }
  const id = newId('usr')
  const person = { marketId, id, name: holder?.name ?? stall.name, stallId: stall.id, holderId }
  // Their id until they take a phone number as their login: found by nobody, since the directory has it not.
  await insertPerson(tx, { ...person, login: id, role: 'stallholder' })
  return person
}

/** Who of a stall's people its holder is; one who was there before log-ins named anybody is by the holder's own phone alone. */
function personOf(
  people: readonly StallPerson[],
  holder: { id: string; phone: string | null } | null,
): StallPerson | undefined {
  const holders = people.filter(({ role }) => role === 'stallholder')
  if (holder === null) return holders[0]
  return (
    holders.find(({ holderId }) => holderId === holder.id) ??
    holders.find(({ holderId, login }) => holderId === null && login === phoneOf(holder.phone ?? ''))
  )
}

async function makeCode(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  of: { kind: EnrolmentKind; stallId: string; userId: string | null },
): Promise<Made> {
  const { marketId, userId: madeBy } = actor
  const { masterKey, publicUrl } = ctx.config
  const now = ctx.now()
  const code = enrolmentCodeOf(of.kind, randomBase32(ENROLMENT_RANDOM_CHARACTERS))
  const expiresAt = new Date(now.getTime() + LIFETIME_MS[of.kind])
  const id = newId('enr')
  await revokeOpen(tx, marketId, of.stallId, of.kind, now)
  const codeHash = codeHashOf(masterKey, code)
  await insertEnrolment(tx, { marketId, id, ...of, codeHash, madeBy, madeAt: now, expiresAt })
  await addEnrolmentToDirectory(tx, marketId, id)
  return { code, link: linkOf(publicUrl, code), expiresAt }
}

async function setUpHolder(
  ctx: Context,
  tx: Tx,
  { marketId, stallId }: OpenCode,
  userId: string,
  givenPhone: string | undefined,
): Promise<string> {
  const now = ctx.now()
  const holder = await findHolder(tx, marketId, stallId, dayOf(now))
  const people = await listPeople(tx, marketId, stallId)
  // A slip is for whom the contract named when it was printed: it opens nothing once the stall is another's.
  const person = people.find(({ id }) => id === userId)
  if (person === undefined || person.holderId !== (holder?.id ?? null))
    throw new AppError('enrolment_refused')
  const before = people.filter(({ id, role }) => role === 'stallholder' && id !== userId)
  // Who had the stall before has it no more, and neither have those who helped them.
  const gone = before.length === 0 ? [] : [...before, ...people.filter(isHelper)]
  for (const { id } of gone) await removePerson(tx, marketId, id, now)
  if (gone.length > 0) await endConsent(tx, marketId, stallId, now)
  await endDevices(tx, marketId, { userId }, now)
  const phone = phoneOf(givenPhone ?? holder?.phone ?? '')
  // Another's number is left to them, without a word: on a phone that is known her login is remembered for her.
  if (phone !== null)
    await tryIn(tx, async () => {
      await setPerson(tx, marketId, userId, { login: phone })
      await setLoginInDirectory(tx, marketId, userId)
    })
  return userId
}

async function addHelper(tx: Tx, { marketId, stallId }: OpenCode, name: string | undefined): Promise<string> {
  if (name === undefined) throw new AppError('request_invalid', undefined, { fields: { name: 'missing' } })
  const id = newId('usr')
  await insertPerson(tx, { marketId, id, login: id, name, role: 'helper', stallId })
  await setLoginInDirectory(tx, marketId, id)
  return id
}

async function removePerson(tx: Tx, marketId: string, userId: string, now: Date): Promise<void> {
  await setPerson(tx, marketId, userId, { removedAt: now, login: userId, secretHash: null })
  await setLoginInDirectory(tx, marketId, userId)
  await endDevices(tx, marketId, { userId }, now)
}
