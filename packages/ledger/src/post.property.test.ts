import { inMarket } from '@tienve/db'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { post, type PostItem, type PostResult } from './post.ts'
import { listTransfers } from './journal.ts'
import { balances, trialBalance } from './read.ts'
import { aMarket, ledgerDatabase } from './testing.ts'
import { verifyMarket } from './rows.ts'

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

/** The accounts that keep their side, and which. */
const KEPT: Record<string, 1n | -1n> = { 'stl_one:3388': -1n, 'board:131.stl_one': 1n, 'board:3387': -1n }

/**
 * What the ledger is to do, one item after the other: the first content with a key wins, and only it moves money; what
 * mixes two books or would take a kept account below zero is refused and leaves its key free.
 */
function model() {
  const known = new Map<string, { seq: bigint; content: string }>()
  const sums = new Map<string, { debitVnd: bigint; creditVnd: bigint }>()
  let transfers = 0
  const sumOf = (id: string) => sums.get(id) ?? { debitVnd: 0n, creditVnd: 0n }
  return {
    sumOf,
    transferCount: () => transfers,
    post(item: PostItem): PostResult {
      const content = JSON.stringify(item, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      )
      const before = known.get(item.idemKey)
      if (before !== undefined) {
        return { outcome: before.content === content ? 'exists' : 'conflict', seq: before.seq }
      }
      if (new Set(item.transfers.map(({ book }) => book)).size > 1) {
        return { outcome: 'refused', why: 'has transfers of two books' }
      }
      const low = Object.entries(KEPT).flatMap(([id, side]) => {
        const { debitVnd, creditVnd } = sumOf(id)
        const change = item.transfers.reduce(
          (sum, { debit, credit, amountVnd }) =>
            sum + (debit === id ? amountVnd : 0n) - (credit === id ? amountVnd : 0n),
          0n,
        )
        return change * side < 0n && (debitVnd - creditVnd + change) * side < 0n ? [id] : []
      })
      if (low[0] !== undefined)
        return { outcome: 'refused', why: `account ${low.toSorted()[0]} would go below zero` }
      const seq = BigInt(known.size + 1)
      known.set(item.idemKey, { seq, content })
      for (const { debit, credit, amountVnd } of item.transfers) {
        transfers += 1
        sums.set(debit, { ...sumOf(debit), debitVnd: sumOf(debit).debitVnd + amountVnd })
        sums.set(credit, { ...sumOf(credit), creditVnd: sumOf(credit).creditVnd + amountVnd })
      }
      return { outcome: 'created', seq }
    },
  }
}

test('any batches answer as the model does, balance, add up to their transfers, and verify', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batchArb, { minLength: 1, maxLength: 5 }), async (batches) => {
      const marketId = await aMarket(db.worker, ['stl_one'])
      const expected = model()
      for (const batch of batches) {
        const answers = await inMarket(db.worker, marketId, (tx) =>
          post(tx, marketId, batch, { as: 'worker' }),
        )
        expect(answers).toEqual(batch.map((item) => expected.post(item)))
      }
      await inMarket(db.api, marketId, async (tx) => {
        for (const { id, debitVnd, creditVnd } of await balances(tx, marketId)) {
          expect({ id, debitVnd, creditVnd }).toEqual({ id, ...expected.sumOf(id) })
        }
        const trial = await trialBalance(tx, marketId)
        expect(trial.totalDebitVnd).toBe(trial.totalCreditVnd)
        const rows = await listTransfers(tx, marketId, { limit: 1_000 })
        expect(rows.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)).toBe(trial.totalDebitVnd)
      })
      expect(await verifyMarket(db.api, marketId)).toMatchObject({
        ok: true,
        transfers: expected.transferCount(),
      })
    }),
    { numRuns: 40 },
  )
})
