import { stallAccounts } from '@tienve/ledger'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { addDays, dayOf } from '../../services/payment/src/days.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { stallsOf, usersOf } from '../../services/payment/src/demo/people.ts'
import { connectionsOf } from '../../services/payment/src/demo/connections.ts'
import { setUpMarket } from '../../services/payment/src/demo/setup.ts'
import { say } from './measure.ts'
import { BATCH, MARKET, STALLS } from './sales.ts'
import type { Database } from './server.ts'

/** A busy day of 200 stalls with 200 payments each: 10 million are 250 such days, 100,000 are two and a half. */
const A_DAY = STALLS.length * 200
const CHUNK = 1_000_000

/** Every table that is big in a big market and that a posting or a day's screen touches. */
const LEDGER = ['ledger_txn', 'ledger_transfer', 'ledger_day', 'ledger_block']
const PAYMENTS = ['payment', 'stall_day']

/**
 * Gives a database the demo's market with `count` payments, each with its posting, the last of them today. The rows
 * look like real ones and the sums agree, so posting goes on from there; only the hashes are of nothing, and what no
 * posting and no screen of the day reads (messages, bank transactions) is left out. Answers the seconds it took.
 */
export async function fillMarket(database: Database, count: number): Promise<number> {
  const began = performance.now()
  await setUp(database, count)
  await Promise.all([
    fill(database, LEDGER, count, fillLedger),
    fill(database, PAYMENTS, count, fillPayments),
  ])
  return (performance.now() - began) / 1_000
}

async function setUp({ owner }: Database, count: number): Promise<void> {
  const [plan] = MARKETS
  const stalls = stallsOf(plan)
  const firstDay = addDays(dayOf(new Date()), -Math.ceil(count / A_DAY))
  const connections = connectionsOf(plan, stalls)
  await setUpMarket(owner, randomBytes(32), plan, stalls, usersOf(plan, stalls), connections, firstDay)
}

type Fill = (client: pg.Client, count: number) => Promise<void>

/** Fills tables with their indexes set aside, as a restore does: building each at the end is many times faster. */
async function fill(
  { adminUrl }: Database,
  tables: readonly string[],
  count: number,
  into: Fill,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(`set session_replication_role = replica; set timezone = 'Asia/Ho_Chi_Minh';
      set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set jit = off`)
    await client.query(
      'create temp table bench_stall (n int primary key, id text, account_id text, bin text, bank text, revenue text)',
    )
    const stalls = stallsOf(MARKETS[0]).slice(0, STALLS.length)
    for (const [n, { id, accountId, bin }] of stalls.entries()) {
      const { bank, revenue } = stallAccounts(id)
      await client.query('insert into bench_stall values ($1, $2, $3, $4, $5, $6)', [
        n,
        id,
        accountId,
        bin,
        bank,
        revenue,
      ])
    }
    await client.query('analyze bench_stall')
    await client.query(
      'update pg_index set indisready = false, indisvalid = false where indrelid = any($1::regclass[])',
      [tables],
    )
    await into(client, count)
    for (const table of tables) {
      await client.query(`reindex table ${table}`)
      if (count >= CHUNK) say(`  indexes of ${table} built`)
    }
  } finally {
    await client.end()
  }
}

/**
 * Sales `from` to `to` of `count`: numbered by time, the last one at 18:30 today. Ids have the length and the disorder
 * of real ones. `offset 0` keeps the planner from working each expression out once a use.
 */
function sales(count: number, from: number, to: number): string {
  return `(
    select i, pay, s.*, amount, day, day + interval '5 hours' + second * interval '1 second' as at, 5 + second / 3600 as hour
    from (
      select i, 'pay_' || left(md5(i::text), 20) as pay, (hashint8(i)::bigint & 2147483647) % ${STALLS.length} as n,
        1000 * (5 + (hashint8(-i)::bigint & 2147483647) % 200) as amount,
        current_date - ((${count} - i) / ${A_DAY})::int as day,
        ((${A_DAY} - 1 - (${count} - i) % ${A_DAY}) * 48600 / ${A_DAY})::int as second
      from generate_series(${from}::bigint, ${to}) as i
      offset 0
    ) as sale join bench_stall s using (n)
    offset 0
  ) as sale`
}

async function inChunks(count: number, what: string, work: (from: number, to: number) => Promise<unknown>) {
  for (let from = 1; from <= count; from += CHUNK) {
    await work(from, Math.min(count, from + CHUNK - 1))
    if (count >= CHUNK)
      say(`  ${what}: ${(from + CHUNK - 1).toLocaleString('en')} of ${count.toLocaleString('en')}`)
  }
}

async function fillLedger(client: pg.Client, count: number): Promise<void> {
  await inChunks(count, 'postings', async (from, to) => {
    await client.query(`
      insert into ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day,
        source_kind, source_id, block, salt, leaf)
      select '${MARKET}', i, 'sale_bank', 'payment:' || pay, sha256(int8send(i)), at, at + interval '3 seconds', day,
        'payment', pay, (i - 1) / ${BATCH} + 1, uuid_send(gen_random_uuid()), sha256(int8send(-i))
      from ${sales(count, from, to)}`)
    await client.query(`
      insert into ledger_transfer (market_id, seq, leg, book, debit_account, credit_account, amount_vnd)
      select '${MARKET}', i, 1, id, bank, revenue, amount from ${sales(count, from, to)}`)
  })
  await client.query(`
    insert into ledger_day (market_id, account_id, business_day, debit_vnd, credit_vnd)
    select '${MARKET}', a.account, day, sum(a.debit), sum(a.credit)
    from (select bank, revenue, day, sum(amount) as amount from ${sales(count, 1, count)} group by 1, 2, 3) as sold,
      lateral (values (bank, amount, 0), (revenue, 0, amount)) as a (account, debit, credit)
    group by 2, 3`)
  await client.query(`
    update ledger_balance b set debit_vnd = d.debit, credit_vnd = d.credit, version = d.days * 300
    from (select account_id, sum(debit_vnd) as debit, sum(credit_vnd) as credit, count(*) as days from ledger_day group by 1) as d
    where b.market_id = '${MARKET}' and b.account_id = d.account_id`)
  const height = Math.ceil(count / BATCH)
  await client.query(`
    insert into ledger_block (market_id, height, first_seq, last_seq, prev_hash, hash, hash_ver)
    select '${MARKET}', b, (b - 1) * ${BATCH} + 1, least(b * ${BATCH}, ${count}), sha256(int8send(b - 1)), sha256(int8send(b)), 1
    from generate_series(1::bigint, ${height}) as b`)
  await client.query(`
    update ledger_head set last_seq = ${count}, height = ${height}, hash = sha256(int8send(${height}))
    where market_id = '${MARKET}'`)
}

async function fillPayments(client: pg.Client, count: number): Promise<void> {
  await inChunks(count, 'payments', (from, to) =>
    client.query(`
      insert into payment (market_id, id, bank_transaction_id, purpose, stall_id, request_id, account_id, amount_vnd,
        expected_vnd, verdict, matched_by, memo_tail, occurred_at, received_at, day)
      select '${MARKET}', pay, 'btx_' || substr(pay, 5), 'sale', id, asked, account_id, amount,
        case when asked is not null then amount end, 'exact', case when asked is null then 'stall' else 'request' end,
        'toi 0001' || lpad(n::text, 6, '0') || ' VQX' || upper(left(substr(pay, 5), 3)), at, at + interval '2 seconds', day
      from (select *, case when i % 2 = 0 then 'req_' || substr(pay, 5) end as asked from ${sales(count, from, to)} offset 0) as sale`),
  )
  await client.query(`
    insert into stall_day (market_id, stall_id, day, hour, bin, cash, amount_vnd, count)
    select '${MARKET}', id, day, hour, bin, false, sum(amount), count(*) from ${sales(count, 1, count)} group by 2, 3, 4, 5`)
}
