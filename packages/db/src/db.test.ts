import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createDb, inMarket, type Db } from './db.ts'
import { ensureRoles } from './roles.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await testDatabase()
  db = createDb(database.apiUrl)
})
afterAll(async () => {
  await db.pool.end()
  await database.drop()
})

it('tells Citus to carry the market to every node, and means nothing to a server without it', async () => {
  const { rows } = await inMarket(db, 'mkt_caulim', (tx) =>
    tx.execute(
      `select current_setting('citus.propagate_set_commands') as carried, current_setting('app.market_id') as market`,
    ),
  )
  expect(rows).toEqual([{ carried: 'local', market: 'mkt_caulim' }])
})

it('leaves no market behind on a connection that goes back to the pool', async () => {
  const one = createDb(database.apiUrl, { max: 1 })
  await inMarket(one, 'mkt_caulim', async () => {})
  const { rows } = await one.pool.query(`select nullif(current_setting('app.market_id', true), '') as market`)
  await one.pool.end()
  expect(rows).toEqual([{ market: null }])
})

it('gives the roles their passwords for several who start on one server at the same time', async () => {
  const { adminUrl, passwords } = inject('testServer')
  const starts = Array.from({ length: 12 }, () => ensureRoles(adminUrl, passwords))
  expect(await Promise.all(starts)).toHaveLength(12)
})
