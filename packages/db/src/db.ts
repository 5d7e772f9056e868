import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { namedPool, sparingClient } from './wire.ts'

export { insertMany } from './bulk.ts'
export { newId, randomBase32, type IdPrefix } from './ids.ts'
export { listen, type Listener } from './listen.ts'
export { brokenConstraint, tryIn } from './refusals.ts'

/** An open transaction (or, outside one, the pool): what every repository function takes first. */
export type Tx = NodePgDatabase & { $client: pg.Pool | pg.PoolClient }

/** A pool with the query builder over it. One per database role and process. */
export type Db = { pool: pg.Pool; orm: Tx }

/** A connection taken from the pool. */
export type PoolClient = pg.PoolClient

export type DbOptions = { max?: number; applicationName?: string }

/**
 * On Citus, what `SET LOCAL` says in a session of ours goes along to the other nodes; on a server without Citus it is a
 * setting that nobody reads. It belongs to the session and not to the role: a role's settings hold on every node, and a
 * node that passes on what it was sent fails (tried on Citus 13.2).
 */
const CARRY_SET_LOCAL = '-c citus.propagate_set_commands=local'

const MARKET_ID = /^mkt_[0-9a-z]{4,32}$/

/** Money is `bigint` in code, so int8 must never pass through a float; the driver's default is a string. */
const INT8_OID = 20
pg.types.setTypeParser(INT8_OID, BigInt)

/**
 * Opens a pool on `url`. Connections are made on first use, so this never fails by itself; an idle connection
 * that the server drops is reported to `onLost` and replaced by the pool.
 */
export function createDb(
  url: string,
  options: DbOptions = {},
  onLost: (error: Error) => void = () => {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'tienve',
    options: CARRY_SET_LOCAL,
    // Statements asked for without waiting go out one behind the other, and are answered in that order.
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', onLost)
  // The pool listens to idle connections only. One that is lost between two statements of a transaction would end the
  // process; so it fails the next statement instead.
  pool.on('connect', (client) => client.on('error', () => {}))
  return { pool, orm: drizzle(namedPool(pool)) }
}

/** True when `text` has the form of a market's id, the only form that may enter `SET LOCAL`. */
export function isMarketId(text: string): boolean {
  return MARKET_ID.test(text)
}

/**
 * Runs `work` in one transaction whose rows are limited to one market by row-level security.
 * The market is set with a checked literal because a parameterised `set_config` is not carried to Citus workers. One
 * message begins and sets: Citus carries the text of the whole message, and a node that is told to begin twice warns in
 * its log and goes on.
 * Commits when `work` returns, rolls back when it throws, and always gives the connection back.
 */
export async function inMarket<T>(db: Db, marketId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!isMarketId(marketId)) throw new Error('not a market id')
  return run(db, `BEGIN; SET LOCAL app.market_id = '${marketId}'`, work)
}

/** Runs `work` in one transaction that sees no tenant row: for the directory and the inbox, which span markets. */
export async function inNoMarket<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return run(db, 'BEGIN', work)
}

async function run<T>(db: Db, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  const sparing = sparingClient(client)
  let broken: Error | undefined
  try {
    // Goes out with the first statement: should it fail, the connection is lost and the statement fails with it.
    const begun = sparing.query(begin)
    begun.catch(() => {})
    const result = await work(drizzle(sparing))
    await begun
    await sparing.query('COMMIT')
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away by the pool instead of being handed to the next caller.
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** True when the error means that the database cannot be reached or is going away, so that a retry may succeed. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(08|57P0|53)/.test(code)) return true
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT'].includes(code)) return true
  if (
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered/i.test(
      error.message,
    )
  )
    return true
  return error.cause !== undefined && isDatabaseUnavailable(error.cause)
}
