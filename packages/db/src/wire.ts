import type pg from 'pg'

/** More statements than the code has: past it, somebody builds their texts, and the server must not keep a plan of each. */
const MOST_NAMES = 1_000

const names = new Map<string, string>()

/** Gives a statement with parameters a name, by which a connection parses and plans it once and not each time. */
function toNamed(statement: string | pg.QueryConfig, values?: unknown[]): string | pg.QueryConfig {
  if (typeof statement === 'string' || values === undefined || values.length === 0) return statement
  if (!names.has(statement.text) && names.size < MOST_NAMES) names.set(statement.text, `tv_${names.size}`)
  const name = names.get(statement.text)
  return name === undefined ? statement : { ...statement, name }
}

/** A pool whose statements are named. */
export function namedPool(pool: pg.Pool): pg.Pool {
  return withQuery(pool, (statement, values) => pool.query(toNamed(statement, values), values))
}

/**
 * A connection whose statements are named, and whose writes to the socket are few: what is asked for in one turn of the
 * event loop goes out together. Each journey costs both sides more than a small statement does.
 */
export function sparingClient(client: pg.PoolClient): pg.PoolClient {
  const { stream } = client.connection
  return withQuery(client, (statement, values) => {
    stream.cork()
    process.nextTick(() => stream.uncork())
    return client.query(toNamed(statement, values), values)
  })
}

type Query = (statement: string | pg.QueryConfig, values?: unknown[]) => unknown

function withQuery<T extends object>(of: T, query: Query): T {
  return Object.create(of, { query: { value: query } })
}
