import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'
import { markDeaf } from './deafness.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => service.stop())

const market = (): string => service.markets[0]?.id ?? ''
const at = (time: string): Date => new Date(`2026-11-24T${time}:00+07:00`)
const mark = (time: string) => inMarket(service.workerDb, market(), (tx) => markDeaf(tx, market(), at(time)))
const events = async (): Promise<unknown[]> =>
  (
    await inMarket(service.workerDb, market(), (tx) =>
      tx.execute(
        sql`select payload->>'state' as state from live_event where stall_id = 'stl_sdau01' and kind = 'feed' order by number`,
      ),
    )
  ).rows

describe('a feed', () => {
  it('is deaf after a quarter of an hour of silence in trading hours, once, and hears again with the next message', async () => {
    service.setNow(at('10:00'))
    await service.tell({ id: 1, account: '0001000001', amountVnd: 1_000n, memo: 'x' })
    await until(
      async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
      'an empty queue',
    )
    expect(await mark('10:10')).toBe(0)
    expect(await mark('10:16')).toBe(1)
    expect(await mark('10:17')).toBe(0)
    expect(await events()).toEqual([{ state: 'deaf' }])
    service.setNow(at('10:20'))
    await service.tell({ id: 2, account: '0001000001', amountVnd: 2_000n, memo: 'x' })
    await until(async () => (await events()).length === 2, 'the feed to be heard')
    expect(await events()).toEqual([{ state: 'deaf' }, { state: 'listening' }])
  })

  it('is not called deaf at night, nor before it was ever heard', async () => {
    expect(await mark('19:30')).toBe(0)
    expect(await mark('04:00')).toBe(0)
    const second = service.markets[1]?.id ?? ''
    expect(await inMarket(service.workerDb, second, (tx) => markDeaf(tx, second, at('11:00')))).toBe(0)
  })
})
