import {
  AppError,
  CODE_RESULTS,
  type CodeAlert,
  type CodeAlertPage,
  type CodeCheck,
  type CodeResult,
  type CreateCodeCheck,
  type StallCodes,
  type WalkStop,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { accountDigest, findBank, payeeOf } from '@tienve/vietqr'
import { requireTime } from '../collection/rules.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { listStandings } from '../contracts/repository.ts'
import { ownDaysIn } from '../contracts/rules.ts'
import { dayOf, toMoment } from '../days.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { queueNotices } from '../notices/service.ts'
import { maskNumber } from '../stalls/rules.ts'
import { requireStall } from '../stalls/service.ts'
import { listMovedAccounts } from '../taxes/repository.ts'
import * as repository from './repository.ts'
import { digestOf, isAlarm, resultOf } from './rules.ts'

const TAIL = 4

type Desk = Pick<Context, 'now' | 'config'>

/**
 * Says whether the code that was read at a stall pays the stall's account of the register. One that pays somebody else tells
 * the stall and opens an alert for the board. Errors: `not_found`, `collection_time_invalid`.
 */
export async function checkCode(
  ctx: Desk,
  tx: Tx,
  { marketId, userId: checkedBy }: Actor,
  stallId: string,
  { payload, by: way, checkedAt: told }: CreateCodeCheck,
): Promise<CodeCheck> {
  await requireStall(tx, marketId, stallId)
  const now = ctx.now()
  const checkedAt = told === undefined ? now : requireTime('checkedAt', told, now)
  const account = payeeOf(payload)
  const digest = account === null ? null : digestOf(ctx.config.masterKey, account)
  const owner = account === null ? null : await repository.findOwner(tx, marketId, account)
  const result = resultOf(stallId, account, {
    ownerStallId: owner?.stallId ?? null,
    isGivenUp: owner !== null && (await listGivenUp(tx, marketId, [owner], dayOf(now))).has(owner.id),
    wasRightHere: digest !== null && (await repository.wasRight(tx, marketId, stallId, digest)),
  })
  const isForeign = account !== null && isAlarm(result)
  const id = newId('cck')
  await repository.insertCheck(tx, {
    marketId,
    id,
    stallId,
    checkedBy,
    checkedAt,
    way,
    result,
    accountDigest: digest,
    bin: isForeign ? account.bin : null,
    accountTail: isForeign ? account.account.slice(-TAIL) : null,
    otherStallId: result === 'other_stall' ? (owner?.stallId ?? null) : null,
  })
  if (isForeign && digest !== null)
    await raiseAlarm(tx, { marketId, stallId, checkId: id, accountDigest: digest, now })
  const otherStallCode = result === 'other_stall' ? (owner?.code ?? null) : null
  return { id, stallId, result, otherStallCode, checkedAt: toMoment(checkedAt) }
}

/**
 * Which of these accounts are of whoever had their stall before: of a stall that changed hands, those that it is not paid to by now
 * and that did not move in the days of who has it. So its holder declares them too (taxes).
 */
async function listGivenUp(
  tx: Tx,
  marketId: string,
  accounts: readonly { id: string; stallId: string; isDefault: boolean }[],
  today: string,
): Promise<Set<string>> {
  const givenUp = new Set<string>()
  const others = accounts.filter(({ isDefault }) => !isDefault)
  for (const [stallId, of] of Map.groupBy(others, (account) => account.stallId)) {
    const own = ownDaysIn(await listStandings(tx, marketId, stallId), null, today)
    if (own.since === null && own.until === null) continue
    const moved = await listMovedAccounts(tx, marketId, stallId, own)
    for (const { id } of of) if (!moved.has(id)) givenUp.add(id)
  }
  return givenUp
}

/** The board has it on its home, and the stall is told: once a day for each account, however often it is read. */
async function raiseAlarm(
  tx: Tx,
  of: { marketId: string; stallId: string; checkId: string; accountDigest: Buffer; now: Date },
): Promise<void> {
  const { marketId, stallId, checkId, accountDigest: digest, now } = of
  await repository.openAlert(tx, {
    marketId,
    id: newId('cal'),
    stallId,
    checkId,
    accountDigest: digest,
    openedAt: now,
  })
  await queueNotices(tx, marketId, [
    {
      stallId,
      kind: 'code_wrong',
      dedupeKey: `code_wrong:${stallId}:${digest.toString('hex').slice(0, 16)}:${dayOf(now)}`,
      words: {},
      dueAt: now,
      createdAt: now,
    },
  ])
}

/** When a stall's code was looked at last, and whether a wrong one is said to hang there. Errors: `not_found`. */
export async function getStallCodes(tx: Tx, marketId: string, stallId: string): Promise<StallCodes> {
  await requireStall(tx, marketId, stallId)
  const last = (await repository.findLastChecks(tx, marketId, [stallId])).get(stallId)
  const alertAt = await repository.findAlertAt(tx, marketId, stallId)
  return {
    last: last === undefined ? null : { at: toMoment(last.at), result: readOne(CODE_RESULTS, last.result) },
    rightAt: last?.rightAt == null ? null : toMoment(last.rightAt),
    alertAt: alertAt === null ? null : toMoment(alertAt),
  }
}

/**
 * What a phone without a network needs to look at the codes of these stalls: the digests of their accounts, and when each was
 * last looked at.
 */
export async function getCodesToCheck(
  tx: Tx,
  marketId: string,
  stallIds: readonly string[],
  today: string,
): Promise<Map<string, WalkStop['printed']>> {
  const last = await repository.findLastChecks(tx, marketId, stallIds)
  const known = await repository.listAccountsOf(tx, marketId, stallIds)
  const givenUp = await listGivenUp(tx, marketId, known, today)
  const accounts = Map.groupBy(
    known.filter((account) => !givenUp.has(account.id)),
    ({ stallId }) => stallId,
  )
  const entries = stallIds.map(async (stallId): Promise<[string, WalkStop['printed']]> => {
    const found = last.get(stallId)
    return [
      stallId,
      {
        digests: await Promise.all(
          (accounts.get(stallId) ?? []).map((account) => accountDigest(account, stallId)),
        ),
        last:
          found === undefined
            ? null
            : { at: toMoment(found.at), result: readOne(CODE_RESULTS, found.result) },
      },
    ]
  })
  return new Map(await Promise.all(entries))
}

/** Alerts of a market, the newest first. */
export async function getCodeAlerts(
  tx: Tx,
  marketId: string,
  query: { state?: 'open' | 'settled' | undefined; cursor?: string | undefined; limit: number },
): Promise<CodeAlertPage> {
  const found = await repository.listAlerts(
    tx,
    marketId,
    { state: query.state },
    { limit: query.limit, after: readCursor(query.cursor) },
  )
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { items: rows.map(toAlert), nextCursor }
}

/** Somebody of the board says what was done. Errors: `not_found`, `code_alert_settled`. */
export async function settleCodeAlert(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  { marketId, userId }: Actor,
  id: string,
  note: string,
): Promise<CodeAlert> {
  const settled = await repository.settleAlert(tx, marketId, id, {
    settledBy: userId,
    settledAt: ctx.now(),
    note,
  })
  const [row] = await repository.listAlerts(tx, marketId, { id }, { limit: 1, after: null })
  if (row === undefined) throw new AppError('not_found')
  if (!settled) throw new AppError('code_alert_settled')
  return toAlert(row)
}

function toAlert(row: repository.AlertRow): CodeAlert {
  const result: CodeResult = readOne(CODE_RESULTS, row.result)
  return {
    id: row.id,
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    result,
    otherStallCode: row.otherStallCode,
    bankName: findBank(row.bin ?? '')?.shortName ?? row.bin ?? '',
    accountMasked: maskNumber(row.accountTail ?? ''),
    foundBy: row.foundBy,
    foundAt: toMoment(row.occurredAt),
    settledBy: row.settledBy,
    settledAt: row.settledAt === null ? null : toMoment(row.settledAt),
    note: row.note,
  }
}
