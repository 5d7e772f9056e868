import { createDb, type Db } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCatalogue } from '../distribute/catalogue.ts'
import { isTenant, nameOf } from '../distribute/plan.ts'

/**
 * Every table of markets' rows and every function that runs as the owner, tried by both roles from another market. Tables, columns and
 * functions are read from the catalogue: what is added later is tried too.
 */
const [OURS, THEIRS] = ['mkt_ours', 'mkt_theirs']
const FORBIDDEN = '42501'

type Column = { name: string; type: string; inKey: boolean; isGenerated: boolean }
type Table = { name: string; columns: Column[] }
type Routine = { name: string; call: string }

let database: TestDatabase
let admin: pg.Client
let roles: { name: string; db: Db }[]
let owner: Db
let tables: Table[]
let functions: Routine[]

beforeAll(async () => {
  database = await testDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  roles = [
    { name: 'tv_api', db: createDb(database.apiUrl, { max: 1 }) },
    { name: 'tv_worker', db: createDb(database.workerUrl, { max: 1 }) },
  ]
  owner = createDb(database.ownerUrl, { max: 1 })
  tables = await readTables()
  functions = await readFunctions()
  await fillAll()
})
afterAll(async () => {
  for (const { db } of roles) await db.pool.end()
  await owner.pool.end()
  await admin.end()
  await database.drop()
})

async function readTables(): Promise<Table[]> {
  const names = (await readCatalogue(admin)).tables.filter(isTenant).map(nameOf)
  const { rows } = await admin.query<Column & { table: string }>(
    `select a.attrelid::regclass::text as table, a.attname as name, format_type(a.atttypid, null) as type,
       a.attgenerated <> '' as "isGenerated",
       exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)) as "inKey"
     from pg_attribute a where a.attrelid = any ($1::regclass[]) and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`,
    [names],
  )
  return [...Map.groupBy(rows, ({ table }) => table)].map(([name, columns]) => ({ name, columns }))
}

async function readFunctions(): Promise<Routine[]> {
  const { rows } = await admin.query<Routine>(
    `select p.proname as name, format('select %I(%s)', p.proname, (
         select string_agg(format('%I => %s', a.name, case a.name when 'p_market' then '$1' else format('null::%s', format_type(a.type, null)) end), ', ')
         from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes) as a (name, type, mode)
         where coalesce(a.mode, 'i') in ('i', 'b'))) as call
     from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace and 'p_market' = any (p.proargnames) order by 1`,
  )
  return rows
}

/** A value of each type, where a key needs one. */
const valueOf = (type: string): string => {
  if (type.endsWith('[]')) return `'{}'`
  if (/^(small|big)?int|integer|numeric/.test(type)) return '1'
  if (type === 'boolean') return 'true'
  if (type.startsWith('time') || type === 'date') return 'now()'
  return type === 'jsonb' ? `'{}'` : `'x'`
}

/** One row of each market in every table. What else a row must be like is not what is tried here, so it is taken away first. */
async function fillAll(): Promise<void> {
  const { rows } = await admin.query<{ drop: string }>(
    `select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as drop from pg_constraint
     where contype in ('f', 'c', 'x') and conrelid = any ($1::regclass[])
     union all
     select format('alter table %s alter column %I drop not null', a.attrelid::regclass, a.attname) from pg_attribute a
     where a.attrelid = any ($1::regclass[]) and a.attnum > 0 and not a.attisdropped and a.attnotnull
       and not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey))`,
    [tables.map(({ name }) => name)],
  )
  for (const { drop } of rows) await admin.query(drop)
  for (const table of tables) for (const market of [OURS, THEIRS]) await admin.query(insertOf(table, market))
}

function insertOf({ name, columns }: Table, market: string): string {
  const given = columns.filter((one) => one.inKey && !one.isGenerated)
  const values = given.map((one) => (one.name === 'market_id' ? `'${market}'` : valueOf(one.type)))
  return `insert into ${name} (${given.map((one) => `"${one.name}"`).join(', ')}) values (${values.join(', ')})`
}

type Outcome = { code: string | null; rows: number }

/** Runs a statement in a market, or in none, and takes it back. */
async function attempt(
  db: Db,
  market: string | null,
  statement: string,
  values: string[] = [],
): Promise<Outcome> {
  const client = await db.pool.connect()
  try {
    await client.query('begin')
    if (market !== null) await client.query(`set local app.market_id = '${market}'`)
    const { rowCount } = await client.query(statement, values)
    return { code: null, rows: rowCount ?? 0 }
  } catch (error) {
    return { code: error instanceof pg.DatabaseError ? (error.code ?? '') : String(error), rows: 0 }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function privilegesOf(role: string, table: Table, privilege: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where has_column_privilege($2, $3, name, $4)`,
    [table.columns.filter((one) => !one.isGenerated).map(({ name }) => name), role, table.name, privilege],
  )
  return rows.map(({ name }) => name)
}

it('covers what there is', () => {
  expect(tables.length).toBeGreaterThan(35)
  expect(functions.length).toBeGreaterThan(10)
})

describe('a row of another market', () => {
  it('is read by no role, neither from its own market nor from none', async () => {
    const faults: string[] = []
    let read = 0
    for (const { name, db } of roles)
      for (const table of tables) {
        if ((await privilegesOf(name, table, 'SELECT')).length === 0) continue
        const own = await attempt(db, OURS, `select market_id from ${table.name}`)
        const theirs = await attempt(db, OURS, `select from ${table.name} where market_id = '${THEIRS}'`)
        const none = await attempt(db, null, `select market_id from ${table.name}`)
        read += own.rows
        if (own.rows !== 1 || theirs.rows !== 0 || none.rows !== 0)
          faults.push(`${name} ${table.name}: ${own.rows}, ${theirs.rows}, ${none.rows}`)
      }
    expect(faults).toEqual([])
    expect(read).toBeGreaterThan(60)
  })

  it('is written by no role: not added, not moved there, not changed, not removed', async () => {
    const faults: string[] = []
    let tried = 0
    for (const { name, db } of roles)
      for (const table of tables) {
        const say = (what: string, { code, rows }: Outcome) => {
          if (code !== FORBIDDEN && rows !== 0) faults.push(`${name} ${table.name}: ${what}`)
        }
        const [insertable, updatable] = [
          await privilegesOf(name, table, 'INSERT'),
          await privilegesOf(name, table, 'UPDATE'),
        ]
        tried += insertable.length > 0 ? 1 : 0
        // Its key is another, so that nothing but the policy can refuse it; the policy is asked before any constraint is.
        const added = await attempt(db, OURS, `insert into ${table.name} (market_id) values ('${THEIRS}')`)
        if (added.code !== FORBIDDEN) faults.push(`${name} ${table.name}: added, ${added.code}`)
        const moved = await attempt(db, OURS, `update ${table.name} set market_id = '${THEIRS}'`)
        if (moved.code !== FORBIDDEN) faults.push(`${name} ${table.name}: moved, ${moved.code}`)
        for (const column of updatable) {
          const set = `update ${table.name} set "${column}" = "${column}"`
          say(`changed ${column}`, await attempt(db, OURS, `${set} where market_id = '${THEIRS}'`))
          const own = await attempt(db, OURS, set)
          if (own.rows > 1) faults.push(`${name} ${table.name}: changed ${own.rows}`)
        }
        say('removed', await attempt(db, OURS, `delete from ${table.name} where market_id = '${THEIRS}'`))
      }
    expect(faults).toEqual([])
    expect(tried).toBeGreaterThan(40)
  })
})

describe('a function that runs as its owner', () => {
  it('refuses a market that is not the session’s, and none, before all else and whoever calls', async () => {
    const faults: string[] = []
    for (const { name, call } of functions)
      for (const db of [owner, ...roles.map((role) => role.db)])
        for (const [session, named] of [
          [OURS, THEIRS],
          [null, THEIRS],
          ['', ''],
        ] as const) {
          const { code } = await attempt(db, session, call, [named])
          if (code !== FORBIDDEN) faults.push(`${name}, in ${session}, of ${named}: ${code}`)
        }
    expect(faults).toEqual([])
  })

  it('gets past that in its own market, so that the refusal above is of the market', async () => {
    const refused: string[] = []
    for (const { name, call } of functions) {
      const { code } = await attempt(owner, OURS, call, [OURS])
      if (code === FORBIDDEN) refused.push(name)
    }
    expect(refused).toEqual([])
  })
})
