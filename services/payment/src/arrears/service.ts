import { AppError, Day, PROMISE_STATES, type ArrearsPage, type PromisePage } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import type { Context } from '../context.ts'
import { addDays, dayOf, toMoment } from '../days.ts'
import { cutPageBy, notACursor, readWords, writeWords } from '../http/cursor.ts'
import { sumDebtsByStall, sumDebtsByZone, type DebtPage, type StallDebt } from '../summaries/repository.ts'
import { countPromises, listDisputedStalls, listPromises, type PromiseCursor } from './repository.ts'
import { dueBetween } from './rules.ts'

type Paging = { cursor?: string | undefined; limit: number }

/** How far back promises are shown. */
const PROMISE_DAYS = 90

/**
 * What is owed at the end of a day by how long it is past due; its sum is the balance of 131 on that day. The stalls come by
 * the page, the sums are of all. Errors: `day_invalid` (a day to come), `request_invalid` (no cursor of ours).
 */
export async function getArrears(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  query: Paging & { asOf?: string | undefined },
): Promise<ArrearsPage> {
  const today = dayOf(ctx.now())
  const asOf = query.asOf ?? today
  if (asOf > today) throw new AppError('day_invalid')
  const zones = await sumDebtsByZone(tx, marketId, asOf)
  const stalls = await sumDebtsByStall(tx, marketId, asOf, {
    after: readDebtCursor(query.cursor),
    limit: query.limit + 1,
  })
  const { rows, nextCursor } = cutPageBy(stalls.rows, query.limit, (last) =>
    writeWords(last.owedVnd, last.stallCode ?? ''),
  )
  const disputed = await listDisputedStalls(tx, marketId)
  return {
    asOf,
    zones: zones.rows.map((row) => ({
      zoneCode: row.zoneCode ?? '',
      zoneName: row.zoneName ?? '',
      stalls: Number(row.stalls),
      ...toAges(row),
    })),
    items: rows.map((row) => ({
      stallId: row.stallId ?? '',
      stallCode: row.stallCode ?? '',
      stallName: row.stallName ?? '',
      zoneCode: row.zoneCode ?? '',
      oldestDueOn: row.oldestDueOn ?? asOf,
      disputed: disputed.has(row.stallId ?? ''),
      ...toAges(row),
    })),
    nextCursor,
    total: { stalls: Number(zones.total?.stalls ?? 0n), ...toAges(zones.total) },
    dueBetween: dueBetween(asOf),
  }
}

/** What stalls promised to pay and when, and what came of it: a page, and the counts of all. Errors: `request_invalid`. */
export async function getPromises(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  marketId: string,
  query: Paging,
): Promise<PromisePage> {
  const today = dayOf(ctx.now())
  const asked = { marketId, since: addDays(today, -PROMISE_DAYS), today }
  const found = await listPromises(tx, asked, {
    after: readPromiseCursor(query.cursor),
    limit: query.limit + 1,
  })
  const counts = await countPromises(tx, asked)
  const { rows, nextCursor } = cutPageBy(found, query.limit, (last) =>
    writeWords(`${last.state}/${last.promisedOn}`, last.visitId),
  )
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
      state: row.state,
    })),
    nextCursor,
    counts: {
      waiting: counts.get('waiting') ?? 0,
      broken: counts.get('broken') ?? 0,
      kept: counts.get('kept') ?? 0,
    },
  }
}

function readDebtCursor(text: string | undefined): DebtPage['after'] {
  const words = readWords(text, /^(\d{1,18}) (\S{1,30})$/)
  return words === null ? null : { owedVnd: BigInt(words[0]), code: words[1] }
}

function readPromiseCursor(text: string | undefined): PromiseCursor | null {
  const words = readWords(text, /^([a-z]{1,10}\/\d{4}-\d\d-\d\d) (\S{1,60})$/)
  if (words === null) return null
  const [named, promisedOn = ''] = words[0].split('/')
  const state = PROMISE_STATES.find((one) => one === named)
  if (state === undefined || !Day.safeParse(promisedOn).success) throw notACursor()
  return { state, promisedOn, visitId: words[1] }
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
