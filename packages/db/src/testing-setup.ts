import type { TestProject } from 'vitest/node'
import { startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import { createDatabase, ensureRoles, roleUrl } from './roles.ts'
import type { TestServer } from './testing.ts'

const TEMPLATE = 'tienve_template'

/** Starts the one Postgres of a test run and makes the template that every test file copies. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbedded({ temporary: true })
  const passwords = { owner: 'owner', api: 'api', worker: 'worker' }
  try {
    await ensureRoles(server.adminUrl, passwords)
    await createDatabase(server.adminUrl, TEMPLATE)
    await migrate(roleUrl(server.adminUrl, 'owner', passwords.owner, TEMPLATE))
  } catch (error) {
    await server.stop()
    throw error
  }
  const testServer: TestServer = { adminUrl: server.adminUrl, template: TEMPLATE, passwords }
  project.provide('testServer', testServer)
  return server.stop
}
