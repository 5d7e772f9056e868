import type { DemoFile } from '@tienve/contracts'
import { isDatabaseUnavailable } from '@tienve/db'
import { startEmbedded, type Embedded } from '@tienve/db/embedded'
import { migrate } from '@tienve/db/migrate'
import { createDatabase, dropDatabase, ensureRoles, roleUrl } from '@tienve/db/roles'
import { sealKeyOf } from '@tienve/ledger'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { DAYS, seedDemo, topUpDemo, type SeedOptions } from '../seed/seed.ts'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Where the demo keeps what must outlive a start. */
export const DATA_DIR = process.env.DATA_DIR ?? join(ROOT, '.data')
const DATABASE = 'tienve'
const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 20_000
const LAST_WORDS_MS = 1_000
const MB = 1024 ** 2

/** What the demo takes on the disk while it is filled (measured: 1.36 GB for 30 days), and a later start at the least. */
const EMPTY_BYTES = 250 * MB
const DAY_BYTES = 40 * MB
const LATER_BYTES = 150 * MB

export type Ports = { service: number; bankSim: number; metrics: number }
export type Stack = {
  demo: DemoFile
  /** Where the seals are kept, outside the database. */
  sealsFile: string
  note: string
  service: Child
  bankSim: Child
  /** Starts the service again after it was killed, on the same database and port. */
  startService(): Promise<void>
  stop(): Promise<void>
}
export type Stage = 'filling' | 'topping-up' | 'filled'
export type Child = { process: ChildProcess; url: string }

export type StackOptions = {
  /** Where the database, the secrets and `demo.json` lie. */
  dataDir: string
  ports: Ports
  /** A server of one's own instead of the embedded one: an address with the right to make roles and databases. */
  databaseUrl?: string | undefined
  /** Which database of that server, `tienve` unless said. */
  database?: string
  days?: number
  now?: Date
  logLevel?: string
  onProgress?: (line: string) => void
  /** Told when the demo begins to be filled or topped up, and when that is done: what a stop then means differs. */
  onStage?: (stage: Stage) => void
  /** Told, in one sentence, when the database, the service or the simulator ends without having been asked to. */
  onExit?: (sentence: string) => void
  /** Given at once, so that a start can be broken off half-way and still leave nothing behind. */
  onStoppable?: (stop: () => Promise<void>) => void
}

type Secrets = { owner: string; api: string; worker: string; masterKey: string; sealKey: string }

/** Throws one sentence when somebody already listens on a port we need. */
export async function requireFreePorts(ports: Ports): Promise<void> {
  const settings: [number, string][] = [
    [ports.service, 'PORT'],
    [ports.bankSim, 'BANK_SIM_PORT'],
    [ports.metrics, 'METRICS_PORT'],
  ]
  for (const [port, setting] of settings) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Error(`${setting} must be a whole number from 1 to 65535.`)
    const twin = settings.find(([other, name]) => other === port && name !== setting)
    if (twin !== undefined) throw new Error(`${setting} and ${twin[1]} are both ${port}: choose two ports.`)
    // Browsers try `localhost` by both, so that whoever listens on one of them would be taken for us.
    for (const host of ['127.0.0.1', '::1']) {
      const code = await listenOnce(port, host)
      if (code === 'EACCES')
        throw new Error(`Port ${port} is not for this user to open: choose one above 1023 with ${setting}=…`)
      if (code === 'EADDRINUSE')
        throw new Error(`Port ${port} is in use: stop whatever holds it, or choose another with ${setting}=…`)
    }
  }
}

/** Answers the code of what went wrong, or null. A machine without IPv6 has nobody listening there. */
async function listenOnce(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? null))
    probe.listen(port, host, () => probe.close(() => resolve(null)))
  })
}

/** Starts Postgres, the demo's data, the service and the bank simulator, in that order, and waits until they serve. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, ports, database = DATABASE, onProgress = () => {} } = options
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one().catch(() => {})
  }
  options.onStoppable?.(stop)
  let server: Embedded | null = null
  try {
    const demoFile = join(dataDir, 'demo.json')
    const secrets = await readSecrets(join(dataDir, 'secrets.json'))
    server = options.databaseUrl === undefined ? await startDatabase(options, demoFile) : null
    if (server !== null) stops.push(server.stop)
    const adminUrl = server?.adminUrl ?? options.databaseUrl ?? ''
    await requireAnswer(adminUrl)
    await ensureRoles(adminUrl, secrets)
    await createDatabase(adminUrl, database)
    const urls = {
      ownerUrl: roleUrl(adminUrl, 'owner', secrets.owner, database),
      apiUrl: roleUrl(adminUrl, 'api', secrets.api, database),
      workerUrl: roleUrl(adminUrl, 'worker', secrets.worker, database),
    }
    await migrate(urls.ownerUrl)
    const sealsFile = join(dataDir, 'seals.txt')
    const bankFile = join(dataDir, 'bank.jsonl')
    const baseUrl = `http://localhost:${ports.service}`
    const bankSimUrl = `http://localhost:${ports.bankSim}`
    const seedOptions = {
      ...urls,
      masterKey: Buffer.from(secrets.masterKey, 'base64'),
      sealing: { key: sealKeyOf(Buffer.from(secrets.sealKey, 'base64')), file: sealsFile },
      baseUrl,
      bankSimUrl,
      bankFile,
      now: options.now ?? new Date(),
      onProgress,
      onStage: options.onStage ?? (() => {}),
    }
    // Only the database of this clone may be emptied, never one that DATABASE_URL names.
    const renew = async (): Promise<void> => {
      await dropDatabase(adminUrl, database)
      await createDatabase(adminUrl, database)
      await migrate(urls.ownerUrl)
      // The seals of the books that were just thrown away would say that the new ones were changed.
      await rm(sealsFile, { force: true })
    }
    const demo = await fillDemo(demoFile, seedOptions, options.days, server === null ? null : renew)

    const environment = {
      DATABASE_URL: urls.apiUrl,
      WORKER_DATABASE_URL: urls.workerUrl,
      MASTER_KEY: secrets.masterKey,
      SEAL_KEY: secrets.sealKey,
      SEALS_FILE: sealsFile,
      ROLE: 'all',
      HOST: '127.0.0.1',
      PORT: String(ports.service),
      METRICS_PORT: String(ports.metrics),
      DEMO: '1',
      DEMO_FILE: demoFile,
      DEMO_BANK_URL: bankSimUrl,
      LOG_LEVEL: options.logLevel ?? 'warn',
    }
    const start = (name: string, file: string, env: NodeJS.ProcessEnv, url: string): Child => ({
      process: startChild(name, file, env, options.onExit),
      url,
    })
    const service = start('The payment service', 'services/payment/src/main.ts', environment, baseUrl)
    stops.push(() => stopChild(service.process))
    const bankSim = start(
      'The bank simulator',
      'services/bank-sim/src/main.ts',
      { PORT: String(ports.bankSim), HOST: '127.0.0.1', DEMO_FILE: demoFile, BANK_FILE: bankFile },
      bankSimUrl,
    )
    stops.push(() => stopChild(bankSim.process))
    await waitFor(service, '/readyz')
    await waitFor(bankSim, '/healthz')
    return {
      demo,
      sealsFile,
      note: server?.note ?? 'Postgres is the one that DATABASE_URL names.',
      service,
      bankSim,
      startService: async () => {
        service.process = startChild(
          'The payment service',
          'services/payment/src/main.ts',
          environment,
          options.onExit,
        )
        await waitFor(service, '/readyz')
      },
      stop,
    }
  } catch (error) {
    // A statement that failed because the server has ended says less than the server did.
    const why = server !== null && isDatabaseUnavailable(error) ? await lastWordsOf(server) : null
    await stop()
    throw why === null ? error : new Error(why, { cause: error })
  }
}

async function startDatabase(
  { dataDir, days = DAYS, onExit }: StackOptions,
  demoFile: string,
): Promise<Embedded> {
  const server = await startEmbedded({
    dataDir: join(dataDir, 'pg'),
    needsBytes: existsSync(demoFile) ? LATER_BYTES : EMPTY_BYTES + days * DAY_BYTES,
  })
  void server.lost.then((sentence) => onExit?.(sentence))
  return server
}

async function lastWordsOf({ lost }: Embedded): Promise<string | null> {
  return Promise.race([lost, new Promise<null>((resolve) => setTimeout(resolve, LAST_WORDS_MS, null))])
}

/** Seeds an empty database, or adds what was missed to a demo that is there. A seeding that was cut off starts over. */
async function fillDemo(
  file: string,
  options: SeedOptions & Required<Pick<StackOptions, 'onStage'>>,
  days: number | undefined,
  renew: (() => Promise<void>) | null,
): Promise<DemoFile> {
  const text = await readFile(file, 'utf8').catch(() => null)
  const { markets, real } = await countMarkets(options.ownerUrl)
  if (real > 0) throw new Error('This database holds a real market: the demo must not run on it.')
  if (text !== null && markets > 0) {
    const demo = {
      ...(JSON.parse(text) as DemoFile),
      databaseUrl: options.apiUrl,
      ownerDatabaseUrl: options.ownerUrl,
    }
    options.onStage('topping-up')
    const complete = await topUpDemo(options, atAddress(demo, options))
    await writeDemo(file, complete)
    options.onStage('filled')
    return complete
  }
  if (markets > 0 && renew === null)
    throw new Error(
      "The demo's data is incomplete (an earlier start was cut off): drop the database tienve and start again.",
    )
  options.onStage('filling')
  if (markets > 0) await renew?.()
  const demo = await seedDemo({ ...options, ...(days === undefined ? {} : { days }) })
  await writeDemo(file, demo)
  options.onStage('filled')
  return demo
}

function atAddress(demo: DemoFile, { baseUrl, bankSimUrl }: SeedOptions): DemoFile {
  const connections = demo.connections.map((one) => ({
    ...one,
    webhookUrl: `${baseUrl}${new URL(one.webhookUrl).pathname}`,
  }))
  return { ...demo, baseUrl, bankSimUrl, connections }
}

async function writeDemo(file: string, demo: DemoFile): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(demo, null, 2), { mode: 0o600 })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
}

/** Counted market by market, since the owner of the schema is under row-level security like everybody. */
async function countMarkets(ownerUrl: string): Promise<{ markets: number; real: number }> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ market_id: string }>('select market_id from feed_lane')
    let real = 0
    for (const { market_id } of rows) {
      await client.query(`select set_config('app.market_id', $1, false)`, [market_id])
      const found = await client.query<{ demo: boolean }>('select demo from market')
      if (found.rows[0]?.demo === false) real += 1
    }
    return { markets: rows.length, real }
  } finally {
    await client.end()
  }
}

async function readSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => null)
  // A demo of an earlier release has no key for seals yet.
  const known = text === null ? {} : (JSON.parse(text) as Partial<Secrets>)
  if (known.sealKey !== undefined) return known as Secrets
  const word = (): string => randomBytes(18).toString('hex')
  const secrets = {
    owner: word(),
    api: word(),
    worker: word(),
    masterKey: randomBytes(32).toString('base64'),
    sealKey: randomBytes(32).toString('base64'),
    ...known,
  }
  await writeFile(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}

async function requireAnswer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect().catch((error: Error) => {
    throw new Error(
      `The database does not answer (${error.message || 'no connection'}): check DATABASE_URL.`,
      { cause: error },
    )
  })
  await client.end()
}

/** Starts a script of the repository with an environment of its own; `onExit` hears of its end in one sentence. */
export function startChild(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  onExit?: (sentence: string) => void,
): ChildProcess {
  const child = spawn(process.execPath, [join(ROOT, file)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    // Ctrl-C reaches this process, which stops its children in the right order.
    detached: true,
    // Its log stands beside what a script prints as its answer, not in it.
    stdio: ['ignore', process.stderr, process.stderr],
  })
  child.once('exit', () => onExit?.(`${name} has stopped by itself, so the rest stops too.`))
  return child
}

/** Asks a child to stop, and ends it when it does not. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await gone
  clearTimeout(timer)
}

/** Waits until a child answers 2xx at `path`. */
export async function waitFor(child: Child, path: string): Promise<void> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < giveUpAt) {
    if (child.process.exitCode !== null) break
    const response = await fetch(`${child.url}${path}`).catch(() => null)
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${child.url} did not become ready: its own message is above.`)
}

/** Removes everything that a stack of a test kept. */
export async function removeData(dataDir: string): Promise<void> {
  const place = await readFile(join(dataDir, 'pg', 'place'), 'utf8').catch(() => null)
  if (place !== null && existsSync(place)) await rm(place, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}
