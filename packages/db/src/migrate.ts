import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export const MIGRATIONS = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** Any number will do, as long as every process that migrates takes the same. */
const LOCK = 7_421_064

/**
 * For a database on Citus, and read by nobody elsewhere: one connection a node, since a function cannot follow a table in
 * one transaction otherwise, and `SET LOCAL app.market_id` carried to every node, for a migration that changes rows.
 */
const FOR_CITUS = '-c citus.multi_shard_modify_mode=sequential -c citus.propagate_set_commands=local'

/** Brings the schema up to date as its owner. Two processes that start together do it one after the other. */
export async function migrate(ownerUrl: string, folder: string = MIGRATIONS): Promise<void> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'tienve-migrate',
    options: FOR_CITUS,
  })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
  } finally {
    await client.end()
  }
}
