import { inMarket } from '@tienve/db'
import { testDatabase } from '@tienve/db/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listTransfers } from './journal.ts'
import { post, type PostResult } from './post.ts'
import { verifyMarket } from './rows.ts'
import { aMarket, anItem, ledgerDatabase, snapshotOf, type LedgerDatabase } from './testing.ts'
import { FAULTS, faultyDb, isUnanswered, type FaultyDb } from './testing-faults.ts'

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

describe.each(FAULTS)('when %s', (fault) => {
  test('a batch is there whole or not at all, and sent again it is there once', async () => {
    const marketId = await aMarket(db.worker)
    const empty = await inMarket(db.api, marketId, snapshotOf)
    const items = [anItem(), anItem(), anItem()]
    const send = (): Promise<PostResult[]> =>
      inMarket(client.db, marketId, async (tx) => {
        // Longer than the timeout, so that each fault strikes before the end or at it.
        await tx.execute(sql`select pg_sleep(0.01)`)
        return post(tx, marketId, items, { as: 'worker' })
      })
    client.arm(fault)
    const unanswered = await send().then(
      () => null,
      (error: unknown) => error,
    )
    expect(unanswered === null || isUnanswered(unanswered)).toBe(true)
    // Killed during COMMIT, it may have been answered first.
    if (fault !== 'the backend is killed during COMMIT') expect(unanswered === null).toBe(fault === 'none')

    const isThere = (await inMarket(db.api, marketId, snapshotOf)) !== empty
    if (fault === 'the reply to COMMIT is lost') expect(isThere).toBe(true)
    const outcome = isThere ? 'exists' : 'created'
    expect(await send()).toEqual([1n, 2n, 3n].map((seq) => ({ outcome, seq })))
    const rows = await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 10 }))
    expect(rows.map(({ sourceId }) => sourceId)).toEqual(items.map(({ sourceId }) => sourceId))
    expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 3, blocks: 1 })
  })
})

test('a backend that dies between two statements fails the transaction, and not the process', async () => {
  const marketId = await aMarket(db.worker)
  const work = inMarket(db.worker, marketId, async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await db.admin.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
    // Time for the news to arrive while nobody waits for an answer.
    await new Promise((resolve) => setTimeout(resolve, 50))
    return post(tx, marketId, [anItem()], { as: 'worker' })
  })
  expect(isUnanswered(await work.catch((error: unknown) => error))).toBe(true)
  expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 0 })
})

test('whoever waits behind a poster that dies goes on, with the number that it leaves free', async () => {
  const marketId = await aMarket(db.worker)
  const first = await db.worker.pool.connect()
  const { rows } = await first.query<{ pid: number }>('select pg_backend_pid() as pid')
  await first.query(`begin; set local app.market_id = '${marketId}'`)
  await first.query('select 1 from ledger_txn')
  const held = first.query(
    `select * from ledger_post($1, array['held'], array['x'], array[now()], array['x'], array['x'], array[null]::bytea[],
       array[null]::bigint[], array[1], array['stl_one'], array['stl_one:111'], array['stl_one:511'], array[5])`,
    [marketId],
  )
  expect((await held).rows).toMatchObject([{ outcome: 'created', seq: 1n }])
  const waiting = inMarket(client.db, marketId, (tx) => post(tx, marketId, [anItem()], { as: 'worker' }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await db.admin.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
  first.release(true)
  expect(await waiting).toEqual([{ outcome: 'created', seq: 1n }])
  expect(await verifyMarket(db.api, marketId)).toMatchObject({ ok: true, transfers: 1, blocks: 1 })
})
