import { inMarket } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leafOf, requestHashOf } from './hash.ts'
import { post } from './post.ts'
import { aMarket, anItem, ledgerDatabase, sale } from './testing.ts'
import { verifyMarket } from './rows.ts'

let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

/** Three blocks of two txns each; the last txn of each block has two legs. */
async function aLedger(): Promise<string> {
  const marketId = await aMarket(db.worker)
  for (const day of [22, 23, 24]) {
    const occurredAt = new Date(`2026-11-${day}T02:00:00Z`)
    const items = [anItem({ occurredAt }), anItem({ occurredAt, transfers: [sale(1_000n), sale(2_000n)] })]
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
  }
  return marketId
}

/** Runs a statement as one who stands above every rule: no policies, no foreign keys, no checks between tables. */
async function tamper(statement: string, marketId: string): Promise<void> {
  const client = await db.admin.pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local session_replication_role = 'replica'`)
    const { rowCount } = await client.query(statement, [marketId])
    expect(rowCount).toBeGreaterThan(0)
    await client.query('commit')
  } finally {
    client.release()
  }
}

test('a ledger that nobody touched verifies, and so does one that was never begun', async () => {
  expect(await verifyMarket(db.api, await aLedger())).toMatchObject({ ok: true, transfers: 9, blocks: 3 })
  expect(await verifyMarket(db.api, await aMarket(db.worker))).toMatchObject({
    ok: true,
    transfers: 0,
    blocks: 0,
  })
  expect(await verifyMarket(db.api, 'mkt_unknown')).toMatchObject({ ok: true, transfers: 0, blocks: 0 })
})

describe('a change by someone above every rule is found, and the first wrong row named', () => {
  const M = 'where market_id = $1'
  const cases: [string, string, { what: string; where: string }][] = [
    [
      'an amount',
      `update ledger_transfer set amount_vnd = amount_vnd + 1 ${M} and seq = 3`,
      { what: 'ledger_txn', where: 'seq 3' },
    ],
    [
      'a debit account',
      `update ledger_transfer set debit_account = 'stl_one:111' ${M} and seq = 4 and leg = 2`,
      { what: 'ledger_txn', where: 'seq 4' },
    ],
    [
      'both accounts swapped',
      `update ledger_transfer set debit_account = credit_account, credit_account = debit_account ${M} and seq = 6`,
      { what: 'ledger_txn', where: 'seq 6' },
    ],
    [
      'a leg taken out of the middle',
      `delete from ledger_transfer ${M} and seq = 2 and leg = 1`,
      { what: 'ledger_transfer', where: 'seq 2 leg 1' },
    ],
    [
      'the last leg taken out',
      `delete from ledger_transfer ${M} and seq = 2 and leg = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'all legs taken out',
      `delete from ledger_transfer ${M} and seq = 5`,
      { what: 'ledger_transfer', where: 'seq 5 leg 1' },
    ],
    [
      'a leg put in',
      `insert into ledger_transfer select market_id, seq, 3, book, debit_account, credit_account, 7 from ledger_transfer ${M} and seq = 4 and leg = 1`,
      { what: 'ledger_txn', where: 'seq 4' },
    ],
    [
      'a transfer without a txn',
      `insert into ledger_transfer select market_id, 99, 1, book, debit_account, credit_account, 7 from ledger_transfer ${M} and seq = 1`,
      { what: 'ledger_transfer', where: 'seq 99 leg 1' },
    ],
    ['a txn taken out', `delete from ledger_txn ${M} and seq = 3`, { what: 'ledger_txn', where: 'seq 3' }],
    [
      'the last txn taken out',
      `delete from ledger_txn ${M} and seq = 6`,
      { what: 'ledger_txn', where: 'seq 6' },
    ],
    [
      'a txn put in',
      `insert into ledger_txn select market_id, 7, kind, 'new', req_hash, occurred_at, recorded_at, business_day, source_kind, source_id, null, block, salt, leaf from ledger_txn ${M} and seq = 6`,
      { what: 'ledger_txn', where: 'seq 7' },
    ],
    [
      'a txn numbered below one',
      `insert into ledger_txn select market_id, 0, kind, 'new', req_hash, occurred_at, recorded_at, business_day, source_kind, source_id, null, block, salt, leaf from ledger_txn ${M} and seq = 1`,
      { what: 'ledger_txn', where: 'seq 1' },
    ],
    [
      'a kind',
      `update ledger_txn set kind = 'other' ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'the bank’s time',
      `update ledger_txn set occurred_at = occurred_at + interval '1 ms' ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'our time',
      `update ledger_txn set recorded_at = recorded_at - interval '1 day' ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'a business day',
      `update ledger_txn set business_day = business_day + 1 ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'a key',
      `update ledger_txn set idem_key = 'other' ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'a source',
      `update ledger_txn set source_id = 'other' ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'what a txn reverses',
      `update ledger_txn set reverses_seq = 1 ${M} and seq = 2`,
      { what: 'ledger_txn', where: 'seq 2' },
    ],
    [
      'the hash of what was asked',
      `update ledger_txn set req_hash = sha256('x') ${M} and seq = 5`,
      { what: 'ledger_txn', where: 'seq 5' },
    ],
    [
      'a salt',
      `update ledger_txn set salt = '\\x00' ${M} and seq = 5`,
      { what: 'ledger_txn', where: 'seq 5' },
    ],
    [
      'a leaf',
      `update ledger_txn set leaf = sha256('x') ${M} and seq = 5`,
      { what: 'ledger_txn', where: 'seq 5' },
    ],
    [
      'the block a txn is in',
      `update ledger_txn set block = 1 ${M} and seq = 3`,
      { what: 'ledger_txn', where: 'seq 3' },
    ],
    [
      'a block’s hash',
      `update ledger_block set hash = sha256('x') ${M} and height = 2`,
      { what: 'ledger_block', where: 'height 2' },
    ],
    [
      'the hash before a block',
      `update ledger_block set prev_hash = sha256('x') ${M} and height = 2`,
      { what: 'ledger_block', where: 'height 2' },
    ],
    [
      'a block’s bounds',
      `update ledger_block set last_seq = 3 ${M} and height = 2`,
      { what: 'ledger_block', where: 'height 2' },
    ],
    [
      'a block taken out',
      `delete from ledger_block ${M} and height = 2`,
      { what: 'ledger_block', where: 'height 2' },
    ],
    [
      'the last block taken out',
      `delete from ledger_block ${M} and height = 3`,
      { what: 'ledger_txn', where: 'seq 5' },
    ],
    ['the head’s number', `update ledger_head set last_seq = 7 ${M}`, { what: 'ledger_head', where: '' }],
    ['the head’s hash', `update ledger_head set hash = sha256('x') ${M}`, { what: 'ledger_head', where: '' }],
    ['the head taken out', `delete from ledger_head ${M}`, { what: 'ledger_head', where: '' }],
    [
      'a balance',
      `update ledger_balance set debit_vnd = debit_vnd + 1 ${M} and account_id = 'stl_one:112'`,
      { what: 'ledger_balance', where: 'stl_one:112' },
    ],
    [
      'a balance of an account that never moved',
      `update ledger_balance set credit_vnd = 1 ${M} and account_id = 'board:112'`,
      { what: 'ledger_balance', where: 'board:112' },
    ],
    [
      'a balance taken out',
      `delete from ledger_balance ${M} and account_id = 'stl_one:511'`,
      { what: 'ledger_balance', where: 'stl_one:511' },
    ],
    [
      'a day',
      `update ledger_day set credit_vnd = credit_vnd - 1 ${M} and account_id = 'stl_one:511' and business_day = '2026-11-23'`,
      { what: 'ledger_day', where: 'stl_one:511 2026-11-23' },
    ],
    [
      'a day taken out',
      `delete from ledger_day ${M} and business_day = '2026-11-24' and account_id = 'stl_one:112'`,
      { what: 'ledger_day', where: 'stl_one:112 2026-11-24' },
    ],
    [
      'a day put in',
      `insert into ledger_day select market_id, account_id, '2026-11-01', 0, 0 from ledger_day ${M} limit 1`,
      { what: 'ledger_day', where: '2026-11-01' },
    ],
  ]
  test.each(cases)('%s', async (_, statement, expected) => {
    const marketId = await aLedger()
    const untouched = await aLedger()
    await tamper(statement, marketId)
    const { ok, firstWrong } = await verifyMarket(db.worker, marketId)
    expect({ ok, what: firstWrong?.what }).toEqual({ ok: false, what: expected.what })
    expect(firstWrong?.where).toContain(expected.where)
    expect(firstWrong?.why).not.toBe('')
    expect(await verifyMarket(db.worker, untouched)).toMatchObject({ ok: true })
  })
})

test('an amount changed together with its hashes, balances and days is still found by the block', async () => {
  const marketId = await aMarket(db.worker)
  const item = anItem()
  await inMarket(db.worker, marketId, (tx) => post(tx, marketId, [item, anItem()], { as: 'worker' }))
  const { rows } = await db.admin.pool.query<{ recorded: bigint; day: number; salt: Buffer }>(
    `select (extract(epoch from recorded_at) * 1000000)::bigint as recorded, business_day - date '2000-01-01' as day, salt
     from ledger_txn where market_id = $1 and seq = 1`,
    [marketId],
  )
  const [row] = rows
  if (row === undefined) throw new Error('the txn is not there')
  const txn = {
    ...item,
    seq: 1n,
    occurredMicros: BigInt(item.occurredAt.getTime()) * 1_000n,
    recordedMicros: row.recorded,
    businessDayNumber: row.day,
    reversesSeq: null,
    sourceHash: null,
    salt: row.salt,
  }
  const requestHash = requestHashOf(txn, [sale(1n)])
  const forged = [requestHash, leafOf(marketId, txn, requestHash, 2)].map((hash) => hash.toString('hex'))
  await tamper(
    `with t as (update ledger_transfer set amount_vnd = 1 where market_id = $1 and seq = 1),
          b as (update ledger_balance set debit_vnd = greatest(debit_vnd - 34999, 0), credit_vnd = greatest(credit_vnd - 34999, 0)
                where market_id = $1),
          d as (update ledger_day set debit_vnd = greatest(debit_vnd - 34999, 0), credit_vnd = greatest(credit_vnd - 34999, 0)
                where market_id = $1)
     update ledger_txn set req_hash = '\\x${forged[0]}', leaf = '\\x${forged[1]}' where market_id = $1 and seq = 1`,
    marketId,
  )
  const { firstWrong } = await verifyMarket(db.api, marketId)
  expect(firstWrong).toMatchObject({ what: 'ledger_block', where: 'height 1' })
})
