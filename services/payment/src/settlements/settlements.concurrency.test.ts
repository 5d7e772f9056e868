import { verifyMarket } from '@tienve/ledger'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chargesOf, type Charging, type TestCharge } from '../testing-charges.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'

let service: TestService
let charging: Charging
let accountant: Session
let head: Session
beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  head = await service.logIn('head')
  charging = chargesOf(service, head.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

/** Proposes to relieve a tenth, and approves what is shown as often as payments change it meanwhile. */
async function relieve(charge: TestCharge): Promise<void> {
  let { body: change } = await service.call(`/v1/charges/${charge.id}/changes`, {
    body: { kind: 'relieved', by: { percent: 10 }, reason: 'giảm giá mùa mưa' },
    session: accountant,
  })
  for (;;) {
    const seen = { amountVnd: change.amountVnd, outstandingVnd: change.now.outstandingVnd }
    const { status, body } = await service.call(`/v1/charge-changes/${change.id}/approve`, {
      body: { seen },
      session: head,
    })
    if (status === 200) return
    expect(body.code).toBe('change_outdated')
    const { body: list } = await service.call(
      `/v1/markets/${head.marketId}/charge-changes?chargeId=${charge.id}`,
      { session: head },
    )
    change = list.items[0]
  }
}

it('keeps the books, the debts and the numbers of receipts whole when a stall is paid for from all sides at once', async () => {
  const stallId = service.markets[0]?.stalls[0]?.id ?? ''
  const charges = await Promise.all(
    ['2026-07', '2026-08', '2026-09'].map((period) =>
      charging.issue(stallId, period, [{ netVnd: 200_000n, vatPercent: '8', vatVnd: 16_000n }]),
    ),
  )
  const { body: debt } = await service.call(`/v1/stalls/${stallId}/debt`, { session: head })
  const transfers = Array.from({ length: 24 }, (_, at) => ({
    id: at + 1,
    account: '0001999999',
    amountVnd: BigInt(11_000 + at * 700),
    memo: at % 4 === 3 ? debt.code : (charges[at % 3]?.code ?? ''),
  }))
  await Promise.all([
    ...transfers.map((one) => service.tell(one)),
    ...Array.from({ length: 12 }, (_, at) => charging.payInCash(stallId, BigInt(35_000 + at * 500))),
    ...charges.map(relieve),
  ])
  const numbers = await until(async () => {
    const found = await charging.receiptNumbers()
    return found.length === transfers.length + 12 && found
  }, 'all payments')
  expect(numbers).toEqual(numbers.map((_, at) => at + 1))
  const { owedVnd, receivableVnd, paidVnd, settledVnd } = await charging.standing(stallId)
  expect([owedVnd, paidVnd]).toEqual([receivableVnd, settledVnd])
  const { creditVnd, advanceVnd } = await charging.advances()
  expect(creditVnd).toBe(advanceVnd)
  const inVnd = transfers.reduce((sum, { amountVnd }) => sum + amountVnd, 0n) + 12n * 35_000n + 66n * 500n
  const dueVnd = 648_000n - 3n * 21_600n
  expect(paidVnd + creditVnd).toBe(inVnd)
  expect(paidVnd + owedVnd).toBe(dueVnd)
  expect(await verifyMarket(service.ctx.db, head.marketId)).toMatchObject({ ok: true })
})
