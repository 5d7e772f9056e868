import { createDb, inMarket, type Db } from '@tienve/db'
import { migrate } from '@tienve/db/migrate'
import { releasedDatabase, type TestDatabase } from '@tienve/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { post, type PostItem } from './post.ts'
import { balances, listBlocks } from './read.ts'
import { verifyMarket } from './rows.ts'
import { aSealKey, sealNow } from './testing.ts'

/** The release before: its own functions, called as it called them, in two markets, and then its rows under this one. */
const RELEASED = '0002_tenancy'
const MARKETS = ['mkt_first', 'mkt_second']
const AT = '2026-11-20T02:00:00Z'

let database: TestDatabase
let owner: Db
let worker: Db
let before: string
beforeAll(async () => {
  database = await releasedDatabase(RELEASED)
  owner = createDb(database.ownerUrl, { max: 2 })
  worker = createDb(database.workerUrl, { max: 2 })
  for (const marketId of MARKETS) await fill(marketId)
  before = await sums()
  await migrate(database.ownerUrl)
})
afterAll(async () => {
  await Promise.all([owner.pool.end(), worker.pool.end()])
  await database.drop()
})

async function fill(marketId: string): Promise<void> {
  await inMarket(owner, marketId, async (tx) => {
    await tx.execute(`insert into market (market_id, name, code, operator_kind, demo, created_at)
      values ('${marketId}', 'Chợ', 'C', 'enterprise', true, now())`)
    await tx.execute(`insert into feed_lane values ('${marketId}')`)
    await tx.execute(`insert into zone values ('${marketId}', 'zon_a', 'A', 'Khu A', 1)`)
    await tx.execute(`insert into stall (market_id, id, code, name, zone_id, area_m2, position_grade, memo_code)
      values ('${marketId}', 'stl_a', 'A01', 'Sạp', 'zon_a', 4, 1, 'x')`)
  })
  await inMarket(worker, marketId, async (tx) => {
    await tx.execute(`select ledger_open_accounts('${marketId}',
      array['board:112', 'board:131.stl_a', 'board:3387', 'board:511', 'stl_a:111', 'stl_a:112', 'stl_a:511'],
      array['board', 'board', 'board', 'board', 'stl_a', 'stl_a', 'stl_a'],
      array['112', '131.stl_a', '3387', '511', '111', '112', '511'], array['112', '131', '3387', '511', '111', '112', '511'],
      array['debit', 'debit', 'credit', 'credit', 'debit', 'debit', 'credit'], array['n', 'n', 'n', 'n', 'n', 'n', 'n'])`)
    await tx.execute(
      oldPost(marketId, 'charge:1', 'charge_issued', 'board', 'board:131.stl_a', 'board:511', 100),
    )
    await tx.execute(oldPost(marketId, 'payment:1', 'sale_bank', 'stl_a', 'stl_a:112', 'stl_a:511', 35_000))
  })
  await inMarket(worker, marketId, (tx) => tx.execute(`select ledger_close_day('${marketId}', '2026-11-20')`))
  await inMarket(worker, marketId, async (tx) => {
    await tx.execute(
      oldPost(marketId, 'payment:2', 'charge_paid', 'board', 'board:112', 'board:131.stl_a', 60),
    )
    await tx.execute(`select ledger_reverse('${marketId}', 2, 'undo:1', '${AT}', 'payment', 'pay_1')`)
  })
}

function oldPost(
  marketId: string,
  key: string,
  kind: string,
  book: string,
  debit: string,
  credit: string,
  vnd: number,
): string {
  return `select ledger_post('${marketId}', array['${key}'], array['${kind}'], array['${AT}']::timestamptz[],
    array['payment'], array['pay_1'], array[null]::bigint[], array[1], array['${book}'], array['${debit}'],
    array['${credit}'], array[${vnd}]::bigint[])`
}

async function sums(): Promise<string> {
  const parts = await Promise.all(
    MARKETS.map((marketId) =>
      inMarket(worker, marketId, async (tx) =>
        (
          await tx.execute<{
            all: string
          }>(`select string_agg(concat(account_id, debit_vnd, '/', credit_vnd, '#', version), ' '
            order by account_id) as all from ledger_balance`)
        ).rows.map(({ all }) => all),
      ),
    ),
  )
  return parts.join('\n')
}

const item = (idemKey: string, vnd: bigint, over: Partial<PostItem> = {}): PostItem => ({
  idemKey,
  kind: 'charge_paid',
  occurredAt: new Date(AT),
  sourceKind: 'payment',
  sourceId: 'pay_1',
  transfers: [{ book: 'board', debit: 'board:112', credit: 'board:131.stl_a', amountVnd: vnd }],
  ...over,
})

test('the books of the release before are the same to the đồng and verify', async () => {
  expect(await sums()).toBe(before)
  for (const marketId of MARKETS) {
    expect(await verifyMarket(worker, marketId)).toMatchObject({ ok: true, transfers: 4, blocks: 4 })
  }
})

test('what was posted before exists, and what comes after chains on under the new version, and is sealed', async () => {
  const key = aSealKey()
  for (const marketId of MARKETS) {
    const results = await inMarket(worker, marketId, (tx) =>
      post(
        tx,
        marketId,
        [
          item('payment:2', 60n),
          item('payment:2', 61n),
          item('payment:3', 40n, { sourceHash: Buffer.alloc(32, 7) }),
        ],
        { as: 'worker' },
      ),
    )
    expect(results).toEqual([
      { outcome: 'exists', seq: 3n },
      { outcome: 'conflict', seq: 3n },
      { outcome: 'created', seq: 5n },
    ])
    const blocks = await inMarket(worker, marketId, (tx) => listBlocks(tx, marketId, { limit: 10 }))
    expect(blocks.map(({ hashVersion }) => hashVersion)).toEqual([1, 1, 1, 1, 2])
    const seal = await sealNow(worker, marketId, key)
    expect(seal.businessDay).toBe('2026-11-20')
    const options = { seals: [seal], publicKeys: [key.publicKey] }
    expect(await verifyMarket(worker, marketId, options)).toMatchObject({ ok: true, unsealed: 0n })
  }
})

test('accounts that must keep their side do so from now on, and stalls are in the zone they were in', async () => {
  for (const marketId of MARKETS) {
    const [result] = await inMarket(worker, marketId, (tx) =>
      post(tx, marketId, [item('payment:4', 1n)], { as: 'worker' }),
    )
    expect(result).toEqual({ outcome: 'refused', why: 'account board:131.stl_a would go below zero' })
    const [owed] = await inMarket(worker, marketId, (tx) => balances(tx, marketId, ['board:131.stl_a']))
    expect(owed).toMatchObject({ debitVnd: 100n, creditVnd: 100n })
    const { rows } = await inMarket(worker, marketId, (tx) =>
      tx.execute('select stall_id, zone_id from stall_zone'),
    )
    expect(rows).toEqual([{ stall_id: 'stl_a', zone_id: 'zon_a' }])
  }
})
