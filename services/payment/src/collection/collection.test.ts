import { inMarket } from '@tienve/db'
import { boardAccounts, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { balance, bill, collect, takeBook } from './testing.ts'

let service: TestService
let collector: Session
let stalls: string[]
let book: Awaited<ReturnType<typeof takeBook>>
let nextPage = 1
beforeAll(async () => {
  service = await startService({ worker: false })
  collector = await service.logIn('collector')
  stalls = (service.markets[0]?.stalls ?? []).map(({ id }) => id)
  await bill(service, collector.marketId, '2026-10', [{ stallId: stallAt(0), totalVnd: 300_000 }])
  await bill(
    service,
    collector.marketId,
    '2026-11',
    stalls.slice(0, 5).map((stallId, at) => ({ stallId, totalVnd: 100_000 * (at + 1) })),
  )
  book = await takeBook(service, collector)
})
afterAll(() => service.stop())

const stallAt = (at: number): string => stalls[at] ?? ''
const market = (path: string, session = collector) =>
  service.call(`/v1/markets/${session.marketId}/${path}`, { session })
const take = (taking: Partial<Parameters<typeof collect>[2]>, key?: string) =>
  collect(
    service,
    collector,
    { bookId: book.id, page: nextPage++, stallId: stallAt(1), amountVnd: 10_000, ...taking },
    key,
  )
const owedBy = async (stallId: string): Promise<number> => {
  const { rows } = await inMarket(service.ctx.db, collector.marketId, (tx) =>
    tx.execute<{ sum: bigint }>(
      sql`select coalesce(sum(outstanding_vnd), 0)::bigint as sum from charge where stall_id = ${stallId}`,
    ),
  )
  return Number(rows[0]?.sum)
}

describe('the walk', () => {
  it('has every stall that owes in walking order, and says what and why, with the code of its whole debt', async () => {
    const { status, body } = await market('walk')
    expect(status).toBe(200)
    expect(body.stops.map(({ stallId }: { stallId: string }) => stallId).toSorted()).toEqual(
      stalls.slice(0, 5).toSorted(),
    )
    const first = body.stops.find(({ stallId }: { stallId: string }) => stallId === stallAt(0))
    expect(first).toMatchObject({
      outstandingVnd: 400_000,
      overdueVnd: 400_000,
      creditVnd: 0,
      disputed: false,
    })
    expect(first.charges.map(({ period }: { period: string }) => period)).toEqual(['2026-10', '2026-11'])
    expect(first.charges[0].why).toEqual([
      { name: expect.any(String), formula: '1 m² × 300000', amountVnd: 300_000 },
    ])
    const again = (await market('walk')).body
    expect(again.stops.map(({ payload }: { payload: string }) => payload)).toEqual(
      body.stops.map(({ payload }: { payload: string }) => payload),
    )
    expect(new Set(body.stops.map(({ payload }: { payload: string }) => payload)).size).toBe(5)
  })
})

describe('cash from a stall', () => {
  it('settles the oldest debt first, and what is beyond is its credit', async () => {
    const { status, body } = await take({
      stallId: stallAt(0),
      amountVnd: 350_000,
      seenOutstandingVnd: 400_000,
    })
    expect([status, body.code]).toEqual([201, undefined])
    expect(body).toMatchObject({
      bookPage: `${book.code}-0001`,
      settledVnd: 350_000,
      creditVnd: 0,
      conflict: null,
      receiptNumber: '2026-000001',
      receiptUrl: book.pages[0].url,
    })
    const { body: more } = await take({ stallId: stallAt(0), amountVnd: 80_000, seenOutstandingVnd: 50_000 })
    expect(more).toMatchObject({ settledVnd: 50_000, creditVnd: 30_000, conflict: null })
    expect(await owedBy(stallAt(0))).toBe(0)
    expect(await balance(service, collector.marketId, boardAccounts.advance)).toBe(30_000)
    expect(await verifyMarket(service.ctx.db, collector.marketId)).toMatchObject({ ok: true })
  })
})
