import { boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, asOwner, balance, bill, collect, expectWhole, takeBook } from '../collection/testing.ts'
import { startService, type Session, type TestService } from '../testing.ts'

type Collector = Session & { userId: string; bookId: string; next: number }

let service: TestService
let cashier: Session
let marketId: string
let stalls: string[]
beforeAll(async () => {
  service = await startService({ worker: false })
  cashier = await service.logIn('cashier')
  marketId = cashier.marketId
  stalls = (service.markets[0]?.stalls ?? []).slice(0, 4).map(({ id }) => id)
  await bill(
    service,
    marketId,
    '2026-11',
    stalls.map((stallId) => ({ stallId, totalVnd: 1_000_000 })),
  )
})
afterAll(() => service.stop())

/** A collector who carries so much. */
async function carrying(amountVnd: number): Promise<Collector> {
  const session = await addPerson(service, 0, { role: 'collector', name: `Người thu ${amountVnd}` })
  const { id: bookId } = await takeBook(service, session)
  const collector = { ...session, bookId, next: 1 }
  if (amountVnd > 0) await takes(collector, amountVnd)
  return collector
}
async function takes(collector: Collector, amountVnd: number) {
  const stallId = stalls[collector.next % stalls.length] ?? ''
  const { bookId } = collector
  const { status, body } = await collect(service, collector, {
    bookId,
    page: collector.next++,
    stallId,
    amountVnd,
  })
  expect(status).toBe(201)
  return body
}
const sign = (session: Session, counts: Record<string, number>, seenVnd: number, key = '') =>
  service.call(`/v1/markets/${marketId}/handovers`, {
    body: { counts, seenVnd },
    session,
    ...(key === '' ? {} : { headers: { 'idempotency-key': key } }),
  })
const confirm = (id: string, counts: Record<string, number>, session = cashier, note?: string) =>
  service.call(`/v1/handovers/${id}/confirm`, { body: { counts, note }, session })
const hand = async (session: Session) =>
  (await service.call(`/v1/markets/${marketId}/cash-in-hand`, { session })).body
const of = (account: string) => balance(service, marketId, account)

describe('cash handed over', () => {
  it('is signed by who collected, counted again and signed by the cashier, and changes hands in the books', async () => {
    const collector = await carrying(120_000)
    const safe = await of(boardAccounts.cash)
    const { status, body } = await sign(collector, { 100000: 1, 20000: 1 }, 120_000, 'once')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      expectedVnd: 120_000,
      collectorVnd: 120_000,
      cashierVnd: null,
      differenceVnd: null,
      collections: 1,
      tickets: 0,
    })
    expect((await sign(collector, { 100000: 1, 20000: 1 }, 120_000, 'once')).body).toEqual(body)
    expect(await of(boardAccounts.collected(collector.userId))).toBe(120_000)
    const { body: done } = await confirm(body.id, { 50000: 2, 20000: 1 })
    expect(done).toMatchObject({ cashierVnd: 120_000, differenceVnd: 0, cashierName: expect.any(String) })
    expect(done.collectorCounts).toEqual({ 100000: 1, 20000: 1 })
    expect(done.cashierCounts).toEqual({ 50000: 2, 20000: 1 })
    expect(await of(boardAccounts.collected(collector.userId))).toBe(0)
    expect((await of(boardAccounts.cash)) - safe).toBe(120_000)
    expect((await confirm(body.id, { 50000: 2, 20000: 1 })).body).toEqual(done)
    expect((await confirm(body.id, { 20000: 6 })).body.code).toBe('handover_already_confirmed')
    await expectWhole(service, marketId)
  })

  it('with something missing leaves the collector owing it, and keeps both counts', async () => {
    const collector = await carrying(800_000)
    const { body } = await sign(collector, { 500000: 1, 200000: 1, 100000: 1 }, 800_000)
    const { body: done } = await confirm(body.id, { 500000: 1, 200000: 1, 20000: 4 }, cashier, 'thiếu một tờ')
    expect(done).toMatchObject({
      collectorVnd: 800_000,
      cashierVnd: 780_000,
      differenceVnd: -20_000,
      note: 'thiếu một tờ',
    })
    expect(await of(boardAccounts.owedBy(collector.userId))).toBe(20_000)
    expect(await of(boardAccounts.collected(collector.userId))).toBe(0)
    await expectWhole(service, marketId)
  })

  it('with nothing in it, or too much, is posted as it was counted', async () => {
    const empty = await carrying(30_000)
    const { body: nothing } = await sign(empty, {}, 30_000)
    expect((await confirm(nothing.id, {})).body.differenceVnd).toBe(-30_000)
    expect(await of(boardAccounts.owedBy(empty.userId))).toBe(30_000)
    const rich = await carrying(30_000)
    const surplus = await of(boardAccounts.surplus)
    const { body: over } = await sign(rich, { 20000: 2 }, 30_000)
    expect((await confirm(over.id, { 20000: 2 })).body.differenceVnd).toBe(10_000)
    expect((await of(boardAccounts.surplus)) - surplus).toBe(10_000)
    await expectWhole(service, marketId)
  })

  it('covers what was in hand when it was signed; what is taken later is the next one’s', async () => {
    const collector = await carrying(50_000)
    const { body: first } = await sign(collector, { 50000: 1 }, 50_000)
    expect(await hand(collector)).toEqual({
      amountVnd: 0,
      collections: 0,
      tickets: 0,
      openHandoverId: first.id,
      signedVnd: 50_000,
    })
    const later = await takes(collector, 7_000)
    expect(later.handoverId).toBeNull()
    expect((await sign(collector, { 5000: 1, 2000: 1 }, 7_000)).body.code).toBe('handover_open')
    expect((await confirm(first.id, { 50000: 1 })).body.differenceVnd).toBe(0)
    const { body: second } = await sign(collector, { 5000: 1, 2000: 1 }, 7_000)
    expect(second).toMatchObject({ expectedVnd: 7_000, collections: 1 })
  })

  it('is refused when it is another sum than was shown, or nothing', async () => {
    const collector = await carrying(40_000)
    const { status, body } = await sign(collector, { 20000: 2 }, 39_000)
    expect([status, body.code, body.fields]).toEqual([409, 'handover_changed', { seenVnd: 'now 40000' }])
    expect((await hand(collector)).openHandoverId).toBeNull()
    expect((await sign(await carrying(0), {}, 0)).body.code).toBe('handover_empty')
    const [one, two] = await Promise.all([
      sign(collector, { 20000: 2 }, 40_000),
      sign(collector, { 20000: 2 }, 40_000),
    ])
    expect([one.status, two.status].toSorted()).toEqual([201, 409])
  })

  it('is confirmed by a cashier who did not collect it, and by nobody else', async () => {
    const collector = await carrying(60_000)
    const { body } = await sign(collector, { 50000: 1, 10000: 1 }, 60_000)
    for (const role of ['collector', 'accountant', 'head', 'admin', 'ward', 'stallholder']) {
      expect((await confirm(body.id, { 50000: 1 }, await service.logIn(role))).body.code).toBe(
        'role_forbidden',
      )
    }
    expect((await confirm(body.id, { 50000: 1 }, collector)).body.code).toBe('role_forbidden')
    expect((await confirm(body.id, { 50000: 1 }, await service.logIn('cashier', 1))).body.code).toBe(
      'not_found',
    )
    // Who collected yesterday may be the cashier today.
    await asOwner(service, marketId, (tx) =>
      tx.execute(sql`update app_user set role = 'cashier' where id = ${collector.userId}`),
    )
    expect((await confirm(body.id, { 50000: 1 }, collector)).body.code).toBe('handover_own')
    await expect(
      asOwner(service, marketId, (tx) =>
        tx.execute(sql`update handover set cashier_id = collector_id, cashier_counts = '{}', cashier_vnd = 0,
          cashier_signed_at = now(), ledger_seq = 1 where id = ${body.id}`),
      ),
    ).rejects.toMatchObject({ cause: { constraint: 'handover_two_people' } })
    expect((await confirm(body.id, { 50000: 1, 10000: 1 })).body.differenceVnd).toBe(0)
  })
})

describe('hand-overs', () => {
  const list = (session: Session, query = '') =>
    service.call(`/v1/markets/${session.marketId}/handovers${query}`, { session })

  it('are read by the office all, by a collector the own, and by another market none', async () => {
    const collector = await carrying(5_000)
    const { body } = await sign(collector, { 5000: 1 }, 5_000)
    expect((await list(collector)).body.items).toEqual([body])
    expect((await list(cashier, '?limit=200')).body.items.length).toBeGreaterThan(5)
    expect((await list(cashier, `?collectorId=${collector.userId}`)).body.items).toEqual([body])
    expect((await service.call(`/v1/handovers/${body.id}`, { session: collector })).body).toEqual(body)
    const strangers = [await carrying(0), await service.logIn('cashier', 1)]
    for (const stranger of strangers) {
      expect((await list(stranger)).body.items).toEqual([])
      expect((await service.call(`/v1/handovers/${body.id}`, { session: stranger })).body.code).toBe(
        'not_found',
      )
    }
    const first = await list(cashier, '?limit=2')
    const next = await list(cashier, `?limit=2&cursor=${first.body.nextCursor}`)
    expect(new Set([...first.body.items, ...next.body.items].map(({ id }) => id)).size).toBe(4)
  })

  it('say of each collector what is carried and how the last one ended', async () => {
    const collector = await carrying(20_000)
    const { body } = await sign(collector, { 20000: 1 }, 20_000)
    await confirm(body.id, { 10000: 1 })
    await takes(collector, 3_000)
    const ask = async (session: Session) =>
      (await service.call(`/v1/markets/${marketId}/collectors`, { session })).body.items
    const mine = (await ask(cashier)).find(
      ({ collectorId }: { collectorId: string }) => collectorId === collector.userId,
    )
    expect(mine).toMatchObject({
      amountVnd: 3_000,
      collections: 1,
      openHandoverId: null,
      lastDifferenceVnd: -10_000,
      deviceIds: ['phone-of-trung'],
    })
    expect(mine.lastHandoverAt).not.toBeNull()
    expect(await ask(collector)).toEqual([mine])
  })
})
