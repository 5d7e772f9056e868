import { createDb, inMarket, type Db, type Tx } from '@tienve/db'
import { migrate } from '@tienve/db/migrate'
import { databaseOfRelease, type TestDatabase } from '@tienve/db/testing'
import { boardAccounts, boardChart, openAccounts, postAll, stallChart, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'

/**
 * A database as the release before left it, where an item was resolved by a word on its own row: migrated, each has the part
 * that it became, and what was called not ours while the books went on holding it is open again.
 */
const MARKET = 'mkt_before'
const AT = new Date('2026-11-02T03:00:00Z')
let database: TestDatabase
let owner: Db
let worker: Db

beforeAll(async () => {
  database = await databaseOfRelease('0013_notice_kinds')
  owner = createDb(database.ownerUrl, { max: 1 })
  worker = createDb(database.workerUrl, { max: 1 })
  await inMarket(owner, MARKET, fill)
  const { bank, suspense } = boardAccounts
  const into = ['charge', 'not_ours', 'open'].map((name) => [`suspense:sus_${name}`, bank, suspense] as const)
  const out = ['suspense-out:sus_charge', suspense, boardAccounts.advance] as const
  await inMarket(worker, MARKET, (tx) =>
    postAll(
      tx,
      MARKET,
      [...into, out].map(([idemKey, debit, credit]) => ({
        idemKey,
        kind: 'suspense_in',
        occurredAt: AT,
        sourceKind: 'suspense',
        sourceId: idemKey,
        transfers: [{ book: 'board', debit, credit, amountVnd: 1_000n }],
      })),
      { as: 'worker' },
    ),
  )
  await migrate(database.ownerUrl)
})
afterAll(async () => {
  await Promise.all([owner.pool.end(), worker.pool.end()])
  await database.drop()
})

async function fill(tx: Tx): Promise<void> {
  await tx.execute(sql`insert into market (market_id, name, code, operator_kind, demo, created_at)
    values (${MARKET}, 'Chợ Cũ', 'CU', 'enterprise', true, ${AT})`)
  await tx.execute(sql`insert into feed_lane (market_id) values (${MARKET})`)
  await openAccounts(tx, MARKET, [...boardChart('enterprise', '2026-11-01'), ...stallChart('stl_one')])
  for (const name of ['charge', 'not_ours', 'foreign', 'open']) {
    const resolution = name === 'open' ? null : name === 'charge' ? 'charge' : 'not_ours'
    const by = resolution === null ? null : 'usr_one'
    await tx.execute(sql`insert into bank_transaction (market_id, id, connection_id, account_number, direction, amount_vnd,
        content, occurred_at, received_at, provider)
      values (${MARKET}, ${`btx_${name}`}, 'con_one', '0001', 'in', 1000, '', ${AT}, ${AT}, '{}')`)
    await tx.execute(sql`insert into suspense (market_id, id, bank_transaction_id, inbox_id, reason, status, amount_vnd,
        occurred_at, posted, resolution, resolved_by, resolved_reason, resolved_at)
      values (${MARKET}, ${`sus_${name}`}, ${`btx_${name}`}, 'inb_one', 'no_code', ${by === null ? 'open' : 'resolved'}, 1000,
        ${AT}, ${name !== 'foreign'}, ${resolution}, ${by}, ${by}, ${by === null ? null : AT})`)
  }
  await tx.execute(sql`insert into payment (market_id, id, bank_transaction_id, purpose, stall_id, charge_id, account_id,
      amount_vnd, verdict, matched_by, memo_tail, occurred_at, received_at, day)
    values (${MARKET}, 'pay_one', 'btx_charge', 'charge', 'stl_one', 'chg_one', 'acc_board', 1000, 'exact', 'person', '', ${AT},
      ${AT}, '2026-11-02')`)
}

it('gives what was resolved its part and its posting, and opens what never left suspense', async () => {
  const read = async (query: string) => (await inMarket(owner, MARKET, (tx) => tx.execute(query))).rows
  expect(
    await read(`select s.id, s.status, p.becomes, p.payment_id, p.ledger_seq, r.parts from suspense s
      left join suspense_part p on p.suspense_id = s.id left join suspense_resolution r on r.suspense_id = s.id order by s.id`),
  ).toEqual([
    {
      id: 'sus_charge',
      status: 'resolved',
      becomes: 'charge',
      payment_id: 'pay_one',
      ledger_seq: 4n,
      parts: [{ as: 'charge', chargeId: 'chg_one', amountVnd: 1000 }],
    },
    {
      id: 'sus_foreign',
      status: 'resolved',
      becomes: 'not_ours',
      payment_id: null,
      ledger_seq: null,
      parts: [{ as: 'not_ours', amountVnd: 1000 }],
    },
    ...['sus_not_ours', 'sus_open'].map((id) => ({
      id,
      status: 'open',
      becomes: null,
      payment_id: null,
      ledger_seq: null,
      parts: null,
    })),
  ])
  expect(await verifyMarket(owner, MARKET)).toMatchObject({ ok: true })
})
