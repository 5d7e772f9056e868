import { feeds } from '@tienve/bank-feeds'
import { createDb, inMarket, type Db, type Tx } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { sealKeyOf } from '@tienve/ledger'
import { drizzle } from 'drizzle-orm/node-postgres'
import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { AddressInfo } from 'node:net'
import { connectionsOf, type DemoConnection } from './demo/connections.ts'
import { MARKETS } from './demo/demo-markets.ts'
import { readMeters } from './demo/meters.ts'
import { DEMO_PIN, stallsOf, usersOf } from './demo/people.ts'
import { setUpMarket, setUpOfficial } from './demo/setup.ts'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { createContext, type Context } from './context.ts'
import { createIntake } from './feeds/intake.ts'
import { createWorker } from './feeds/worker.ts'
import type { App } from './http/types.ts'
import { stepAt, totpCode } from './staff/rules.ts'

/** The service as a test sees it: real Postgres, real HTTP, two markets without a history; only the clock is ours. */
export type TestService = {
  url: string
  app: App
  ctx: Context
  database: TestDatabase
  markets: {
    id: string
    connections: DemoConnection[]
    stalls: ReturnType<typeof stallsOf>
    memos: Map<string, string>
  }[]
  workerDb: Db
  setNow(now: Date): void
  call(path: string, options?: CallOptions): Promise<Answer>
  logIn(role: string, market?: number): Promise<Session>
  /** The stallholder of a stall. */
  logInAs(stall: { login: string }): Promise<Session>
  /** Sends a signed message about a transfer, as SePay would. */
  tell(transfer: Told, market?: number): Promise<Response>
  /** Reads every meter of a month, so that it can be billed. */
  readMeters(period: string, market?: number): Promise<void>
  stop(): Promise<void>
}
export type Session = { cookie: string; csrfToken: string; stallId: string | null; marketId: string }
export type CallOptions = {
  method?: string
  body?: unknown
  /** A body of bytes, in place of one in JSON. */
  file?: Buffer
  session?: Session
  headers?: Record<string, string>
}
export type Answer = { status: number; body: ReturnType<typeof JSON.parse>; headers: Headers }
export type Told = {
  id: number
  account: string
  amountVnd: bigint
  memo: string
  secret?: string
  at?: Date
  type?: 'in' | 'out'
  reference?: string
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export async function startService(
  options: {
    worker?: boolean
    /** False for what a demo is spared: a PIN alone opens nothing, the second step must be set up. A demo unless said. */
    demo?: boolean
    now?: Date
    /** Silent unless said. */
    log?: FastifyBaseLogger
    requestsAMinute?: number
    trustProxy?: number
    push?: Config['push']
    smtp?: Config['smtp']
    through?: (url: string) => Promise<string>
  } = {},
): Promise<TestService> {
  const database = await testDatabase()
  const masterKey = randomBytes(32)
  const sealKey = sealKeyOf(randomBytes(32))
  let now = options.now ?? new Date('2026-11-24T03:00:00Z')
  const config: Config = {
    databaseUrl: (await options.through?.(database.apiUrl)) ?? database.apiUrl,
    workerDatabaseUrl: database.workerUrl,
    role: 'all',
    host: '127.0.0.1',
    port: 0,
    metricsPort: 0,
    publicUrl: 'http://localhost',
    demo: options.demo ?? true,
    demoFile: undefined,
    demoBankUrl: null,
    listHosts: ['bank.example'],
    masterKey,
    sealKey,
    sealsFile: undefined,
    sealPublicKeys: [sealKey.publicKey],
    smtp: options.smtp ?? null,
    push: options.push ?? null,
    trustProxy: options.trustProxy ?? 0,
    requestsAMinute: options.requestsAMinute ?? 1_200,
    logLevel: 'silent',
  }
  const ctx = createContext(config, options.log ?? SILENT, () => now)
  const owner = createDb(database.ownerUrl, { max: 2 })
  const markets = await Promise.all(
    MARKETS.map(async (plan) => {
      const stalls = stallsOf(plan)
      const connections = connectionsOf(plan, stalls)
      const memos = await setUpMarket(
        owner,
        masterKey,
        plan,
        stalls,
        usersOf(plan, stalls),
        connections,
        '2026-11-01',
      )
      return { id: plan.id, stalls, connections, memos }
    }),
  )
  await setUpOfficial(owner, MARKETS, now)
  await owner.pool.end()
  const workerDb = createDb(database.workerUrl, { max: 4 })
  const intake = createIntake(ctx)
  const app = await buildApp(ctx, intake, options.log)
  await app.listen({ host: '127.0.0.1', port: 0 })
  ctx.hub.start()
  const worker = createWorker(ctx, workerDb, database.workerUrl)
  if (options.worker !== false) worker.start()
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  const call = async (
    path: string,
    { method, body, file, session, headers = {} }: CallOptions = {},
  ): Promise<Answer> => {
    const isEmpty = body === undefined && file === undefined
    const response = await fetch(`${url}${path}`, {
      method: method ?? (isEmpty ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...(session === undefined ? {} : { cookie: session.cookie, 'x-csrf-token': session.csrfToken }),
        ...headers,
      },
      ...(isEmpty ? {} : { body: file === undefined ? JSON.stringify(body) : new Uint8Array(file) }),
    })
    // A stream of events never ends by itself.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (isStream) await response.body?.cancel()
    const text = isStream ? '' : await response.text()
    const json = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers }
  }
  const openSession = async (user: { login: string; secret: string } | undefined): Promise<Session> => {
    const answer = await call('/v1/sessions', { body: { login: user?.login, secret: user?.secret } })
    if (answer.status !== 201) throw new Error(`the log-in of ${user?.login} was refused: ${answer.status}`)
    const cookie = cookiesOf(answer)
    const { csrfToken, user: me, market, totp } = answer.body
    const session = { cookie, csrfToken, stallId: me.stallId, marketId: market.id }
    if (totp.isDue) await setUpTotp(session)
    return session
  }
  /** Outside a demo nothing works for the board before its second step is on. */
  const setUpTotp = async (session: Session): Promise<void> => {
    const { body } = await call('/v1/me/totp', { method: 'POST', session })
    const code = totpCode(body.secret, stepAt(now))
    const { status } = await call('/v1/me/totp/confirm', { body: { code }, session })
    if (status !== 200) throw new Error(`the second step was refused: ${status}`)
  }
  return {
    url,
    app,
    ctx,
    database,
    markets,
    workerDb,
    setNow: (next) => {
      now = next
    },
    call,
    logIn: (role, market = 0) => {
      const plan = MARKETS[market] ?? MARKETS[0]
      return openSession(usersOf(plan, stallsOf(plan)).find((one) => one.role === role))
    },
    logInAs: ({ login }) => openSession({ login, secret: DEMO_PIN }),
    tell: async (told, market = 0) => {
      const { connections } = markets[market] ?? { connections: [] }
      const connection =
        connections.find(({ accounts }) => accounts.some(({ number }) => number === told.account)) ??
        connections[0]
      if (connection === undefined) throw new Error('there is no feed')
      const { headers, rawBody } = feeds.sepay.request(
        {
          id: told.id,
          gateway: 'Vietcombank',
          transactionAt: told.at ?? now,
          accountNumber: told.account,
          transferType: told.type ?? 'in',
          transferAmount: told.amountVnd,
          content: told.memo,
          ...(told.reference === undefined ? {} : { referenceCode: told.reference }),
        },
        { secret: told.secret ?? connection.secret, scheme: connection.scheme, now },
      )
      return fetch(`${url}/webhooks/sepay/${connection.id}`, {
        method: 'POST',
        headers,
        body: new Uint8Array(rawBody),
      })
    },
    readMeters: (period, market = 0) => {
      const plan = MARKETS[market] ?? MARKETS[0]
      const userId = `usr_${plan.code.toLowerCase()}technician`
      return inMarket(ctx.db, plan.id, (tx) =>
        readMeters(tx, plan.id, period, { userId, readOn: `${period}-28`, now }),
      )
    },
    stop: async () => {
      await app.close()
      await worker.stop()
      await ctx.hub.stop()
      await Promise.all([ctx.db.pool.end(), workerDb.pool.end()])
      await database.drop()
    },
  }
}

/** What a browser sends from now on: the session, and by what it is known. */
export function cookiesOf({ headers }: Answer): string {
  return headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** The token of a session, as its cookie holds it. */
export function tokenOf({ cookie }: Pick<Session, 'cookie'>): string {
  return /(?:^|; )tienve_session=([^;]+)/.exec(cookie)?.[1] ?? ''
}

type PlanNode = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

/**
 * What Postgres does for every statement that `work` sends inside a market: each scan that was run, by its index or table, how often, and
 * how many rows it read, those included that did not fit.
 */
export async function scansOf(db: Db, marketId: string, work: (tx: Tx) => Promise<unknown>) {
  const client = await db.pool.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.market_id', $1, true)`, [marketId])
    const sent: { query: string; params: unknown[] }[] = []
    await work(drizzle(client, { logger: { logQuery: (query, params) => sent.push({ query, params }) } }))
    const scans: { by: string; times: number; rows: number }[] = []
    const visit = (node: PlanNode): void => {
      const { 'Actual Loops': times, 'Actual Rows': found, 'Rows Removed by Filter': removed = 0 } = node
      if (node['Node Type'].endsWith('Scan') && times > 0)
        scans.push({
          by: node['Index Name'] ?? node['Relation Name'] ?? '',
          times,
          rows: (found + removed) * times,
        })
      node.Plans?.forEach(visit)
    }
    for (const { query, params } of sent) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json) ${query}`,
        params,
      )
      for (const { 'QUERY PLAN': of } of rows) visit(of[0].Plan)
    }
    return scans
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** Waits until something is so, looking often; the database is real, so there is nothing else to wait for. */
export async function until<T>(look: () => Promise<T | false | null | undefined>, what: string): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const seen = await look()
    if (seen !== false && seen !== null && seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain for ${what}`)
}
