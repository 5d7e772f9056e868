import {
  AppError,
  MATCHED_BY,
  PAYMENT_REQUEST_NEXT,
  PAYMENT_REQUEST_STATUSES,
  VERDICTS,
  type CreatePaymentRequest,
  type DaySummary,
  type Payment,
  type PaymentPage,
  type PaymentRequest,
  type Reversal,
  type TakingPage,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { encodeVietQr, findBank } from '@tienve/vietqr'
import { listCashOfDay, toCashSale } from '../cash/service.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { handedOverOn } from '../contracts/repository.ts'
import { listPaidCredits } from '../credits/repository.ts'
import { dayOf, toMoment } from '../days.ts'
import { openOrder } from '../feeds/orders.ts'
import { cutPage, readCursor } from '../http/cursor.ts'
import { requirePermission } from '../http/guard.ts'
import type { Actor } from '../http/types.ts'
import { listPaidOfDay } from '../returns/repository.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { bankCodeOf } from '../stalls/rules.ts'
import {
  findLastTradingDay,
  findRequest,
  insertRequest,
  listNotes,
  listPaymentsOf,
  listReversalsOfDay,
  listSalesOfDay,
  listStallDay,
  setRequestStatus,
} from './repository.ts'
import { REQUEST_LIFETIME_MS, slipOf } from './rules.ts'

type PaymentRow = Awaited<ReturnType<typeof listPaymentsOf>>[number]
type RequestRow = NonNullable<Awaited<ReturnType<typeof findRequest>>>

/** Asks one shopper for a sum, with a one-time code. Errors: `stall_without_account`, `not_found` (of the account). */
export async function createRequest(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  stallId: string,
  input: CreatePaymentRequest,
): Promise<PaymentRequest> {
  const accounts = await listAccounts(tx, actor.marketId, stallId)
  if (accounts.length === 0) throw new AppError('stall_without_account')
  const account = accounts.find(({ id }) => input.accountId === undefined || id === input.accountId)
  if (account === undefined) throw new AppError('not_found', 'The stall has no such account')
  const now = ctx.now()
  const id = newId('req')
  const codes = await takeCodes(tx, actor.marketId, 'request', [id])
  const row = {
    marketId: actor.marketId,
    id,
    stallId,
    accountId: account.id,
    code: codes.get(id) ?? '',
    amountVnd: BigInt(input.amountVnd),
    note: input.note ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + REQUEST_LIFETIME_MS),
    orderDueAt: await openOrder(tx, actor.marketId, account, now),
  }
  await insertRequest(tx, row)
  return getRequest(tx, actor, row.id)
}

/** A request with the payments that came for it. Errors: `not_found`. */
export async function getRequest(tx: Tx, actor: Actor, id: string): Promise<PaymentRequest> {
  const row = await findRequest(tx, actor.marketId, id)
  if (row === null || (actor.stallId !== null && actor.stallId !== row.request.stallId)) {
    throw new AppError('not_found')
  }
  return toRequest(row, await listPaymentsOf(tx, actor.marketId, { requestId: id }))
}

/** Calls a request off. Money that comes for it all the same is still told. Errors: `not_found`, `request_already_final`. */
export async function cancelRequest(tx: Tx, actor: Actor, id: string): Promise<PaymentRequest> {
  const row = await findRequest(tx, actor.marketId, id, true)
  if (row === null || actor.stallId !== row.request.stallId) throw new AppError('not_found')
  const next: readonly string[] = PAYMENT_REQUEST_NEXT[readStatus(row.request.status)]
  if (!next.includes('cancelled')) throw new AppError('request_already_final')
  await setRequestStatus(tx, actor.marketId, id, 'cancelled')
  return getRequest(tx, actor, id)
}

/** A page of a stall's sales of one day, newest first. */
export async function getSalesOfDay(
  tx: Tx,
  actor: Actor,
  stallId: string,
  query: { day: string; limit: number; cursor?: string | undefined },
): Promise<PaymentPage> {
  const found = await listSalesOfDay(tx, actor.marketId, stallId, query.day, {
    limit: query.limit + 1,
    before: readCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { day: query.day, items: rows.map(toPayment), nextCursor }
}

/**
 * A page of all that a stall took on one day, by bank and in cash, newest first. It adds up to the day's summary: cash
 * that was undone is in neither, and what the bank took back or the stall gave back that day stands against it.
 */
export async function getTakingsOfDay(
  tx: Tx,
  actor: Actor,
  stallId: string,
  query: { day: string; limit: number; cursor?: string | undefined },
): Promise<TakingPage> {
  const page = { limit: query.limit + 1, before: readCursor(query.cursor) }
  const [refunds, payments, cashSales, reversals] = await Promise.all([
    listPaidOfDay(tx, actor.marketId, stallId, query.day, page),
    listSalesOfDay(tx, actor.marketId, stallId, query.day, page),
    listCashOfDay(tx, actor.marketId, stallId, query.day, page),
    listReversalsOfDay(tx, actor.marketId, stallId, query.day, page),
  ])
  const sales = await toBankTakings(tx, actor.marketId, payments)
  // At one moment refunds and then payments come before cash and that before reversals, since their ids do: a cursor cuts all at the same place.
  const found = [
    ...refunds.map((row) => ({ ...row, taking: { kind: 'refund' as const, refund: toWentBack(row) } })),
    ...sales,
    ...cashSales.map((row) => ({ ...row, taking: { kind: 'cash' as const, cashSale: toCashSale(row) } })),
    ...reversals.map((row) => ({ ...row, taking: { kind: 'reversal' as const, reversal: toWentBack(row) } })),
  ].toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime())
  const { rows, nextCursor } = cutPage(found, query.limit)
  return { day: query.day, items: rows.map(({ taking }) => taking), nextCursor }
}

/** Sales that a bank told of, as the stall reads them: each with what she noted when she asked for it, and whether it paid credit. */
export async function toBankTakings(
  tx: Tx,
  marketId: string,
  rows: Awaited<ReturnType<typeof listSalesOfDay>>,
) {
  const asked = rows.flatMap(({ requestId }) => (requestId === null ? [] : [requestId]))
  const [notes, credits] = await Promise.all([
    listNotes(tx, marketId, asked),
    listPaidCredits(
      tx,
      marketId,
      rows.map(({ id }) => id),
    ),
  ])
  return rows.map((row) => ({
    ...row,
    taking: {
      kind: 'bank' as const,
      payment: toPayment(row),
      note: notes.get(row.requestId ?? '') ?? null,
      paidCredit: credits.has(row.id),
    },
  }))
}

/**
 * What a stall took on a day, by bank and by hour; `lastTradingDay` is the one before it, for the stall's own people since it
 * went over to who has it.
 */
export async function getSummary(
  tx: Tx,
  { marketId, stallId: own }: Pick<Actor, 'marketId' | 'stallId'>,
  stallId: string,
  day: string,
): Promise<DaySummary> {
  const rows = (await listStallDay(tx, marketId, stallId, day)).filter(
    ({ count, amountVnd }) => count !== 0n || amountVnd !== 0n,
  )
  const bank = rows.filter(({ cash }) => !cash)
  const cash = rows.filter((row) => row.cash)
  const banks = [...new Set(bank.map(({ bin }) => bin))].map((bin) => {
    const own = bank.filter((row) => row.bin === bin)
    return {
      bankCode: bankCodeOf(bin),
      bankName: findBank(bin)?.shortName ?? bin,
      amountVnd: sumVnd(own),
      count: countOf(own),
    }
  })
  const hours = [...new Set(rows.map(({ hour }) => hour))].toSorted((a, b) => a - b)
  return {
    day,
    bankVnd: sumVnd(bank),
    cashVnd: sumVnd(cash),
    totalVnd: sumVnd(rows),
    count: countOf(bank),
    cashCount: countOf(cash),
    byBank: banks.toSorted((a, b) => b.amountVnd - a.amountVnd),
    byHour: hours.map((hour) => ({ hour, amountVnd: sumVnd(rows.filter((row) => row.hour === hour)) })),
    lastTradingDay: await findLastTradingDay(
      tx,
      marketId,
      [stallId],
      day,
      own === null ? undefined : handedOverOn(marketId, stallId, day),
    ),
  }
}

/** The day asked for, today when none was. Errors: `day_invalid` for a day that has not come. */
export function requireDay(ctx: Context, day: string | undefined): string {
  const today = dayOf(ctx.now())
  if (day !== undefined && day > today) {
    throw new AppError('day_invalid', undefined, { fields: { day: `at most ${today}` } })
  }
  return day ?? today
}

/**
 * The day whose sales somebody of a stall asks for one by one. All of a day that is over add up to its total, so whoever may not
 * see totals is shown today's. Errors: as `requireDay`, `role_forbidden`.
 */
export function requireDayOfSales(ctx: Context, actor: Actor, asked: string | undefined): string {
  const day = requireDay(ctx, asked)
  if (day !== dayOf(ctx.now())) requirePermission(actor, 'stall.totals')
  return day
}

/** A payment as the wire shows it. */
export function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    stallId: row.stallId,
    requestId: row.requestId,
    chargeId: row.chargeId,
    amountVnd: vndToJson(row.amountVnd),
    expectedVnd: row.expectedVnd === null ? null : vndToJson(row.expectedVnd),
    verdict: readOne(VERDICTS, row.verdict),
    slip: slipOf(row),
    matchedBy: readOne(MATCHED_BY, row.matchedBy),
    bankCode: bankCodeOf(row.bin),
    memoTail: row.memoTail,
    occurredAt: toMoment(row.occurredAt),
    receivedAt: toMoment(row.receivedAt),
    reversedAt: row.reversedAt === null ? null : toMoment(row.reversedAt),
  }
}

function toWentBack(row: Awaited<ReturnType<typeof listReversalsOfDay>>[number]): Reversal {
  return {
    id: row.id,
    paymentId: row.paymentId,
    amountVnd: vndToJson(row.amountVnd),
    bankCode: bankCodeOf(row.bin),
    occurredAt: toMoment(row.occurredAt),
  }
}

function toRequest({ request, account }: RequestRow, payments: PaymentRow[]): PaymentRequest {
  return {
    id: request.id,
    stallId: request.stallId,
    code: request.code,
    payload: encodeVietQr({
      bin: account.bin,
      account: account.number,
      amountVnd: request.amountVnd,
      memo: request.code,
    }),
    amountVnd: vndToJson(request.amountVnd),
    paidVnd: vndToJson(request.paidVnd),
    note: request.note,
    status: readStatus(request.status),
    accountId: request.accountId,
    createdAt: toMoment(request.createdAt),
    expiresAt: toMoment(request.expiresAt),
    payments: payments.map(toPayment),
  }
}

function readStatus(text: string) {
  return readOne(PAYMENT_REQUEST_STATUSES, text)
}

function sumVnd(rows: readonly { amountVnd: bigint }[]): number {
  return vndToJson(rows.reduce((sum, row) => sum + row.amountVnd, 0n))
}

function countOf(rows: readonly { count: bigint }[]): number {
  return Number(rows.reduce((sum, row) => sum + row.count, 0n))
}
