import { inMarket } from '@tienve/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDay, post, reverse, type PostItem } from './post.ts'
import { listTransfers } from './journal.ts'
import { balances, listBlocks } from './read.ts'
import { CLOSING, aMarket, anItem, ledgerDatabase, sale } from './testing.ts'
import { verifyMarket } from './rows.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

const postInto = (marketId: string, items: readonly PostItem[]) =>
  inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))

test('many posters of one market leave numbers and heights without a gap', async () => {
  const marketId = await aMarket(db.worker)
  const batches = Array.from({ length: 60 }, (_, at) => Array.from({ length: (at % 7) + 1 }, () => anItem()))
  await Promise.all(batches.map((batch) => postInto(marketId, batch)))
  const count = batches.flat().length
  const rows = await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 1_000 }))
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, at) => BigInt(at + 1)))
  const blocks = await inMarket(db.api, marketId, (tx) => listBlocks(tx, marketId, { limit: 1_000 }))
  expect(blocks.map(({ height }) => height)).toEqual(batches.map((_, at) => BigInt(at + 1)))
  const [bank] = await inMarket(db.api, marketId, (tx) => balances(tx, marketId, ['stl_one:112']))
  expect(bank?.debitVnd).toBe(35_000n * BigInt(count))
  expect(await verifyMarket(db.api, marketId)).toMatchObject({
    ok: true,
    transfers: count,
    blocks: batches.length,
  })
})

test('the same items posted by twenty at once, in twenty orders, are posted once', async () => {
  const marketId = await aMarket(db.worker)
  const items = Array.from({ length: 15 }, () => anItem())
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, by) =>
      postInto(marketId, [...items.slice(by % 15), ...items.slice(0, by % 15)]),
    ),
  )
  expect(answers.flat().filter(({ outcome }) => outcome === 'created')).toHaveLength(15)
  expect(answers.flat().filter(({ outcome }) => outcome === 'exists')).toHaveLength(19 * 15)
  expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 15 })
})

test('of two contents under one key, one is posted and the other told of the conflict', async () => {
  const marketId = await aMarket(db.worker)
  const items = Array.from({ length: 10 }, (_, at) =>
    anItem({ idemKey: 'one', transfers: [sale(BigInt(at + 1))] }),
  )
  const answers = await Promise.all(items.map((item) => postInto(marketId, [item])))
  expect(
    answers
      .flat()
      .map(({ outcome }) => outcome)
      .sort(),
  ).toEqual([...Array(9).fill('conflict'), 'created'])
})

test('one of many reversals of the same txn succeeds', async () => {
  const marketId = await aMarket(db.worker)
  await postInto(marketId, [anItem()])
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, (_, by) =>
      inMarket(db.worker, marketId, (tx) =>
        reverse(tx, marketId, {
          seq: 1n,
          idemKey: `undo:${by}`,
          occurredAt: new Date(),
          sourceKind: 'test',
          sourceId: 'x',
        }),
      ),
    ),
  )
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 2 })
})

test('nothing lands in a day after it is closed', async () => {
  const marketId = await aMarket(db.worker)
  const item = () => anItem({ occurredAt: new Date('2026-11-20T05:00:00Z') })
  const work = Array.from({ length: 30 }, (_, at) =>
    at === 12
      ? inMarket(db.worker, marketId, (tx) => closeDay(tx, marketId, '2026-11-20', CLOSING)).then(() => [])
      : postInto(marketId, [item()]),
  )
  await Promise.all(work)
  const rows = await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 100 }))
  const days = rows.map(({ businessDay }) => businessDay)
  expect(days).toEqual([...days].sort())
  expect(days.at(-1)).toBe('2026-11-21')
  expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 29 })
})

test('a verification beside posters sees one moment of the ledger', async () => {
  const marketId = await aMarket(db.worker)
  const posters = Array.from({ length: 20 }, () => postInto(marketId, [anItem(), anItem()]))
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => verifyMarket(db.api, marketId)))
  await Promise.all(posters)
  expect(verdicts.map(({ ok, firstWrong }) => firstWrong ?? ok)).toEqual([true, true, true, true, true])
})
