import pg from 'pg'

/** The three roles of the service: who owns the schema, who answers HTTP, who processes what banks say. */
export const DATABASE_ROLES = { owner: 'tv_owner', api: 'tv_api', worker: 'tv_worker' } as const
export type DatabaseRole = keyof typeof DATABASE_ROLES
export type RolePasswords = Record<DatabaseRole, string>

/** Any number that nothing else locks on this server's own database. */
const LOCK = 8_246_003

/**
 * Makes the roles if they are missing and gives them these passwords. None may pass by row-level security. Roles belong to
 * the server and not to a database, so those who share a server wait for each other here.
 */
export async function ensureRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    for (const [key, name] of Object.entries(DATABASE_ROLES)) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER'
      const password = pg.escapeLiteral(passwords[key as DatabaseRole])
      await client.query(
        `${verb} ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD ${password}`,
      )
    }
  })
}

/** Makes a database owned by `tv_owner`, from a template if one is named. Answers false when it was there already. */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<boolean> {
  return withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount !== 0) return false
    const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`
    const database = pg.escapeIdentifier(name)
    await client.query(`CREATE DATABASE ${database} OWNER ${DATABASE_ROLES.owner}${from}`)
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
    await client.query(
      `GRANT CONNECT ON DATABASE ${database} TO ${DATABASE_ROLES.api}, ${DATABASE_ROLES.worker}`,
    )
    // The job queue keeps its tables in a schema of its own, which its role makes and owns.
    await client.query(`GRANT CREATE ON DATABASE ${database} TO ${DATABASE_ROLES.worker}`)
    return true
  })
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`),
  )
}

/** The address of a database for one of the roles. */
export function roleUrl(adminUrl: string, role: DatabaseRole, password: string, database: string): string {
  const url = new URL(adminUrl)
  url.username = DATABASE_ROLES[role]
  url.password = password
  url.pathname = `/${database}`
  return url.href
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
