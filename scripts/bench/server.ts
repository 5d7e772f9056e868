import { createDb, type Db } from '@tienve/db'
import { freePort, startEmbedded } from '@tienve/db/embedded'
import { migrate } from '@tienve/db/migrate'
import { createDatabase, ensureRoles, roleUrl } from '@tienve/db/roles'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { startChild, stopChild, waitFor } from '../stack/stack.ts'

/** A Postgres of the bench's own with its usual durability, on which rows make databases. */
export type Server = {
  /** As the superuser, to the database `postgres`. */
  admin: pg.Client
  /** A new database with the whole schema. */
  makeDatabase(name: string): Promise<Database>
  /** What a reader must know of the server to judge a figure. */
  settings(): Promise<Record<string, string>>
  stop(): Promise<void>
}

export type Database = {
  adminUrl: string
  apiUrl: string
  workerUrl: string
  owner: Db
  worker: Db
  end(): Promise<void>
}

const PASSWORDS = { owner: 'owner', api: 'api', worker: 'worker' }
const TOLD = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'max_wal_size',
  'autovacuum',
]

export async function startServer(dataDir: string): Promise<Server> {
  const server = await startEmbedded({ dataDir: join(dataDir, 'pg') })
  await ensureRoles(server.adminUrl, PASSWORDS)
  const admin = new pg.Client({ connectionString: server.adminUrl })
  await admin.connect()
  return {
    admin,
    makeDatabase: async (name) => {
      await createDatabase(server.adminUrl, name)
      const adminUrl = new URL(server.adminUrl)
      adminUrl.pathname = `/${name}`
      const urlOf = (role: keyof typeof PASSWORDS): string =>
        roleUrl(server.adminUrl, role, PASSWORDS[role], name)
      await migrate(urlOf('owner'))
      const owner = createDb(urlOf('owner'), { max: 1 })
      const worker = createDb(urlOf('worker'), { max: 1 })
      return {
        adminUrl: adminUrl.href,
        apiUrl: urlOf('api'),
        workerUrl: urlOf('worker'),
        owner,
        worker,
        end: async () => {
          await Promise.all([owner, worker].map(({ pool }) => pool.end()))
        },
      }
    },
    settings: () => readSettings(admin),
    stop: async () => {
      await admin.end().catch(() => {})
      await server.stop()
    },
  }
}

export async function readSettings(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from pg_settings where name = any($1) order by name',
    [TOLD],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** The service itself on one of these databases, answering HTTP only. */
export async function startService(
  { apiUrl }: Database,
  masterKey = randomBytes(32),
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = startChild('The payment service', 'services/payment/src/main.ts', {
    DATABASE_URL: apiUrl,
    MASTER_KEY: masterKey.toString('base64'),
    ROLE: 'api',
    HOST: '127.0.0.1',
    PORT: String(port),
    METRICS_PORT: String(await freePort()),
    DEMO: '1',
    LOG_LEVEL: 'warn',
  })
  await waitFor({ process: child, url }, '/readyz')
  return { url, stop: () => stopChild(child) }
}
