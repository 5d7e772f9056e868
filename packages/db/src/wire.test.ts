import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDb, inMarket, inNoMarket, type Db, type Tx } from './db.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await testDatabase()
  db = createDb(database.adminUrl, { max: 1 })
  await db.pool.query('create table bench (at int primary key check (at > 0))')
})
afterAll(async () => {
  await db.pool.end()
  await database.drop()
})

const insert = (tx: Tx, at: number) => tx.execute(sql`insert into bench values (${at})`).execute()
const count = async (): Promise<number> => (await db.pool.query('select from bench')).rowCount ?? 0

describe('statements that are sent together', () => {
  it('are done in the order in which they were asked for', async () => {
    const answers = await inNoMarket(db, (tx) =>
      Promise.all([
        tx.execute(sql`select set_config('bench.word', ${'first'}, true)`).execute(),
        tx.execute(sql`select current_setting('bench.word') as word`).execute(),
        tx.execute(sql`select set_config('bench.word', ${'second'}, true)`).execute(),
      ]),
    )
    expect(answers[1].rows).toEqual([{ word: 'first' }])
  })

  it('fail with the error of the one that failed, and leave nothing of the others', async () => {
    const batch = inMarket(db, 'mkt_caulim', (tx) =>
      Promise.all([insert(tx, 1), insert(tx, -1), insert(tx, 2)]),
    )
    await expect(batch).rejects.toMatchObject({ cause: { code: '23514' } })
    expect(await count()).toBe(0)
  })

  it('are refused all together when the connection is lost, and the next transaction has another', async () => {
    const lost = inNoMarket(db, (tx) =>
      Promise.all([
        insert(tx, 3),
        tx.execute('select pg_terminate_backend(pg_backend_pid())'),
        insert(tx, 4),
      ]),
    )
    await expect(lost).rejects.toThrow()
    await inNoMarket(db, (tx) => insert(tx, 5))
    expect(await count()).toBe(1)
  })
})

it('plans a statement with parameters once a connection', async () => {
  for (const at of [6, 7, 8]) await inNoMarket(db, (tx) => insert(tx, at))
  const { rows } = await db.pool.query(
    `select generic_plans + custom_plans as uses from pg_prepared_statements where statement like 'insert into bench%'`,
  )
  expect(rows).toEqual([{ uses: 4n }])
})
