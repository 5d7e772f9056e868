import { createDb, inMarket, type Db, type Tx } from '@tienve/db'
import { migrate } from '@tienve/db/migrate'
import { databaseOfRelease, type TestDatabase } from '@tienve/db/testing'
import { boardAccounts, boardChart, openAccounts, postAll, stallChart, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'

/**
 * A database as the release before left it, where a charge kept all that was paid for it as one sum, and what was more than
 * it came to as well: migrated, each payment is told apart into what it settled and what is its stall's credit.
 */
const MARKET = 'mkt_before'
const AT = new Date('2026-11-02T03:00:00Z')
let database: TestDatabase
let owner: Db
let worker: Db

beforeAll(async () => {
  database = await databaseOfRelease('0006_charges')
  owner = createDb(database.ownerUrl, { max: 1 })
  worker = createDb(database.workerUrl, { max: 1 })
  await inMarket(owner, MARKET, fill)
  // What the worker of that release posted: a leg on the receivable up to what was owed, the rest on the advance account.
  await pay('pay_exact', 'chg_one', 'stl_one', [[boardAccounts.receivable('stl_one'), 1_000n]])
  await pay('pay_part', 'chg_two', 'stl_two', [[boardAccounts.receivable('stl_two'), 300n]])
  await pay('pay_over', 'chg_two', 'stl_two', [
    [boardAccounts.receivable('stl_two'), 700n],
    [boardAccounts.advance, 200n],
  ])
  await pay('pay_again', 'chg_two', 'stl_two', [[boardAccounts.advance, 500n]])
  await migrate(database.ownerUrl)
})
afterAll(async () => {
  await Promise.all([owner.pool.end(), worker.pool.end()])
  await database.drop()
})

async function fill(tx: Tx): Promise<void> {
  const rows = [
    sql`insert into market (market_id, name, code, operator_kind, demo, created_at)
      values (${MARKET}, 'Chợ Cũ', 'CU', 'enterprise', true, ${AT})`,
    sql`insert into feed_lane (market_id) values (${MARKET})`,
    sql`insert into zone (market_id, id, code, name, position) values (${MARKET}, 'zon_a', 'A', 'Khu A', 0)`,
    sql`insert into receiving_account (market_id, id, bin, number, holder)
      values (${MARKET}, 'acc_board', '970415', '0001', 'BAN QUAN LY')`,
    sql`insert into connection (market_id, id, provider, created_at) values (${MARKET}, 'con_one', 'sepay', ${AT})`,
    sql`insert into billing_round (market_id, id, period, due_on, status, approval_id, issued_at)
      values (${MARKET}, 'rnd_one', '2026-11', '2026-11-15', 'issued', 'apr_one', ${AT})`,
    ...['one', 'two', 'three'].flatMap((name) => [
      sql`insert into stall (market_id, id, code, name, zone_id, area_m2, position_grade, memo_code)
        values (${MARKET}, ${`stl_${name}`}, ${`CU-${name}`}, ${name}, 'zon_a', 4, 1, ${`VQX${name}`})`,
      sql`insert into charge (market_id, id, round_id, stall_id, code, account_id, total_vnd, due_on, issued_at)
        values (${MARKET}, ${`chg_${name}`}, 'rnd_one', ${`stl_${name}`}, ${`VQC${name}`}, 'acc_board', 1000, '2026-11-15', ${AT})`,
    ]),
  ]
  for (const row of rows) await tx.execute(row)
  const stalls = ['stl_one', 'stl_two', 'stl_three']
  await openAccounts(tx, MARKET, [...boardChart('enterprise', '2026-11-01'), ...stalls.flatMap(stallChart)])
  const issued = stalls.map((stallId) => ({
    idemKey: `charge:${stallId}`,
    kind: 'charge_issued',
    occurredAt: AT,
    sourceKind: 'charge',
    sourceId: `chg_${stallId.slice(4)}`,
    transfers: [
      {
        book: 'board',
        debit: boardAccounts.receivable(stallId),
        credit: boardAccounts.revenue,
        amountVnd: 1_000n,
      },
    ],
  }))
  await postAll(tx, MARKET, issued, { as: 'worker' })
}

async function pay(
  id: string,
  chargeId: string,
  stallId: string,
  legs: readonly (readonly [string, bigint])[],
): Promise<void> {
  const amountVnd = legs.reduce((sum, [, vnd]) => sum + vnd, 0n)
  await inMarket(owner, MARKET, async (tx) => {
    await tx.execute(sql`
      insert into bank_transaction (market_id, id, connection_id, account_id, account_number, direction, amount_vnd, content,
        occurred_at, received_at, provider)
      values (${MARKET}, ${`btx_${id}`}, 'con_one', 'acc_board', '0001', 'in', ${amountVnd}, '', ${AT}, ${AT}, '{}')`)
    await tx.execute(sql`
      insert into payment (market_id, id, bank_transaction_id, purpose, stall_id, charge_id, account_id, amount_vnd, verdict,
        matched_by, memo_tail, occurred_at, received_at, day)
      values (${MARKET}, ${id}, ${`btx_${id}`}, 'charge', ${stallId}, ${chargeId}, 'acc_board', ${amountVnd}, 'exact', 'charge',
        '', ${AT}, ${AT}, '2026-11-02')`)
    await tx.execute(sql`update charge set paid_vnd = paid_vnd + ${amountVnd} where id = ${chargeId}`)
  })
  const item = {
    idemKey: `payment:${id}`,
    kind: 'charge_paid',
    occurredAt: AT,
    sourceKind: 'payment',
    sourceId: id,
    transfers: legs.map(([credit, vnd]) => ({
      book: 'board',
      debit: boardAccounts.bank,
      credit,
      amountVnd: vnd,
    })),
  }
  await inMarket(worker, MARKET, (tx) => postAll(tx, MARKET, [item], { as: 'worker' }))
}

it('tells apart what each payment of the release before settled, and what is its stall’s credit', async () => {
  const read = async (query: string) => (await inMarket(owner, MARKET, (tx) => tx.execute(query))).rows
  expect(await read('select charge_id, payment_id, amount_vnd from settlement order by payment_id')).toEqual([
    { charge_id: 'chg_one', payment_id: 'pay_exact', amount_vnd: 1_000n },
    { charge_id: 'chg_two', payment_id: 'pay_over', amount_vnd: 700n },
    { charge_id: 'chg_two', payment_id: 'pay_part', amount_vnd: 300n },
  ])
  expect(
    await read(
      'select stall_id, charge_id, source_id, amount_vnd, used_vnd from stall_credit order by source_id',
    ),
  ).toEqual([
    { stall_id: 'stl_two', charge_id: 'chg_two', source_id: 'pay_again', amount_vnd: 500n, used_vnd: 0n },
    { stall_id: 'stl_two', charge_id: 'chg_two', source_id: 'pay_over', amount_vnd: 200n, used_vnd: 0n },
  ])
  expect(await read('select id, paid_vnd, outstanding_vnd from charge order by id')).toEqual([
    { id: 'chg_one', paid_vnd: 1_000n, outstanding_vnd: 0n },
    { id: 'chg_three', paid_vnd: 0n, outstanding_vnd: 1_000n },
    { id: 'chg_two', paid_vnd: 1_000n, outstanding_vnd: 0n },
  ])
  expect(await verifyMarket(owner, MARKET)).toMatchObject({ ok: true })
})

it('never lets a charge be paid beyond what it comes to again', async () => {
  const attempt = inMarket(owner, MARKET, (tx) =>
    tx.execute(`update charge set paid_vnd = 1001 where id = 'chg_one'`),
  )
  await expect(attempt).rejects.toThrow()
})
