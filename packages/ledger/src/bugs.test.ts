import { inMarket, type Tx } from '@tienve/db'
import { testDatabase } from '@tienve/db/testing'
import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boardAccounts, stallChart } from './chart.ts'
import { leafOf, requestHashOf, type HashedTxn } from './hash.ts'
import { listTransfers } from './journal.ts'
import { closeDay, openAccounts, post, reverse, type PostItem, type PostResult } from './post.ts'
import { balances, trialBalance } from './read.ts'
import { verifyMarket } from './rows.ts'
import {
  aMarket,
  anItem,
  aSealKey,
  CLOSING,
  codeOf,
  ledgerDatabase,
  sale,
  sealNow,
  snapshotOf,
  type LedgerDatabase,
} from './testing.ts'
import { faultyDb, type FaultyDb } from './testing-faults.ts'
import { mirrorOf } from './testing-model.ts'

/** What went wrong in other ledgers, by the place where it was told: each would be a failure here. */
let db: LedgerDatabase
let client: FaultyDb
beforeAll(async () => {
  const database = await testDatabase()
  db = await ledgerDatabase(database)
  client = faultyDb(database.workerUrl, db.admin)
})
afterAll(async () => {
  await client.end()
  await db.drop()
})

const inside = <T>(marketId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inMarket(db.worker, marketId, work)
const postInto = (marketId: string, ...items: PostItem[]): Promise<PostResult[]> =>
  inside(marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
const undo = (seq: bigint, idemKey: string, day = 24) => ({
  seq,
  idemKey,
  occurredAt: new Date(`2026-11-${day}T05:00:00Z`),
  sourceKind: 'test',
  sourceId: 'x',
})

describe('Midaz: funds were applied twice when a timed-out call was repeated (PR 2485)', () => {
  test('a posting that is repeated because its answer was lost moves the money once', async () => {
    const marketId = await aMarket(db.worker)
    const item = anItem()
    const send = () => inMarket(client.db, marketId, (tx) => post(tx, marketId, [item], { as: 'worker' }))
    client.arm('the reply to COMMIT is lost')
    await expect(send()).rejects.toThrow(/Connection terminated/)
    expect(await send()).toEqual([{ outcome: 'exists', seq: 1n }])
    const [bank] = await inside(marketId, (tx) => balances(tx, marketId, ['stl_one:112']))
    expect(bank?.debitVnd).toBe(35_000n)
  })
})

describe('Formance, Midaz: accounts were opened outside the posting that needed them (PR 1684, #710)', () => {
  test('a posting opens no account', async () => {
    const marketId = await aMarket(db.worker)
    const before = await inside(marketId, snapshotOf)
    const [result] = await postInto(marketId, anItem({ transfers: [{ ...sale(1n), credit: 'stl_one:999' }] }))
    expect(result).toMatchObject({ outcome: 'refused' })
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })

  test('accounts that are opened with a posting that fails are not open afterwards', async () => {
    const marketId = await aMarket(db.worker)
    const before = await inside(marketId, snapshotOf)
    const both = inside(marketId, async (tx) => {
      await openAccounts(tx, marketId, stallChart('stl_new'))
      await post(tx, marketId, [anItem()], { as: 'worker' })
      throw new Error('the rest failed')
    })
    await expect(both).rejects.toThrow('the rest failed')
    expect(await inside(marketId, snapshotOf)).toBe(before)
  })

  test('an account that is opened by many at once is open once, and has its balance', async () => {
    const marketId = await aMarket(db.worker)
    const chart = stallChart('stl_new')
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => inside(marketId, (tx) => openAccounts(tx, marketId, chart))),
    )
    expect(opened.reduce((sum, count) => sum + count, 0)).toBe(chart.length)
    const ids = chart.map(({ id }) => id)
    expect(await inside(marketId, (tx) => balances(tx, marketId, ids))).toHaveLength(chart.length)
  })
})

describe('Formance: the same key twice in one batch crashed it (stack PR 1633)', () => {
  test('the second of the same is told that it exists, and another content that it conflicts', async () => {
    const marketId = await aMarket(db.worker)
    const item = anItem()
    const results = await postInto(marketId, item, item, { ...item, kind: 'other' }, item)
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'exists', 'conflict', 'exists'])
  })
})

describe('Blnk: a refund could be made twice (#152)', () => {
  test('a txn is taken back once: one after the other, in one batch, or after its reversal was taken back', async () => {
    const marketId = await aMarket(db.worker)
    const [one, two] = [anItem(), anItem()]
    await postInto(marketId, one, two)
    expect(await inside(marketId, (tx) => reverse(tx, marketId, undo(1n, 'undo:1')))).toBe(3n)
    await expect(inside(marketId, (tx) => reverse(tx, marketId, undo(1n, 'undo:1:again')))).rejects.toThrow(
      /reversed before/,
    )
    const twice = await postInto(marketId, mirrorOf(two, 2n, 'undo:2'), mirrorOf(two, 2n, 'undo:2:again'))
    expect(twice.map(({ outcome }) => outcome)).toEqual(['created', 'refused'])
    expect(await inside(marketId, (tx) => reverse(tx, marketId, undo(3n, 'undo:3')))).toBe(5n)
    await expect(inside(marketId, (tx) => reverse(tx, marketId, undo(1n, 'undo:1:anew')))).rejects.toThrow(
      /reversed before/,
    )
    expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 5 })
  })
})

describe('Blnk: what guarded the rows was not safe against NULL', () => {
  const names =
    'idem kind occurred source_kind source_id source_hash reverses item book debit credit amount'.split(' ')
  const good: Record<string, string> = {
    idem: `array['one', 'two']`,
    kind: `array['x', 'x']`,
    occurred: 'array[now(), now()]',
    source_kind: `array['x', 'x']`,
    source_id: `array['x', 'x']`,
    source_hash: 'array[null, null]::bytea[]',
    reverses: 'array[null, null]::bigint[]',
    item: 'array[1, 2]',
    book: `array['stl_one', 'stl_one']`,
    debit: `array['stl_one:111', 'stl_one:111']`,
    credit: `array['stl_one:511', 'stl_one:511']`,
    amount: 'array[1, 2]::bigint[]',
  }
  const call = async (marketId: string, over: Record<string, string>): Promise<string[]> => {
    const values = { ...good, ...over }
    const { rows } = await inside(marketId, (tx) =>
      tx.execute<{ outcome: string }>(
        `select outcome from ledger_post('${marketId}', ${names.map((name) => values[name]).join(', ')}) order by item`,
      ),
    )
    return rows.map(({ outcome }) => outcome)
  }

  test('a batch that lacks nothing is posted', async () => {
    expect(await call(await aMarket(db.worker), {})).toEqual(['created', 'created'])
  })

  test.each(names)(
    'an array of %s that is null, too short, too long, nested or not from 1 posts nothing',
    async (name) => {
      const marketId = await aMarket(db.worker)
      const before = await inside(marketId, snapshotOf)
      const array = `(${good[name]})`
      const bad = [
        'null',
        `${array}[1:1]`,
        `${array} || ${array}`,
        `array[${array}]`,
        `array_fill(${array}[1], array[2], array[0])`,
      ]
      for (const value of bad)
        expect([value, await codeOf(call(marketId, { [name]: value }))]).toEqual([value, '22023'])
      expect(await inside(marketId, snapshotOf)).toBe(before)
    },
  )

  const optional = new Set(['source_hash', 'reverses'])
  test.each(names.filter((name) => !optional.has(name)))(
    'a null among the %s is refused, or fails the batch',
    async (name) => {
      const marketId = await aMarket(db.worker)
      const outcomes = await call(marketId, { [name]: `array[(${good[name]})[1], null]` }).catch(() => null)
      if (outcomes !== null) expect(outcomes).toEqual(['created', 'refused'])
      expect(await verifyMarket(db.api, marketId)).toMatchObject({
        ok: true,
        transfers: outcomes === null ? 0 : 1,
      })
    },
  )
})

describe('Blnk: what was chained was joined by a character that could stand in the text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '|', ':', ' ', 'ề', '😀'), maxLength: 4 })
  const legArb = fc.record({
    book: text,
    debit: text,
    credit: text,
    amountVnd: fc.bigInt({ min: 0n, max: 300n }),
  })
  const askedArb = fc.tuple(
    text,
    text,
    text,
    fc.constantFrom(null, 1n, 256n),
    fc.array(legArb, { maxLength: 3 }),
  )
  const hashOf = ([kind, sourceKind, sourceId, reversesSeq, legs]: typeof askedArb extends fc.Arbitrary<
    infer T
  >
    ? T
    : never) => requestHashOf({ ...txn, kind, sourceKind, sourceId, reversesSeq }, legs).toString('hex')
  const txn: HashedTxn = {
    seq: 1n,
    kind: 'x',
    idemKey: 'k',
    occurredMicros: 0n,
    recordedMicros: 0n,
    businessDayNumber: 0,
    sourceKind: 'x',
    sourceId: 'x',
    sourceHash: null,
    reversesSeq: null,
    salt: Buffer.alloc(16),
  }
  const plain = (value: unknown): string =>
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))

  test('two contents that differ have two hashes, however their letters are shifted', () => {
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(askedArb, (asked) => {
        const hash = hashOf(asked)
        expect(seen.get(hash) ?? plain(asked)).toBe(plain(asked))
        seen.set(hash, plain(asked))
      }),
      { numRuns: 20_000 },
    )
    expect(seen.size).toBeGreaterThan(5_000)
  })

  test('no source, and a source of zeros or of nothing, have three leaves', () => {
    const leaves = [null, Buffer.alloc(32)].map((sourceHash) =>
      leafOf('mkt_x', { ...txn, sourceHash }, Buffer.alloc(32), 2),
    )
    expect(new Set(leaves.map((leaf) => leaf.toString('hex'))).size).toBe(2)
  })

  test('text that is moved from one field to its neighbour is a conflict', async () => {
    const marketId = await aMarket(db.worker)
    const base = anItem({ kind: 'ab', sourceKind: 'c|d', sourceId: 'e' })
    const shifted = [
      { ...base, kind: 'a', sourceKind: 'bc|d' },
      { ...base, kind: 'abc|', sourceKind: 'd' },
      { ...base, sourceKind: 'c', sourceId: '|de' },
      { ...base, sourceKind: 'c|de', sourceId: ' ' },
    ]
    const results = await postInto(marketId, base, ...shifted)
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', ...shifted.map(() => 'conflict')])
  })

  test('text of any length and script is kept, and hashed alike by both sides', async () => {
    const marketId = await aMarket(db.worker)
    const texts = [
      '|',
      '\\',
      "'",
      '"',
      '\n',
      '\u0001',
      'ề'.normalize('NFD'),
      'שלום',
      '👩‍👩‍👧‍👦',
      '\u{10ffff}',
      '中'.repeat(200),
    ]
    const items = texts.map((text) => anItem({ idemKey: text, kind: text.repeat(50), sourceId: text }))
    const results = await postInto(marketId, ...items)
    expect(results.map(({ outcome }) => outcome)).toEqual(texts.map(() => 'created'))
    expect((await postInto(marketId, ...items)).map(({ outcome }) => outcome)).toEqual(
      texts.map(() => 'exists'),
    )
    const rows = await inside(marketId, (tx) => listTransfers(tx, marketId, { limit: 100 }))
    expect(rows.map(({ sourceId }) => sourceId)).toEqual(texts)
    expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: texts.length })
  })
})

describe('Rafiki, Medici: a balance was checked and then drawn on without a lock (#119)', () => {
  const debt = (amountVnd: bigint) =>
    anItem({ transfers: [{ book: 'board', debit: 'board:131.stl_one', credit: 'board:511', amountVnd }] })
  const payment = (amountVnd: bigint) =>
    anItem({ transfers: [{ book: 'board', debit: 'board:112', credit: 'board:131.stl_one', amountVnd }] })

  test('of many at once who draw on one account, only as many are served as it holds', async () => {
    const marketId = await aMarket(db.worker)
    await postInto(marketId, debt(100n))
    const answers = await Promise.all(Array.from({ length: 12 }, () => postInto(marketId, payment(30n))))
    expect(answers.flat().filter(({ outcome }) => outcome === 'created')).toHaveLength(3)
    expect(answers.flat().filter(({ outcome }) => outcome === 'refused')).toHaveLength(9)
    expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 4 })
  })

  test.each(['repeatable read', 'serializable'])(
    'who looks at an older moment (%s) is sent back',
    async (level) => {
      const marketId = await aMarket(db.worker)
      await postInto(marketId, debt(100n))
      const late = inside(marketId, async (tx) => {
        await tx.execute(`set transaction isolation level ${level}`)
        const [owed] = await balances(tx, marketId, [boardAccounts.receivable('stl_one')])
        expect(owed?.balanceVnd).toBe(100n)
        await postInto(marketId, payment(70n))
        return post(tx, marketId, [payment(70n)], { as: 'worker' })
      })
      expect(await codeOf(late)).toBe('40001')
      expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 2 })
    },
  )
})

describe('Medici: a txn voided on its first date left cached balances behind for days', () => {
  test('a reversal of what is in a closed day moves the open day, and all sums agree', async () => {
    const marketId = await aMarket(db.worker)
    await postInto(marketId, anItem({ occurredAt: new Date('2026-11-20T05:00:00Z') }))
    await inside(marketId, (tx) => closeDay(tx, marketId, '2026-11-20', CLOSING))
    const before = await inside(marketId, (tx) => trialBalance(tx, marketId, { to: '2026-11-20' }))
    await inside(marketId, (tx) => reverse(tx, marketId, undo(1n, 'undo:1', 20)))
    expect(await inside(marketId, (tx) => trialBalance(tx, marketId, { to: '2026-11-20' }))).toEqual(before)
    const day = await inside(marketId, (tx) =>
      trialBalance(tx, marketId, { from: '2026-11-21', to: '2026-11-21' }),
    )
    expect([day.totalDebitVnd, day.totalCreditVnd]).toEqual([35_000n, 35_000n])
    const [bank] = await inside(marketId, (tx) => balances(tx, marketId, ['stl_one:112']))
    expect(bank?.balanceVnd).toBe(0n)
    expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true })
  })
})

describe('Formance: blocks were keyed without their ledger (migration 53)', () => {
  test('two markets hold the same numbers, keys, heights, days and seals side by side', async () => {
    const key = aSealKey()
    const items = [anItem(), anItem()]
    const markets = [await aMarket(db.worker), await aMarket(db.worker)]
    for (const marketId of markets) {
      await postInto(marketId, ...items)
      await inside(marketId, (tx) => closeDay(tx, marketId, '2026-11-24', CLOSING))
      const seals = [await sealNow(db.worker, marketId, key, new Date('2026-11-25T00:00:00Z'))]
      expect(await verifyMarket(db.api, marketId, { seals, publicKeys: [key.publicKey] })).toMatchObject({
        ok: true,
        unsealed: 0n,
      })
    }
  })

  test('every key of every table of the ledger has the market in it', async () => {
    const { rows } = await db.admin.pool.query(`
      select c.conname from pg_constraint c where c.conrelid::regclass::text like 'ledger\\_%' and c.contype in ('p', 'u', 'f')
        and not exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'market_id')`)
    expect(rows).toEqual([])
  })
})

describe('A time that no calendar writes', () => {
  test.each(['294276-12-31', '10000-01-01', '0001-01-01 BC', 'infinity', '-infinity'])(
    '%s is refused, so that it can break neither the proof nor a page',
    async (time) => {
      const marketId = await aMarket(db.worker)
      const { rows } = await inside(marketId, (tx) =>
        tx.execute<{ outcome: string }>(sql`
          select outcome from ledger_post_office(${marketId}, array['one'], array['x'], array[${time}::timestamptz], array['x'],
            array['x'], array[null]::bytea[], array[null]::bigint[], array[1], array['stl_one'], array['stl_one:111'],
            array['stl_one:511'], array[1])`),
      )
      expect(rows).toEqual([{ outcome: 'refused' }])
      expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 0 })
    },
  )
})
