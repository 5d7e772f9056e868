import { feeds, type PullAnswer, type PullQuery, type PullRequest } from '@tienve/bank-feeds'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BOARD, startSim, STALL, type SimUnderTest } from './testing.ts'

let under: SimUnderTest
afterEach(() => under.stop())

const SECRETS = { hmacSecret: 'a secret', pullKey: 'a key' }
const BASE = 'http://bank/pull/con_1'
const now = (): Date => new Date('2026-11-24T03:00:00Z')

const queryOf = (secret = 'a key', cursor: string | null = null): PullQuery => ({
  baseUrl: BASE,
  secret,
  accountNumber: null,
  from: new Date('2026-11-22T03:00:00Z'),
  to: new Date('2026-11-24T03:00:30Z'),
  cursor,
})

/** Asks the simulator what an adapter would ask. */
async function ask({ method, url, headers, body }: PullRequest): Promise<PullAnswer> {
  const response = await under.sim.inject({
    method,
    url: url.replace('http://bank', ''),
    headers,
    ...(body === undefined ? {} : { payload: body }),
  })
  return {
    status: response.statusCode,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    ),
    rawBody: response.rawPayload,
  }
}

const lose = (amountVnd: number, rest: object = {}) =>
  under.pay({ bin: STALL.bin, account: STALL.account, memo: STALL.memo, amountVnd, fault: 'lost', ...rest })

describe.each([
  ["SePay's list", 'sepay', feeds.sepay.pull],
  ["SePay's older list", 'sepay', feeds.sepay.pullV1],
  ["Casso's list", 'casso', feeds.casso.pull],
])('%s', (_, provider, pull) => {
  it('has what was lost on the way, money out and money of the board, each with its balance', async () => {
    under = await startSim({ provider, secrets: SECRETS }, { now })
    const lost = await lose(35_000)
    const out = await lose(5_000, { fault: 'out' })
    await lose(90_000, { ...BOARD, memo: 'VQXCHARGE' })
    const page = pull.read(await ask(pull.request(queryOf())), queryOf())
    const events = page.ok ? page.events : []
    const byAmount = events.toSorted((a, b) => Number(a.amount - b.amount))
    expect(byAmount.map(({ kind, amount, accountNumber }) => [kind, amount, accountNumber])).toEqual([
      ['debit', 5_000n, STALL.account],
      ['credit', 35_000n, STALL.account],
      ['credit', 90_000n, BOARD.account],
    ])
    const [spent, sale, charge] = byAmount
    expect(sale).toMatchObject({ bankReference: lost.body.reference, occurredAt: now() })
    expect(sale?.content.toUpperCase()).toContain(STALL.memo)
    expect(spent).toMatchObject({ bankReference: out.body.reference })
    expect((spent?.balanceAfter ?? 0n) + 5_000n).toBe(sale?.balanceAfter)
    expect(charge?.content).toContain('VQXCHARGE')
  })

  it('is refused to a wrong key, as this provider refuses', async () => {
    under = await startSim({ provider, secrets: SECRETS }, { now })
    await lose(35_000)
    const page = pull.read(await ask(pull.request(queryOf('another'))), queryOf('another'))
    expect(page).toMatchObject({ ok: false, problem: 'unauthorised' })
  })

  it('comes in pages without a gap', async () => {
    let at = 0
    under = await startSim(
      { provider, secrets: SECRETS },
      { now: () => new Date(now().getTime() - 1_000 * (400 - at++)) },
    )
    for (let paid = 0; paid < 230; paid++) await lose(1_000 + paid)
    const seen = new Set<string>()
    let query = queryOf()
    for (let pages = 0; pages < 10; pages++) {
      const page = pull.read(await ask(pull.request(query)), query)
      if (!page.ok) throw new Error(page.problem)
      for (const { providerEventId } of page.events) seen.add(providerEventId)
      if (page.next === null) break
      query = queryOf('a key', page.next)
    }
    expect(seen.size).toBe(230)
  })
})

it.each([
  ['sepay', feeds.sepay.pull, 3, 1],
  ['sepay', feeds.sepay.pullV1, 2, 1],
])(
  '%s sends away who asks too often, and says for how long',
  async (provider, pull, allowed, waitSeconds) => {
    let at = now().getTime()
    under = await startSim({ provider, secrets: SECRETS }, { now: () => new Date(at) })
    const readOnce = async () => pull.read(await ask(pull.request(queryOf())), queryOf())
    for (let asked = 0; asked < allowed; asked++) expect((await readOnce()).ok).toBe(true)
    expect(await readOnce()).toEqual({
      ok: false,
      problem: 'rate_limited',
      retryAfterSeconds: waitSeconds,
    })
    at += 1_001
    expect((await readOnce()).ok).toBe(true)
  },
)

describe("payOS's orders", () => {
  const secrets = { hmacSecret: 'a secret', pullKey: 'client:key' }
  const { orders } = feeds.payos
  const ORDER = {
    baseUrl: BASE,
    secret: 'client:key',
    signingSecret: 'a secret',
    orderCode: 7,
    amountVnd: 35_000n,
    memo: STALL.memo,
    returnUrl: 'http://localhost',
  }
  const read = async (orderRef: string, secret = 'client:key') =>
    orders.read(await ask(orders.request({ baseUrl: BASE, secret, orderRef })))
  const create = async (changed: object = {}) =>
    JSON.parse((await ask(orders.create({ ...ORDER, ...changed }))).rawBody.toString()).code

  /** payOS allows so many a second, and so many are asked here. */
  let at = now().getTime()
  beforeEach(async () => {
    under = await startSim({ provider: 'payos', secrets }, { now: () => new Date((at += 1_000)) })
  })

  it('are known once they were told of, and told of once', async () => {
    expect(await read('7')).toMatchObject({ ok: false, problem: 'unreadable' })
    expect(await create()).toBe('00')
    expect(await create()).toBe('231')
    expect(orders.readCreated(await ask(orders.create(ORDER)))).toEqual({ ok: true })
    expect(await read('7')).toEqual({ ok: true, status: 'PENDING', events: [] })
    expect([
      await create({ orderCode: 8, signingSecret: 'another' }),
      await create({ orderCode: 8, amountVnd: 0n }),
      await create({ orderCode: 2 ** 53 }),
    ]).toEqual(['201', '20', '20'])
    expect(await read('8')).toMatchObject({ ok: false, problem: 'unreadable' })
  })

  it('say what was paid with their memo, in part and in whole, and so do the messages', async () => {
    await create()
    const first = await lose(15_000)
    await lose(7_000, { memo: 'another' })
    expect(await read('7')).toMatchObject({ status: 'UNDERPAID' })
    const memo = `${STALL.memo} tien rau`
    await under.pay({ bin: STALL.bin, account: STALL.account, memo, amountVnd: 20_000 })
    const order = await read('7')
    const events = order.ok ? order.events : []
    expect(order).toMatchObject({ status: 'PAID' })
    expect(events.map(({ kind, amount, orderRef }) => [kind, amount, orderRef])).toEqual([
      ['credit', 15_000n, '7'],
      ['credit', 20_000n, '7'],
    ])
    expect(events[0]?.bankReference).toBe(first.body.reference)
    const [told] = under.heard[0]?.events ?? []
    expect(told).toMatchObject({ orderRef: '7', bankReference: events[1]?.bankReference })
    expect(told?.providerEventId.replace('payos:', 'payos:order:')).toBe(events[1]?.providerEventId)
    expect(await read(told?.providerEventId.split(':')[1] ?? '')).toEqual(order)
  })

  it('that nobody told of are one for each memo, found by what the message calls them', async () => {
    await under.pay({ bin: STALL.bin, account: STALL.account, memo: STALL.memo, amountVnd: 1_000 })
    const [told] = under.heard[0]?.events ?? []
    const order = await read(told?.orderRef ?? '')
    expect(order).toMatchObject({ status: 'PAID', events: [{ amount: 1_000n }] })
  })

  it('are closed to a wrong key, and to who asks too often', async () => {
    expect(await read('7', 'client:wrong')).toMatchObject({ ok: false, problem: 'unauthorised' })
    expect(orders.readCreated(await ask(orders.create({ ...ORDER, secret: 'client:wrong' })))).toMatchObject({
      problem: 'unauthorised',
    })
    await under.stop()
    under = await startSim({ provider: 'payos', secrets }, { now })
    for (let asked = 0; asked < 3; asked++) await read('7')
    expect(await read('7')).toEqual({ ok: false, problem: 'rate_limited', retryAfterSeconds: 1 })
  })
})

it('has no list for a connection without a key, and none of another provider', async () => {
  under = await startSim({ provider: 'casso', secrets: { hmacSecret: 'a secret' } }, { now })
  expect((await ask(feeds.casso.pull.request(queryOf()))).status).toBe(401)
  expect((await ask(feeds.sepay.pullV1.request(queryOf()))).status).toBe(404)
  expect((await under.sim.inject({ url: '/pull/con_9/v2/transactions' })).statusCode).toBe(404)
})
