import { AppError, type Arrears, type PaymentPromises } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import type { Context } from '../context.ts'
import { addDays, dayOf, toMoment } from '../days.ts'
import { sumDebtsByStall, sumDebtsByZone, type StallDebt } from '../summaries/repository.ts'
import { listDisputedStalls, listPromises } from './repository.ts'
import { dueBetween, promiseStateOf } from './rules.ts'

/** How far back promises are shown. */
const PROMISE_DAYS = 90

/**
 * What is owed at the end of a day by how long it is past due; its sum is the balance of 131 on that day. Errors:
 * `day_invalid` (a day to come).
 */
export async function getArrears(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  day: string | undefined,
): Promise<Arrears> {
  const today = dayOf(ctx.now())
  const asOf = day ?? today
  if (asOf > today) throw new AppError('day_invalid')
  const zones = await sumDebtsByZone(tx, marketId, asOf)
  const stalls = await sumDebtsByStall(tx, marketId, asOf)
  const disputed = await listDisputedStalls(tx, marketId)
  return {
    asOf,
    zones: zones.rows.map((row) => ({
      zoneCode: row.zoneCode ?? '',
      zoneName: row.zoneName ?? '',
      stalls: Number(row.stalls),
      ...toAges(row),
    })),
    stalls: stalls.rows.map((row) => ({
      stallId: row.stallId ?? '',
      stallCode: row.stallCode ?? '',
      stallName: row.stallName ?? '',
      zoneCode: row.zoneCode ?? '',
      oldestDueOn: row.oldestDueOn ?? asOf,
      disputed: disputed.has(row.stallId ?? ''),
      ...toAges(row),
    })),
    total: { stalls: stalls.rows.length, ...toAges(zones.total) },
    dueBetween: dueBetween(asOf),
  }
}

/** What stalls promised to pay and when, and what came of it. */
export async function getPromises(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
): Promise<PaymentPromises> {
  const today = dayOf(ctx.now())
  const rows = await listPromises(tx, marketId, addDays(today, -PROMISE_DAYS))
  return {
    items: rows.map((row) => ({
      visitId: row.visitId,
      stallId: row.stallId,
      stallCode: row.stallCode,
      stallName: row.stallName,
      collectorName: row.collectorName,
      visitedAt: toMoment(row.visitedAt),
      promisedOn: row.promisedOn,
      promisedVnd: row.promisedVnd === null ? null : vndToJson(row.promisedVnd),
      owedThenVnd: vndToJson(row.owedThenVnd),
      // Money taken back again can make it less than nothing.
      paidVnd: vndToJson(row.paidVnd > 0n ? row.paidVnd : 0n),
      owedVnd: vndToJson(row.owedVnd),
      state: promiseStateOf(row, today),
    })),
    nextCursor: null,
  }
}

type Ages = Pick<StallDebt, 'notDueVnd' | 'to30Vnd' | 'to60Vnd' | 'to90Vnd' | 'over90Vnd' | 'owedVnd'>

function toAges(row: Ages | undefined) {
  return {
    notDueVnd: vndToJson(row?.notDueVnd ?? 0n),
    to30Vnd: vndToJson(row?.to30Vnd ?? 0n),
    to60Vnd: vndToJson(row?.to60Vnd ?? 0n),
    to90Vnd: vndToJson(row?.to90Vnd ?? 0n),
    over90Vnd: vndToJson(row?.over90Vnd ?? 0n),
    owedVnd: vndToJson(row?.owedVnd ?? 0n),
  }
}
