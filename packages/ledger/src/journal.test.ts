import { inMarket, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listStatement, listTransfers, type JournalFilter } from './journal.ts'
import { closeDay, post } from './post.ts'
import { aMarket, anItem, CLOSING, ledgerDatabase } from './testing.ts'

/** The search must find by an index as the role that searches, under row-level security, in a market of some size. */
let db: Awaited<ReturnType<typeof ledgerDatabase>>
let marketId: string
beforeAll(async () => {
  db = await ledgerDatabase()
  const stalls = Array.from({ length: 30 }, (_, at) => `stl_${at}`)
  marketId = await aMarket(db.worker, stalls)
  for (let day = 1; day <= 40; day++) {
    const items = Array.from({ length: 300 }, (_, at) => {
      const stall = stalls[at % stalls.length] ?? ''
      const transfers = [
        { book: stall, debit: `${stall}:112`, credit: `${stall}:511`, amountVnd: BigInt(day * 1_000 + at) },
      ]
      return anItem({
        transfers,
        sourceId: `pay_${day}_${at}`,
        occurredAt: new Date(Date.UTC(2026, 8, day, 3)),
      })
    })
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
    const closed = new Date(Date.UTC(2026, 8, day)).toISOString().slice(0, 10)
    await inMarket(db.worker, marketId, (tx) => closeDay(tx, marketId, closed, CLOSING))
  }
  await db.admin.pool.query('analyze ledger_txn, ledger_transfer, ledger_day, ledger_account')
})
afterAll(async () => db.drop())

/** The plans of the statements that `work` sends, as `tv_api` inside the market: the very texts, with their parameters. */
async function planOf(work: (tx: Tx) => Promise<unknown>): Promise<string> {
  const client = await db.api.pool.connect()
  const sent: { text: string; values: unknown[] }[] = []
  const listening = Object.create(client, {
    query: {
      value: (config: { text: string }, values: unknown[] = []) => {
        sent.push({ text: config.text, values })
        return client.query(config, values)
      },
    },
  })
  try {
    await client.query(`begin; set local app.market_id = '${marketId}'`)
    await work(drizzle(listening))
    // What is asked is whether the index can be used at all: in tables this small reading everything is as quick.
    await client.query('set local enable_seqscan = off')
    const plans: string[] = []
    for (const { text, values } of sent) {
      const { rows } = await client.query<Record<string, string>>(`explain ${text}`, values)
      plans.push(...rows.map((row) => Object.values(row).join('')))
    }
    return plans.join('\n')
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const search = (filter: JournalFilter) => (tx: Tx) =>
  listTransfers(tx, marketId, { limit: 50, newestFirst: true }, filter)

describe('under row-level security the journal uses its index', () => {
  test.each<[string, JournalFilter, RegExp]>([
    ['for a day', { fromDay: '2026-09-20', toDay: '2026-09-20' }, /ledger_txn_day_idx|Index Cond: .*seq <= /],
    ['for a book', { book: 'stl_7' }, /ledger_transfer_book_idx/],
    ['for an account', { account: 'stl_7:112' }, /ledger_transfer_book_idx/],
    ['for a source', { sourceId: 'pay_20_7' }, /ledger_txn_source_idx/],
  ])('%s', async (_, filter, index) => {
    const plan = await planOf(search(filter))
    expect(plan).toMatch(index)
    expect(plan).not.toMatch(/Seq Scan on ledger_(txn|transfer)/)
  })

  test('for the page after a place, without reading what lies before it', async () => {
    const plan = await planOf((tx) =>
      listTransfers(tx, marketId, { after: { seq: 6_000n, leg: 1 }, limit: 50 }),
    )
    expect(plan).toMatch(/Index Cond: .*ROW\(.*seq, .*leg\) > ROW/)
    expect(plan).not.toMatch(/Seq Scan on ledger_(txn|transfer)/)
  })

  test('for a statement', async () => {
    const plan = await planOf((tx) =>
      listStatement(
        tx,
        marketId,
        { id: 'stl_7:112', side: 'debit' },
        { limit: 50 },
        { fromDay: '2026-09-30' },
      ),
    )
    expect(plan).toMatch(/ledger_transfer_book_idx/)
    expect(plan).not.toMatch(/Seq Scan on ledger_transfer/)
  })
})

test('posting keeps to its keys on tables that nobody has counted yet', async () => {
  const fresh = await ledgerDatabase()
  const market = await aMarket(fresh.worker)
  const scans = async () => {
    await fresh.admin.pool.query('select pg_stat_force_next_flush()')
    const { rows } = await fresh.admin.pool.query<{ name: string; seq: bigint }>(
      `select relname as name, seq_tup_read as seq from pg_stat_user_tables where relname in ('ledger_txn', 'ledger_transfer', 'ledger_balance', 'ledger_day')`,
    )
    return rows.reduce((sum, { seq }) => sum + seq, 0n)
  }
  for (let at = 0; at < 20; at++) {
    const items = Array.from({ length: 50 }, () => anItem())
    await inMarket(fresh.worker, market, (tx) => post(tx, market, items, { as: 'worker' }))
  }
  await inMarket(fresh.worker, market, (tx) => tx.execute(sql`select pg_stat_force_next_flush()`))
  expect(await scans()).toBe(0n)
  await fresh.drop()
})
