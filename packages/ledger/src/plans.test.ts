import { inMarket, type Tx } from '@tienve/db'
import { drizzle } from 'drizzle-orm/node-postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTxn, listStatement, listTransfers, type JournalFilter } from './journal.ts'
import { closeDay, post } from './post.ts'
import { balancesAt, listBlocks } from './read.ts'
import { aMarket, anItem, CLOSING, ledgerDatabase, type LedgerDatabase } from './testing.ts'

/**
 * How Postgres looks for what is asked, as tv_api under row-level security: a page of a journal must not read all of it.
 * Three markets of 30.000 txns over 100 days and 150 stalls, put in by hand, since only plans are looked at here.
 */
const MARKETS = ['mkt_plan1', 'mkt_plan2', 'mkt_plan3'] as const
const [OURS] = MARKETS
const TXNS = 30_000

let db: LedgerDatabase
beforeAll(async () => {
  db = await ledgerDatabase()
  await db.admin.pool.query(`
    set session_replication_role = 'replica';
    insert into ledger_account (market_id, id, book, code, gl_code, side, name, opened_at)
      select m, 'stl_' || s || ':' || c, 'stl_' || s, c, c, 'debit', 'X', now()
      from unnest(array['${MARKETS.join("','")}']) m, generate_series(0, 149) s, unnest(array['111', '112', '511', '3388']) c;
    insert into ledger_balance (market_id, account_id) select market_id, id from ledger_account;
    insert into ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day, source_kind, source_id,
        block, salt, leaf)
      select m, seq, 'sale_bank', 'payment:' || seq, sha256(''), d, d, d::date, 'payment', 'pay_' || md5(m || seq), seq / 10 + 1, '', sha256('')
      from unnest(array['${MARKETS.join("','")}']) m, generate_series(1, ${TXNS}) seq,
        lateral (select timestamptz '2026-08-01' + seq * interval '100 days' / ${TXNS} as d) at;
    insert into ledger_transfer
      select market_id, seq, 1, b, b || ':112', b || ':511', 35000 from ledger_txn, lateral (select 'stl_' || seq % 150 as b) as book;
    insert into ledger_day select market_id, account, business_day, sum(d), sum(c) from ledger_transfer t join ledger_txn x using (market_id, seq),
      lateral (values (debit_account, amount_vnd, 0), (credit_account, 0, amount_vnd)) as s (account, d, c) group by 1, 2, 3;
    insert into ledger_block select market_id, block, min(seq), max(seq), sha256(''), sha256(''), 2 from ledger_txn group by 1, 2;
    insert into ledger_close select market_id, business_day, max(block) - 1, now(), 'usr_x', 0, 0, 0, 0 from ledger_txn
      where business_day < '2026-11-07' group by 1, 2;
    insert into ledger_head (market_id, last_seq, height, hash, closed_through)
      select market_id, max(seq), max(block), sha256(''), '2026-11-06' from ledger_txn group by 1;
    analyze;
    set session_replication_role = 'origin'`)
})
afterAll(async () => db.drop())

type Plan = {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}
type Read = { scans: string[]; rows: number }

/**
 * How every statement that `work` sends is answered: by which scans, as `Index Scan ledger_txn_pk` or `Seq Scan ledger_txn`,
 * and how many rows were read for it, those included that did not fit.
 */
async function readsOf(work: (tx: Tx) => Promise<unknown>): Promise<Read> {
  const client = await db.api.pool.connect()
  try {
    await client.query(`begin; set local app.market_id = '${OURS}'`)
    const sent: { query: string; params: unknown[] }[] = []
    await work(drizzle(client, { logger: { logQuery: (query, params) => sent.push({ query, params }) } }))
    const read: Read = { scans: [], rows: 0 }
    const visit = (plan: Plan): void => {
      if (plan['Node Type'].endsWith('Scan') && plan['Actual Loops'] > 0) {
        read.scans.push(`${plan['Node Type']} ${plan['Index Name'] ?? plan['Relation Name'] ?? ''}`)
        const removed = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
        read.rows += (plan['Actual Rows'] + removed) * plan['Actual Loops']
      }
      plan.Plans?.forEach(visit)
    }
    for (const { query, params } of sent) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${query}`,
        params,
      )
      for (const {
        'QUERY PLAN': [{ Plan: top }],
      } of rows)
        visit(top)
    }
    return read
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const page = { limit: 50 }
const newest = { ...page, newestFirst: true }
const account = { id: 'stl_7:112', side: 'debit' } as const
const days = { fromDay: '2026-10-01', toDay: '2026-10-02' }
const txnPk = 'ledger_txn_market_id_seq_pk'
const transferPk = 'ledger_transfer_market_id_seq_leg_pk'
const dayIndex = 'ledger_txn_day_idx'
const bookIndex = 'ledger_transfer_book_idx'

/** A search, the indexes that it must go by, and the most rows that it may read. A day has 300 txns, a book 200. */
const searches: [string, (tx: Tx) => Promise<unknown>, string[], number][] = [
  ['days', (tx) => listTransfers(tx, OURS, page, days), [dayIndex, transferPk], 2_000],
  ['days, newest first', (tx) => listTransfers(tx, OURS, newest, days), [transferPk], 2_000],
  [
    'what came since a day',
    (tx) => listTransfers(tx, OURS, page, { fromDay: '2026-10-01' }),
    [dayIndex, transferPk],
    1_000,
  ],
  [
    'what came since a day, newest first',
    (tx) => listTransfers(tx, OURS, newest, { fromDay: '2026-10-01' }),
    [transferPk],
    1_000,
  ],
  [
    'what came until a day, newest first',
    (tx) => listTransfers(tx, OURS, newest, { toDay: '2026-10-01' }),
    [transferPk],
    1_000,
  ],
  [
    'the open days',
    (tx) => listTransfers(tx, OURS, page, { fromDay: '2026-11-08' }),
    [dayIndex, transferPk],
    1_000,
  ],
  [
    'days before all others',
    (tx) => listTransfers(tx, OURS, page, { fromDay: '1999-01-01', toDay: '1999-02-01' }),
    [],
    200,
  ],
  ['days that are to come', (tx) => listTransfers(tx, OURS, page, { fromDay: '2027-01-01' }), [], 200],
  ['a book', (tx) => listTransfers(tx, OURS, page, { book: 'stl_7' }), [bookIndex, txnPk], 1_000],
  ['an account', (tx) => listTransfers(tx, OURS, page, { account: account.id }), [bookIndex, txnPk], 1_000],
  ['a book on some days', (tx) => listTransfers(tx, OURS, page, { ...days, book: 'stl_7' }), [], 2_000],
  [
    'a kind among some numbers',
    (tx) => listTransfers(tx, OURS, newest, { kind: 'x', fromSeq: 20_001n, toSeq: 20_500n }),
    [txnPk],
    2_000,
  ],
  [
    'an amount among some numbers',
    (tx) => listTransfers(tx, OURS, page, { fromVnd: 1n, toVnd: 1n, fromSeq: 20_001n, toSeq: 20_500n }),
    [transferPk],
    2_000,
  ],
  ['a source', (tx) => listTransfers(tx, OURS, page, { sourceId: 'pay_x' }), ['ledger_txn_source_idx'], 10],
  [
    'the next page',
    (tx) => listTransfers(tx, OURS, { ...page, after: { seq: 9_000n, leg: 1 } }),
    [transferPk, txnPk],
    300,
  ],
  ['the newest', (tx) => listTransfers(tx, OURS, newest), [transferPk, txnPk], 300],
  ['one txn', (tx) => findTxn(tx, OURS, 9_000n), [transferPk, txnPk], 10],
  ['the statement of an account', (tx) => listStatement(tx, OURS, account, page), [bookIndex, txnPk], 2_000],
  ['the statement of some days', (tx) => listStatement(tx, OURS, account, page, days), [], 2_000],
  [
    'a book at a moment',
    (tx) => balancesAt(tx, OURS, 'stl_7', new Date('2026-10-01'), 'occurred'),
    [bookIndex, txnPk],
    1_000,
  ],
  ['blocks', (tx) => listBlocks(tx, OURS, page), ['ledger_block_market_id_height_pk'], 60],
]

describe('a search by index, under row-level security, reads little more than it shows', () => {
  test.each(searches)('for %s', async (_, search, indexes, most) => {
    const { scans, rows } = await readsOf(search)
    expect(scans.filter((scan) => scan.startsWith('Seq Scan'))).toEqual([])
    for (const index of indexes) {
      expect(scans).toContainEqual(
        expect.stringMatching(new RegExp(`^(Index|Index Only|Bitmap Index) Scan ${index}$`)),
      )
    }
    expect(rows).toBeLessThan(most)
  })

  test('and what has no index is seen to read everything, so that the above means something', async () => {
    const { rows } = await readsOf((tx) => tx.execute(`select 1 from ledger_txn where kind = 'x'`))
    expect(rows).toBeGreaterThanOrEqual(TXNS)
  })
})

test.each([
  ['never', []],
  ['when they were all but empty', ['analyze']],
])(
  'posting into tables that were counted %s goes by keys, from the first post to the two hundredth',
  async (_, first) => {
    const fresh = await ledgerDatabase()
    const marketId = await aMarket(fresh.worker)
    const scans = async (): Promise<{ name: string; seq: number; idx: number }[]> => {
      // One poster after the other is one connection, which tells its counts when it is asked to.
      for (const db of [fresh.worker, fresh.admin]) await db.pool.query('select pg_stat_force_next_flush()')
      const { rows } = await fresh.admin.pool.query<{ name: string; seq: bigint; idx: bigint }>(`
      select relname as name, seq_scan as seq, coalesce(idx_scan, 0) as idx from pg_stat_user_tables
      where relname in ('ledger_head', 'ledger_account', 'ledger_balance', 'ledger_day', 'ledger_txn', 'ledger_transfer', 'ledger_block')
      order by 1`)
      return rows.map(({ name, seq, idx }) => ({ name, seq: Number(seq), idx: Number(idx) }))
    }
    for (const statement of first) await fresh.admin.pool.query(statement)
    const before = await scans()
    expect(before).toHaveLength(7)
    for (let at = 0; at < 200; at++) {
      const items = Array.from({ length: at % 20 === 0 ? 50 : 1 }, () => anItem())
      await inMarket(fresh.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
    }
    const after = await scans()
    const more = after.map(({ name, seq, idx }, at) => ({
      name,
      seq: seq - (before[at]?.seq ?? 0),
      isFound: name === 'ledger_transfer' || name === 'ledger_block' || idx - (before[at]?.idx ?? 0) >= 200,
    }))
    expect(more).toEqual(more.map(({ name }) => ({ name, seq: 0, isFound: true })))
    await fresh.drop()
  },
)

test('a search by days finds what reading all of it would, however late or early news came', async () => {
  const marketId = await aMarket(db.worker)
  const none = { fromDay: '2026-11-01' }
  expect(await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, page, none))).toEqual([])
  const dayOf = (day: number): string => `2026-11-${String(day).padStart(2, '0')}`
  const send = (...posted: number[]): Promise<unknown> =>
    inMarket(db.worker, marketId, (tx) =>
      post(
        tx,
        marketId,
        posted.map((day) => anItem({ occurredAt: new Date(`${dayOf(day)}T03:00:00Z`) })),
        { as: 'worker' },
      ),
    )
  await send(6, 2, 9)
  await send(3, 3, 2)
  await inMarket(db.worker, marketId, (tx) => closeDay(tx, marketId, dayOf(4), CLOSING))
  await send(2, 6, 4)
  await inMarket(db.worker, marketId, (tx) => closeDay(tx, marketId, dayOf(6), CLOSING))
  await send(1, 9, 8, 12)
  const read = (filter: JournalFilter, newestFirst: boolean) =>
    inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 100, newestFirst }, filter))
  const all = await read({}, false)
  expect(all.length).toBe(13)
  const days = [
    undefined,
    '1999-01-01',
    ...Array.from({ length: 13 }, (_, at) => dayOf(at + 1)),
    '2999-01-01',
  ]
  for (const fromDay of days) {
    for (const toDay of days) {
      const fits = all.filter(
        (row) => row.businessDay >= (fromDay ?? '') && row.businessDay <= (toDay ?? '9999'),
      )
      const seqs = fits.map(({ seq }) => seq)
      const found = [await read({ fromDay, toDay }, false), await read({ fromDay, toDay }, true)]
      expect([fromDay, toDay, ...found.map((rows) => rows.map(({ seq }) => seq))]).toEqual([
        fromDay,
        toDay,
        seqs,
        seqs.toReversed(),
      ])
    }
  }
})
