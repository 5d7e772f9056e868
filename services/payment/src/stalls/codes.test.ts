import { inMarket } from '@tienve/db'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type TestService } from '../testing.ts'
import { takeCodes } from './repository.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(() => service.stop())

it('a payment code that is drawn twice goes to one object, and the other gets another', async () => {
  const marketId = service.markets[0]?.id ?? ''
  const draws = [Buffer.alloc(7, 1), Buffer.alloc(7, 1), Buffer.alloc(7, 1)]
  const random = (size: number): Uint8Array => draws.shift() ?? randomBytes(size)
  const codes = await inMarket(service.ctx.db, marketId, async (tx) => [
    ...(await takeCodes(tx, marketId, 'request', ['req_a', 'req_b'], random)),
    ...(await takeCodes(tx, marketId, 'charge', ['chg_c'], random)),
  ])
  expect(codes.map(([id]) => id).toSorted()).toEqual(['chg_c', 'req_a', 'req_b'])
  expect(new Set(codes.map(([, code]) => code)).size).toBe(3)
  expect(draws).toEqual([])
})
