import { verifyMarket } from '@tienve/ledger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'

let service: TestService
let stall: Session
beforeAll(async () => {
  service = await startService({ now: new Date('2026-11-24T03:00:00Z'), worker: false })
  stall = await service.logIn('stallholder')
})
afterAll(async () => service.stop())

const sell = (amountVnd: number, occurredAt?: string, key?: string) =>
  service.call(`/v1/stalls/${stall.stallId}/cash-sales`, {
    session: stall,
    body: { amountVnd, ...(occurredAt === undefined ? {} : { occurredAt }) },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  })
const cashOf = async (day: string): Promise<number> => {
  const { body } = await service.call(`/v1/stalls/${stall.stallId}/summary?day=${day}`, { session: stall })
  return body.cashVnd
}

describe('a cash sale that was noted without a network', () => {
  it('counts on the day and at the time of its making, once however often it is sent, and the books balance', async () => {
    const before = [await cashOf('2026-11-23'), await cashOf('2026-11-24')]
    const at = '2026-11-23T16:40:00+07:00'
    const first = await sell(35_000, at, 'key-of-the-phone')
    expect(first).toMatchObject({ status: 201, body: { amountVnd: 35_000 } })
    expect(new Date(first.body.occurredAt)).toEqual(new Date(at))
    expect((await sell(35_000, at, 'key-of-the-phone')).body.id).toBe(first.body.id)
    expect([await cashOf('2026-11-23'), await cashOf('2026-11-24')]).toEqual([
      (before[0] ?? 0) + 35_000,
      before[1],
    ])
    const { body } = await service.call(`/v1/stalls/${stall.stallId}/cash-sales?day=2026-11-23`, {
      session: stall,
    })
    expect(body.items.filter(({ id }: { id: string }) => id === first.body.id)).toHaveLength(1)
    expect(await verifyMarket(service.workerDb, stall.marketId)).toMatchObject({ ok: true })
  })

  it('is refused with its reason when it lies ahead, or further back than a week; a clock a little fast is now', async () => {
    expect((await sell(1_000, '2026-11-24T10:05:01+07:00')).body.code).toBe('sold_in_future')
    expect((await sell(1_000, '2026-11-17T09:59:59+07:00')).body.code).toBe('sold_too_long_ago')
    expect((await sell(1_000, '2026-11-17T10:00:00+07:00')).status).toBe(201)
    const fast = await sell(1_000, '2026-11-24T10:05:00+07:00')
    expect(fast.body.occurredAt).toBe('2026-11-24T10:00:00.000+07:00')
    expect((await sell(1_000, 'yesterday')).status).toBe(400)
  })
})
