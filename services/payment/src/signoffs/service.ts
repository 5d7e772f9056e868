import {
  AppError,
  type AccountCheck,
  type DayReconciliation,
  type DaySignOff,
  type Reconciliation,
  type SignDay,
  type SignOffSeen,
} from '@tienve/contracts'
import { inMarket, newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sql } from 'drizzle-orm'
import { approve, propose, refuse, takeDuty } from '../approvals/service.ts'
import { findMarket, findUserNames } from '../closing/repository.ts'
import { findClosedDayOf } from '../closing/service.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { requireDay } from '../payments/service.ts'
import { getReconciliation } from '../reconciliation/service.ts'
import { sumOpenSuspense } from '../reports/repository.ts'
import { maskNumber } from '../stalls/rules.ts'
import { signOffPdf, signOffXlsx, type PrintedSignOff } from './report.ts'
import * as repository from './repository.ts'
import { followBalances, standingOf, type BalanceRow } from './rules.ts'
import type { SignedAccount, SignedReason } from './tables.ts'

type Account = DayReconciliation['accounts'][number]
type Figures = Pick<DayReconciliation, 'accounts' | 'seen'> & {
  reconciliation: Reconciliation
  movements: repository.Movement[]
}

/** The reconciliation of a day down to each account of the board, and whether it was signed off. */
export async function getDayReconciliation(
  tx: Tx,
  marketId: string,
  day: string,
): Promise<DayReconciliation> {
  // In one snapshot: a movement that comes meanwhile is in all of the figures, or in none.
  await tx.execute(sql`set transaction isolation level repeatable read read only`)
  const figures = await readFigures(tx, marketId, day)
  const { reconciliation, accounts, seen } = figures
  const found = await repository.findSignOff(tx, marketId, day)
  const signOff = found === null ? null : await toSignOff(tx, marketId, found, figures)
  return { ...reconciliation, accounts, seen, signOff }
}

/**
 * The first signature of a day: by whoever has seen its figures, with a reason for each movement that makes a difference.
 * Errors: `day_invalid`, `day_already_signed`, `day_changed`, `sign_off_unexplained`, `request_invalid`.
 */
export async function signDay(ctx: Context, tx: Tx, actor: Actor, input: SignDay): Promise<DaySignOff> {
  const { marketId, userId } = actor
  const day = requireDay(ctx, input.day)
  const before = await repository.findSignOff(tx, marketId, day)
  if (before !== null && statusOf(before) !== 'refused') throw new AppError('day_already_signed')
  const figures = await readFigures(tx, marketId, day)
  requireSeen(input.seen, figures.seen)
  // A movement that came between two of our own looks would be signed in one figure and not in another.
  const movedVnd = figures.movements.reduce((sum, { changeVnd }) => sum + changeVnd, 0n)
  if (BigInt(figures.seen.bankVnd) !== movedVnd) throw new AppError('day_changed')
  const reasons = explain(figures.accounts, input.reasons)
  const suspense = await repository.sumSuspenseByReason(tx, marketId)
  await takeDuty(tx, actor, day, 'account')
  const id = newId('dso')
  const now = ctx.now()
  const approvalId = await propose(tx, actor, { kind: 'day_sign_off', objectId: id }, now)
  const { seen, accounts, movements } = figures
  const isAdded = await repository.tryInsertSignOff(tx, {
    marketId,
    id,
    day,
    version: (before?.signOff.version ?? 0) + 1,
    approvalId,
    bankVnd: BigInt(seen.bankVnd),
    ledgerVnd: BigInt(seen.ledgerVnd),
    differenceVnd: BigInt(seen.differenceVnd),
    suspenseVnd: BigInt(seen.suspenseVnd),
    suspenseCount: seen.suspenseCount,
    accounts: accounts.map(toSigned),
    reasons,
    suspense: suspense.map((one) => ({
      reason: one.reason,
      count: Number(one.count),
      amountVnd: vndToJson(one.amountVnd),
    })),
    movementIds: movements.map((one) => one.id),
    signedBy: userId,
    signedAt: now,
  })
  if (!isAdded) throw new AppError('day_already_signed')
  return findSignOff(tx, marketId, day, figures)
}

/**
 * The second signature, by another person, while the day's figures are still those that were signed. Errors: `not_found`,
 * `approval_own_proposal`, `approval_already_decided`, `day_changed`.
 */
export async function approveSignOff(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  day: string,
): Promise<DaySignOff> {
  const { marketId } = actor
  const found = await repository.findSignOff(tx, marketId, day)
  if (found === null) throw new AppError('not_found')
  await takeDuty(tx, actor, day, 'account')
  await approve(tx, actor, found.approval.id, ctx.now())
  const signOff = await findSignOff(tx, marketId, day, await readFigures(tx, marketId, day))
  if (signOff.isChanged) throw new AppError('day_changed')
  return signOff
}

/** Refuses the second signature and says why; the day may then be signed anew. Errors: as `approveSignOff`. */
export async function refuseSignOff(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  day: string,
  reason: string,
): Promise<DaySignOff> {
  const { marketId } = actor
  const found = await repository.findSignOff(tx, marketId, day)
  if (found === null) throw new AppError('not_found')
  await refuse(tx, actor, found.approval.id, reason, ctx.now())
  return findSignOff(tx, marketId, day, await readFigures(tx, marketId, day))
}

/** The report of a day that two people have signed, with its seal. Errors: `not_found` until then. */
export async function getSignOffReport(
  ctx: Context,
  marketId: string,
  day: string,
  kind: 'pdf' | 'xlsx',
): Promise<Buffer> {
  const printed = await inMarket(ctx.db, marketId, async (tx): Promise<PrintedSignOff> => {
    const found = await repository.findSignOff(tx, marketId, day)
    const market = await findMarket(tx, marketId)
    if (found === null || market === undefined || statusOf(found) !== 'signed')
      throw new AppError('not_found')
    return {
      signOff: await toSignOff(tx, marketId, found, await readFigures(tx, marketId, day)),
      accounts: found.signOff.accounts,
      suspense: found.signOff.suspense,
      closed: await findClosedDayOf(tx, marketId, day),
      market: { marketName: market.name, demo: market.demo, madeAt: ctx.now() },
    }
  })
  return kind === 'pdf' ? signOffPdf(printed) : signOffXlsx(printed)
}

/** What a day comes to now. */
async function readFigures(tx: Tx, marketId: string, day: string): Promise<Figures> {
  const reconciliation = await getReconciliation(tx, marketId, day)
  const movements = await repository.listMovements(tx, marketId, day)
  const statements = await repository.listStatements(tx, marketId, day)
  const held = await repository.listHeldRows(tx, marketId, day)
  const suspense = await sumOpenSuspense(tx, marketId)
  const board = (await repository.listBoardAccounts(tx, marketId)).map((account): Account => {
    const ofAccount = ({ accountId }: { accountId: string | null }) => accountId === account.id
    const line = reconciliation.accounts.find(ofAccount)
    return {
      accountId: account.id,
      bin: account.bin,
      number: maskNumber(account.number),
      bankVnd: line?.bankVnd ?? 0,
      ledgerVnd: line?.ledgerVnd ?? 0,
      differenceVnd: line?.differenceVnd ?? 0,
      rows: line?.rows ?? [],
      check: checkOf(day, movements.filter(ofAccount), statements.filter(ofAccount), held.filter(ofAccount)),
    }
  })
  const bankVnd = board.reduce((sum, one) => sum + (one.bankVnd ?? 0), 0)
  const others = reconciliation.accounts.filter(({ accountId }) => accountId === null)
  return {
    reconciliation,
    movements,
    accounts: [...board, ...others.map((line) => ({ ...line, check: null }))],
    seen: {
      bankVnd,
      ledgerVnd: board.reduce((sum, one) => sum + (one.ledgerVnd ?? 0), 0),
      differenceVnd: reconciliation.differenceVnd,
      suspenseVnd: vndToJson(suspense.amountVnd),
      suspenseCount: suspense.count,
      movementCount: movements.length,
    },
  }
}

function checkOf(
  day: string,
  movements: readonly repository.Movement[],
  statements: readonly repository.Statement[],
  held: readonly { changeVnd: bigint; occurredAt: Date }[],
): AccountCheck {
  const rows = inBanksOrder(movements)
  const { openingVnd, closingVnd, toldBy } = standingOf(day, statements, rows)
  const followed = followBalances(rows, openingVnd)
  const wrong = followed.firstWrong
  const at = movements.find(({ id }) => id === wrong?.id)
  const isRead = statements.length > 0 && statements.every((one) => one.isRead)
  const latest = statements.toSorted((a, b) => b.importedAt.getTime() - a.importedAt.getTime())[0]
  const broughtAt = latest?.importedAt.getTime() ?? 0
  const count = (test: (one: repository.Movement) => boolean): number => movements.filter(test).length
  return {
    openingVnd: openingVnd === null ? null : vndToJson(openingVnd),
    closingVnd: closingVnd === null ? null : vndToJson(closingVnd),
    toldBy,
    statement: statements.length === 0 ? 'none' : isRead ? 'read' : 'reading',
    statementDeliveredBy: latest?.deliveredBy ?? null,
    movements: {
      count: movements.length,
      push: count((one) => one.byPush),
      pull: count((one) => one.byPull),
      statement: count((one) => one.byStatement),
    },
    onlyInStatement: [
      ...movements.filter((one) => one.byStatement && !one.byPush && !one.byPull).map(toShown),
      ...held.map((one) => toShown({ ...one, id: null })),
    ],
    notInStatement: isRead
      ? movements.filter((one) => !one.byStatement && one.occurredAt.getTime() <= broughtAt).map(toShown)
      : [],
    balances: {
      checked: followed.checked,
      firstWrong:
        wrong === null || at === undefined
          ? null
          : {
              bankTransactionId: wrong.id,
              occurredAt: toMoment(at.occurredAt),
              expectedVnd: vndToJson(wrong.expectedVnd),
              toldVnd: vndToJson(wrong.toldVnd),
            },
    },
  }
}

/** Where the day alone is known of one movement, it may stand anywhere among the others. */
function inBanksOrder(movements: readonly repository.Movement[]): BalanceRow[] {
  const byDay = movements.some(({ precision }) => precision === 'day')
  return movements.map(({ id, changeVnd, balanceAfterVnd, occurredAt }) => ({
    id,
    changeVnd,
    balanceAfterVnd,
    at: byDay ? 0 : occurredAt.getTime(),
  }))
}

function toShown({ id, changeVnd, occurredAt }: { id: string | null; changeVnd: bigint; occurredAt: Date }) {
  return { bankTransactionId: id, amountVnd: vndToJson(changeVnd), occurredAt: toMoment(occurredAt) }
}

function requireSeen(seen: SignOffSeen, now: SignOffSeen): void {
  const names = Object.keys(now) as (keyof SignOffSeen)[]
  const changed = names.filter((name) => seen[name] !== now[name])
  if (changed.length === 0) return
  throw new AppError('day_changed', undefined, {
    fields: Object.fromEntries(changed.map((name) => [`seen.${name}`, `now ${now[name]}`])),
  })
}

/** Each movement that makes a difference with the reason that was given for it, and no reason for anything else. */
function explain(accounts: readonly Account[], given: SignDay['reasons']): SignedReason[] {
  const rows = accounts.flatMap((account) => account.rows)
  const reasons = new Map(given.map((one) => [one.bankTransactionId, one.reason]))
  const missing = rows.filter(({ bankTransactionId }) => !reasons.has(bankTransactionId))
  if (missing.length > 0) {
    const fields = Object.fromEntries(
      missing.map(({ bankTransactionId }) => [`reasons.${bankTransactionId}`, 'missing']),
    )
    throw new AppError('sign_off_unexplained', undefined, { fields })
  }
  const odd = [...reasons.keys()].filter((id) => !rows.some((row) => row.bankTransactionId === id))
  if (odd.length > 0) {
    const fields = Object.fromEntries(odd.map((id) => [`reasons.${id}`, 'makes no difference']))
    throw new AppError('request_invalid', undefined, { fields })
  }
  return rows.map(({ bankTransactionId, amountVnd, why }) => ({
    bankTransactionId,
    amountVnd,
    why,
    reason: reasons.get(bankTransactionId) ?? '',
  }))
}

/** What two stalls' sums of two moments would tell apart is not kept: of the stalls' line the difference alone. */
function toSigned(account: Account): SignedAccount {
  const { bin, number, bankVnd, ledgerVnd, differenceVnd, check } = account
  if (check === null)
    return {
      bin: null,
      number: null,
      bankVnd: null,
      ledgerVnd: null,
      differenceVnd,
      openingVnd: null,
      closingVnd: null,
      statement: null,
    }
  const { openingVnd, closingVnd, statement } = check
  return { bin, number, bankVnd, ledgerVnd, differenceVnd, openingVnd, closingVnd, statement }
}

async function findSignOff(tx: Tx, marketId: string, day: string, figures: Figures): Promise<DaySignOff> {
  const found = await repository.findSignOff(tx, marketId, day)
  if (found === null) throw new AppError('not_found')
  return toSignOff(tx, marketId, found, figures)
}

async function toSignOff(
  tx: Tx,
  marketId: string,
  found: repository.SignOffRow,
  now: Figures,
): Promise<DaySignOff> {
  const { signOff: row, approval } = found
  const decidedBy = approval.approvedBy ?? approval.refusedBy
  const decidedAt = approval.approvedAt ?? approval.refusedAt
  const names = await findUserNames(tx, marketId, [row.signedBy, ...(decidedBy === null ? [] : [decidedBy])])
  const seen = {
    bankVnd: vndToJson(row.bankVnd),
    ledgerVnd: vndToJson(row.ledgerVnd),
    differenceVnd: vndToJson(row.differenceVnd),
    suspenseVnd: vndToJson(row.suspenseVnd),
    suspenseCount: row.suspenseCount,
    movementCount: row.movementIds.length,
  }
  const there = new Set(row.movementIds)
  const lateRows = now.movements
    .filter(({ id }) => !there.has(id))
    .map((one) => ({
      bankTransactionId: one.id,
      number: now.accounts.find(({ accountId }) => accountId === one.accountId)?.number ?? '',
      amountVnd: vndToJson(one.changeVnd),
      occurredAt: toMoment(one.occurredAt),
      receivedAt: toMoment(one.receivedAt),
    }))
  // What is in suspense moves all the time, and is no part of what the day came to.
  const kept = ['bankVnd', 'ledgerVnd', 'differenceVnd', 'movementCount'] as const
  return {
    id: row.id,
    day: row.day,
    status: statusOf(found),
    seen,
    reasons: row.reasons,
    signedBy: names.get(row.signedBy) ?? row.signedBy,
    signedAt: toMoment(row.signedAt),
    decidedBy: decidedBy === null ? null : (names.get(decidedBy) ?? decidedBy),
    decidedAt: decidedAt === null ? null : toMoment(decidedAt),
    refusedReason: approval.refusedReason,
    isChanged: kept.some((name) => seen[name] !== now.seen[name]),
    lateRows,
  }
}

function statusOf({ approval }: repository.SignOffRow): DaySignOff['status'] {
  if (approval.approvedBy !== null) return 'signed'
  return approval.refusedBy === null ? 'proposed' : 'refused'
}
