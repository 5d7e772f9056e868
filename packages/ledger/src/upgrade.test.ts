import { inMarket } from '@tienve/db'
import { migrate } from '@tienve/db/migrate'
import { databaseOfRelease } from '@tienve/db/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boardChart, stallChart, type AccountSpec, type OperatorKind } from './chart.ts'
import { listTransfers } from './journal.ts'
import { openAccounts, post, reverse, type PostItem } from './post.ts'
import { balances, listBlocks } from './read.ts'
import { verifyMarket } from './rows.ts'
import { ledgerDatabase, sale, sealNow, aSealKey, type LedgerDatabase } from './testing.ts'

/**
 * A database as the release before left it, filled through that release's own functions, and then migrated: what was posted
 * stays posted to the đồng, proves as before, and goes on.
 */
const LAST_OF_RELEASE = '0002_tenancy'
const STALLS = ['stl_one', 'stl_two']
const KINDS: readonly OperatorKind[] = ['enterprise', 'cooperative', 'public_unit']
const marketOf = (kind: OperatorKind): string => `mkt_${kind.replace('_', '')}`
/** Whose board was paid more than it was owed, and gave back more than it had: nothing kept that from happening then. */
const TURNED = 'mkt_turned'
const UNUSED = 'mkt_unused'
const MARKETS: [string, OperatorKind][] = [
  ...KINDS.map((kind): [string, OperatorKind] => [marketOf(kind), kind]),
  [TURNED, 'enterprise'],
]

let db: LedgerDatabase
let ownerUrl: string
let before: Map<string, string>
beforeAll(async () => {
  const database = await databaseOfRelease(LAST_OF_RELEASE)
  db = await ledgerDatabase(database)
  for (const [marketId, kind] of MARKETS) await fill(marketId, kind)
  await enter(UNUSED, 'enterprise')
  await asOwner(TURNED, [
    oldPost(TURNED, { key: 'over', book: 'board', debit: '112', credit: '131.stl_one', amount: 900 }),
    oldPost(TURNED, { key: 'back', book: 'board', debit: '3387', credit: '112', amount: 50 }),
  ])
  before = await sums()
  ownerUrl = database.ownerUrl
  await migrate(ownerUrl)
})
afterAll(async () => db.drop())

/** The charts of that release: every kind of operator under the same numbers, but for the revenue. */
function oldChart(kind: OperatorKind): Omit<AccountSpec, 'keepsSide'>[] {
  const line = (book: string, code: string, side: 'debit' | 'credit', glCode = code) => ({
    id: `${book}:${code}`,
    book,
    code,
    glCode,
    side,
    name: code,
  })
  return [
    line('board', '111', 'debit'),
    line('board', '112', 'debit'),
    line('board', '3331', 'credit'),
    line('board', '3387', 'credit'),
    line('board', '3388', 'credit'),
    line('board', '511', 'credit', kind === 'public_unit' ? '531' : '511'),
    ...STALLS.flatMap((stall) => [
      line(stall, '111', 'debit'),
      line(stall, '112', 'debit'),
      line(stall, '511', 'credit'),
      line(stall, '3388', 'credit'),
      line('board', `131.${stall}`, 'debit', '131'),
    ]),
  ]
}

async function asOwner(marketId: string, statements: readonly string[]): Promise<void> {
  await inMarket(db.owner, marketId, async (tx) => {
    for (const statement of statements) await tx.execute(statement)
  })
}

async function enter(marketId: string, kind: OperatorKind): Promise<void> {
  await asOwner(marketId, [
    `insert into feed_lane values ('${marketId}')`,
    `insert into market values ('${marketId}', 'Chợ', 'X', '${kind}', true, now())`,
    `insert into zone values ('${marketId}', 'zon_a', 'A', 'A', 1), ('${marketId}', 'zon_b', 'B', 'B', 2)`,
    ...STALLS.map(
      (
        stall,
        at,
      ) => `insert into stall (market_id, id, code, name, zone_id, area_m2, position_grade, memo_code)
        values ('${marketId}', '${stall}', '${stall}', 'X', '${at === 0 ? 'zon_a' : 'zon_b'}', 4, 1, '${stall}')`,
    ),
  ])
}

type OldItem = { key: string; book: string; debit: string; credit: string; amount: number; day?: number }

/** A call of ledger_post as it was: without a digest of the source, and without a word on what is refused. */
function oldPost(marketId: string, ...items: OldItem[]): string {
  const array = (of: (item: OldItem) => string): string => `array[${items.map(of).join(', ')}]`
  return `select ledger_post('${marketId}', ${array(({ key }) => `'${key}'`)}, ${array(() => `'sale_bank'`)},
    ${array(({ day = 20 }) => `timestamptz '2026-11-${day} 02:00:00Z'`)}, ${array(() => `'payment'`)},
    ${array(({ key }) => `'${key}'`)}, array_fill(null::bigint, array[${items.length}]), ${array((item) => String(items.indexOf(item) + 1))},
    ${array(({ book }) => `'${book}'`)}, ${array((item) => `'${item.book}:${item.debit}'`)},
    ${array((item) => `'${item.book}:${item.credit}'`)}, ${array(({ amount }) => String(amount))})`
}

const FIRST: OldItem = { key: 'sale:1', book: 'stl_one', debit: '112', credit: '511', amount: 35_000 }

async function fill(marketId: string, kind: OperatorKind): Promise<void> {
  const chart = oldChart(kind)
  const column = (of: (account: (typeof chart)[number]) => string): string =>
    `array[${chart.map((one) => `'${of(one)}'`).join(', ')}]`
  await enter(marketId, kind)
  await asOwner(marketId, [
    `select ledger_open_accounts('${marketId}', ${column(({ id }) => id)}, ${column(({ book }) => book)}, ${column(({ code }) => code)},
      ${column(({ glCode }) => glCode)}, ${column(({ side }) => side)}, ${column(({ name }) => name)})`,
    oldPost(marketId, FIRST, {
      key: 'suspense:1',
      book: 'stl_two',
      debit: '112',
      credit: '3388',
      amount: 7_000,
    }),
    oldPost(marketId, { key: 'charge:1', book: 'board', debit: '131.stl_one', credit: '511', amount: 500 }),
    oldPost(marketId, {
      key: 'paid:1',
      book: 'board',
      debit: '112',
      credit: '131.stl_one',
      amount: 300,
      day: 21,
    }),
    `select ledger_reverse('${marketId}', 1, 'undo:1', '2026-11-21T03:00:00Z', 'payment', 'sale:1')`,
    `select ledger_close_day('${marketId}', '2026-11-21')`,
    oldPost(marketId, {
      key: 'late:1',
      book: 'stl_one',
      debit: '112',
      credit: '511',
      amount: 1_000,
      day: 20,
    }),
  ])
}

/** Balances, days, txns and transfers of every market, without what a migration may add to them. */
async function sums(): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (const [marketId] of MARKETS) {
    await inMarket(db.api, marketId, async (tx) => {
      const { rows } = await tx.execute(sql`
        select (select json_agg(row (account_id, debit_vnd, credit_vnd, version) order by account_id)::text from ledger_balance) as balances,
          (select json_agg(d order by account_id, business_day)::text from ledger_day d) as days,
          (select json_agg(t order by seq, leg)::text from ledger_transfer t) as transfers,
          (select json_agg(row (seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day, source_id, reverses_seq, block,
            salt, leaf) order by seq)::text from ledger_txn) as txns,
          (select json_agg(b order by height)::text from ledger_block b) as blocks,
          (select json_agg(h)::text from ledger_head h) as head`)
      all.set(marketId, JSON.stringify(rows))
    })
  }
  return all
}

const itemOf = ({ key, book, debit, credit, amount, day = 20 }: OldItem): PostItem => ({
  idemKey: key,
  kind: 'sale_bank',
  occurredAt: new Date(`2026-11-${day}T02:00:00Z`),
  sourceKind: 'payment',
  sourceId: key,
  transfers: [{ book, debit: `${book}:${debit}`, credit: `${book}:${credit}`, amountVnd: BigInt(amount) }],
})

test('nothing that was posted is another by a đồng or a byte', async () => {
  expect(before.size).toBe(MARKETS.length)
  expect(await sums()).toEqual(before)
})

test.each(MARKETS)('%s proves as it did', async (marketId) => {
  const { firstWrong, blocks } = await verifyMarket(db.api, marketId)
  expect(firstWrong).toBe(undefined)
  expect(blocks).toBe(marketId === TURNED ? 7 : 5)
  expect(await verifyMarket(db.api, UNUSED)).toMatchObject({ ok: true, blocks: 0 })
})

describe.each(KINDS)('a market of the kind %s', (kind) => {
  const marketId = marketOf(kind)

  test('has the accounts of its new chart, with the sides that they keep, and can open the rest', async () => {
    const chart = [...boardChart(kind, '2026-11-24'), ...STALLS.flatMap(stallChart)]
    const opened = await inMarket(db.worker, marketId, (tx) => openAccounts(tx, marketId, chart))
    expect(opened).toBe(chart.length - oldChart(kind).length)
    const { rows } = await inMarket(db.api, marketId, (tx) =>
      tx.execute(sql`
        select a.id, gl_code as "glCode", side, keeps_side as "keepsSide", b.kept_side as "keptSide"
        from ledger_account a left join ledger_balance b on b.account_id = a.id order by 1`),
    )
    const expected = chart.map(({ id, glCode, side, keepsSide = false }) => ({
      id,
      glCode,
      side,
      keepsSide,
      keptSide: keepsSide ? side : null,
    }))
    expect(rows).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  })

  test('answers old keys, keeps to its closed day, and goes on with the chain in its new way', async () => {
    const results = await inMarket(db.worker, marketId, (tx) =>
      post(
        tx,
        marketId,
        [
          itemOf(FIRST),
          { ...itemOf(FIRST), transfers: [sale(1n)] },
          { ...itemOf({ ...FIRST, key: 'new:1' }), sourceHash: Buffer.alloc(32, 7) },
          itemOf({ key: 'paid:2', book: 'board', debit: '112', credit: '131.stl_one', amount: 201 }),
          itemOf({ key: 'paid:3', book: 'board', debit: '112', credit: '131.stl_one', amount: 200 }),
        ],
        { as: 'worker' },
      ),
    )
    expect(results).toEqual([
      { outcome: 'exists', seq: 1n },
      { outcome: 'conflict', seq: 1n },
      { outcome: 'created', seq: 7n },
      { outcome: 'refused', why: 'account board:131.stl_one would go below zero' },
      { outcome: 'created', seq: 8n },
    ])
    const undo = { occurredAt: new Date('2026-11-21T03:00:00Z'), sourceKind: 'payment', sourceId: 'sale:1' }
    const again = { ...undo, seq: 1n, idemKey: 'undo:1' }
    expect(await inMarket(db.worker, marketId, (tx) => reverse(tx, marketId, again))).toBe(5n)
    const twice = inMarket(db.worker, marketId, (tx) =>
      reverse(tx, marketId, { ...again, idemKey: 'undo:1:new' }),
    )
    await expect(twice).rejects.toThrow(/reversed before/)
    const rows = await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 100 }))
    expect(rows.slice(-3).map(({ businessDay }) => businessDay)).toEqual([
      '2026-11-22',
      '2026-11-22',
      '2026-11-22',
    ])
    const blocks = await inMarket(db.api, marketId, (tx) => listBlocks(tx, marketId, { limit: 100 }))
    expect(blocks.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1, 2])
    expect(blocks[5]?.prevHash).toEqual(blocks[4]?.hash)
    const key = aSealKey()
    const seals = [await sealNow(db.worker, marketId, key)]
    expect(seals[0]?.businessDay).toBe('2026-11-21')
    const proof = await verifyMarket(db.api, marketId, { seals, publicKeys: [key.publicKey] })
    expect(proof).toMatchObject({ ok: true, transfers: 8, unsealed: 0n })
  })

  test('knows where its stalls have always stood', async () => {
    const { rows } = await inMarket(db.api, marketId, (tx) =>
      tx.execute(sql`select stall_id, zone_id, from_day::text from stall_zone order by 1`),
    )
    expect(rows).toEqual([
      { stall_id: 'stl_one', zone_id: 'zon_a', from_day: '2000-01-01' },
      { stall_id: 'stl_two', zone_id: 'zon_b', from_day: '2000-01-01' },
    ])
  })
})

test('an account that had left its side may go on as it did, both ways, and the others keep theirs', async () => {
  const accounts = await inMarket(db.api, TURNED, (tx) => balances(tx, TURNED))
  const turned = accounts.filter(({ balanceVnd }) => balanceVnd < 0n).map(({ id }) => id)
  expect(turned).toEqual(['board:131.stl_one', 'board:3387'])
  const board = (key: string, debit: string, credit: string, amount: number) =>
    itemOf({ key, book: 'board', debit, credit, amount })
  const results = await inMarket(db.worker, TURNED, (tx) =>
    post(
      tx,
      TURNED,
      [
        board('more', '112', '131.stl_one', 5_000),
        board('billed', '131.stl_one', '511', 100),
        board('returned', '3387', '112', 5_000),
        board('ahead', '112', '3387', 100),
        board('kept', '112', '131.stl_two', 1),
      ],
      { as: 'worker' },
    ),
  )
  expect(results.map(({ outcome }) => outcome)).toEqual([
    'created',
    'created',
    'created',
    'created',
    'refused',
  ])
  expect(await verifyMarket(db.api, TURNED)).toMatchObject({ ok: true })
})

test('what was posted before sources had digests cannot be given one', async () => {
  await asOwner(TURNED, [`update ledger_txn set source_hash = sha256('x') where seq = 2`])
  const { firstWrong } = await verifyMarket(db.api, TURNED)
  expect(firstWrong).toMatchObject({ what: 'ledger_txn', where: 'seq 2' })
})

test('migrating again changes nothing', async () => {
  const now = await sums()
  await migrate(ownerUrl)
  expect(await sums()).toEqual(now)
})
