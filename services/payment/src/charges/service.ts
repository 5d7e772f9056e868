import {
  AppError,
  Day,
  TRANSFER_MAX_VND,
  type Charge,
  type ChargeDetail,
  type ChargePage,
  type ChargeTotals,
  type StallChargesPage,
  type StallDebt,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { encodeVietQr, findBank } from '@tienve/vietqr'
import { listChanges } from '../changes/repository.ts'
import { toChange } from '../changes/rules.ts'
import type { Context } from '../context.ts'
import { addDays, dayOf, daysBetween, toMoment } from '../days.ts'
import { cutPageBy, notACursor, readWords, writeWords } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { listOfCharges } from '../receipts/repository.ts'
import { receiptNumber, receiptUrl, toReceipt } from '../receipts/rules.ts'
import { debtCodes, findStall, listAccounts } from '../stalls/repository.ts'
import { maskNumber } from '../stalls/rules.ts'
import * as repository from './repository.ts'
import { chargeStatusOf, toLine } from './rules.ts'

type ChargeRow = repository.ChargeRow

export type ChargeQuery = {
  status?: repository.ChargeFilter['status']
  stallId?: string | undefined
  period?: string | undefined
  overdueDays?: number | undefined
  dueFrom?: string | undefined
  dueTo?: string | undefined
  zone?: string | undefined
  service?: string | undefined
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
  const filter = filterOf(query, today)
  const found = await repository.listCharges(tx, marketId, filter, {
    limit: query.limit + 1,
    after: readChargeCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPageBy(found, query.limit, writeChargeCursor)
  return {
    items: await toCharges(ctx, tx, marketId, rows, today),
    nextCursor,
    totals: toTotals(await repository.sumCharges(tx, marketId, filter)),
  }
}

/** The same charges added up by stall, who owes most first, with the sums of the whole filter. */
export async function getChargesByStall(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  query: ChargeQuery,
): Promise<StallChargesPage> {
  const filter = filterOf(query, dayOf(ctx.now()))
  const found = await repository.sumByStall(tx, marketId, filter, {
    limit: query.limit + 1,
    after: readStallCursor(query.cursor),
  })
  const { rows, nextCursor } = cutPageBy(found, query.limit, writeStallCursor)
  return {
    items: rows.map((row) => ({ ...row, ...toTotals(row) })),
    nextCursor,
    totals: toTotals(await repository.sumCharges(tx, marketId, filter)),
  }
}

/** All that a stall owes, with one code for the whole of it. Errors: `not_found`, `stall_without_account` (the board's). */
export async function getDebt(ctx: Context, tx: Tx, marketId: string, stallId: string): Promise<StallDebt> {
  const today = dayOf(ctx.now())
  const stall = await findStall(tx, marketId, stallId)
  if (stall === null) throw new AppError('not_found')
  const filter = { stallId, status: 'outstanding' } as const
  const [rows, sums, overdue, codes, [account]] = await Promise.all([
    repository.listCharges(tx, marketId, filter, { limit: MOST_OWED, after: null }),
    repository.sumCharges(tx, marketId, filter),
    repository.sumCharges(tx, marketId, { ...filter, dueBefore: today }),
    debtCodes(tx, marketId, [stallId]),
    listAccounts(tx, marketId, null),
  ])
  if (account === undefined) throw new AppError('stall_without_account', 'The board has no receiving account')
  const code = codes.get(stallId) ?? ''
  return {
    stallId,
    stallCode: stall.code,
    outstandingVnd: vndToJson(sums.outstandingVnd),
    overdueVnd: vndToJson(overdue.outstandingVnd),
    creditVnd: vndToJson(sums.creditVnd),
    code,
    payload: sums.outstandingVnd > 0n ? payloadOf(account, sums.outstandingVnd, code) : null,
    payee: payeeOf(account),
    charges: await toCharges(ctx, tx, marketId, rows.toReversed(), today),
  }
}

/** More months than any stall owes at once. */
const MOST_OWED = 200

/** One charge, with all that has paid and changed it. Errors: `not_found`, for a stall's people also where it is another's. */
export async function getCharge(ctx: Context, tx: Tx, actor: Actor, id: string): Promise<ChargeDetail> {
  const { marketId } = actor
  const row = await repository.findCharge(tx, marketId, id)
  if (row === null || (actor.stallId !== null && actor.stallId !== row.stallId))
    throw new AppError('not_found')
  const [[shown], settlements, changes, { creditVnd }] = await Promise.all([
    toCharges(ctx, tx, marketId, [row], dayOf(ctx.now())),
    repository.listSettlements(tx, marketId, id),
    listChanges(tx, marketId, { chargeId: id }, { limit: MOST_CHANGES, after: null }),
    repository.sumCharges(tx, marketId, { stallId: row.stallId }),
  ])
  if (shown === undefined) throw new Error('a charge that was found was not shown')
  return {
    ...shown,
    settlements: settlements.map((one) => ({
      at: toMoment(one.at),
      source: one.source,
      amountVnd: vndToJson(one.amountVnd),
      receipt:
        one.receipt === null
          ? null
          : {
              id: one.receipt.id,
              number: receiptNumber(one.receipt.year, one.receipt.number),
              url: receiptUrl(ctx.config.publicUrl, one.receipt.token),
            },
    })),
    // Nobody in a stall hears of what is not decided.
    changes: changes.map(toChange).filter(({ status }) => actor.stallId === null || status === 'approved'),
    stallCreditVnd: vndToJson(creditVnd),
  }
}

/** More changes than one charge ever has. */
const MOST_CHANGES = 100

function filterOf(query: ChargeQuery, today: string): repository.ChargeFilter {
  const { stallId, period, overdueDays, dueFrom, dueTo, zone, service } = query
  return {
    stallId,
    period,
    dueFrom,
    dueTo,
    zone,
    service,
    status: query.status ?? (overdueDays === undefined ? undefined : 'outstanding'),
    dueBefore: overdueDays === undefined ? undefined : addDays(today, -overdueDays),
  }
}

function toTotals(sums: repository.ChargeSums): ChargeTotals {
  return {
    totalVnd: vndToJson(sums.totalVnd),
    changedVnd: vndToJson(sums.changedVnd),
    paidVnd: vndToJson(sums.paidVnd),
    creditVnd: vndToJson(sums.creditVnd),
    outstandingVnd: vndToJson(sums.outstandingVnd),
    count: Number(sums.count),
  }
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
  const receipts = Map.groupBy(await listOfCharges(tx, marketId, ids), ({ ofChargeId }) => ofChargeId)
  return rows.map((row) => ({
    ...toChargeHead(row, today),
    lines: (lines.get(row.id) ?? []).map(toLine),
    receipts: (receipts.get(row.id) ?? []).map((one) => toReceipt(ctx.config.publicUrl, one)),
  }))
}

function toChargeHead(row: ChargeRow, today: string): Omit<Charge, 'lines' | 'receipts'> {
  const { totalVnd, adjustedVnd, relievedVnd, writtenOffVnd, outstandingVnd } = row
  return {
    id: row.id,
    stallId: row.stallId,
    stallCode: row.stallCode,
    stallName: row.stallName,
    zoneCode: row.zoneCode,
    roundId: row.roundId,
    period: row.period,
    dueOn: row.dueOn,
    totalVnd: vndToJson(totalVnd),
    arrearsVnd: vndToJson(row.arrearsVnd),
    adjustedVnd: vndToJson(adjustedVnd),
    relievedVnd: vndToJson(relievedVnd),
    writtenOffVnd: vndToJson(writtenOffVnd),
    dueVnd: vndToJson(totalVnd + adjustedVnd - relievedVnd - writtenOffVnd),
    paidVnd: vndToJson(row.settledVnd + row.creditVnd),
    creditVnd: vndToJson(row.creditVnd),
    outstandingVnd: vndToJson(outstandingVnd),
    status: chargeStatusOf(row),
    overdueDays: outstandingVnd > 0n ? Math.max(0, daysBetween(row.dueOn, today)) : 0,
    code: row.code,
    payload: payloadOf(row.account, outstandingVnd > 0n ? outstandingVnd : totalVnd, row.code),
    payee: payeeOf(row.account),
  }
}

/** The code to pay a debt by. One transfer carries less than 500 million: of a larger debt the payer says how much. */
export function payloadOf(account: { bin: string; number: string }, amountVnd: bigint, memo: string): string {
  const { bin, number } = account
  return encodeVietQr({
    bin,
    account: number,
    memo,
    ...(amountVnd <= BigInt(TRANSFER_MAX_VND) ? { amountVnd } : {}),
  })
}

/** Whom a stall pays, so that it can compare with what its bank's app shows. */
export function payeeOf(account: { bin: string; number: string; holder: string }): Charge['payee'] {
  const bank = findBank(account.bin)
  return {
    bankName: bank?.shortName ?? account.bin,
    bankCode: bank?.code ?? account.bin,
    number: maskNumber(account.number),
    holder: account.holder,
  }
}

function writeChargeCursor(last: { dueOn: string; stallCode: string }): string {
  return writeWords(last.dueOn, last.stallCode)
}

function readChargeCursor(text: string | undefined): { dueOn: string; code: string } | null {
  const words = readWords(text, /^(\d{4}-\d\d-\d\d) (\S{1,30})$/)
  if (words === null) return null
  if (!Day.safeParse(words[0]).success) throw notACursor()
  return { dueOn: words[0], code: words[1] }
}

function writeStallCursor(last: { outstandingVnd: bigint; stallCode: string }): string {
  return writeWords(last.outstandingVnd, last.stallCode)
}

function readStallCursor(text: string | undefined): { outstandingVnd: bigint; code: string } | null {
  const words = readWords(text, /^(\d{1,18}) (\S{1,30})$/)
  return words === null ? null : { outstandingVnd: BigInt(words[0]), code: words[1] }
}
