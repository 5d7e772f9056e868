import pg from 'pg'
import { readCatalogue } from './distribute/catalogue.ts'
import { planDistribution, type Plan } from './distribute/plan.ts'

/** One number for everybody, so that two of these never run side by side. */
const LOCK = 7_421_065

const USAGE =
  'Usage: npm run db:distribute -- [--dry-run], with ADMIN_DATABASE_URL as a superuser in the database of the service.'

/**
 * Turns the database that `ADMIN_DATABASE_URL` names into one distributed by market, as far as it is not that yet.
 * With `--dry-run` it prints the statements instead, whatever the server is and whoever asks. Answers 0 when all is done
 * and 1 when a statement failed; throws one sentence when it must not begin.
 */
async function main(): Promise<number> {
  const { ADMIN_DATABASE_URL: url } = process.env
  const [option, ...more] = process.argv.slice(2)
  if (url === undefined || more.length > 0 || (option !== undefined && option !== '--dry-run'))
    throw new Error(USAGE)
  const client = new pg.Client({ connectionString: url, application_name: 'tienve-distribute' })
  await client.connect()
  try {
    if (option === undefined) return await distribute(client)
    show(planDistribution(await readCatalogue(client)))
    return 0
  } finally {
    await client.end()
  }
}

async function distribute(client: pg.Client): Promise<number> {
  await client.query('SELECT pg_advisory_lock($1)', [LOCK])
  const catalogue = await readCatalogue(client)
  if (catalogue.citus === null)
    throw new Error(
      'The extension citus is not installed in this database: docs/OPERATIONS.md says how, and --dry-run shows the statements.',
    )
  await refuseWrongMoment(client)
  const { steps, done, blockers } = planDistribution(catalogue)
  if (blockers.length > 0) throw new Error(blockers.join('\n'))
  console.log(`${done.length} of ${done.length + steps.length} are done already.`)
  for (const [index, { name, sql }] of steps.entries()) {
    // A statement of its own each: what is done stays done, and the next run goes on from there.
    const failure = await client.query(sql).then(
      () => null,
      (error: Error) => error.message,
    )
    console.log(`${failure === null ? '✓' : '✗'} ${name}`)
    if (failure !== null) {
      console.error(`\nStopped: ${failure}\n${sql}`)
      console.error(`${index} of ${steps.length} are done and stay. Run this again to go on.`)
      return 1
    }
  }
  console.log('The database is distributed by market.')
  return 0
}

async function refuseWrongMoment(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ isSuperuser: boolean; sessions: number }>(`
    select r.rolsuper as "isSuperuser", (
      select count(*)::integer from pg_stat_activity
      where datname = current_database() and usename in ('tv_api', 'tv_worker')) as sessions
    from pg_roles r where r.rolname = current_user`)
  if (rows[0]?.isSuperuser !== true)
    throw new Error(
      'Only a superuser can do this: Citus copies the rows with COPY, which row-level security forbids to all others.',
    )
  if (rows[0].sessions > 0)
    throw new Error(
      'The service is still connected: stop it first. Half distributed, a database serves nobody.',
    )
}

function show({ steps, done, kept, blockers }: Plan): void {
  for (const blocker of blockers) console.log(`-- not yet: ${blocker}`)
  for (const { name, sql } of steps) console.log(`-- ${name}\n${sql};`)
  for (const name of done) console.log(`-- done already: ${name}`)
  for (const { name, why } of kept) console.log(`-- stays: ${name}: ${why}`)
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message)
  return 2
})
