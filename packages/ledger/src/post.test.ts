import { inMarket, type Tx } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stallChart } from './chart.ts'
import { closeDay, LedgerRefusal, openAccounts, post, postAll, reverse, type PostItem } from './post.ts'
import { findTxn, listTransfers } from './journal.ts'
import { balances, listBlocks, trialBalance } from './read.ts'
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

/** Posts a bad item behind a good one; answers why it was refused, having checked that only the good one was posted. */
async function refusalOf(marketId: string, bad: PostItem): Promise<string> {
  const [good, refused] = await inside(marketId, (tx) => post(tx, marketId, [anItem(), bad], asWorker))
  expect(good).toMatchObject({ outcome: 'created' })
  const rows = await inside(marketId, (tx) => listTransfers(tx, marketId, { limit: 100 }))
  expect(rows.map(({ sourceId }) => sourceId)).not.toContain(bad.sourceId)
  expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true })
  return refused?.outcome === 'refused' ? refused.why : `not refused: ${refused?.outcome}`
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
    expect(blocks).toMatchObject([{ height: 1n, firstSeq: 1n, lastSeq: 2n, version: 2 }])
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
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true, transfers: 3, blocks: 2 })
  })
})

describe('a bad item is refused with the reason, and the others are posted', () => {
  const bad: [string, Partial<PostItem>, RegExp][] = [
    ['an amount of zero', { transfers: [sale(0n)] }, /needs transfers of 1 to/],
    ['a negative amount', { transfers: [sale(-1n)] }, /needs transfers of 1 to/],
    ['an amount that no market moves', { transfers: [sale(10n ** 15n + 1n)] }, /needs transfers of 1 to/],
    ['an account against itself', { transfers: [{ ...sale(1n), credit: 'stl_one:112' }] }, /two accounts/],
    ['a transfer between books', { transfers: [{ ...sale(1n), credit: 'stl_two:511' }] }, /one book/],
    ['a book that is not the accounts’', { transfers: [{ ...sale(1n), book: 'board' }] }, /one book/],
    [
      'transfers of two books',
      {
        transfers: [
          sale(1n),
          { book: 'stl_two', debit: 'stl_two:112', credit: 'stl_two:511', amountVnd: 1n },
        ],
      },
      /two books/,
    ],
    ['no transfer', { transfers: [] }, /has no transfer/],
    [
      'an unknown account',
      { transfers: [{ ...sale(1n), credit: 'stl_one:999' }] },
      /stl_one:999 is not open/,
    ],
    ['an empty key', { idemKey: '' }, /needs a key/],
    ['no kind', { kind: '' }, /needs a key.* a kind/],
    ['a digest that is none', { sourceHash: Buffer.alloc(31) }, /a source/],
    ['an unknown txn to reverse', { reversesSeq: 77n }, /cannot reverse 77/],
  ]
  test.each(bad)('%s', async (_, over, why) => {
    const marketId = await aMarket(db.worker)
    expect(await refusalOf(marketId, anItem(over))).toMatch(why)
  })

  test('a closed account', async () => {
    const marketId = await aMarket(db.worker)
    await db.admin.pool.query(
      'update ledger_account set closed_at = now() where market_id = $1 and id = $2',
      [marketId, 'stl_two:511'],
    )
    const bad = anItem({
      transfers: [{ book: 'stl_two', debit: 'stl_two:112', credit: 'stl_two:511', amountVnd: 1n }],
    })
    expect(await refusalOf(marketId, bad)).toMatch(/stl_two:511 is closed/)
  })

  test('leaves its key free, so that it can be posted once it is right', async () => {
    const marketId = await aMarket(db.worker)
    const item = anItem()
    const results = await inside(marketId, (tx) =>
      post(tx, marketId, [{ ...item, transfers: [sale(0n)] }, item, item], asWorker),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'created', 'exists'])
  })

  test('and fails whoever needs all of it, with nothing posted', async () => {
    const marketId = await aMarket(db.worker)
    const before = await inside(marketId, snapshotOf)
    const all = inside(marketId, (tx) => postAll(tx, marketId, [anItem(), anItem({ kind: '' })], asWorker))
    await expect(all).rejects.toThrow(LedgerRefusal)
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })
})

describe('an account that keeps its side', () => {
  const owed = (amountVnd: bigint): PostItem =>
    anItem({ transfers: [{ book: 'board', debit: 'board:131.stl_one', credit: 'board:511', amountVnd }] })
  const paid = (amountVnd: bigint): PostItem =>
    anItem({ transfers: [{ book: 'board', debit: 'board:112', credit: 'board:131.stl_one', amountVnd }] })

  test('is emptied, but never taken below zero: whatever would is refused by name', async () => {
    const marketId = await aMarket(db.worker)
    const results = await inside(marketId, (tx) =>
      post(tx, marketId, [paid(1n), owed(100n), paid(60n), paid(41n), paid(40n), paid(1n)], asWorker),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'created',
      'created',
      'refused',
      'created',
      'refused',
    ])
    expect(results[3]).toEqual({ outcome: 'refused', why: 'account board:131.stl_one would go below zero' })
    expect(await sumsOf(marketId, 'board:131.stl_one')).toEqual([100n, 100n])
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true, transfers: 3 })
  })

  test('is judged by what a whole item leaves, not leg by leg', async () => {
    const marketId = await aMarket(db.worker)
    const [takes] = paid(5n).transfers
    const [gives] = owed(5n).transfers
    if (takes === undefined || gives === undefined) throw new Error('an item has a transfer')
    const results = await inside(marketId, (tx) =>
      post(tx, marketId, [anItem({ transfers: [takes, gives] })], asWorker),
    )
    expect(results).toEqual([{ outcome: 'created', seq: 1n }])
  })

  test('cannot be taken over by the owner of the tables either', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => post(tx, marketId, [owed(100n)], asWorker))
    const forced = db.admin.pool.query(
      `update ledger_balance set credit_vnd = 101 where market_id = $1 and account_id = 'board:131.stl_one'`,
      [marketId],
    )
    await expect(forced).rejects.toMatchObject({ constraint: 'ledger_balance_keeps_side' })
  })
})

describe('what cannot be counted', () => {
  test('fails the batch and changes nothing', async () => {
    const marketId = await aMarket(db.worker)
    await db.admin.pool.query(
      'update ledger_balance set debit_vnd = $2 where market_id = $1 and account_id = $3',
      [marketId, (2n ** 63n - 1n).toString(), 'stl_one:112'],
    )
    const before = await inside(marketId, snapshotOf)
    const beyond = inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    await expect(beyond).rejects.toMatchObject({ cause: { message: expect.stringMatching(/out of range/) } })
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })
})

describe('a reversal', () => {
  test('is a txn of its own that mirrors every leg and points at what it reverses', async () => {
    const marketId = await aMarket(db.worker)
    const cash = { book: 'stl_one', debit: 'stl_one:111', credit: 'stl_one:511', amountVnd: 7n }
    await inside(marketId, (tx) => post(tx, marketId, [anItem({ transfers: [sale(5n), cash] })], asWorker))
    const reversal = { seq: 1n, idemKey: 'undo:1', occurredAt: new Date(), sourceKind: 'test', sourceId: 'x' }
    expect(await inside(marketId, (tx) => reverse(tx, marketId, reversal))).toBe(2n)
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
    expect(await inside(marketId, (tx) => reverse(tx, marketId, reversal))).toBe(2n)
    const [first] = await inside(marketId, (tx) => findTxn(tx, marketId, 1n))
    expect(first).toMatchObject({ reversesSeq: null, reversedBySeq: 2n })
    expect(await verifyMarket(db.worker, marketId)).toMatchObject({ ok: true, transfers: 4 })
  })

  test('happens once, and of a txn that exists', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const reversal = { seq: 1n, idemKey: 'undo:1', occurredAt: new Date(), sourceKind: 'test', sourceId: 'x' }
    await inside(marketId, (tx) => reverse(tx, marketId, reversal))
    const before = await inside(marketId, snapshotOf)
    const again = inside(marketId, (tx) => reverse(tx, marketId, { ...reversal, idemKey: 'undo:again' }))
    await expect(again).rejects.toThrow(/cannot reverse 1/)
    const unknown = inside(marketId, (tx) =>
      reverse(tx, marketId, { ...reversal, seq: 9n, idemKey: 'undo:9' }),
    )
    await expect(unknown).rejects.toThrow(/no txn 9/)
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })

  test('handed in as an item is refused unless it is the mirror', async () => {
    const marketId = await aMarket(db.worker)
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const mirror = { book: 'stl_one', debit: 'stl_one:511', credit: 'stl_one:112', amountVnd: 35_000n }
    const short = anItem({ reversesSeq: 1n, transfers: [{ ...mirror, amountVnd: 1n }] })
    const [refused] = await inside(marketId, (tx) => post(tx, marketId, [short], asWorker))
    expect(refused).toMatchObject({ outcome: 'refused', why: expect.stringMatching(/not mirrored/) })
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

  test('are listed by id, with a balance on their own side', async () => {
    const marketId = await aMarket(db.worker, ['stl_one'])
    await inside(marketId, (tx) => post(tx, marketId, [anItem()], asWorker))
    const all = await inside(marketId, (tx) => balances(tx, marketId))
    const ids = all.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(22)
    const moved = all.filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0n)
    expect(moved.map(({ id, balanceVnd }) => [id, balanceVnd])).toEqual([
      ['stl_one:112', 35_000n],
      ['stl_one:511', 35_000n],
    ])
  })
})
