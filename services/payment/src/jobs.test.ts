import { afterAll, beforeAll, expect, it } from 'vitest'
import { forEachMarket } from './jobs.ts'
import { startService, type TestService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => service.stop())

it('a market whose work fails keeps no other one waiting, is named, and is tried again', async () => {
  const ids = service.markets.map(({ id }) => id).toSorted()
  expect(ids.length).toBeGreaterThan(1)
  const done: string[] = []
  const named: unknown[] = []
  const log = { ...service.ctx.log, error: (fields: object) => void named.push(fields) }
  const work = async (marketId: string): Promise<void> => {
    if (marketId === ids[0]) throw new Error('it fails here')
    done.push(marketId)
  }
  await expect(forEachMarket({ db: service.workerDb, log }, work)).rejects.toThrow(`1 of ${ids.length}`)
  expect(done).toEqual(ids.slice(1))
  expect(named).toMatchObject([{ marketId: ids[0], err: { message: 'it fails here' } }])
})
