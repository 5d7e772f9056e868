import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
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
  const { adminUrl, template, passwords } = inject('testServer')
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
