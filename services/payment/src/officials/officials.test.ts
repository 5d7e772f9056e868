import type { OfficialMarkets } from '@tienve/contracts'
import { createDb } from '@tienve/db'
import { openXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boardAccountOf } from '../demo/connections.ts'
import { MARKETS } from '../demo/demo-markets.ts'
import { chargesOf } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

const DAY = '2026-11-24'
const MONTH = '2026-11'
const PRICE = 30_000
const [HERE, THERE] = MARKETS

let service: TestService
let ward: Session
beforeAll(async () => {
  service = await startService()
  ward = await service.logIn('ward', 0)
  // Five unnamed stalls sell here, so that their cell shows, and two there, so that theirs does not.
  await sell(0, 5)
  await sell(1, 2)
  const charging = chargesOf(service, HERE.id)
  const stallId = service.markets[0]?.stalls[0]?.id ?? ''
  const charge = await charging.issue(stallId, MONTH, [{ netVnd: 100_000n }])
  await service.tell({ id: 1, account: boardAccountOf(HERE).number, amountVnd: 60_000n, memo: charge.code })
  await until(async () => (await charging.standing(stallId)).paidVnd === 60_000n, 'the payment')
  await charging.stop()
})
afterAll(async () => service.stop())

async function sell(market: number, count: number): Promise<void> {
  const unnamed = service.markets[market]?.stalls.filter(({ consents }) => !consents).slice(0, count) ?? []
  expect(unnamed).toHaveLength(count)
  for (const stall of unnamed) {
    const session = await service.logInAs(stall)
    const { status } = await service.call(`/v1/stalls/${stall.id}/cash-sales`, {
      session,
      body: { amountVnd: PRICE },
    })
    expect(status).toBe(201)
  }
}

async function read(session = ward): Promise<OfficialMarkets> {
  const { status, body } = await service.call(`/v1/officials/markets?period=${MONTH}`, { session })
  expect(status).toBe(200)
  return body
}
const of = ({ items }: OfficialMarkets, marketId: string) => items.find((one) => one.marketId === marketId)

/** What an operator might do by hand to one market; put back afterwards. */
async function withRole(role: string, work: () => Promise<void>): Promise<void> {
  const admin = createDb(service.database.adminUrl, { max: 1 })
  const set = (to: string) =>
    admin.pool.query(`update app_user set role = $1 where id = 'usr_clwardsd'`, [to])
  await set(role)
  await work().finally(async () => {
    await set('ward')
    await admin.pool.end()
  })
}

describe('an official of two markets', () => {
  it('sees what is billed, collected and owed in each, and how much of it without cash', async () => {
    const markets = await read()
    expect(markets.items.map(({ marketId }) => marketId).toSorted()).toEqual([THERE.id, HERE.id])
    expect(of(markets, HERE.id)?.figures).toMatchObject({
      stallCount: service.markets[0]?.stalls.length,
      charges: { billedVnd: 100_000, collectedVnd: 60_000, outstandingVnd: 40_000 },
      collected: { bankVnd: 60_000, cashVnd: 0, cashlessPercent: 100 },
    })
    expect(of(markets, THERE.id)?.figures).toMatchObject({
      charges: { billedVnd: 0, collectedVnd: 0, outstandingVnd: 0 },
      collected: { cashlessPercent: null },
    })
  })

  it('sees of sales what each market’s own page shows of the whole of it: the rule of five holds in each', async () => {
    const markets = await read()
    expect(of(markets, HERE.id)?.figures).toMatchObject({
      sales: { bankVnd: 0, cashVnd: 5 * PRICE, totalVnd: 5 * PRICE },
      withheldDays: 0,
    })
    expect(of(markets, THERE.id)?.figures).toMatchObject({ sales: null, withheldDays: 1 })
    for (const [at, { id }] of MARKETS.entries()) {
      const session = await service.logIn('ward', at)
      const { body } = await service.call(`/v1/markets/${id}/sales?from=${MONTH}-01&to=${DAY}`, { session })
      expect(of(markets, id)?.figures?.sales?.totalVnd).toBe(body.totals?.totalVnd)
    }
  })

  it('sees a market that cannot be read as missing, and not as zero, and the others as ever', async () => {
    await withRole('nobody', async () => {
      const markets = await read()
      expect(of(markets, THERE.id)).toEqual({ marketId: THERE.id, name: THERE.name, figures: null })
      expect(of(markets, HERE.id)?.figures?.charges.billedVnd).toBe(100_000)
    })
  })

  it('sees no market in which she is something else', async () => {
    await withRole('technician', async () => {
      expect((await read()).items.map(({ marketId }) => marketId)).toEqual([HERE.id])
    })
  })

  it('takes the same away as a spreadsheet', async () => {
    const response = await fetch(`${service.url}/v1/officials/markets.xlsx?period=${MONTH}`, {
      headers: { cookie: ward.cookie },
    })
    const [sheet] = (await openXlsx(new Uint8Array(await response.arrayBuffer()))).sheets
    const rows = sheet?.rows ?? []
    expect(rows[0]?.[0]).toBe('Chợ')
    expect(rows.find(([name]) => name === HERE.name)?.slice(2, 5)).toEqual([100_000, 60_000, 40_000])
  })
})

describe('nobody else', () => {
  it('sees a market that is not theirs: an official of one has one', async () => {
    expect((await read(await service.logIn('ward', 1))).items.map(({ marketId }) => marketId)).toEqual([
      THERE.id,
    ])
  })

  it('sees this page at all, and a month to come has none', async () => {
    const { status } = await service.call('/v1/officials/markets', {
      session: await service.logIn('head', 0),
    })
    expect(status).toBe(403)
    const later = await service.call('/v1/officials/markets?period=2026-12', { session: ward })
    expect([later.status, later.body.code]).toEqual([422, 'day_invalid'])
  })
})
