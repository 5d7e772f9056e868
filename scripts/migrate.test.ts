import { createDatabase, dropDatabase, roleUrl, type DatabaseRole } from '@tienve/db/roles'
import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { ROOT } from './stack/stack.ts'

const { adminUrl, passwords } = inject('testServer')
const name = `test_${randomBytes(8).toString('hex')}`
const urlOf = (role: DatabaseRole): string => roleUrl(adminUrl, role, passwords[role], name)
beforeEach(async () => createDatabase(adminUrl, name))
afterEach(async () => dropDatabase(adminUrl, name))

async function migrate(url: string | undefined): Promise<{ code: number | null; said: string }> {
  const { OWNER_DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [join(ROOT, 'scripts/migrate.ts')], {
    env: url === undefined ? env : { ...env, OWNER_DATABASE_URL: url },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

async function tables(): Promise<string[]> {
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  const { rows } = await client.query<{ name: string; owner: string }>(
    `select tablename as name, tableowner as owner from pg_tables where schemaname = 'public'`,
  )
  await client.end()
  return rows.map((row) => `${row.owner} ${row.name}`)
}

it('makes the schema of an empty database, owned by tv_owner, and may be repeated', async () => {
  for (let times = 0; times < 2; times++)
    expect(await migrate(urlOf('owner'))).toEqual({ code: 0, said: 'The schema is up to date.\n' })
  expect(await tables()).toContain('tv_owner ledger_transfer')
})

it('refuses every other role, a superuser most of all, and changes nothing', async () => {
  const admin = new URL(adminUrl)
  admin.pathname = `/${name}`
  for (const url of [admin.href, urlOf('worker')]) {
    const { code, said } = await migrate(url)
    expect([code, said]).toEqual([1, expect.stringMatching(/^The schema belongs to tv_owner.*\n$/)])
  }
  expect(await tables()).toEqual([])
})

it('says in one sentence what is missing, and never an address with its password', async () => {
  expect(await migrate(undefined)).toEqual({
    code: 1,
    said: expect.stringMatching(/^Set OWNER_DATABASE_URL.*\n$/),
  })
  const wrong = roleUrl(adminUrl, 'owner', 'not-the-password', name)
  const { code, said } = await migrate(wrong)
  expect([code, said.includes('not-the-password'), said.split('\n').length]).toEqual([1, false, 2])
})
