import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { migrate, MIGRATIONS } from './migrate.ts'
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

/**
 * A database as an earlier release left it: with the migrations up to and with the one called `last`. `migrate` does the
 * rest to it.
 */
export async function databaseOfRelease(last: string): Promise<TestDatabase> {
  const database = await makeDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'tienve-release-'))
  try {
    await cp(MIGRATIONS, folder, { recursive: true })
    const journalFile = join(folder, 'meta/_journal.json')
    // The journal is drizzle-kit's, whose form does not change within a major version.
    const journal = JSON.parse(await readFile(journalFile, 'utf8')) as { entries: { tag: string }[] }
    const at = journal.entries.findIndex(({ tag }) => tag === last)
    if (at < 0) throw new Error(`there is no migration ${last}`)
    await writeFile(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, at + 1) }))
    await migrate(database.ownerUrl, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return database
}

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
