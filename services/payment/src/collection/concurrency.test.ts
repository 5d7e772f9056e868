import { boardAccounts } from '@tienve/ledger'
import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'
import { addPerson, bill, collect, expectWhole, takeBook, tally } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const STALLS = 4
const COLLECTORS = 4
const TAKINGS = 5

it('cash and the bank’s money for the same stalls at the same moment settle each debt once, and the rest is credit', async () => {
  const marketId = service.markets[0]?.id ?? ''
  const stalls = (service.markets[0]?.stalls ?? []).slice(0, STALLS).map(({ id }) => id)
  for (const period of ['2026-10', '2026-11']) {
    await bill(
      service,
      marketId,
      period,
      stalls.map((stallId) => ({ stallId, totalVnd: 50_000 })),
    )
  }
  const people = []
  for (let n = 0; n < COLLECTORS; n++) {
    const session = await addPerson(service, 0, { role: 'collector', name: `Người thu ${n}` })
    people.push({ session, book: await takeBook(service, session) })
  }
  const { rows: codes } = await inMarket(service.ctx.db, marketId, (tx) =>
    tx.execute<{ code: string }>(sql`select code from charge order by code`),
  )
  const cash = people.flatMap(({ session, book }, person) =>
    Array.from({ length: TAKINGS }, async (_, n) => {
      const taking = {
        bookId: book.id,
        page: n + 1,
        stallId: stalls[(person + n) % STALLS] ?? '',
        amountVnd: 13_000,
      }
      const { status, body } = await collect(service, session, taking)
      expect(status).toBe(201)
      if (n % 2 === 0) return taking.amountVnd
      // Every other one was a mistake and is taken back at once; it stays when its credit has paid another debt meanwhile.
      const undone = await service.call(`/v1/collections/${body.id}/undo`, {
        body: { reason: 'ghi nhầm' },
        session,
      })
      expect([200, 'collection_used']).toContain(undone.status === 200 ? 200 : undone.body.code)
      return undone.status === 200 ? 0 : taking.amountVnd
    }),
  )
  const bank = codes.map(({ code }, n) =>
    service.tell({ id: n + 1, account: '0001999999', amountVnd: 21_000n, memo: code }),
  )
  const kept = (await Promise.all(cash)).reduce((sum, amountVnd) => sum + amountVnd, 0)
  expect((await Promise.all(bank)).map(({ status }) => status)).toEqual(codes.map(() => 200))
  const bankVnd = codes.length * 21_000
  const now = await until(async () => {
    const seen = await tally(service, marketId)
    return seen.of(boardAccounts.bank) === bankVnd && seen
  }, 'the bank’s money in the books')

  const carried = people.reduce(
    (sum, { session }) => sum + now.of(boardAccounts.collected(session.userId)),
    0,
  )
  expect(carried).toBe(kept)
  for (const { session } of people) {
    const { body } = await service.call(`/v1/markets/${marketId}/cash-in-hand`, { session })
    expect(body.amountVnd).toBe(now.of(boardAccounts.collected(session.userId)))
  }
  expect(now.paid + now.credit).toBe(kept + bankVnd)
  expect(now.receipts.length).toBe(COLLECTORS * TAKINGS + codes.length)
  await expectWhole(service, marketId)
})
