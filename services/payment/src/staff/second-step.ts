import type { Tx } from '@tienve/db'
import type { Context } from '../context.ts'
import { seal, unseal } from '../feeds/secrets.ts'
import * as repository from './repository.ts'
import { digestOfCode, isTotpShaped, matchStep } from './rules.ts'

/** What the seal of a person's second step is bound to. */
export function totpContext(marketId: string, userId: string): string {
  return `totp ${marketId} ${userId}`
}

export function sealTotp(masterKey: Buffer, secret: string, marketId: string, userId: string): Buffer {
  return seal(masterKey, secret, totpContext(marketId, userId))
}

export function unsealTotp(
  masterKey: Buffer,
  row: { ciphertext: Buffer; marketId: string; userId: string },
): string {
  return unseal(masterKey, row.ciphertext, totpContext(row.marketId, row.userId))
}

/**
 * The second step of a log-in whose password was right: a code of the app, or a recovery code. Each works once, of two tries at
 * the same moment too.
 */
export async function checkSecondStep(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  { marketId, userId }: { marketId: string; userId: string },
  code: string | undefined,
  now: Date,
): Promise<'passed' | 'totp_required' | 'totp_failed'> {
  const row = await repository.findTotp(tx, marketId, userId)
  if (row === null || row.confirmedAt === null) return 'passed'
  if (code === undefined || code.trim() === '') return 'totp_required'
  if (!isTotpShaped(code)) {
    const isTaken = await repository.takeRecoveryCode(tx, marketId, userId, digestOfCode(code), now)
    return isTaken ? 'passed' : 'totp_failed'
  }
  const step = matchStep(unsealTotp(ctx.config.masterKey, row), code, now, row.lastStep)
  if (step === null) return 'totp_failed'
  return (await repository.spendStep(tx, marketId, userId, { lastStep: step })) ? 'passed' : 'totp_failed'
}
