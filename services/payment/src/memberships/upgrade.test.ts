import { createDb, inMarket, type Db, type Tx } from '@tienve/db'
import { migrate } from '@tienve/db/migrate'
import { databaseOfRelease, type TestDatabase } from '@tienve/db/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'

/**
 * A database as the release before left it, where a board could ask somebody of another market to sell in its own: migrated, whoever
 * came so is ended like anybody, and whoever works for the board stays.
 */
const MARKET = 'mkt_before'
const AT = new Date('2026-11-02T03:00:00Z')
let database: TestDatabase
let owner: Db

beforeAll(async () => {
  database = await databaseOfRelease('0025_people_of_markets')
  owner = createDb(database.ownerUrl, { max: 1 })
  await inMarket(owner, MARKET, fill)
  await migrate(database.ownerUrl)
})
afterAll(async () => {
  await owner.pool.end()
  await database.drop()
})

/** Name, role, and how far it came. */
const MEMBERS = [
  ['sells', 'stallholder', 'active'],
  ['helps', 'helper', 'invited'],
  ['sold', 'stallholder', 'ended'],
  ['counts', 'accountant', 'active'],
] as const

async function fill(tx: Tx): Promise<void> {
  await tx.execute(sql`insert into market (market_id, name, code, operator_kind, demo, created_at)
    values (${MARKET}, 'Chợ Cũ', 'CU', 'enterprise', true, ${AT})`)
  await tx.execute(
    sql`insert into zone (market_id, id, code, name, position) values (${MARKET}, 'zon_a', 'A', 'Khu A', 0)`,
  )
  await tx.execute(sql`insert into stall (market_id, id, code, name, zone_id, area_m2, position_grade, memo_code)
    values (${MARKET}, 'stl_a', 'CU-1', 'Sạp', 'zon_a', 4, 1, 'VQXA')`)
  for (const [name, role, state] of MEMBERS) {
    const user = `usr_${name}`
    const stall = role === 'accountant' ? null : 'stl_a'
    await tx.execute(sql`insert into membership (market_id, id, login, name, role, user_id, stall_id, invited_by, invited_at,
        accepted_at, ended_at)
      values (${MARKET}, ${`mbr_${name}`}, ${name}, ${name}, ${role}, ${user}, ${stall}, 'usr_x', ${AT},
        ${state === 'active' ? AT : null}, ${state === 'ended' ? AT : null})`)
    if (state !== 'ended')
      await tx.execute(sql`insert into person_market (login, market_id, membership_id, user_id)
        values (${name}, ${MARKET}, ${`mbr_${name}`}, ${user})`)
    if (state !== 'active') continue
    await tx.execute(sql`insert into app_user (market_id, id, login, name, role, stall_id)
      values (${MARKET}, ${user}, ${name}, ${name}, ${role}, ${stall})`)
    await tx.execute(sql`insert into device (market_id, id, user_id, token_hash, created_at, last_seen_at)
      values (${MARKET}, ${`dev_${name}`}, ${user}, ${Buffer.from(name)}, ${AT}, ${AT})`)
    await tx.execute(sql`insert into session (market_id, token_hash, user_id, device_id, csrf_token, created_at, expires_at)
      values (${MARKET}, ${Buffer.from(name)}, ${user}, ${`dev_${name}`}, 'x', ${AT}, '2027-01-01')`)
  }
}

it('ends whoever was asked to sell here, with what they were logged in by, and nobody else', async () => {
  const read = async (query: string) => (await inMarket(owner, MARKET, (tx) => tx.execute(query))).rows
  expect(await read('select from membership')).toHaveLength(MEMBERS.length)
  for (const [query, left] of [
    ['select id from membership where ended_at is null', 'mbr_counts'],
    ['select membership_id as id from person_market', 'mbr_counts'],
    ['select id from app_user where removed_at is null', 'usr_counts'],
    ['select id from device where revoked_at is null', 'dev_counts'],
    ['select device_id as id from session', 'dev_counts'],
  ] as const)
    expect([query, await read(query)]).toEqual([query, [{ id: left }]])
  expect(await read(`select login from app_user where id = 'usr_sells'`)).toEqual([{ login: 'usr_sells' }])
})

it('lets nobody be asked to sell here again', async () => {
  const attempt = inMarket(owner, MARKET, (tx) =>
    tx.execute(`update membership set role = 'helper' where id = 'mbr_counts'`),
  )
  await expect(attempt).rejects.toMatchObject({ cause: { constraint: 'membership_role' } })
})
