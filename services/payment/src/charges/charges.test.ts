import { inMarket } from '@tienve/db'
import { balances, boardAccounts, verifyMarket } from '@tienve/ledger'
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
})
afterAll(async () => service.stop())

const rounds = () => `/v1/markets/${accountant.marketId}/billing-rounds`
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
    expect(
      (await service.call(`/v1/billing-rounds/${body.id}/approve`, { method: 'POST', session: accountant }))
        .body.code,
    ).toBe('role_forbidden')
    const issued = await service.call(`/v1/billing-rounds/${body.id}/approve`, {
      method: 'POST',
      session: head,
    })
    expect(issued.body).toMatchObject({ status: 'issued', chargeCount: 232 })
    expect(
      (await service.call(`/v1/billing-rounds/${body.id}/approve`, { method: 'POST', session: head })).body
        .code,
    ).toBe('round_already_issued')
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
