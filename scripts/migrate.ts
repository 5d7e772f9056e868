import { migrate } from '@tienve/db/migrate'
import { DATABASE_ROLES } from '@tienve/db/roles'

/**
 * Brings the schema of the database that `OWNER_DATABASE_URL` names up to date. Exits with 1, having changed nothing,
 * when that cannot be done.
 */
async function main(): Promise<void> {
  const { OWNER_DATABASE_URL: url } = process.env
  if (url === undefined || !URL.canParse(url))
    throw new Error(`Set OWNER_DATABASE_URL to the database's address, as ${DATABASE_ROLES.owner}.`)
  // The functions run with the rights of whoever makes them: made by a superuser, row-level security would not bind them.
  if (new URL(url).username !== DATABASE_ROLES.owner)
    throw new Error(`The schema belongs to ${DATABASE_ROLES.owner}: migrate as that role and no other.`)
  await migrate(url)
  console.log('The schema is up to date.')
}

await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
