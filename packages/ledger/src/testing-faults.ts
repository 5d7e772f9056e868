import { createDb, isDatabaseUnavailable, type Db, type PoolClient } from '@tienve/db'

/** What may happen to one transaction on its way; in all but the first, whoever sent it is not told that it is there. */
export const FAULTS = [
  'none',
  'the reply to COMMIT is lost',
  'the backend is killed before COMMIT',
  'the backend is killed during COMMIT',
  'the backend is killed during a statement',
  'the client is gone before COMMIT',
  'a statement takes too long',
] as const
export type Fault = (typeof FAULTS)[number]

/** A pool of one connection whose next transaction meets the fault that was armed last. */
export type FaultyDb = { db: Db; arm: (fault: Fault) => void; end: () => Promise<void> }

const STATEMENT_TIMEOUT_MS = 2

export function faultyDb(url: string, admin: Db): FaultyDb {
  const real = createDb(url, { max: 1 })
  let armed: Fault = 'none'
  const connect = async (): Promise<PoolClient> => {
    const fault = armed
    armed = 'none'
    return withFault(await real.pool.connect(), fault, admin)
  }
  const pool: Db['pool'] = Object.create(real.pool, { connect: { value: connect } })
  return {
    db: { ...real, pool },
    arm: (fault) => {
      armed = fault
    },
    end: () => real.pool.end(),
  }
}

/** True when the answer to a transaction is unknown, so that the same must be sent again under the same keys. */
export function isUnanswered(error: unknown): boolean {
  if (isDatabaseUnavailable(error)) return true
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error && 'code' in cause && cause.code === '57014'
}

function withFault(client: PoolClient, fault: Fault, admin: Db): PoolClient {
  const send = client.query.bind(client)
  const pid = 'processID' in client ? client.processID : null
  const kill = (): Promise<unknown> => admin.pool.query('select pg_terminate_backend($1, 5000)', [pid])
  const lose = (): never => {
    client.connection.stream.destroy()
    throw new Error('Connection terminated: by the test')
  }
  const query = async (statement: unknown, values?: unknown[]): Promise<unknown> => {
    // A text or a query of drizzle's own: both are passed on as they came, and the driver tells them apart.
    const run = (): Promise<unknown> => send(statement as string, values)
    if (typeof statement === 'string' && statement.startsWith('BEGIN')) {
      const isSlow = fault === 'a statement takes too long'
      return send(isSlow ? `${statement}; SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}` : statement)
    }
    if (statement !== 'COMMIT') {
      if (fault !== 'the backend is killed during a statement') return run()
      const [killed, done] = await Promise.allSettled([kill(), run()])
      if (killed.status === 'rejected') throw killed.reason
      if (done.status === 'rejected') throw done.reason
      return done.value
    }
    switch (fault) {
      case 'the client is gone before COMMIT':
        return lose()
      case 'the reply to COMMIT is lost':
        await run()
        return lose()
      case 'the backend is killed before COMMIT':
        await kill()
        return run()
      case 'the backend is killed during COMMIT': {
        const [, done] = await Promise.allSettled([kill(), run()])
        if (done.status === 'rejected') throw done.reason
        return done.value
      }
      case 'none':
      case 'the backend is killed during a statement':
      case 'a statement takes too long':
        return run()
      default:
        return fault satisfies never
    }
  }
  return Object.create(client, { query: { value: query } })
}
