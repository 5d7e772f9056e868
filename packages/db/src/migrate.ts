import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export const MIGRATIONS = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** Any number will do, as long as every process that migrates takes the same. */
const LOCK = 7_421_064

/**
 * Brings the schema up to date as its owner, or as far as the migrations of `folder` go. Two processes that start together
 * do it one after the other.
 */
export async function migrate(ownerUrl: string, folder = MIGRATIONS): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'tienve-migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
  } finally {
    await client.end()
  }
}
