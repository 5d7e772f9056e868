import {
  AppError,
  RECOVERY_CODES,
  type ChangePassword,
  type RecoveryCodes,
  type RenewCodes,
  type TotpBegun,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { qrSvg } from '@tienve/vietqr/image'
import { verify } from '@node-rs/argon2'
import { inChange, noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../http/types.ts'
import { digestOf, hashSecret } from '../identity/service.ts'
import { findMarket } from '../closing/repository.ts'
import * as repository from './repository.ts'
import { digestOfCode, matchStep, newCode, newTotpSecret, totpUri, weaknessOf } from './rules.ts'
import { checkSecondStep, sealTotp, unsealTotp } from './second-step.ts'

/**
 * Begins to set up one's own second step: the secret for the app, told this once. Nothing is asked for before it is
 * confirmed. Errors: `totp_already_on`, `not_found` (only the board's people log in by password).
 */
export async function beginTotp(ctx: Context, actor: Actor): Promise<TotpBegun> {
  const { marketId, userId } = actor
  const secret = newTotpSecret()
  return changeSelf(ctx, actor, async (tx) => {
    const person = await requireSelf(tx, actor)
    if ((await repository.findTotp(tx, marketId, userId))?.confirmedAt != null)
      throw new AppError('totp_already_on')
    await repository.putTotp(tx, {
      marketId,
      userId,
      ciphertext: sealTotp(ctx.config.masterKey, secret, marketId, userId),
      begunAt: ctx.now(),
    })
    const market = (await findMarket(tx, marketId))?.name ?? ''
    const uri = totpUri(secret, { login: person.login, market })
    return { secret, uri, qrSvg: qrSvg(uri) }
  })
}

/** Turns it on, by a code that the app shows; answers the recovery codes, this once. Errors: `totp_not_begun`, `totp_already_on`, `totp_code_wrong`. */
export async function confirmTotp(ctx: Context, actor: Actor, code: string): Promise<RecoveryCodes> {
  const { marketId, userId } = actor
  return changeSelf(ctx, actor, async (tx) => {
    await requireSelf(tx, actor)
    const now = ctx.now()
    const row = await repository.findTotp(tx, marketId, userId)
    if (row === null) throw new AppError('totp_not_begun')
    if (row.confirmedAt !== null) throw new AppError('totp_already_on')
    const step = matchStep(unsealTotp(ctx.config.masterKey, row), code, now, row.lastStep)
    if (step === null) throw new AppError('totp_code_wrong')
    await repository.spendStep(tx, marketId, userId, { confirmedAt: now, lastStep: step })
    await repository.noteStaff(tx, { marketId, userId, what: 'totp_on', at: now, byUserId: userId })
    return makeRecoveryCodes(tx, actor)
  })
}

/**
 * New recovery codes in place of those before, by the password and a code of the app: whoever found a session open has neither.
 * Errors: `password_wrong`, `totp_not_begun`, `totp_code_wrong`.
 */
export async function renewRecoveryCodes(
  ctx: Context,
  actor: Actor,
  { secret, code }: RenewCodes,
): Promise<RecoveryCodes> {
  return changeSelf(ctx, actor, async (tx) => {
    const { secretHash } = await requireSelf(tx, actor)
    if (secretHash === null || !(await verify(secretHash, secret))) throw new AppError('password_wrong')
    const row = await repository.findTotp(tx, actor.marketId, actor.userId)
    if (row === null || row.confirmedAt === null) throw new AppError('totp_not_begun')
    const outcome = await checkSecondStep(ctx, tx, actor, code, ctx.now())
    if (outcome !== 'passed') throw new AppError('totp_code_wrong')
    return makeRecoveryCodes(tx, actor)
  })
}

/** Another password of one's own; every other device is out. Errors: `password_wrong`, `password_weak`, `not_found`. */
export async function changePassword(
  ctx: Context,
  actor: Actor,
  input: ChangePassword,
  cookie: string,
): Promise<void> {
  const { marketId, userId } = actor
  await changeSelf(ctx, actor, async (tx) => {
    const { login, secretHash } = await requireSelf(tx, actor)
    if (secretHash === null || !(await verify(secretHash, input.secret))) throw new AppError('password_wrong')
    const weakness = weaknessOf(input.password, login)
    if (weakness !== null) throw new AppError('password_weak', undefined, { fields: { password: weakness } })
    await repository.updateUser(tx, marketId, userId, { secretHash: await hashSecret(input.password) })
    await repository.endOtherDevices(tx, marketId, userId, digestOf(cookie), ctx.now())
  })
}

/** A change of one's own log-in. The trail keeps that it was, and nothing of what was typed. */
function changeSelf<T>(ctx: Context, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inChange(ctx, actor, (tx) => {
    noteChange(actor, { object: { kind: 'users', id: actor.userId }, after: {} })
    return work(tx)
  })
}

/** The row of whoever asks, locked; a stall's people have none of this. */
async function requireSelf(tx: Tx, { marketId, userId }: Actor) {
  const person = await repository.lockStaff(tx, marketId, userId)
  if (person === null) throw new AppError('not_found')
  return person
}

async function makeRecoveryCodes(tx: Tx, { marketId, userId }: Actor): Promise<RecoveryCodes> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode)
  await repository.putRecoveryCodes(tx, marketId, userId, codes.map(digestOfCode))
  return { codes }
}
