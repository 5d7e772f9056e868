import { createDb, inMarket } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readXlsx } from '../documents/testing.ts'
import { startService, type Session, type TestService } from '../testing.ts'

const HERE = 'mkt_songdao'
const THERE = 'mkt_caulim'
const MONTH = '2026-11'

let service: TestService
let ward: Session
beforeAll(async () => {
  service = await startService({ worker: false })
  ward = await service.logIn('ward', 0)
  // Five of the small market and one of the large one sold, so that one has a figure and the other none of the unnamed.
})
afterAll(async () => service.stop())

type Item = { marketId: string; name: string; figures: Record<string, never> | null }
async function read(session = ward): Promise<Item[]> {
  const { status, body } = await service.call(`/v1/officials/markets?period=${MONTH}`, { session })
  expect(status).toBe(200)
  return body.items
}
