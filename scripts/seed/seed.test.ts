import { createDb, inMarket } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { sealKeyOf } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { seedDemo, topUpDemo, type SeedOptions } from './seed.ts'

/** Sales by market and day. */
type Counts = Record<string, number>

let database: TestDatabase
let other: TestDatabase
let said: string[] = []

const optionsAt = (on: TestDatabase, time: string, days = 1): SeedOptions => ({
  ...on,
  masterKey: randomBytes(32),
  sealing: { key: sealKeyOf(randomBytes(32)), file: undefined },
  baseUrl: 'http://localhost:1',
  bankSimUrl: 'http://localhost:2',
  now: new Date(`${time}+07:00`),
  days,
  onProgress: (line) => said.push(line),
})

/** What is in the database; a transfer that a shopper made twice is one sale. */
async function countSales({ adminUrl }: TestDatabase): Promise<Counts> {
  const db = createDb(adminUrl, { max: 1 })
  const pages = await Promise.all(
    MARKETS.map(async ({ id, name }) => {
      const { rows } = await inMarket(db, id, (tx) =>
        tx.execute<{ day: string; count: number }>(sql`
          select day::text, count(*)::integer as count from (
            select day from payment where market_id = ${id} and purpose = 'sale' and verdict <> 'repeated'
            union all select day from cash_sale where market_id = ${id}) s
          group by day`),
      )
      return rows.map(({ day, count }) => [`${name}: ${day}`, count] as const)
    }),
  )
  await db.pool.end()
  return Object.fromEntries(pages.flat())
}

/** What the lines of the progress say, which are taken away with that. */
function takeTold(): Counts {
  const lines = said.splice(0).flatMap((line) => {
    const [, place, count] = /^(.*), (?:thêm )?(\d+) lần bán$/.exec(line) ?? []
    return place === undefined ? [] : [[place, Number(count)] as const]
  })
  return Object.fromEntries(lines)
}

function minus(after: Counts, before: Counts): Counts {
  const places = Object.keys(after).filter((place) => after[place] !== before[place])
  return Object.fromEntries(places.map((place) => [place, (after[place] ?? 0) - (before[place] ?? 0)]))
}

beforeAll(async () => {
  database = await testDatabase()
  other = await testDatabase()
})
afterAll(async () => {
  await database.drop()
  await other.drop()
})

it('says how many sales there are and how many a start adds, and a start that failed half-way leaves none out', async () => {
  const demo = await seedDemo(optionsAt(database, '2026-11-23T18:30:00'))
  const filled = await countSales(database)
  expect(takeTold()).toEqual(filled)

  const morning = await topUpDemo(optionsAt(database, '2026-11-24T05:40:00'), demo)
  const early = await countSales(database)
  expect(takeTold()).toEqual(minus(early, filled))
  expect(morning.stalls.map(({ memo }) => memo)).toEqual(demo.stalls.map(({ memo }) => memo))

  await hideTable(database, 'bank_transaction', async () => {
    await topUpDemo(optionsAt(database, '2026-11-24T06:00:00'), demo)
    expect(said.join('\n')).toContain(
      'The demo lacks something: a stored message could not be processed (relation "bank_transaction" does not exist).',
    )
  })
  said = []
  await topUpDemo(optionsAt(database, '2026-11-24T06:20:00'), demo)
  await topUpDemo(optionsAt(database, '2026-11-24T06:20:00'), demo)
  await seedDemo(optionsAt(other, '2026-11-24T06:20:00', 2))
  expect(await countSales(database)).toEqual(await countSales(other))
}, 120_000)

it('does not go on with a new demo when a single message could not be processed, and says why', async () => {
  const strict = await testDatabase()
  const admin = createDb(strict.adminUrl, { max: 1 })
  // What the first of the stray sums on the board's account comes to, and few charges if any.
  await admin.pool.query('alter table bank_transaction add constraint odd check (amount_vnd <> 90000)')
  await expect(seedDemo(optionsAt(strict, '2026-11-24T06:00:00'))).rejects.toThrow(
    'The demo lacks something: a stored message could not be processed (new row for relation "bank_transaction" violates check constraint "odd").',
  )
  await admin.pool.end()
  await strict.drop()
}, 120_000)

/** Runs something while a table cannot be found, as after a migration that went wrong. */
async function hideTable(
  { adminUrl }: TestDatabase,
  table: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { pool } = createDb(adminUrl, { max: 1 })
  await pool.query(`alter table ${table} rename to hidden`)
  try {
    await work()
  } finally {
    await pool.query(`alter table hidden rename to ${table}`)
    await pool.end()
  }
}
