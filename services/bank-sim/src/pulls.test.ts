import { feeds, type PullAnswer, type PullQuery, type PullRequest } from '@tienve/bank-feeds'
import { afterEach, describe, expect, it } from 'vitest'
import { BANK_SECRET, BOARD, startSim, STALL, type SimUnderTest } from './testing.ts'

let under: SimUnderTest
afterEach(() => under.stop())

const SECRETS = { hmacSecret: BANK_SECRET, pullKey: 'a key' }
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
async function ask({ method, url, headers }: PullRequest): Promise<PullAnswer> {
  const response = await under.sim.inject({ method, url: url.replace('http://bank', ''), headers })
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
  ['our own list', 'standard', feeds.standard.pull],
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
  ['standard', feeds.standard.pull, 2, 1],
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

describe("payOS's payment links", () => {
  const secrets = { hmacSecret: 'a secret', pullKey: 'client:key' }
  const read = async (orderRef: string, secret = 'client:key') =>
    feeds.payos.order.read(await ask(feeds.payos.order.request({ baseUrl: BASE, secret, orderRef })))

  it('say what was paid on one of them, by the memo that the payer gave and by its number', async () => {
    under = await startSim({ provider: 'payos', secrets }, { now })
    const first = await lose(35_000)
    await lose(7_000, { memo: 'another' })
    await under.pay({ bin: STALL.bin, account: STALL.account, memo: STALL.memo, amountVnd: 1_000 })
    const order = await read(STALL.memo)
    const events = order.ok ? order.events : []
    expect(events.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['credit', 35_000n],
      ['credit', 1_000n],
    ])
    expect(events[0]).toMatchObject({ bankReference: first.body.reference, occurredAt: now() })
    // The one that was told is the same event in both.
    expect(under.heard[0]?.events[0]?.providerEventId).toBe(events[1]?.providerEventId)
    expect(await read(events[0]?.orderRef ?? '')).toEqual(order)
  })

  it('are open until they are paid, and closed to a wrong key', async () => {
    under = await startSim({ provider: 'payos', secrets }, { now })
    expect(await read('VQX00000000')).toEqual({ ok: true, status: 'PENDING', events: [] })
    expect(await read('VQX00000000', 'client:wrong')).toMatchObject({ ok: false, problem: 'unauthorised' })
  })
})

it('has no list for a connection without a key, and none of another provider', async () => {
  under = await startSim({ provider: 'casso', secrets: { hmacSecret: 'a secret' } }, { now })
  expect((await ask(feeds.casso.pull.request(queryOf()))).status).toBe(401)
  expect((await ask(feeds.sepay.pullV1.request(queryOf()))).status).toBe(404)
  expect((await under.sim.inject({ url: '/pull/con_9/v2/transactions' })).statusCode).toBe(404)
})
