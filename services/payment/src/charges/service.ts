import {
  AppError,
  Day,
  type Charge,
  type ChargePage,
  type ChargeTotals,
  type StallChargesPage,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { encodeVietQr, findBank } from '@tienve/vietqr'
import type { Context } from '../context.ts'
import { addDays, dayOf, daysBetween } from '../days.ts'
import { notACursor, readWords, writeWords } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { listOfCharges } from '../receipts/repository.ts'
import { toReceipt } from '../receipts/rules.ts'
import { maskNumber } from '../stalls/rules.ts'
import * as repository from './repository.ts'
import { chargeStatusOf, toLine } from './rules.ts'

type ChargeRow = repository.ChargeRow

export type ChargeQuery = {
  status?: repository.ChargeFilter['status']
  stallId?: string | undefined
  period?: string | undefined
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
  const filter = filterOf(query, today)
  const rows = await repository.listCharges(tx, marketId, filter, {
    limit: query.limit + 1,
    after: readChargeCursor(query.cursor),
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: await toCharges(ctx, tx, marketId, page, today),
    nextCursor: rows.length > page.length && last !== undefined ? writeChargeCursor(last) : null,
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
  const rows = await repository.sumByStall(tx, marketId, filter, {
    limit: query.limit + 1,
    after: readStallCursor(query.cursor),
  })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({ ...row, ...toTotals(row) })),
    nextCursor: rows.length > page.length && last !== undefined ? writeStallCursor(last) : null,
    totals: toTotals(await repository.sumCharges(tx, marketId, filter)),
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

function filterOf(query: ChargeQuery, today: string): repository.ChargeFilter {
  const { stallId, period, overdueDays } = query
  return {
    stallId,
    period,
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
    payload: encodeVietQr({
      bin: row.account.bin,
      account: row.account.number,
      amountVnd: outstandingVnd > 0n ? outstandingVnd : totalVnd,
      memo: row.code,
    }),
    payee: payeeOf(row.account),
  }
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
