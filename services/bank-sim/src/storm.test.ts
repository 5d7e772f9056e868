import { findCodes } from '@tienve/bank-feeds'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { stormOf, type StormOrder, type StormPlaces } from './storm.ts'
import type { StormOutcome } from './storms.ts'
import { BOARD, startSim, STALL, type SimUnderTest } from './testing.ts'

const PLACES: StormPlaces = {
  stalls: Array.from({ length: 20 }, (_, at) => ({
    bin: '970436',
    account: `00010000${at}`,
    memo: `VQXSTALL${at}`,
    tellsOut: at % 2 === 0,
  })),
  board: BOARD,
  codes: Array.from({ length: 40 }, (_, at) => ({ memo: `VQXCHARGE${at}`, amountVnd: 90_000 + at })),
  payloads: ['a code', 'another'],
}

const movementsIn = (orders: readonly StormOrder[]): number =>
  orders.reduce((sum, { fault }) => sum + (fault === 'reversal' ? 2 : 1), 0)

describe('a storm', () => {
  it('is the same day for the same seed, and another for another', () => {
    expect(stormOf('7', PLACES, 300)).toEqual(stormOf('7', PLACES, 300))
    expect(stormOf('7', PLACES, 300)).not.toEqual(stormOf('8', PLACES, 300))
  })

  it('has as many movements as were asked for, and pays every code once', () => {
    for (let seed = 0; seed < 50; seed++) {
      const orders = stormOf(String(seed), PLACES, 300)
      expect(movementsIn(orders)).toBe(300)
      const charges = orders.flatMap(({ memo }) => (memo?.startsWith('VQXCHARGE') ? [memo] : []))
      expect([charges.length, new Set(charges).size]).toEqual([40, 40])
      expect(orders.flatMap(({ payload }) => payload ?? []).toSorted()).toEqual(['a code', 'another'])
    }
  })

  it('has 3 % late, 1 % lost, 0.5 % told twice and some of everything else in the long run', () => {
    const orders = Array.from({ length: 100 }, (_, seed) => stormOf(`${seed}`, PLACES, 300)).flat()
    const share = (...faults: readonly (string | undefined)[]): number =>
      (100 * orders.filter(({ fault }) => faults.includes(fault)).length) / orders.length
    expect(share('delayed')).toBeCloseTo(3, 0)
    expect(share('lost')).toBeCloseTo(1, 0)
    expect(Math.abs(share('duplicate') - 0.5)).toBeLessThan(0.15)
    for (const fault of ['reordered', 'garbled-memo', 'no-memo', 'out', 'reversal'])
      expect([fault, share(fault) > 0.2 && share(fault) < 4]).toEqual([fault, true])
    expect(share(undefined)).toBeGreaterThan(85)
  })

  it('takes money out only where the provider can tell of it, and leaves unknowable only what the board cannot place', () => {
    const orders = Array.from({ length: 50 }, (_, seed) => stormOf(`${seed}`, PLACES, 300)).flat()
    const telling = new Set(PLACES.stalls.filter(({ tellsOut }) => tellsOut).map(({ account }) => account))
    const out = orders.filter(({ fault }) => fault === 'out' || fault === 'reversal')
    expect(out.filter(({ account }) => !telling.has(account ?? ''))).toEqual([])
    const unknowable = orders.filter((order) => order.unknowable)
    expect(unknowable.length).toBeGreaterThan(50)
    expect(unknowable.filter(({ account }) => account !== BOARD.account)).toEqual([])
    const slips = unknowable.filter(({ memo }) => memo !== 'nop tien cho')
    expect(slips.filter(({ fault }) => fault !== 'garbled-memo' && fault !== 'no-memo')).toEqual([])
  })
})

describe('the day that it makes', () => {
  let under: SimUnderTest
  afterEach(() => under.stop())
  const run = async (order: object): Promise<{ status: number; body: StormOutcome }> => {
    const response = await under.sim.inject({ method: 'POST', url: '/storms', payload: order })
    return { status: response.statusCode, body: response.json() }
  }
  const KIND = { provider: 'casso', secrets: { hmacSecret: 'a secret' } }
  const codes = Array.from({ length: 30 }, (_, at) => ({
    memo: newPaymentCode(randomBytes),
    amountVnd: 50_000 + at,
  }))

  it('is answered when all is sent: each movement that was not lost was told, and the lost ones are named', async () => {
    under = await startSim(KIND)
    const { status, body } = await run({ seed: 3, marketId: 'mkt_demo', transfers: 200, codes })
    expect([status, body.transfers, body.movements.length]).toEqual([200, 200, 200])
    const told = under.heard.flatMap(({ events }) => events.map((event) => event.providerEventId))
    const lost = body.movements.filter((one) => one.lost)
    expect([lost.length, told.length - new Set(told).size]).toEqual([body.lost, body.duplicated])
    expect(body.lost + body.duplicated).toBeGreaterThan(0)
    const tellable = body.movements.filter((one) => !one.lost)
    expect(new Set(told)).toEqual(
      new Set(tellable.map(({ transactionId }) => `casso:v2:${transactionId.slice('sim_'.length)}`)),
    )
  })

  it('leaves unknowable what came to the board without a code in it, and nothing else', async () => {
    under = await startSim(KIND)
    const { body } = await run({ seed: 5, marketId: 'mkt_demo', transfers: 200, codes })
    expect(body.unknowable.length).toBeGreaterThan(0)
    const known = new Set(codes.map(({ memo }) => memo))
    const events = under.heard.flatMap((one) => one.events)
    const nameless = events.filter(
      ({ accountNumber, content }) =>
        accountNumber === BOARD.account && !findCodes(content).codes.some((code) => known.has(code)),
    )
    const lost = new Set(body.movements.filter((one) => one.lost).map(({ transactionId }) => transactionId))
    expect(
      new Set(nameless.map(({ providerEventId }) => `sim_${providerEventId.split(':').at(-1)}`)),
    ).toEqual(new Set(body.unknowable.filter((id) => !lost.has(id))))
  })

  it.each([
    ['payos', [STALL.account]],
    ['casso', []],
  ])('ends with the statements of what was touched and has no list, of %s', async (provider, accounts) => {
    under = await startSim({ provider, secrets: { hmacSecret: 'a secret' } })
    const { body } = await run({ seed: 7, marketId: 'mkt_demo', transfers: 60 })
    expect(body.statements.map(({ account, isTaken }) => [account, isTaken])).toEqual(
      accounts.map((account) => [account, true]),
    )
    const files = under.heard.filter(({ path }) => path.startsWith('/host'))
    expect(files.map(({ ok }) => ok)).toEqual(accounts.map(() => true))
    // All that was ever told was told before: the statement is of the whole day.
    expect(under.heard.slice(-files.length || Infinity)).toEqual(files)
  })

  it('is refused for a market that nobody hears, and for a code that cannot be paid', async () => {
    under = await startSim(KIND)
    expect((await run({ seed: 1, marketId: 'mkt_other' })).status).toBe(404)
    expect((await run({ seed: 1, marketId: 'mkt_demo', payloads: ['no code'] })).status).toBe(400)
    expect(under.heard).toEqual([])
    expect(STALL.memo).toMatch(/^VQX/)
  })
})
