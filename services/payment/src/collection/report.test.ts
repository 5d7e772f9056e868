import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayOf } from '../days.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import { addPerson, bill, collect, DEVICE, priceTickets, takeBook } from './testing.ts'

let service: TestService
let cashier: Session
let collector: Session & { userId: string }
let book: { id: string; code: string }
let tickets: { id: string; code: string }
const NAME = 'Vé gánh (mẫu)'
beforeAll(async () => {
  service = await startService({ worker: false })
  cashier = await service.logIn('cashier')
  collector = await addPerson(service, 0, { role: 'collector', name: 'Trung' })
  const { marketId } = collector
  const stallId = service.markets[0]?.stalls[0]?.id ?? ''
  await bill(service, marketId, '2026-11', [{ stallId, totalVnd: 500_000 }])
  book = await takeBook(service, collector)
  const tariffId = await priceTickets(service, marketId, { name: NAME, priceVnd: 5_000n, vatPercent: '8' })
  const issued = await post(`markets/${marketId}/books`, cashier, {
    kind: 'ticket',
    collectorId: collector.userId,
    deviceId: DEVICE,
    tariffId,
    pages: 10,
  })
  tickets = issued.body
  const take = (page: number, amountVnd: number) =>
    collect(service, collector, { bookId: book.id, page, stallId, amountVnd })
  await take(1, 100_000)
  const slip = await take(4, 30_000)
  await post(`collections/${slip.body.id}/undo`, collector, { reason: 'trả lại khách' })
  await post(`books/${book.id}/pages/2/void`, collector, { reason: 'rách' })
  for (const [page, paidBy] of [
    [1, 'cash'],
    [2, 'cash'],
    [5, 'bank'],
  ] as const) {
    await post('day-tickets', collector, {
      bookId: tickets.id,
      page,
      paidBy,
      deviceId: DEVICE,
      soldAt: service.ctx.now().toISOString(),
    })
  }
  const { body: signed } = await post(`markets/${marketId}/handovers`, collector, {
    counts: { 100000: 1, 10000: 1 },
    seenVnd: 110_000,
  })
  await post(`handovers/${signed.id}/confirm`, cashier, { counts: { 100000: 1, 5000: 1 } })
  await take(6, 20_000)
})
afterAll(() => service.stop())

const post = (path: string, session: Session, body: object) => service.call(`/v1/${path}`, { body, session })
const ask = (session: Session, from: string, to: string) =>
  service.call(`/v1/markets/${session.marketId}/collection-report?from=${from}&to=${to}`, { session })

describe('the report on collectors', () => {
  it('has receipts, tickets, hand-overs, differences and every page that nobody accounts for', async () => {
    const day = dayOf(service.ctx.now())
    const { status, body } = await ask(cashier, day, day)
    expect(status).toBe(200)
    const own = body.items.find(
      ({ collectorId }: { collectorId: string }) => collectorId === collector.userId,
    )
    expect(own).toEqual({
      collectorId: collector.userId,
      name: 'Trung',
      receipts: { count: 2, amountVnd: 120_000 },
      undone: { count: 1, amountVnd: 30_000 },
      tickets: [{ name: NAME, priceVnd: 5_000, cashCount: 2, bankCount: 0, unpaidCount: 1 }],
      cashVnd: 130_000,
      bankVnd: 0,
      handovers: {
        count: 1,
        expectedVnd: 110_000,
        countedVnd: 105_000,
        missingVnd: 5_000,
        surplusVnd: 0,
      },
      inHandVnd: 20_000,
      gaps: [`${book.code}-0003`, `${book.code}-0005`, `${tickets.code}-0003`, `${tickets.code}-0004`],
      spoilt: [{ number: `${book.code}-0002`, reason: 'rách', at: expect.any(String) }],
    })
    expect(body.totals).toEqual({
      cashVnd: 130_000,
      bankVnd: 0,
      countedVnd: 105_000,
      missingVnd: 5_000,
      surplusVnd: 0,
      inHandVnd: 20_000,
      gaps: 4,
    })
  })

  it('covers whole days, and shows a collector the own', async () => {
    const day = addDays(dayOf(service.ctx.now()), -3)
    const { body } = await ask(collector, day, day)
    expect(body.items).toMatchObject([
      { collectorId: collector.userId, cashVnd: 0, spoilt: [], inHandVnd: 20_000 },
    ])
    const { body: wrong } = await ask(cashier, addDays(day, 1), day)
    expect([wrong.code, Object.keys(wrong.fields)]).toEqual(['day_invalid', ['from']])
    const { body: foreign } = await ask(await service.logIn('cashier', 1), day, day)
    expect(
      foreign.items.some(({ collectorId }: { collectorId: string }) => collectorId === collector.userId),
    ).toBe(false)
    expect((await ask(await service.logIn('ward'), day, day)).body.code).toBe('role_forbidden')
  })
})
