import { createDb, inMarket, type Db } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { balances, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lastDayOf } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { finishRounds } from './jobs.ts'
import {
  approveClosing,
  approveRound,
  getRoundCheck,
  getRounds,
  proposeClosing,
  proposeRound,
  withdrawRound,
} from './rounds.ts'
import { AT, aMarket, type Plan } from './testing.ts'

const { SOAK_RUNS } = process.env
const RUNS = Number(SOAK_RUNS ?? 25)
const now = (): Date => AT

let database: TestDatabase
let dbs: { owner: Db; api: Db; worker: Db }
beforeAll(async () => {
  database = await testDatabase()
  dbs = {
    owner: createDb(database.ownerUrl, { max: 2 }),
    api: createDb(database.apiUrl, { max: 4 }),
    worker: createDb(database.workerUrl, { max: 4 }),
  }
})
afterAll(async () => {
  await Promise.all(Object.values(dbs).map(({ pool }) => pool.end()))
  await database.drop()
})

const stallArb = fc.record({
  areaCents: fc.integer({ min: 50, max: 3_000 }),
  grade: fc.integer({ min: 1, max: 3 }),
  startsAt: fc.integer({ min: -40, max: 27 }),
  /** Days after its first; the stall then goes to somebody else on the next day. */
  endsAt: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }),
  pause: fc.option(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))),
  meters: fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 40_000 })), {
    maxLength: 2,
  }),
})
const planArb: fc.Arbitrary<Plan> = fc.record({
  operatorKind: fc.constantFrom('enterprise', 'cooperative', 'public_unit'),
  period: fc
    .tuple(fc.integer({ min: 2026, max: 2028 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`),
  spaceUnit: fc.constantFrom('m2_month', 'm2_day'),
  prices: fc.tuple(
    fc.integer({ min: 1, max: 90_001 }),
    fc.option<number, null>(fc.integer({ min: 1, max: 90_001 }), { nil: null }),
    fc.integer({ min: 1, max: 60_001 }),
    fc.integer({ min: 1, max: 3_201 }),
  ),
  tiered: fc.boolean(),
  vat: fc.record({ percent: fc.constantFrom('0', '5', '8', '10', '7.5'), included: fc.boolean() }),
  passThrough: fc.boolean(),
  changesOn: fc.integer({ min: 2, max: 28 }),
  stalls: fc.array(stallArb, { minLength: 1, maxLength: 3 }),
})

const actor = (marketId: string, role: 'accountant' | 'head'): Actor => ({
  marketId,
  userId: `usr_${role}`,
  role,
  stallId: null,
})

const NOTHING = {
  charges: 0n,
  drafts: 0n,
  contracts: 0n,
  notices: 0n,
  total: 0n,
  lines: 0n,
  net: 0n,
  vat: 0n,
  passed: 0n,
  unequal: 0n,
}

async function propose(marketId: string, period: string) {
  return inMarket(dbs.api, marketId, async (tx) => {
    const { id } = await proposeRound({ now }, tx, actor(marketId, 'accountant'), {
      period,
      dueOn: lastDayOf(period),
    })
    return getRoundCheck(tx, marketId, id)
  })
}

/** What is billed, line by line, charge by charge and in the books, as plain numbers. */
async function readBooks(marketId: string) {
  return inMarket(dbs.owner, marketId, async (tx) => {
    const { rows } = await tx.execute<typeof NOTHING>(sql`
      select (select count(*) from charge) as charges, (select count(*) from charge_draft) as drafts,
        (select count(distinct (stall_id, contract_id)) from charge) as contracts,
        (select count(*) from notice) as notices,
        (select coalesce(sum(total_vnd), 0)::bigint from charge) as total,
        (select coalesce(sum(amount_vnd), 0)::bigint from charge_line) as lines,
        (select coalesce(sum(net_vnd) filter (where not pass_through), 0)::bigint from charge_line) as net,
        (select coalesce(sum(vat_vnd), 0)::bigint from charge_line) as vat,
        (select coalesce(sum(amount_vnd) filter (where pass_through), 0)::bigint from charge_line) as passed,
        (select count(*) from charge c where total_vnd <> (
          select sum(amount_vnd) from charge_line l where l.charge_id = c.id)) as unequal`)
    const [round] = await getRounds(tx, marketId)
    const accounts = await balances(tx, marketId)
    const sumOf = (code: RegExp): bigint =>
      accounts.filter(({ id }) => code.test(id)).reduce((sum, { balanceVnd }) => sum + balanceVnd, 0n)
    return {
      sums: rows[0] ?? NOTHING,
      round,
      receivable: sumOf(/^board:131\./),
      revenue: sumOf(/^board:511$/),
      tax: sumOf(/^board:3331$/),
      utility: sumOf(/^board:3388\.utility$/),
      revenueGl: accounts.find(({ id }) => id === 'board:511')?.glCode,
    }
  })
}

test(
  'whatever the prices, meters, contracts and calendars, lines make charges, charges the round, and the round the books',
  async () => {
    await fc.assert(
      fc.asyncProperty(planArb, async (plan) => {
        const marketId = await aMarket(dbs.owner, plan)
        const seen = await propose(marketId, plan.period)
        const head = actor(marketId, 'head')
        const ctx = { now, db: dbs.api }
        const issued = await approveRound(ctx, head, seen.id, { seen })
        const books = await readBooks(marketId)
        expect(issued).toMatchObject({
          status: 'issued',
          totalVnd: seen.totalVnd,
          chargeCount: seen.chargeCount,
        })
        expect([books.sums.unequal, books.sums.lines, BigInt(seen.totalVnd)]).toEqual([
          0n,
          books.sums.total,
          books.sums.total,
        ])
        expect(BigInt(books.round?.totalVnd ?? -1)).toBe(books.sums.total)
        expect(books.receivable).toBe(books.sums.total)
        expect([books.revenue, books.tax, books.utility]).toEqual([
          books.sums.net,
          books.sums.vat,
          books.sums.passed,
        ])
        expect(books.revenue + books.tax + books.utility).toBe(books.receivable)
        expect(books.revenueGl).toBe(plan.operatorKind === 'public_unit' ? '531' : '511')
        expect([books.sums.charges, books.sums.contracts, books.sums.notices]).toEqual([
          books.sums.drafts,
          books.sums.drafts,
          books.sums.drafts,
        ])
        expect(await verifyMarket(dbs.owner, marketId)).toMatchObject({ ok: true })
        await expect(approveRound(ctx, head, seen.id, { seen })).rejects.toMatchObject({
          code: 'round_already_issued',
        })
        expect(await finishRounds(dbs.worker, marketId, now)).toBe(0)
        expect(await readBooks(marketId)).toEqual(books)
      }),
      { numRuns: RUNS },
    )
  },
  60_000 + RUNS * 4_000,
)

const MANY: Plan = {
  operatorKind: 'enterprise',
  period: '2026-10',
  spaceUnit: 'm2_month',
  prices: [45_000, null, 60_000, 3_200],
  tiered: false,
  vat: { percent: '8', included: true },
  passThrough: true,
  changesOn: 2,
  stalls: Array.from({ length: 1_100 }, () => ({
    areaCents: 450,
    grade: 1,
    startsAt: -40,
    endsAt: null,
    pause: null,
    meters: [],
  })),
}

test('a round that stops between two pieces is gone on with, by two at once, and makes each charge once', async () => {
  const marketId = await aMarket(dbs.owner, MANY)
  const seen = await propose(marketId, MANY.period)
  let looks = 0
  const failing = (): Date => {
    looks += 1
    // The approval looks at the clock, and then each piece does.
    if (looks > 2) throw new Error('the process is gone')
    return AT
  }
  const approved = approveRound({ now: failing, db: dbs.api }, actor(marketId, 'head'), seen.id, { seen })
  await expect(approved).rejects.toThrow('the process is gone')
  const half = await readBooks(marketId)
  expect([half.sums.charges, half.sums.notices, half.round?.status]).toEqual([250n, 250n, 'issuing'])
  expect(half.round).toMatchObject({ issuedAt: null, issuedCount: 250, chargeCount: 1_100 })
  expect(half.receivable).toBe(half.sums.total)
  const made = await Promise.all([0, 1].map(() => finishRounds(dbs.worker, marketId, now)))
  expect((made[0] ?? 0) + (made[1] ?? 0)).toBe(850)
  const books = await readBooks(marketId)
  expect([books.sums.charges, books.sums.contracts, books.sums.drafts, books.sums.notices]).toEqual([
    1_100n,
    1_100n,
    1_100n,
    1_100n,
  ])
  expect([books.round?.status, books.receivable]).toEqual(['issued', BigInt(seen.totalVnd)])
  expect(await verifyMarket(dbs.owner, marketId)).toMatchObject({ ok: true })
}, 120_000)

test('a proposed round is taken back and proposed anew, and an issued one is closed after its due day', async () => {
  const plan: Plan = { ...MANY, stalls: MANY.stalls.slice(0, 2) }
  const marketId = await aMarket(dbs.owner, plan)
  const [accountant, head] = [actor(marketId, 'accountant'), actor(marketId, 'head')]
  const first = await propose(marketId, plan.period)
  const taken = await inMarket(dbs.api, marketId, (tx) => withdrawRound(tx, accountant, first.id))
  expect(taken).toMatchObject({ status: 'preparing', proposedBy: null, chargeCount: 0 })
  const ctx = { now, db: dbs.api }
  await expect(approveRound(ctx, head, first.id, { seen: first })).rejects.toMatchObject({
    code: 'round_not_proposed',
  })
  const seen = await propose(marketId, plan.period)
  expect(seen).toMatchObject({ id: first.id, totalVnd: first.totalVnd })
  await expect(approveRound(ctx, { ...accountant, role: 'head' }, seen.id, { seen })).rejects.toMatchObject({
    code: 'approval_own_proposal',
  })
  const close = (at: Date, who = head) =>
    inMarket(dbs.api, marketId, (tx) => approveClosing({ now: () => at }, tx, who, seen.id))
  const ask = (at: Date) =>
    inMarket(dbs.api, marketId, (tx) => proposeClosing({ now: () => at }, tx, accountant, seen.id))
  await expect(ask(AT)).rejects.toMatchObject({ code: 'round_not_due' })
  await approveRound(ctx, head, seen.id, { seen })
  await expect(ask(new Date('2026-10-31T10:00:00Z'))).rejects.toMatchObject({ code: 'round_not_due' })
  await expect(close(AT)).rejects.toMatchObject({ code: 'round_closing_not_proposed' })
  expect(await ask(AT)).toMatchObject({ status: 'issued', closing: { refusedReason: null } })
  await expect(ask(AT)).rejects.toMatchObject({ code: 'round_closing_waits' })
  await expect(close(AT, { ...accountant, role: 'head' })).rejects.toMatchObject({
    code: 'approval_own_proposal',
  })
  expect(await close(AT)).toMatchObject({ status: 'closed' })
})

test('a month whose meters are not read, or whose space has no price, cannot be proposed', async () => {
  const plan: Plan = {
    ...MANY,
    stalls: [
      {
        ...MANY.stalls[0],
        areaCents: 450,
        grade: 1,
        startsAt: 0,
        endsAt: null,
        pause: null,
        meters: [[0, 100]],
      },
    ],
  }
  const marketId = await aMarket(dbs.owner, plan)
  await expect(propose(marketId, '2026-11')).rejects.toMatchObject({
    code: 'round_not_ready',
    fields: { 'A-0 electricity': 'reading_missing' },
  })
  await inMarket(dbs.owner, marketId, (tx) => tx.execute(sql`update meter_reading set anomaly = 'high'`))
  await expect(propose(marketId, plan.period)).rejects.toMatchObject({
    fields: { 'A-0 electricity': 'reading_unconfirmed' },
  })
  await inMarket(dbs.owner, marketId, async (tx) => {
    await tx.execute(sql`update meter_reading set confirmed_by = 'usr_head'`)
    await tx.execute(sql`update tariff set effective_to = ${`${plan.period}-30`} where id = 'trf_space'`)
  })
  await expect(propose(marketId, plan.period)).rejects.toMatchObject({
    fields: { 'A-0 space': 'price_missing' },
  })
})
