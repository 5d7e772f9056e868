import { feeds } from '@tienve/bank-feeds'
import { createDb, inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { numberOfPaymentCode } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildBankSim } from '../services/bank-sim/src/app.ts'
import { insertPulls, type DemoConnection } from '../services/payment/src/demo/connections.ts'
import { DEMO_PIN } from '../services/payment/src/demo/people.ts'
import { createIntake } from '../services/payment/src/feeds/intake.ts'
import { pullNext } from '../services/payment/src/feeds/pull.ts'
import { startService, until, type Session, type TestService } from '../services/payment/src/testing.ts'
import { toFile } from './seed/seed.ts'

let service: TestService
let sim: ReturnType<typeof buildBankSim>
let bankSimUrl: string

/** The market that is heard by every provider. */
const MARKET = 1
const market = () =>
  service.markets[MARKET] ?? { id: '', stalls: [], connections: [], memos: new Map<string, string>() }

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
  for (const connection of market().connections) {
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
  for (const connection of market().connections) {
    const { deliveries } = await payBy(connection, 1_000, 'bad-signature')
    expect([connection.provider, deliveries.length, deliveries[0].status]).toEqual([
      connection.provider,
      1,
      401,
    ])
  }
})

/** Asks every provider whose turn has come. */
async function pullAll(): Promise<void> {
  const intake = createIntake(service.ctx)
  while (await pullNext(service.ctx, service.workerDb, intake, fetch, new AbortController().signal));
}

it('has what was lost in its lists, which the service reads and books once', async () => {
  const { ctx, database } = service
  const { id: marketId, connections } = market()
  const owner = createDb(database.ownerUrl, { max: 1 })
  await inMarket(owner, marketId, (tx) =>
    insertPulls(tx, marketId, connections, ctx.config.masterKey, { bankSimUrl, from: ctx.now() }),
  )
  await owner.pool.end()
  const expected: Record<string, number> = {}
  for (const connection of connections.filter(({ provider }) => ['sepay', 'casso'].includes(provider))) {
    const { stallId } = await payBy(connection, 47_000, 'lost')
    await payBy(connection, 48_000)
    expected[stallId] = 1
  }
  await until(async () => Object.keys(await salesOf(48_000)).length === 2, 'what was told')
  await pullAll()
  await until(async () => Object.keys(await salesOf(47_000)).length === 2, 'what was lost')
  expect([await salesOf(47_000), await salesOf(48_000)]).toEqual([expected, expected])
  const problems = await inMarket(ctx.db, marketId, (tx) =>
    tx.execute(sql`select problem from connection_pull where market_id = ${marketId}`),
  )
  expect(problems.rows).toEqual([{ problem: null }, { problem: null }, { problem: null }])
  expect((await verifyMarket(ctx.db, marketId)).ok).toBe(true)
})

describe('a request for money on an account of payOS', () => {
  const startedAt = new Date('2026-11-24T03:10:00Z').getTime()
  const at = (seconds: number): void => service.setNow(new Date(startedAt + seconds * 1_000))
  const payos = () => {
    const found = market().connections.find(({ provider }) => provider === 'payos')
    if (found === undefined) throw new Error('no feed is of payOS')
    return found
  }
  /** Asks the simulator what it knows of an order. */
  const orderOf = async (code: string) => {
    const query = { baseUrl: `${bankSimUrl}/pull/${payos().id}`, secret: payos().pullKey ?? '' }
    const { url, headers } = feeds.payos.orders.request({
      ...query,
      orderRef: String(numberOfPaymentCode(code)),
    })
    const response = await fetch(url, { headers })
    return feeds.payos.orders.read({
      status: response.status,
      headers: {},
      rawBody: Buffer.from(await response.arrayBuffer()),
    })
  }
  const pay = async (request: { payload: string }, fault?: string) =>
    (
      await sim.inject({ method: 'POST', url: '/transfers', payload: { payload: request.payload, fault } })
    ).json()
  const sightingsOf = (amountVnd: number) =>
    inMarket(service.ctx.db, market().id, async (tx) => {
      const { rows } = await tx.execute<{ id: string; source: string; joined_by: string }>(sql`
        select b.id, s.source, s.joined_by from bank_transaction b
        join sighting s on s.market_id = b.market_id and s.bank_transaction_id = b.id
        where b.market_id = ${market().id} and b.amount_vnd = ${amountVnd} order by s.seen_at, s.source`)
      return rows
    })
  let session: Session
  const ask = async (amountVnd: number) => {
    const path = `/v1/stalls/${session.stallId ?? ''}/payment-requests`
    const { status, body } = await service.call(path, { session, body: { amountVnd } })
    expect(status).toBe(201)
    return body
  }
  const look = async (id: string) => (await service.call(`/v1/payment-requests/${id}`, { session })).body

  beforeAll(async () => {
    const stall = market().stalls.find(({ account }) =>
      payos().accounts.some(({ number }) => number === account),
    )
    const login = { login: stall?.login, secret: DEMO_PIN }
    const { body, headers } = await service.call('/v1/sessions', { body: login })
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    session = { cookie, csrfToken: body.csrfToken, stallId: stall?.id ?? null, marketId: market().id }
  })

  it('is told to payOS in the background, once, and comes by asking when its message was lost', async () => {
    at(0)
    const request = await ask(52_000)
    expect(await orderOf(request.code)).toMatchObject({ ok: false })
    await pullAll()
    expect(await orderOf(request.code)).toEqual({ ok: true, status: 'PENDING', events: [] })
    const { movements } = await pay(request, 'lost')
    at(20)
    await pullAll()
    expect(await sightingsOf(52_000)).toEqual([])
    at(31)
    await pullAll()
    await until(async () => (await look(request.id)).status === 'paid', 'the lost payment')
    expect((await look(request.id)).payments).toMatchObject([{ amountVnd: 52_000, verdict: 'exact' }])
    const source = `${payos().id}/pull`
    expect(await sightingsOf(52_000)).toMatchObject([{ source, joined_by: 'first' }])

    // The message that was lost comes after all, from payOS's own desk.
    const { rawBody, headers } = feeds.payos.request(
      {
        orderCode: numberOfPaymentCode(request.code),
        paymentLinkId: await linkOf(request.code),
        reference: movements[0].reference,
        amount: 52_000n,
        description: request.code,
        accountNumber: movements[0].account,
        transactionAt: new Date(startedAt),
      },
      { secret: payos().secret },
    )
    const address = `${service.url}/webhooks/payos/${payos().id}`
    expect((await fetch(address, { method: 'POST', headers, body: new Uint8Array(rawBody) })).status).toBe(
      200,
    )
    await until(async () => (await sightingsOf(52_000)).length === 2, 'the second sighting')
    const seen = await sightingsOf(52_000)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    expect(seen.map(({ source: of, joined_by }) => [of, joined_by])).toEqual(
      expect.arrayContaining([
        [source, 'first'],
        [payos().id, 'reference'],
      ]),
    )
    expect((await look(request.id)).payments).toHaveLength(1)
    expect((await verifyMarket(service.ctx.db, market().id)).ok).toBe(true)
  })

  const linkOf = async (code: string): Promise<string> => {
    const order = await orderOf(code)
    return (order.ok ? order.events[0]?.providerEventId.split(':')[2] : undefined) ?? ''
  }

  it('is asked for after it was called off, since money comes late', async () => {
    at(100)
    const request = await ask(53_000)
    await pullAll()
    const path = `/v1/payment-requests/${request.id}/cancel`
    expect((await service.call(path, { session, method: 'POST' })).body.status).toBe('cancelled')
    await pay(request, 'lost')
    at(40 * 3_600)
    await pullAll()
    await until(async () => (await salesOf(53_000))[session.stallId ?? ''] === 1, 'the late payment')
    expect((await verifyMarket(service.ctx.db, market().id)).ok).toBe(true)
  })
})
