import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { MIGRATIONS, migrate } from './migrate.ts'
import { createDatabase, dropDatabase, roleUrl, type RolePasswords } from './roles.ts'

/** What the run's one server is reached by; set up once in `testing-setup.ts`. */
export type TestServer = { adminUrl: string; template: string; passwords: RolePasswords }

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

export type TestDatabase = {
  name: string
  ownerUrl: string
  apiUrl: string
  workerUrl: string
  /** As the superuser, whom no rule binds: for looking behind the curtain and for tampering. */
  adminUrl: string
  drop(): Promise<void>
}

/** A real database of its own, with the whole schema and no data: a copy of one migrated template. */
export async function testDatabase(): Promise<TestDatabase> {
  return makeDatabase(inject('testServer').template)
}

/** A database as an earlier release left it: with the migrations up to and with `lastTag`, and none after it. */
export async function releasedDatabase(lastTag: string): Promise<TestDatabase> {
  const database = await makeDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'tienve-released-'))
  const journal = JSON.parse(await readFile(join(MIGRATIONS, 'meta/_journal.json'), 'utf8')) as Journal
  const released = journal.entries.slice(0, journal.entries.findIndex(({ tag }) => tag === lastTag) + 1)
  await mkdir(join(folder, 'meta'))
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries: released }))
  for (const { tag } of released) await cp(join(MIGRATIONS, `${tag}.sql`), join(folder, `${tag}.sql`))
  await migrate(database.ownerUrl, folder)
  await rm(folder, { recursive: true })
  return database
}

type Journal = { entries: { tag: string }[] }

async function makeDatabase(template?: string): Promise<TestDatabase> {
  const { adminUrl, passwords } = inject('testServer')
  const name = `test_${randomBytes(8).toString('hex')}`
  await createDatabase(adminUrl, name, template)
  const admin = new URL(adminUrl)
  admin.pathname = `/${name}`
  return {
    name,
    ownerUrl: roleUrl(adminUrl, 'owner', passwords.owner, name),
    apiUrl: roleUrl(adminUrl, 'api', passwords.api, name),
    workerUrl: roleUrl(adminUrl, 'worker', passwords.worker, name),
    adminUrl: admin.href,
    drop: () => dropDatabase(adminUrl, name),
  }
}
