import { inMarket } from '@tienve/db'
import { postAll, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { processDue } from '../feeds/worker.ts'
import { approveChange, proposeChange } from '../changes/service.ts'
import type { Actor } from '../http/types.ts'
import { debtCodes } from '../stalls/repository.ts'
import { chargesOf, type Charging, type TestCharge } from '../testing-charges.ts'
import { startService, type TestService } from '../testing.ts'
import { applyCredits } from './service.ts'

let service: TestService
let charging: Charging
let marketId: string
beforeAll(async () => {
  service = await startService({ worker: false })
  marketId = service.markets[0]?.id ?? ''
  charging = chargesOf(service, marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const actor = (role: 'accountant' | 'head'): Actor => ({
  marketId,
  userId: `usr_sd${role}`,
  role,
  stallId: null,
})
const within = <T>(work: Parameters<typeof inMarket<T>>[2]): Promise<T> =>
  inMarket(service.ctx.db, marketId, work)

async function relieve(charge: TestCharge, percent: number): Promise<void> {
  const ctx = { now: service.ctx.now }
  const { outstandingVnd, amountVnd, id } = await within((tx) =>
    proposeChange(ctx, tx, actor('accountant'), charge.id, {
      kind: 'relieved',
      by: { percent },
      reason: 'giảm giá',
    }),
  ).then(({ now, ...change }) => ({ ...change, ...now }))
  await within((tx) => approveChange(ctx, tx, actor('head'), id, { seen: { amountVnd, outstandingVnd } }))
}

let told = 0
const tell = (memo: string, amountVnd: bigint) =>
  service.tell({ id: ++told, account: '0001999999', amountVnd, memo })
const processAll = async () => {
  while ((await processDue(service.ctx, service.workerDb)) > 0);
}

type Step =
  | { do: 'issue'; netVnd: number; vatVnd: number }
  | { do: 'bank'; amountVnd: number; of: number | 'debt' }
  | { do: 'cash'; amountVnd: number }
  | { do: 'relieve'; percent: number; of: number }
  | { do: 'apply' }
  | { do: 'process' }
const amount = fc.integer({ min: 1, max: 3_000 })
const which = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('issue' as const), netVnd: amount, vatVnd: fc.nat({ max: 300 }) }),
  fc.record({
    do: fc.constant('bank' as const),
    amountVnd: amount,
    of: fc.oneof(which, fc.constant('debt' as const)),
  }),
  fc.record({ do: fc.constant('cash' as const), amountVnd: amount }),
  fc.record({ do: fc.constant('relieve' as const), percent: fc.integer({ min: 1, max: 100 }), of: which }),
  fc.constant<Step>({ do: 'apply' }),
  fc.constant<Step>({ do: 'process' }),
)

async function run(stallId: string, steps: readonly Step[]): Promise<void> {
  const charges: TestCharge[] = []
  const codes = await within((tx) => debtCodes(tx, marketId, [stallId]))
  for (const [at, one] of steps.entries()) {
    if (one.do === 'issue') {
      const period = `2025-${String(at + 1).padStart(2, '0')}`
      charges.push(
        await charging.issue(stallId, period, [{ netVnd: BigInt(one.netVnd), vatVnd: BigInt(one.vatVnd) }]),
      )
    } else if (one.do === 'bank') {
      const memo = one.of === 'debt' ? codes.get(stallId) : charges[one.of % charges.length]?.code
      if (memo !== undefined) await tell(memo, BigInt(one.amountVnd))
    } else if (one.do === 'cash') await charging.payInCash(stallId, BigInt(one.amountVnd))
    else if (one.do === 'relieve') {
      const charge = charges[one.of % charges.length]
      // A charge that comes to nothing any more cannot be relieved: that refusal is another test's.
      if (charge !== undefined) await relieve(charge, one.percent).catch(refusedRightly)
    } else if (one.do === 'apply') {
      await within(async (tx) => {
        const posts = await applyCredits(tx, marketId, [stallId], service.ctx.now())
        await postAll(tx, marketId, posts, { as: 'api' })
      })
    } else await processAll()
  }
  await processAll()
}

function refusedRightly(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'change_not_possible')) throw error
}

it('keeps debts, credits and receipts equal to the books, whatever is paid, relieved and in which order', async () => {
  const stalls = service.markets[0]?.stalls ?? []
  let at = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 10 }),
      fc.constantFrom('named_first', 'oldest_first'),
      async (steps, order) => {
        await inMarket(charging.owner, marketId, (tx) =>
          tx.execute(sql`insert into charge_policy (market_id, settle_order) values (${marketId}, ${order})
            on conflict (market_id) do update set settle_order = excluded.settle_order`),
        )
        const stallId = stalls[at++ % stalls.length]?.id ?? ''
        await run(stallId, steps)
        const { owedVnd, receivableVnd, paidVnd, settledVnd } = await charging.standing(stallId)
        expect([owedVnd, paidVnd]).toEqual([receivableVnd, settledVnd])
        const { creditVnd, advanceVnd } = await charging.advances()
        expect(creditVnd).toBe(advanceVnd)
        const numbers = await charging.receiptNumbers()
        expect(numbers).toEqual(numbers.map((_, index) => index + 1))
      },
    ),
    { numRuns: 40 },
  )
  expect(await verifyMarket(service.ctx.db, marketId)).toMatchObject({ ok: true })
}, 120_000)
