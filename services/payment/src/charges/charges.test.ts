import { createDb, inMarket } from '@tienve/db'
import { balances, boardAccounts, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

let service: TestService
let accountant: Session
let head: Session
let stall: Session
beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  stall = await service.logIn('stallholder')
  for (const period of ['2026-11', '2026-12', '2027-01', '2027-02']) await service.readMeters(period)
})
afterAll(async () => service.stop())

const rounds = () => `/v1/markets/${accountant.marketId}/billing-rounds`
const approve = async (id: string, session: Session) => {
  const { body: seen } = await service.call(`/v1/billing-rounds/${id}/check`, { session: head })
  return service.call(`/v1/billing-rounds/${id}/approve`, { body: { seen }, session })
}
const owed = async () => (await service.call(`/v1/stalls/${stall.stallId}/charges`, { session: stall })).body

describe('a month’s charges', () => {
  it('of another market’s stall, or of none, are not found', async () => {
    const foreign = service.markets[1]?.stalls[0]?.id ?? ''
    for (const stallId of [foreign, 'stl_nobody']) {
      const { status, body } = await service.call(`/v1/stalls/${stallId}/charges`, { session: accountant })
      expect([status, body.code]).toEqual([404, 'not_found'])
    }
  })

  it('are proposed by one person and issued by another', async () => {
    const { status, body } = await service.call(rounds(), {
      body: { period: '2026-11', dueOn: '2026-11-15' },
      session: accountant,
    })
    expect([status, body.status]).toEqual([201, 'proposed'])
    expect((await owed()).items).toEqual([])
    expect((await approve(body.id, accountant)).body.code).toBe('role_forbidden')
    expect((await approve(body.id, head)).body).toMatchObject({ status: 'issued', chargeCount: 232 })
    for (const again of [
      await service.call(`/v1/billing-rounds/${body.id}/check`, { session: head }),
      await service.call(`/v1/billing-rounds/${body.id}/approve`, {
        body: { seen: { chargeCount: 232, totalVnd: 1 } },
        session: head,
      }),
    ]) {
      expect([again.status, again.body.code]).toEqual([409, 'round_already_issued'])
    }
    expect(
      (
        await service.call(rounds(), {
          body: { period: '2026-11', dueOn: '2026-11-15' },
          session: accountant,
        })
      ).body.code,
    ).toBe('round_already_issued')
  })

  it('say how they came to their sum, and are paid by their code with a receipt', async () => {
    const [charge] = (await owed()).items
    expect(charge.lines[0].formula).toMatch(/m² × 60\.000/)
    await service.tell({
      id: 1,
      account: '0001999999',
      amountVnd: BigInt(charge.totalVnd + 1_000),
      memo: charge.code,
    })
    const paid = await until(async () => {
      const [now] = (await owed()).items
      return now.status === 'overpaid' && now
    }, 'the charge to be paid')
    expect(paid).toMatchObject({ outstandingVnd: 0, paidVnd: charge.totalVnd + 1_000 })
    const receipt = await service.call(new URL(paid.receipts[0].url).pathname, {
      headers: { accept: 'application/json' },
    })
    expect(receipt.body).toMatchObject({ number: '2026-000001', outstandingVnd: 0, stallCode: 'SD-AU01' })
    expect(receipt.body.paidVnd).toBe(charge.totalVnd + 1_000)
    const { body: page } = await service.call(new URL(paid.receipts[0].url).pathname)
    expect(page).toMatch(/Ban quản lý chợ Sông Đào .* đã nhận của sạp <b>SD-AU01<\/b>/)
    expect(page).toMatch(/Đã nộp đủ, thừa 1\.000/)
    const { status } = await service.call('/r/nobody', { headers: { accept: 'application/json' } })
    expect(status).toBe(404)
  })

  it('leave what is outstanding equal to the board’s receivable, with the excess as an advance', async () => {
    const { body } = await service.call(`/v1/markets/${head.marketId}/charges?limit=1`, { session: head })
    const accounts = await inMarket(service.ctx.db, head.marketId, (tx) => balances(tx, head.marketId))
    const receivable = accounts
      .filter(({ book, glCode }) => book === 'board' && glCode === '131')
      .reduce((sum, one) => sum + one.balanceVnd, 0n)
    expect(Number(receivable)).toBe(body.totals.outstandingVnd)
    expect(accounts.find(({ id }) => id === boardAccounts.advance)?.balanceVnd).toBe(1_000n)
    expect(await verifyMarket(service.ctx.db, head.marketId)).toMatchObject({ ok: true })
  })

  it('can be paid out of suspense by the accountant, once', async () => {
    await service.tell({ id: 2, account: '0001999999', amountVnd: 90_000n, memo: 'nop tien cho' })
    const item = await until(async () => {
      const { body } = await service.call(`/v1/markets/${head.marketId}/suspense?status=open`, {
        session: accountant,
      })
      return body.items[0]
    }, 'the money in suspense')
    const { body: page } = await service.call(
      `/v1/markets/${head.marketId}/charges?status=outstanding&limit=1`,
      { session: accountant },
    )
    const resolve = () =>
      service.call(`/v1/suspense/${item.id}/resolve`, {
        body: { as: 'charge', chargeId: page.items[0].id, reason: 'chị Hà gọi điện' },
        session: accountant,
      })
    expect((await resolve()).body).toMatchObject({ status: 'resolved', resolution: 'charge' })
    expect((await resolve()).body.code).toBe('suspense_already_resolved')
    const { body: after } = await service.call(`/v1/charges/${page.items[0].id}`, { session: accountant })
    expect(after.paidVnd).toBe(90_000)
    expect(await verifyMarket(service.ctx.db, head.marketId)).toMatchObject({ ok: true })
    const day = await service.call(`/v1/markets/${head.marketId}/reconciliation`, { session: accountant })
    expect(day.body.differenceVnd).toBe(0)
  })
})

describe('charges by stall', () => {
  const listOf = (name: string, query: string) =>
    service.call(`/v1/markets/${head.marketId}/${name}?${query}`, { session: head })

  it('come page by page, who owes most first, and add up to the account 131 and to the tiles', async () => {
    const { body: round } = await service.call(rounds(), {
      body: { period: '2026-12', dueOn: '2026-12-15' },
      session: accountant,
    })
    expect((await approve(round.id, head)).status).toBe(200)
    const items = []
    let totals
    for (let cursor = ''; ;) {
      const { body } = await listOf('charges/by-stall', `limit=100${cursor}`)
      items.push(...body.items)
      totals = body.totals
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(new Set(items.map(({ stallId }) => stallId)).size).toBe(232)
    expect(items.length).toBe(232)
    expect(items.map(({ outstandingVnd, stallCode }) => [outstandingVnd, stallCode])).toEqual(
      items
        .map(({ outstandingVnd, stallCode }) => [outstandingVnd, stallCode])
        .toSorted(([a, x], [b, y]) => b - a || (x < y ? -1 : 1)),
    )
    for (const name of ['totalVnd', 'paidVnd', 'outstandingVnd', 'count']) {
      expect(
        items.reduce((sum, one) => sum + one[name], 0),
        name,
      ).toBe(totals[name])
    }
    const accounts = await inMarket(service.ctx.db, head.marketId, (tx) => balances(tx, head.marketId))
    const receivable = accounts
      .filter(({ book, glCode }) => book === 'board' && glCode === '131')
      .reduce((sum, one) => sum + one.balanceVnd, 0n)
    expect(BigInt(totals.outstandingVnd)).toBe(receivable)
    const { body: overview } = await service.call(`/v1/markets/${head.marketId}/overview`, { session: head })
    expect(overview.charges.outstandingVnd).toBe(totals.outstandingVnd)
  })

  it('open to one stall’s charges, and to one month’s, which the tile of the month shows too', async () => {
    const { stallId } = stall
    const { body: own } = await listOf('charges/by-stall', `stallId=${stallId}`)
    const { body: opened } = await listOf('charges', `stallId=${stallId}`)
    expect(own.items).toMatchObject([{ stallId, ...opened.totals }])
    expect(opened.items.map(({ period }: { period: string }) => period)).toEqual(['2026-12', '2026-11'])
    const { body: month } = await listOf('charges', `stallId=${stallId}&period=2026-11`)
    expect(month.items).toEqual([opened.items[1]])
    const { body: ofMonth } = await listOf('charges/by-stall', 'period=2026-11&limit=1')
    const { body: next } = await listOf('charges/by-stall', 'period=2026-12&limit=1')
    expect(ofMonth.totals.outstandingVnd).not.toBe(next.totals.outstandingVnd)
    const { body: overview } = await service.call(`/v1/markets/${head.marketId}/overview`, { session: head })
    const { period, billedVnd, collectedVnd } = overview.charges
    expect([period, billedVnd]).toEqual(['2026-12', next.totals.totalVnd])
    expect(collectedVnd).toBe(next.totals.totalVnd - next.totals.outstandingVnd)
    expect((await listOf('charges/by-stall', 'period=1999-01')).body).toMatchObject({
      items: [],
      totals: { count: 0, outstandingVnd: 0 },
    })
  })

  it('are a stall’s own for its people, and refuse a month or a page that is none', async () => {
    const { body } = await service.call(`/v1/markets/${head.marketId}/charges/by-stall`, { session: stall })
    expect(body.items.map(({ stallId }: { stallId: string }) => stallId)).toEqual([stall.stallId])
    for (const [query, field] of [
      ['period=2026-13', 'period'],
      ['period=0000-01', 'period'],
      ['period=11/2026', 'period'],
      ['cursor=bm9uZQ', 'cursor'],
      [`cursor=${Buffer.from('2026-02-30 A-01').toString('base64url')}`, 'cursor'],
    ] as const) {
      for (const name of ['charges', 'charges/by-stall']) {
        const refused = await listOf(name, query)
        expect([refused.status, refused.body.code]).toEqual([400, 'request_invalid'])
        expect(Object.keys(refused.body.fields)).toEqual([field])
      }
    }
  })
})

describe('a round that is approved', () => {
  it('is what was seen: its sum by price, its largest and smallest charge, and who proposed it', async () => {
    const { body: round } = await service.call(rounds(), {
      body: { period: '2027-01', dueOn: '2027-01-15' },
      session: accountant,
    })
    const { body: seen } = await service.call(`/v1/billing-rounds/${round.id}/check`, { session: head })
    expect(seen).toMatchObject({ period: '2027-01', proposedBy: round.proposedBy, chargeCount: 232 })
    const sum = (name: string) =>
      seen.prices.reduce((all: number, one: Record<string, number>) => all + (one[name] ?? 0), 0)
    expect(sum('totalVnd')).toBe(seen.totalVnd)
    const space = seen.prices.filter(({ name }: { name: string }) => /diện tích/.test(name))
    expect(space.reduce((all: number, one: { chargeCount: number }) => all + one.chargeCount, 0)).toBe(232)
    const { body: issued } = await approve(round.id, head)
    expect(issued).toMatchObject({ status: 'issued', chargeCount: 232, totalVnd: seen.totalVnd })
    const { body } = await service.call(
      `/v1/markets/${head.marketId}/charges/by-stall?period=2027-01&limit=200`,
      { session: head },
    )
    expect(body.items[0]).toMatchObject({ totalVnd: seen.largest.amountVnd })
    expect(seen.smallest.amountVnd).toBeLessThan(seen.largest.amountVnd)
  })

  it('is what was frozen when it was proposed, and is not issued when that was not seen', async () => {
    const { body: round } = await service.call(rounds(), {
      body: { period: '2027-02', dueOn: '2027-02-15' },
      session: accountant,
    })
    const { body: seen } = await service.call(`/v1/billing-rounds/${round.id}/check`, { session: head })
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    await inMarket(owner, head.marketId, (tx) =>
      tx.execute(sql`update stall set area_m2 = area_m2 + 1 where id = ${stall.stallId}`),
    )
    await owner.pool.end()
    const address = `/v1/billing-rounds/${round.id}/approve`
    const otherwise = { ...seen, totalVnd: seen.totalVnd + 60_000 }
    const refused = await service.call(address, { body: { seen: otherwise }, session: head })
    expect([refused.status, refused.body.code]).toEqual([409, 'round_changed'])
    expect(refused.body.fields).toEqual({ 'seen.totalVnd': `now ${seen.totalVnd}` })
    const unseen = await service.call(address, { body: {}, session: head })
    expect([unseen.status, unseen.body.fields]).toEqual([400, { seen: expect.any(String) }])
    const { body } = await service.call(rounds(), { session: head })
    expect(body.items[0]).toMatchObject({
      period: '2027-02',
      status: 'proposed',
      chargeCount: 232,
      issuedCount: 0,
    })
    expect((await approve(round.id, head)).body).toMatchObject({
      status: 'issued',
      totalVnd: seen.totalVnd,
    })
    expect(await verifyMarket(service.ctx.db, head.marketId)).toMatchObject({ ok: true })
  })
})
