import { createDb, inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildBankSim } from '../services/bank-sim/src/app.ts'
import { insertPulls, type DemoConnection } from '../services/payment/src/demo/connections.ts'
import { dayOf } from '../services/payment/src/days.ts'
import { createIntake } from '../services/payment/src/feeds/intake.ts'
import { pullNext } from '../services/payment/src/feeds/pull.ts'
import { startService, until, type TestService } from '../services/payment/src/testing.ts'
import { toFile } from './seed/seed.ts'

let service: TestService
let sim: ReturnType<typeof buildBankSim>
let bankSimUrl: string

/** The market that is heard by every provider. */
const MARKET = 1
const market = () =>
  service.markets[MARKET] ?? { id: '', stalls: [], connections: [], memos: new Map<string, string>() }

/** The feeds that tell of movements; one more delivers statements. */
const telling = () => market().connections.filter(({ statementsOnly }) => !statementsOnly)

beforeAll(async () => {
  service = await startService()
  const { id: marketId, stalls, connections, memos } = market()
  sim = buildBankSim({
    demo: {
      baseUrl: service.url,
      bankSimUrl: service.url,
      markets: [{ id: marketId, name: 'Chợ mẫu' }],
      users: [],
      connections: connections.map((one) => toFile(service.url, marketId, one)),
      stalls: stalls.map(({ id, code, name, zone, bin, account, holder }) => ({
        id,
        code,
        name,
        zone: zone.code,
        marketId,
        bin,
        account,
        holder,
        memo: memos.get(id) ?? '',
      })),
      databaseUrl: '',
      ownerDatabaseUrl: '',
    },
    now: service.ctx.now,
  })
  bankSimUrl = await sim.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await sim.close()
  await service.stop()
})

/** Pays the printed code of the first stall that a connection tells of. */
async function payBy(connection: DemoConnection, amountVnd: number, fault?: string) {
  const { stalls, memos } = market()
  const stall = stalls.find(({ account }) => connection.accounts.some(({ number }) => number === account))
  if (stall === undefined) throw new Error(`no stall is heard by ${connection.provider}`)
  const response = await sim.inject({
    method: 'POST',
    url: '/transfers',
    payload: { bin: stall.bin, account: stall.account, memo: memos.get(stall.id), amountVnd, fault },
  })
  return { stallId: stall.id, ...response.json() }
}

const salesOf = (amountVnd: number) =>
  inMarket(service.ctx.db, market().id, async (tx) => {
    const { rows } = await tx.execute<{ stall: string; count: bigint }>(sql`
      select stall_id as stall, count(*) as count from payment
      where market_id = ${market().id} and purpose = 'sale' and amount_vnd = ${amountVnd} group by stall_id`)
    return Object.fromEntries(rows.map(({ stall, count }) => [stall, Number(count)]))
  })

it('pays through every provider, and each message becomes money of the stall once, however often it is told', async () => {
  const expected: Record<string, number> = {}
  for (const connection of telling()) {
    const { stallId, deliveries } = await payBy(connection, 35_000, 'duplicate')
    expect([connection.provider, deliveries.map((one: { status: number }) => one.status)]).toEqual([
      connection.provider,
      [200, 200],
    ])
    expected[stallId] = 1
  }
  expect(Object.keys(expected)).toHaveLength(5)
  await until(async () => Object.keys(await salesOf(35_000)).length === 5, 'the five payments')
  expect(await salesOf(35_000)).toEqual(expected)
  expect((await verifyMarket(service.ctx.db, market().id)).ok).toBe(true)
})

it('takes no message that proves nothing, of any provider', async () => {
  for (const connection of telling()) {
    const { deliveries } = await payBy(connection, 1_000, 'bad-signature')
    expect([connection.provider, deliveries.length, deliveries[0].status]).toEqual([
      connection.provider,
      1,
      401,
    ])
  }
})

const LISTS = ['sepay', 'casso', 'standard']

it('has what was lost in its lists, which the service reads and books once', async () => {
  const { ctx, database, workerDb } = service
  const { id: marketId, connections } = market()
  const owner = createDb(database.ownerUrl, { max: 1 })
  await inMarket(owner, marketId, (tx) =>
    insertPulls(tx, marketId, connections, ctx.config.masterKey, { bankSimUrl, from: ctx.now() }),
  )
  await owner.pool.end()
  const expected: Record<string, number> = {}
  for (const connection of telling().filter(({ provider }) => LISTS.includes(provider))) {
    const { stallId } = await payBy(connection, 47_000, 'lost')
    await payBy(connection, 48_000)
    expected[stallId] = 1
  }
  await until(async () => Object.keys(await salesOf(48_000)).length === LISTS.length, 'what was told')
  const intake = createIntake(ctx)
  while (await pullNext(ctx, workerDb, intake, fetch, new AbortController().signal));
  await until(async () => Object.keys(await salesOf(47_000)).length === LISTS.length, 'what was lost')
  expect([await salesOf(47_000), await salesOf(48_000)]).toEqual([expected, expected])
  const problems = await inMarket(ctx.db, marketId, (tx) =>
    tx.execute(sql`select problem from connection_pull where market_id = ${marketId}`),
  )
  expect(problems.rows).toEqual(LISTS.map(() => ({ problem: null })))
  expect((await verifyMarket(ctx.db, marketId)).ok).toBe(true)
})

it('has what was lost of the others in the statements that it delivers, which book it once', async () => {
  const { id: marketId, connections } = market()
  const expected: Record<string, number> = {}
  for (const connection of telling().filter(({ provider }) => !LISTS.includes(provider))) {
    const { stallId, movements } = await payBy(connection, 57_000, 'lost')
    await payBy(connection, 58_000)
    expected[stallId] = 1
    const [{ bin, account }] = movements
    for (const format of ['xlsx', 'camt053', 'xlsx']) {
      const response = await sim.inject({
        method: 'POST',
        url: '/statements',
        payload: { bin, account, day: dayOf(service.ctx.now()), format, deliver: true },
      })
      expect(response.json()).toMatchObject({ isTaken: true, deliveries: [{ status: 200 }] })
    }
  }
  await until(async () => Object.keys(await salesOf(57_000)).length === 2, 'what was lost')
  await until(async () => (await waiting()) === 0, 'every message')
  expect([await salesOf(57_000), await salesOf(58_000)]).toEqual([expected, expected])
  const bank = connections.find(({ statementsOnly }) => statementsOnly)
  const brought = await inMarket(service.ctx.db, marketId, (tx) =>
    tx.execute(sql`select distinct imported_by from statement where market_id = ${marketId}`),
  )
  expect(brought.rows).toEqual([{ imported_by: bank?.id }])
  expect((await verifyMarket(service.ctx.db, marketId)).ok).toBe(true)
})

async function waiting(): Promise<number> {
  return (await service.workerDb.pool.query('select from inbox_queue')).rowCount ?? 0
}
