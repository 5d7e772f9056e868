// Sets up what a fresh clone lacks and then runs a script on the pinned Node. Plain Node 20, nothing installed yet.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const scripts = {
  start: 'start.ts',
  test: 'test.ts',
  check: 'check.ts',
  bench: 'bench/bench.ts',
  soak: 'soak.ts',
  vitals: 'vitals.ts',
  screens: 'screens.ts',
  'ledger:verify': 'ledger-verify.ts',
}
const [name = 'start', ...rest] = process.argv.slice(2)
const script = scripts[name]

function fail(sentence) {
  console.error(`\n${sentence}\n`)
  process.exit(1)
}

if (script === undefined)
  fail(`There is no script called ${name}: choose ${Object.keys(scripts).join(', ')}.`)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`)

install()
run()

/** Installs when there is nothing, or something else than the lock file says. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const mark = join(root, 'node_modules', '.tienve-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  console.log('Installing what the lock file names (only the first time, a minute or two) …')
  // From the registry or not at all: scripts of dependencies are run, because Node itself and esbuild come by them.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0)
    fail('npm ci failed: see its message above. Is there room on the disk, and is the registry in reach?')
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, lock)
}

function run() {
  const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (!existsSync(node))
    fail('The pinned Node is missing from node_modules: remove node_modules and try again.')
  const child = spawn(node, [join(root, 'scripts', script), ...rest], { cwd: root, stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; this one only waits, so that its exit code is the script's.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)))
}
