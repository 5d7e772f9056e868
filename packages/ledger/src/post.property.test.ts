import { inMarket } from '@tienve/db'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { post, type PostItem } from './post.ts'
import { listTransfers } from './journal.ts'
import { balances, trialBalance } from './read.ts'
import { verifyMarket } from './rows.ts'
import { aMarket, ledgerDatabase } from './testing.ts'
import { answer, EMPTY, sumOf } from './testing-model.ts'

const { SOAK_RUNS, SOAK_SEED } = process.env
const RUNS = Number(SOAK_RUNS ?? 40)
const TIMEOUT_MS = 60_000 + RUNS * 2_000

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

const BOOKS: Record<string, string[]> = {
  stl_one: ['stl_one:111', 'stl_one:112', 'stl_one:3388', 'stl_one:511'],
  board: ['board:112', 'board:131.stl_one', 'board:511', 'board:3387'],
}

const transferArb = fc
  .constantFrom('stl_one', 'board')
  .chain((book) =>
    fc.record({
      book: fc.constant(book),
      pair: fc.shuffledSubarray(BOOKS[book] ?? [], { minLength: 2, maxLength: 2 }),
      amountVnd: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    }),
  )
  .map(({ book, pair: [debit = '', credit = ''], amountVnd }) => ({ book, debit, credit, amountVnd }))

/** Few keys and few contents, so that repeats and conflicts come up in one batch and between batches. */
const itemArb: fc.Arbitrary<PostItem> = fc.record({
  idemKey: fc.oneof(
    fc.integer({ min: 1, max: 6 }).map((n) => `key:${n}`),
    fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).filter((text) => !text.includes('\0')),
  ),
  kind: fc.constantFrom('sale_bank', 'tiền_về'),
  occurredAt: fc.date({
    min: new Date('2026-11-20T00:00:00Z'),
    max: new Date('2026-11-24T00:00:00Z'),
    noInvalidDate: true,
  }),
  sourceKind: fc.constant('payment'),
  sourceId: fc.constantFrom('pay_1', 'pay_2'),
  transfers: fc.array(transferArb, { minLength: 1, maxLength: 4 }),
})

const batchArb = fc.array(itemArb, { minLength: 1, maxLength: 20 }).chain((items) =>
  // Some items come again word for word, which is what a retry looks like.
  fc.subarray(items).map((repeats) => [...items, ...repeats]),
)

test(
  'any batches answer as the model does, balance, add up to their transfers, and verify',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batchArb, { minLength: 1, maxLength: 5 }), async (batches) => {
        const marketId = await aMarket(db.worker, ['stl_one'])
        let model = EMPTY
        for (const batch of batches) {
          const answers = await inMarket(db.worker, marketId, (tx) =>
            post(tx, marketId, batch, { as: 'worker' }),
          )
          const { after, results } = answer(model, batch)
          expect(answers).toEqual(results)
          model = after
        }
        await inMarket(db.api, marketId, async (tx) => {
          for (const { id, debitVnd, creditVnd } of await balances(tx, marketId)) {
            expect({ id, debitVnd, creditVnd }).toEqual({ id, ...sumOf(model, id) })
          }
          const trial = await trialBalance(tx, marketId)
          expect(trial.totalDebitVnd).toBe(trial.totalCreditVnd)
          const rows = await listTransfers(tx, marketId, { limit: 1_000 })
          expect(rows.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)).toBe(trial.totalDebitVnd)
        })
        expect(await verifyMarket(db.api, marketId)).toMatchObject({
          ok: true,
          transfers: model.txns.flatMap(({ transfers }) => transfers).length,
        })
      }),
      { numRuns: RUNS, ...(SOAK_SEED === undefined ? {} : { seed: Number(SOAK_SEED) }) },
    )
  },
  TIMEOUT_MS,
)
