import { AppError, type PublicStall, type SetConsent, type Stall } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { encodeVietQr } from '@tienve/vietqr'
import { inChange, noteChange } from '../audit/service.ts'
import { findRightAt } from '../codechecks/repository.ts'
import { digestOf } from '../codechecks/rules.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { findInDirectory } from '../markets/directory.ts'
import type { StallCard } from './card.ts'
import { recordConsent } from '../privacy/repository.ts'
import { findStall, listAccounts, listStalls } from './repository.ts'
import { maskNumber, toReceivingAccount, type AccountRow } from './rules.ts'

type StallRow = NonNullable<Awaited<ReturnType<typeof findStall>>>

/** A stall, with its printed code once it has an account to be paid to. Errors: `not_found`. */
export async function getStall(tx: Tx, actor: Actor, stallId: string): Promise<Stall> {
  const row = await requireStall(tx, actor.marketId, stallId)
  return toStall(row, await listAccounts(tx, actor.marketId, stallId), actor)
}

/** A stall's row. Errors: `not_found`, for another market's stall too. */
export async function requireStall(tx: Tx, marketId: string, stallId: string): Promise<StallRow> {
  const row = await findStall(tx, marketId, stallId)
  if (row === null) throw new AppError('not_found')
  return row
}

/** The stall's printed code, for a picture of it. Errors: `not_found`, `stall_without_account`. */
export async function getPrintedCode(tx: Tx, actor: Actor, stallId: string) {
  const { payload, demo } = await getStall(tx, actor, stallId)
  if (payload === null) throw new AppError('stall_without_account')
  return { payload, demo }
}

/** What a stall's printed card says, the account's whole number included. Errors: as `getPrintedCode`. */
export async function getStallCard(
  { config }: Pick<Context, 'config'>,
  tx: Tx,
  actor: Actor,
  stallId: string,
): Promise<StallCard> {
  const row = await requireStall(tx, actor.marketId, stallId)
  const [account] = await listAccounts(tx, actor.marketId, stallId)
  if (account === undefined) throw new AppError('stall_without_account')
  return {
    code: row.code,
    name: row.name,
    marketName: row.market.name,
    demo: row.market.demo,
    holder: account.holder,
    bankName: toReceivingAccount(account, actor).bankName,
    number: account.number,
    payload: printedPayload(account, row.memoCode),
    checkUrl: new URL(`/p/${encodeURIComponent(row.code)}`, config.publicUrl).href,
  }
}

/** Every stall of the market, by code, without the accounts' numbers or codes: a list to choose from. */
export async function getStalls(tx: Tx, marketId: string) {
  const rows = await listStalls(tx, marketId)
  const items = rows.map((row) => ({
    id: row.id,
    code: row.code,
    name: row.name,
    zoneCode: row.zone.code,
    salesConsent: row.salesConsentAt !== null,
  }))
  return { items, nextCursor: null }
}

/** Why nobody can be paid at a stall's address: there is no such stall, or it has no account yet. */
export type Unpayable = 'not_found' | 'stall_without_account'

/** What anybody may know of a stall: whom they are about to pay, or why they cannot. */
export async function getPublicStall(ctx: Context, code: string): Promise<PublicStall | Unpayable> {
  const found = await findInDirectory(ctx.db, 'stall_code', code.toUpperCase())
  if (found === null) return 'not_found'
  return inMarket(ctx.db, found.marketId, async (tx) => {
    const row = await findStall(tx, found.marketId, found.objectId)
    const [account] = await listAccounts(tx, found.marketId, found.objectId)
    if (row === null) return 'not_found'
    if (account === undefined) return 'stall_without_account'
    const shown = toReceivingAccount(account, null)
    const digest = digestOf(ctx.config.masterKey, { bin: account.bin, account: account.number })
    return {
      code: row.code,
      name: row.name,
      zone: row.zone.name,
      marketName: row.market.name,
      demo: row.market.demo,
      bankName: shown.bankName,
      bankCode: shown.bankCode,
      accountMasked: maskNumber(account.number),
      holder: account.holder,
      memo: row.memoCode,
      payload: printedPayload(account, row.memoCode),
      checkedAt: momentOrNull(await findRightAt(tx, found.marketId, found.objectId, digest)),
    }
  })
}

function momentOrNull(at: Date | null): string | null {
  return at === null ? null : toMoment(at)
}

/**
 * The stallholder's own choice, dated, to be taken back at any time. Errors: `consent_not_yours` where days would be shown by
 * name that are or will be somebody else's.
 */
export async function changeConsent(
  ctx: Context,
  actor: Actor,
  stallId: string,
  said: SetConsent & { device: string | null },
): Promise<Stall> {
  return inChange(ctx, actor, async (tx) => {
    const { marketId, userId } = actor
    const { salesConsent: given, words, device } = said
    const before = await requireStall(tx, marketId, stallId)
    const change = { marketId, stallId, given, userId, words, device, at: ctx.now() }
    if (!(await recordConsent(tx, change))) throw new AppError('consent_not_yours')
    noteChange(actor, {
      before: { salesConsent: before.salesConsentAt !== null },
      after: { salesConsent: given, words },
    })
    return getStall(tx, actor, stallId)
  })
}

/** The printed code: no amount, the stall's fixed memo, and so point of initiation 11. */
function printedPayload(account: { bin: string; number: string }, memo: string): string {
  return encodeVietQr({ bin: account.bin, account: account.number, memo })
}

function toStall(row: StallRow, accounts: AccountRow[], actor: Actor): Stall {
  const [account] = accounts
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    zone: row.zone,
    marketName: row.market.name,
    demo: row.market.demo,
    areaM2: row.areaM2,
    salesConsent: row.salesConsentAt !== null,
    accounts: accounts.map((one) => toReceivingAccount(one, actor)),
    memo: row.memoCode,
    payload: account === undefined ? null : printedPayload(account, row.memoCode),
  }
}
