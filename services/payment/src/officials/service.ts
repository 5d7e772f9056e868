import { AppError, roleCan, type MarketMonth, type OfficialMarkets } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { sumCharges } from '../charges/repository.ts'
import { findMarket } from '../closing/repository.ts'
import type { Context } from '../context.ts'
import { dayOf, lastDayOf } from '../days.ts'
import type { Table } from '../documents/table.ts'
import type { Actor } from '../http/types.ts'
import { findUser } from '../identity/repository.ts'
import { getPlaces } from '../memberships/service.ts'
import { getSales } from '../reports/service.ts'
import { sumByWay } from '../summaries/repository.ts'
import { countStalls } from './repository.ts'

/**
 * A month of each market in which whoever holds this session is an official, in sums of the whole market: nothing that the
 * market's own pages do not show her. Each is read in a transaction of its own, as her user there; no query is of two.
 * One that cannot be read is missing, which is not zero. Errors: `day_invalid`.
 */
export async function getOfficialMarkets(
  ctx: Pick<Context, 'db' | 'log' | 'now'>,
  { marketId }: Actor,
  token: string,
  asked: string | undefined,
): Promise<OfficialMarkets> {
  const today = dayOf(ctx.now())
  const period = asked ?? today.slice(0, 7)
  if (period > today.slice(0, 7)) throw new AppError('day_invalid', undefined, { fields: { period: today } })
  const last = lastDayOf(period)
  const span = { from: `${period}-01`, to: last < today ? last : today }
  const items: OfficialMarkets['items'] = []
  for (const place of await getPlaces(ctx, marketId, token)) {
    if (place.state === 'invited') continue
    const item = await readPlace(ctx, place, { period, ...span })
    if (item !== null) items.push(item)
  }
  items.sort((a, b) => a.name.localeCompare(b.name, 'vi'))
  return { period, ...span, items, nextCursor: null }
}

/** One market; null where she is no official, and without figures where it could not be read. */
async function readPlace(
  ctx: Pick<Context, 'db' | 'log'>,
  { marketId, userId }: { marketId: string; userId: string },
  month: { period: string; from: string; to: string },
): Promise<OfficialMarkets['items'][number] | null> {
  let name = marketId
  try {
    return await inMarket(ctx.db, marketId, async (tx) => {
      name = (await findMarket(tx, marketId))?.name ?? name
      const user = await findUser(tx, marketId, userId)
      if (user === null || !roleCan(user.role, 'markets.compare')) return null
      return { marketId, name, figures: await readMonth(tx, marketId, month) }
    })
  } catch (error) {
    ctx.log.warn({ err: error, marketId }, "one of an official's markets could not be read")
    return { marketId, name, figures: null }
  }
}

async function readMonth(
  tx: Tx,
  marketId: string,
  { period, from, to }: { period: string; from: string; to: string },
): Promise<MarketMonth> {
  const ofMonth = await sumCharges(tx, marketId, { period })
  const all = await sumCharges(tx, marketId, {})
  const { rows } = await sumByWay(tx, marketId, { from: period, to: period })
  const bankVnd = rows.reduce((sum, row) => sum + row.chargeBankVnd + row.ticketBankVnd, 0n)
  const cashVnd = rows.reduce((sum, row) => sum + row.chargeCashVnd + row.ticketCashVnd, 0n)
  const sales = await getSales(tx, marketId, { from, to })
  return {
    stallCount: await countStalls(tx, marketId),
    charges: {
      billedVnd: vndToJson(ofMonth.totalVnd + ofMonth.changedVnd),
      collectedVnd: vndToJson(ofMonth.totalVnd + ofMonth.changedVnd - ofMonth.outstandingVnd),
      outstandingVnd: vndToJson(all.outstandingVnd),
    },
    collected: {
      bankVnd: vndToJson(bankVnd),
      cashVnd: vndToJson(cashVnd),
      cashlessPercent: percentOf(bankVnd, bankVnd + cashVnd),
    },
    sales:
      sales.totals === null
        ? null
        : {
            bankVnd: sales.totals.bankVnd,
            cashVnd: sales.totals.cashVnd,
            totalVnd: sales.totals.totalVnd,
          },
    withheldDays: new Set(sales.withheldDays.map(({ day }) => day)).size,
  }
}

/** To a tenth of a percent, rounded half up; null of nothing. */
function percentOf(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Number((part * 2_000n + whole) / (2n * whole)) / 10
}

/** The same for a spreadsheet; of a market that is missing there is its name and no figure. */
export function officialTable({ items }: OfficialMarkets): Table {
  return {
    name: 'Các chợ',
    columns: [
      { head: 'Chợ', kind: 'text', width: 32 },
      { head: 'Số sạp', kind: 'count' },
      { head: 'Phải thu trong tháng (đ)', kind: 'money' },
      { head: 'Đã thu của tháng (đ)', kind: 'money' },
      { head: 'Còn nợ, mọi tháng (đ)', kind: 'money' },
      { head: 'Thu bằng chuyển khoản (đ)', kind: 'money' },
      { head: 'Thu bằng tiền mặt (đ)', kind: 'money' },
      { head: 'Doanh thu các sạp, chuyển khoản (đ)', kind: 'money' },
      { head: 'Doanh thu các sạp, tiền mặt (đ)', kind: 'money' },
      { head: 'Ghi chú', kind: 'text', width: 40 },
    ],
    rows: items.map(({ name, figures }) =>
      figures === null
        ? [name, null, null, null, null, null, null, null, null, 'Chưa đọc được, không phải số 0']
        : [
            name,
            figures.stallCount,
            figures.charges.billedVnd,
            figures.charges.collectedVnd,
            figures.charges.outstandingVnd,
            figures.collected.bankVnd,
            figures.collected.cashVnd,
            figures.sales?.bankVnd ?? null,
            figures.sales?.cashVnd ?? null,
            figures.withheldDays === 0 ? '' : `Không cộng đủ ${figures.withheldDays} ngày có dưới 5 sạp bán`,
          ],
    ),
  }
}
