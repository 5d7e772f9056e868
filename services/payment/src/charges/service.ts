import {
  AppError,
  type BillingRound,
  type Charge,
  type ChargePage,
  type ProposeRound,
  type PublicReceipt,
  type Tariff,
} from '@tienve/contracts'
import { inMarket, insertMany, newId, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { encodeVietQr, findBank } from '@tienve/vietqr'
import { eq } from 'drizzle-orm'
import { approve, propose } from '../approvals/service.ts'
import { chargeIssued } from '../books/postings.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf, daysBetween, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { findInDirectory } from '../markets/directory.ts'
import { market } from '../markets/tables.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { maskNumber } from '../stalls/rules.ts'
import * as repository from './repository.ts'
import { chargeStatusOf, receiptNumber, spaceLine } from './rules.ts'
import { billingRound, charge, chargeLine } from './tables.ts'

type ChargeRow = repository.ChargeRow

export type ChargeQuery = {
  status?: repository.ChargeFilter['status']
  stallId?: string | undefined
  overdueDays?: number | undefined
  cursor?: string | undefined
  limit: number
}

/** A page of charges with the sums of the whole filter. `overdueDays: 60` means more than 60 days past due and unpaid. */
export async function getCharges(
  ctx: Context,
  tx: Tx,
  marketId: string,
  query: ChargeQuery,
): Promise<ChargePage> {
  const today = dayOf(ctx.now())
  const overdue = query.overdueDays !== undefined
  const filter = {
    stallId: query.stallId,
    status: query.status ?? (overdue ? ('outstanding' as const) : undefined),
    dueBefore: overdue ? addDays(today, -(query.overdueDays ?? 0)) : undefined,
  }
  const rows = await repository.listCharges(tx, marketId, filter, {
    limit: query.limit + 1,
    after: readChargeCursor(query.cursor),
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const sums = await repository.sumCharges(tx, marketId, filter)
  return {
    items: await toCharges(ctx, tx, marketId, page, today),
    nextCursor: rows.length > page.length && last !== undefined ? writeChargeCursor(last) : null,
    totals: {
      totalVnd: vndToJson(sums.totalVnd),
      paidVnd: vndToJson(sums.paidVnd),
      outstandingVnd: vndToJson(sums.outstandingVnd),
      count: Number(sums.count),
    },
  }
}

/** One charge. Errors: `not_found`, for a stall's people also where it is another stall's. */
export async function getCharge(ctx: Context, tx: Tx, actor: Actor, id: string): Promise<Charge> {
  const row = await repository.findCharge(tx, actor.marketId, id)
  if (row === null || (actor.stallId !== null && actor.stallId !== row.stallId))
    throw new AppError('not_found')
  const [shown] = await toCharges(ctx, tx, actor.marketId, [row], dayOf(ctx.now()))
  if (shown === undefined) throw new Error('a charge that was found was not shown')
  return shown
}

/** Billing rounds, newest period first. */
export async function getRounds(tx: Tx, marketId: string): Promise<BillingRound[]> {
  const rounds = await repository.listRounds(tx, marketId)
  const sums = new Map((await repository.sumByRound(tx, marketId)).map((row) => [row.roundId, row]))
  return rounds.map((round) => {
    const sum = sums.get(round.id)
    return {
      id: round.id,
      period: round.period,
      status: round.status === 'issued' ? 'issued' : 'proposed',
      dueOn: round.dueOn,
      issuedAt: round.issuedAt === null ? null : toMoment(round.issuedAt),
      proposedBy: round.proposedBy,
      approvedBy: round.approvedBy,
      chargeCount: Number(sum?.count ?? 0n),
      totalVnd: vndToJson(sum?.totalVnd ?? 0n),
      paidVnd: vndToJson(sum?.paidVnd ?? 0n),
      outstandingVnd: vndToJson(sum?.outstandingVnd ?? 0n),
    }
  })
}

/** Proposes to bill every stall for a month. Nobody is billed until another person approves. Errors: `round_already_issued`. */
export async function proposeRound(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  input: ProposeRound,
): Promise<BillingRound> {
  const now = ctx.now()
  const before = await repository.findRoundOfPeriod(tx, actor.marketId, input.period)
  if (before !== null)
    throw new AppError('round_already_issued', undefined, { fields: { period: 'already billed' } })
  const id = newId('rnd')
  const approvalId = await propose(tx, actor, { kind: 'billing_round', objectId: id }, now)
  await tx
    .insert(billingRound)
    .values({ marketId: actor.marketId, id, ...input, status: 'proposed', approvalId })
  return findRound(tx, actor.marketId, id)
}

/**
 * Approves a proposed round and issues it: a charge for every stall in use, each with its own code, posted as owed.
 * Errors: `not_found`, `round_already_issued`, `approval_own_proposal`, `stall_without_account` (the board's).
 */
export async function approveRound(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<BillingRound> {
  const round = await repository.lockRound(tx, actor.marketId, id)
  if (round === null) throw new AppError('not_found')
  if (round.status === 'issued') throw new AppError('round_already_issued')
  const now = ctx.now()
  await approve(tx, actor, round.approvalId, now)
  await repository.setRoundIssued(tx, actor.marketId, id, now)
  await issueCharges(tx, actor.marketId, round, now)
  return findRound(tx, actor.marketId, id)
}

async function issueCharges(
  tx: Tx,
  marketId: string,
  round: { id: string; period: string; dueOn: string },
  issuedAt: Date,
): Promise<void> {
  const [account] = await listAccounts(tx, marketId, null)
  if (account === undefined) throw new AppError('stall_without_account', 'The board has no receiving account')
  const prices = await repository.listPricesOn(tx, marketId, `${round.period}-01`)
  const byGrade = new Map(prices.map((price) => [price.positionGrade, price]))
  const stalls = await repository.listBillableStalls(tx, marketId)
  const drafts = stalls.map((stall) => {
    const price = byGrade.get(stall.positionGrade)
    if (price === undefined) {
      throw new AppError(
        'resolution_invalid',
        `No price is in force for position grade ${stall.positionGrade}`,
      )
    }
    return {
      stall,
      line: spaceLine(stall.areaM2, price),
      id: newId('chg'),
    }
  })
  const codes = await takeCodes(
    tx,
    marketId,
    'charge',
    drafts.map(({ id }) => id),
  )
  const base = { marketId, roundId: round.id, accountId: account.id, dueOn: round.dueOn, issuedAt }
  await insertMany(
    tx,
    charge,
    drafts.map(({ id, stall, line }) => ({
      ...base,
      code: codes.get(id) ?? '',
      id,
      stallId: stall.id,
      totalVnd: line.amountVnd,
    })),
  )
  await insertMany(
    tx,
    chargeLine,
    drafts.map(({ id, line }) => ({ marketId, chargeId: id, line: 1, ...line })),
  )
  await postAll(
    tx,
    marketId,
    drafts.map(({ id, stall, line }) =>
      chargeIssued({ chargeId: id, stallId: stall.id, totalVnd: line.amountVnd, issuedAt }),
    ),
    { as: 'api' },
  )
}

/** Prices as decided, the newest first. */
export async function getTariffs(tx: Tx, marketId: string): Promise<Tariff[]> {
  const rows = await repository.listTariffs(tx, marketId)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    positionGrade: row.positionGrade,
    unitPriceVnd: vndToJson(row.unitPriceVnd),
    unit: 'm2_month' as const,
    decision: row.decision,
    decidedOn: row.decidedOn,
    effectiveFrom: row.effectiveFrom,
    effectiveTo: row.effectiveTo,
  }))
}

/** What the holder of a receipt's address may check. Null when there is no such receipt. */
export async function getPublicReceipt(ctx: Context, token: string): Promise<PublicReceipt | null> {
  const found = await findInDirectory(ctx.db, 'receipt', token)
  if (found === null) return null
  const { marketId } = found
  return inMarket(ctx.db, marketId, async (tx) => {
    const paid = await repository.findReceipt(tx, marketId, found.objectId)
    const of = paid === null ? null : await repository.findCharge(tx, marketId, paid.chargeId)
    const [place] = await tx.select().from(market).where(eq(market.marketId, marketId))
    if (paid === null || of === null || place === undefined) return null
    const lines = await repository.listLines(tx, marketId, [of.id])
    return {
      number: receiptNumber(paid.year, paid.number),
      marketName: place.name,
      demo: place.demo,
      stallCode: of.stallCode,
      period: of.period,
      amountVnd: vndToJson(paid.amountVnd),
      chargeTotalVnd: vndToJson(of.totalVnd),
      paidVnd: vndToJson(of.paidVnd),
      outstandingVnd: outstandingOf(of),
      paidAt: toMoment(paid.paidAt),
      lines: lines.map(toLine),
    }
  })
}

async function findRound(tx: Tx, marketId: string, id: string): Promise<BillingRound> {
  const round = (await getRounds(tx, marketId)).find((one) => one.id === id)
  if (round === undefined) throw new AppError('not_found')
  return round
}

async function toCharges(
  ctx: Context,
  tx: Tx,
  marketId: string,
  rows: readonly ChargeRow[],
  today: string,
): Promise<Charge[]> {
  const ids = rows.map(({ id }) => id)
  const lines = Map.groupBy(await repository.listLines(tx, marketId, ids), ({ chargeId }) => chargeId)
  const receipts = Map.groupBy(await repository.listReceipts(tx, marketId, ids), ({ chargeId }) => chargeId)
  return rows.map((row) => ({
    ...toChargeHead(row, today),
    lines: (lines.get(row.id) ?? []).map(toLine),
    receipts: (receipts.get(row.id) ?? []).map((one) => ({
      id: one.id,
      number: receiptNumber(one.year, one.number),
      url: `${ctx.config.publicUrl}/r/${one.token}`,
      amountVnd: vndToJson(one.amountVnd),
      paidAt: toMoment(one.paidAt),
    })),
  }))
}

function toChargeHead(row: ChargeRow, today: string): Omit<Charge, 'lines' | 'receipts'> {
  const bank = findBank(row.account.bin)
  const missing = row.totalVnd - row.paidVnd
  return {
    id: row.id,
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    zoneCode: row.zoneCode,
    roundId: row.roundId,
    period: row.period,
    dueOn: row.dueOn,
    totalVnd: vndToJson(row.totalVnd),
    paidVnd: vndToJson(row.paidVnd),
    outstandingVnd: outstandingOf(row),
    status: chargeStatusOf(row.totalVnd, row.paidVnd),
    overdueDays: missing > 0n ? Math.max(0, daysBetween(row.dueOn, today)) : 0,
    code: row.code,
    payload: encodeVietQr({
      bin: row.account.bin,
      account: row.account.number,
      amountVnd: missing > 0n ? missing : row.totalVnd,
      memo: row.code,
    }),
    payee: {
      bankName: bank?.shortName ?? row.account.bin,
      bankCode: bank?.code ?? row.account.bin,
      number: maskNumber(row.account.number),
      holder: row.account.holder,
    },
  }
}

function outstandingOf(row: { totalVnd: bigint; paidVnd: bigint }): number {
  return vndToJson(row.totalVnd > row.paidVnd ? row.totalVnd - row.paidVnd : 0n)
}

function toLine(row: { name: string; formula: string; amountVnd: bigint; decision: string }) {
  return { name: row.name, formula: row.formula, amountVnd: vndToJson(row.amountVnd), decision: row.decision }
}

function writeChargeCursor(last: { dueOn: string; stallCode: string }): string {
  return Buffer.from(`${last.dueOn} ${last.stallCode}`).toString('base64url')
}

function readChargeCursor(text: string | undefined): { dueOn: string; code: string } | null {
  if (text === undefined) return null
  const [, dueOn, code] =
    /^(\d{4}-\d\d-\d\d) (\S{1,30})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (dueOn === undefined || code === undefined) {
    throw new AppError('request_invalid', undefined, { fields: { cursor: 'not a cursor of ours' } })
  }
  return { dueOn, code }
}
