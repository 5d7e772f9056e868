import { inMarket, type Tx } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stallChart } from './chart.ts'
import { closeDay, openAccounts, post, reverse, type PostItem } from './post.ts'
import { listTransfers } from './journal.ts'
import { balances, listAccounts, listBlocks, trialBalance } from './read.ts'
import { CLOSING, aMarket, anItem, ledgerDatabase, sale, snapshotOf } from './testing.ts'
import { verifyMarket } from './rows.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

const asWorker = { as: 'worker' } as const
const inside = <T>(marketId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inMarket(db.worker, marketId, work)

async function sumsOf(marketId: string, id: string): Promise<[bigint, bigint]> {
  const [account] = await inside(marketId, (tx) => balances(tx, marketId, [id]))
  return [account?.debitVnd ?? -1n, account?.creditVnd ?? -1n]
}

/** Posts a bad batch; answers the message, having checked that nothing changed. */
async function refusal(marketId: string, items: PostItem[]): Promise<string> {
  const before = await inside(marketId, snapshotOf)
  const error: unknown = await inside(marketId, (tx) => post(tx, marketId, items, asWorker)).catch(
    (e: unknown) => e,
  )
  expect(await inside(marketId, snapshotOf)).toBe(before)
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
}

describe('a batch', () => {
  test('is numbered in order without a gap, moves the balances and makes one block', async () => {
    const marketId = await aMarket(db.worker)
    const results = await inside(marketId, (tx) =>
      post(tx, marketId, [anItem(), anItem({ transfers: [sale(5_000n), sale(1n)] })], asWorker),
    )
    expect(results).toEqual([
      { outcome: 'created', seq: 1n },
      { outcome: 'created', seq: 2n },
    ])
    expect(await sumsOf(marketId, 'stl_one:112')).toEqual([40_001n, 0n])
    expect(await sumsOf(marketId, 'stl_one:511')).toEqual([0n, 40_001n])
    const blocks = await inside(marketId, (tx) => listBlocks(tx, marketId, { limit: 10 }))
    expect(blocks).toMatchObject([{ height: 1n, firstSeq: 1n, lastSeq: 2n, hashVersion: 1 }])
  })

  test('of nothing changes nothing', async () => {
    const marketId = await aMarket(db.worker)
    expect(await inside(marketId, (tx) => post(tx, marketId, [], asWorker))).toEqual([])
  })

  test('that is repeated answers what exists and adds no row', async () => {
    const marketId = await aMarket(db.worker)
    const items = [anItem(), anItem()]
    await inside(marketId, (tx) => post(tx, marketId, items, asWorker))
    const before = await inside(marketId, snapshotOf)
    expect(await inside(marketId, (tx) => post(tx, marketId, items, asWorker))).toEqual([
      { outcome: 'exists', seq: 1n },
      { outcome: 'exists', seq: 2n },
    ])
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })

  test('tells a repeat from a conflict, also between items of its own', async () => {
    const marketId = await aMarket(db.worker)
    const [old, once] = [anItem(), anItem()]
    await inside(marketId, (tx) => post(tx, marketId, [old], asWorker))
    const other = { transfers: [sale(1n)] }
    const results = await inside(marketId, (tx) =>
      post(tx, marketId, [once, { ...old, ...other }, once, { ...once, ...other }, old, anItem()], asWorker),
    )
    expect(results).toEqual([
      { outcome: 'created', seq: 2n },
      { outcome: 'conflict', seq: 1n },
      { outcome: 'exists', seq: 2n },
      { outcome: 'conflict', seq: 2n },
      { outcome: 'exists', seq: 1n },
      { outcome: 'created', seq: 3n },
    ])
    expect(await sumsOf(marketId, 'stl_one:112')).toEqual([105_000n, 0n])
    expect(await verifyMarket(db.worker, marketId)).toEqual({ ok: true, transfers: 3, blocks: 2 })
  })
})

describe('a bad item fails its batch, is named, and changes nothing', () => {
  const bad: [string, Partial<PostItem>, RegExp][] = [
    ['an amount of zero', { transfers: [sale(0n)] }, /item 2 .*more than 0/],
    ['a negative amount', { transfers: [sale(-1n)] }, /item 2 .*more than 0/],
    [
      'an account against itself',
      { transfers: [{ ...sale(1n), credit: 'stl_one:112' }] },
      /item 2 .*two accounts/,
    ],
    [
      'a transfer between books',
      { transfers: [{ ...sale(1n), credit: 'stl_two:511' }] },
      /item 2 .*one book/,
    ],
    [
      'a book that is not the accounts’',
      { transfers: [{ ...sale(1n), book: 'board' }] },
      /item 2 .*one book/,
    ],
    ['no transfer', { transfers: [] }, /item 2 .*has no transfer/],
    [
      'an unknown account',
      { transfers: [{ ...sale(1n), credit: 'stl_one:999' }] },
      /item 2 .*stl_one:999 is not open/,
    ],
    ['an empty key', { idemKey: '' }, /item 2 .*needs a key/],
    ['no kind', { kind: '' }, /item 2 .*needs a key.* a kind/],
    ['an unknown txn to reverse', { reversesSeq: 77n }, /item 2 .*cannot reverse 77/],
  ]
  test.each(bad)('%s', async (_, over, message) => {
    const marketId = await aMarket(db.worker)
    expect(await refusal(marketId, [anItem(), anItem(over)])).toMatch(message)
  })

  test('a closed account', async () => {
    const marketId = await aMarket(db.worker)
    await db.admin.pool.query(
      'update ledger_account set closed_at = now() where market_id = $1 and id = $2',
      [marketId, 'stl_one:511'],
    )
    expect(await refusal(marketId, [anItem()])).toMatch(/item 1 .*stl_one:511 is closed/)
  })

  test('sums beyond what can be counted', async () => {
    const marketId = await aMarket(db.worker)
    const huge = sale(2n ** 63n - 1n)
    expect(await refusal(marketId, [anItem({ transfers: [huge, huge] })])).toMatch(/out of range/)
  })
})

describe('a reversal', () => {
  test('is a txn of its own that mirrors every leg and points at what it reverses', async () => {
    const marketId = await aMarket(db.worker)
    const cash = { book: 'stl_one', debit: 'stl_one:111', credit: 'stl_one:511', amountVnd: 7n }
    await inside(marketId, (tx) => post(tx, marketId, [anItem({ transfers: [sale(5n), cash] })], asWorker))
    const reversal = { seq: 1n, idemKey: 'undo:1', occurredAt: new Date(), sourceKind: 'test', sourceId: 'x' }
    expect(await inside(marketId, (tx) => reverse(tx, marketId, reversal))).toEqual({
      outcome: 'created',
      seq: 2n,
    })
    expect(await sumsOf(marketId, 'stl_one:511')).toEqual([12n, 12n])
    const rows = await inside(marketId, (tx) =>
      listTransfers(tx, marketId, { after: { seq: 1n, leg: 2 }, limit: 10 }),
    )
    expect(rows).toMatchObject([
      {
        seq: 2n,
        leg: 1,
        kind: 'reversal',
        debitAccount: 'stl_one:511',
        creditAccount: 'stl_one:112',
        reversesSeq: 1n,
      },
      {
        seq: 2n,
        leg: 2,
        debitAccount: 'stl_one:511',
        creditAccount: 'stl_one:111',
        amountVnd: 7n,
        reversesSeq: 1n,
      },
    ])
    expect(await inside(marketId, (tx) => reverse(tx, marketId, reversal))).toEqual({
      outcome: 'exists',
      seq: 2n,
    })
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true, transfers: 4 })
  })

  test('happens once, and of a txn that exists', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const reversal = { seq: 1n, idemKey: 'undo:1', occurredAt: new Date(), sourceKind: 'test', sourceId: 'x' }
    await inside(marketId, (tx) => reverse(tx, marketId, reversal))
    const before = await inside(marketId, snapshotOf)
    const again = inside(marketId, (tx) => reverse(tx, marketId, { ...reversal, idemKey: 'undo:again' }))
    await expect(again).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/cannot reverse 1/) },
    })
    const unknown = inside(marketId, (tx) =>
      reverse(tx, marketId, { ...reversal, seq: 9n, idemKey: 'undo:9' }),
    )
    await expect(unknown).rejects.toMatchObject({ cause: { message: expect.stringMatching(/no txn 9/) } })
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })

  test('handed in as an item is refused unless it is the mirror', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const mirror = { book: 'stl_one', debit: 'stl_one:511', credit: 'stl_one:112', amountVnd: 35_000n }
    const short = anItem({ reversesSeq: 1n, transfers: [{ ...mirror, amountVnd: 1n }] })
    expect(await refusal(marketId, [short])).toMatch(/item 1 .*not mirrored/)
    const [result] = await inside(marketId, (tx) =>
      post(tx, marketId, [anItem({ reversesSeq: 1n, transfers: [mirror] })], asWorker),
    )
    expect(result).toEqual({ outcome: 'created', seq: 2n })
  })
})

describe('a business day', () => {
  const lateEvening = new Date('2026-11-20T16:59:59.999Z')
  const midnight = new Date('2026-11-20T17:00:00Z')

  test('turns at midnight in Asia/Ho_Chi_Minh', async () => {
    const marketId = await aMarket(db.worker)
    const items = [anItem({ occurredAt: lateEvening }), anItem({ occurredAt: midnight })]
    await inside(marketId, (tx) => post(tx, marketId, items, asWorker))
    const rows = await inside(marketId, (tx) => listTransfers(tx, marketId, { limit: 10 }))
    expect(rows.map(({ businessDay }) => businessDay)).toEqual(['2026-11-20', '2026-11-21'])
    expect(rows.map(({ occurredAt }) => occurredAt)).toEqual([lateEvening, midnight])
    const day = await inside(marketId, (tx) => trialBalance(tx, marketId, { to: '2026-11-20' }))
    expect([day.totalDebitVnd, day.totalCreditVnd]).toEqual([35_000n, 35_000n])
    const all = await inside(marketId, (tx) => trialBalance(tx, marketId))
    expect([all.to, all.totalDebitVnd, all.totalCreditVnd]).toEqual([null, 70_000n, 70_000n])
  })

  test('that is closed takes no more postings: they go to the day after', async () => {
    const marketId = await aMarket(db.worker)
    expect(await inside(marketId, (tx) => closeDay(tx, marketId, '2026-11-20', CLOSING))).toBe('2026-11-20')
    await inside(marketId, (tx) => post(tx, marketId, [anItem({ occurredAt: lateEvening })], asWorker))
    const [row] = await inside(marketId, (tx) => listTransfers(tx, marketId, { limit: 10 }))
    expect(row).toMatchObject({ businessDay: '2026-11-21', occurredAt: lateEvening })
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true })
  })

  test('stays closed, and a day to come cannot be closed', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => closeDay(tx, marketId, '2026-11-20', CLOSING))
    expect(await inside(marketId, (tx) => closeDay(tx, marketId, '2026-11-18', CLOSING))).toBe('2026-11-20')
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    await expect(inside(marketId, (tx) => closeDay(tx, marketId, tomorrow, CLOSING))).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/has not begun/) },
    })
  })
})

describe('accounts', () => {
  test('open once, and not under another meaning', async () => {
    const marketId = await aMarket(db.worker, [])
    const chart = stallChart('stl_new')
    expect(await inside(marketId, (tx) => openAccounts(tx, marketId, chart))).toBe(chart.length)
    expect(await inside(marketId, (tx) => openAccounts(tx, marketId, chart))).toBe(0)
    const twisted = chart.map((account) => ({ ...account, glCode: '112' }))
    await expect(inside(marketId, (tx) => openAccounts(tx, marketId, twisted))).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/already open with another meaning/) },
    })
  })

  test('are listed by id, page by page, with a balance on their own side', async () => {
    const marketId = await aMarket(db.worker, ['stl_one'])
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const first = await inside(marketId, (tx) => listAccounts(tx, marketId, { limit: 8 }))
    const rest = await inside(marketId, (tx) =>
      listAccounts(tx, marketId, { after: first.at(-1)?.id, limit: 8 }),
    )
    const ids = [...first, ...rest].map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(11)
    const moved = [...first, ...rest].filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0n)
    expect(moved.map(({ id, balanceVnd }) => [id, balanceVnd])).toEqual([
      ['stl_one:112', 35_000n],
      ['stl_one:511', 35_000n],
    ])
  })
})
