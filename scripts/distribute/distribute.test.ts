import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROOT } from '../stack/stack.ts'
import { installStandIn } from './stand-in.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await testDatabase()
})
afterEach(async () => database.drop())

type Ran = { code: number | null; out: string; err: string }

async function distribute(url: string | undefined, ...args: string[]): Promise<Ran> {
  const { ADMIN_DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [join(ROOT, 'scripts/distribute.ts'), ...args], {
    env: url === undefined ? env : { ...env, ADMIN_DATABASE_URL: url },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...said }
}

async function asAdmin<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  try {
    return (await client.query<T>(statement)).rows
  } finally {
    await client.end()
  }
}

/** What must be mended before a database can be distributed is mended here, so that the rest can be tried. */
async function withoutBlockers(): Promise<void> {
  const found = await asAdmin<{ definition: string }>(`
    select pg_get_functiondef(oid) as definition from pg_proc
    where pronamespace = 'public'::regnamespace and prosrc like '%set_config(''app.market_id''%'`)
  for (const { definition } of found) await asAdmin(definition.replaceAll("set_config('app.", "concat('app."))
}

describe('a dry run', () => {
  it('prints every statement for the schema as it is, on any server and for any role', async () => {
    // The job queue makes tables of its own when a worker first starts.
    await promisify(execFile)(join(ROOT, 'node_modules/.bin/graphile-worker'), [
      '--schema-only',
      '-c',
      database.workerUrl,
    ])
    const { code, out, err } = await distribute(database.ownerUrl, '--dry-run')
    expect([code, err]).toEqual([0, ''])
    // A changed schema changes this file: read it, then `npm test -- scripts/distribute -u`.
    await expect(out).toMatchFileSnapshot('plan.golden.sql')
    const tables = await asAdmin<{ schema: string; name: string }>(`
      select schemaname as schema, tablename as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`)
    expect(tables.length).toBeGreaterThan(45)
    const forgotten = tables.filter(
      ({ schema, name }) =>
        !out.includes(`create_distributed_table('${schema}.${name}',`) &&
        !out.includes(`-- stays: table ${schema}.${name}:`) &&
        !out.includes(`-- stays: schema ${schema}:`),
    )
    expect(forgotten).toEqual([])
  })

  it('changes nothing', async () => {
    const { calls } = await installStandIn(database.adminUrl)
    expect((await distribute(database.adminUrl, '--dry-run')).code).toBe(0)
    expect(await calls()).toEqual([])
  })
})

describe('with stand-ins for Citus', () => {
  it('everything is asked for once, and nothing a second time', async () => {
    const { calls } = await installStandIn(database.adminUrl)
    await withoutBlockers()
    await asAdmin(`insert into market values ('mkt_test', 'Chợ', 'T', 'enterprise', true, now())`)
    const first = await distribute(database.adminUrl)
    expect([first.code, first.err]).toEqual([0, ''])
    const asked = await calls()
    expect(asked[0]).toBe('table market by market_id with none')
    expect(asked).toContain('table ledger_transfer by market_id with public.market')
    expect(asked).toContain('function ledger_post by p_market with public.market')
    expect(asked).toContain('function ledger_write by  with default')
    expect(asked.at(-1)).toBe('old rows of market')
    const generic = `select proname from pg_proc where 'plan_cache_mode=force_generic_plan' = any (proconfig)`
    expect(await asAdmin(generic)).toEqual([])

    const again = await distribute(database.adminUrl)
    expect(again.code).toBe(0)
    expect(again.out).toContain(`${asked.length - 1} of ${asked.length - 1} are done already.`)
    expect(await calls()).toEqual(asked)
  })

  it('a failure is the last statement: what was done is said, and the next run goes on from there', async () => {
    const { calls, failAt } = await installStandIn(database.adminUrl)
    await withoutBlockers()
    const failing = 'table payment by market_id with public.market'
    await failAt(failing)
    const { code, out, err } = await distribute(database.adminUrl)
    expect(code).toBe(1)
    expect(out).toContain('✗ distribute table public.payment')
    expect(err).toContain('the stand-in was told to fail here')
    const before = await calls()
    expect(before).not.toContain(failing)
    expect(err).toContain(`${before.length} of `)
    expect(out.match(/✓/g)).toHaveLength(before.length)

    await failAt(null)
    expect((await distribute(database.adminUrl)).code).toBe(0)
    const after = await calls()
    expect(after.slice(0, before.length + 1)).toEqual([...before, failing])
    expect(new Set(after).size).toBe(after.length)
  })

  it('a table that comes later is laid beside the others', async () => {
    const { calls } = await installStandIn(database.adminUrl)
    await withoutBlockers()
    await distribute(database.adminUrl)
    const before = await calls()
    await asAdmin('create table later (market_id text primary key)')
    await distribute(database.adminUrl)
    expect((await calls()).slice(before.length)).toEqual(['table later by market_id with public.market'])
  })
})

describe('it does not begin', () => {
  it('without being told where, or with a word it does not know', async () => {
    expect(await distribute(undefined)).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage: /) })
    expect(await distribute(database.adminUrl, '--force')).toMatchObject({ code: 2 })
  })

  it('where Citus is not installed', async () => {
    const { code, err } = await distribute(database.adminUrl)
    expect([code, err]).toEqual([2, expect.stringMatching(/^The extension citus is not installed[^\n]*\n$/)])
  })

  it('as a role that may not copy rows past row-level security', async () => {
    await installStandIn(database.adminUrl)
    expect(await distribute(database.ownerUrl)).toMatchObject({
      code: 2,
      err: expect.stringContaining('superuser'),
    })
  })

  it('while the service is connected', async () => {
    const { calls } = await installStandIn(database.adminUrl)
    const worker = new pg.Client({ connectionString: database.workerUrl })
    await worker.connect()
    expect(await distribute(database.adminUrl)).toMatchObject({
      code: 2,
      err: expect.stringContaining('stop it first'),
    })
    await worker.end()
    expect(await calls()).toEqual([])
  })

  it('while a function enters markets in a way that other nodes do not hear', async () => {
    const { calls } = await installStandIn(database.adminUrl)
    await withoutBlockers()
    await asAdmin(
      `create function deaf() returns void language sql as $$ select set_config('app.market_id', 'x', true) $$`,
    )
    expect(await distribute(database.adminUrl)).toMatchObject({
      code: 2,
      err: expect.stringContaining('public.deaf() enters a market by set_config'),
    })
    expect(await calls()).toEqual([])
  })
})
