import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './stack.ts'

const APPS = ['merchant-app', 'admin-app']
const SOURCES = ['packages/ui/src', 'packages/contracts/src', 'packages/money/src', 'packages/vietqr/src']

/** Builds the two apps when they are missing or older than what they are made of. */
export function buildApps(say: (line: string) => void = console.log): void {
  const stale = APPS.filter((app) => isStale(app))
  if (stale.length === 0) return
  say(`Building ${stale.join(' and ')} …`)
  for (const app of stale) {
    const { status } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: join(ROOT, app),
        // A test runner's own NODE_ENV would build React's slow development copy.
        env: { ...process.env, NODE_ENV: 'production' },
        // Its warnings must not get into what a script prints as its answer.
        stdio: ['ignore', process.stderr, process.stderr],
      },
    )
    if (status !== 0) throw new Error(`${app} could not be built: see the message above.`)
  }
}

function isStale(app: string): boolean {
  const page = join(ROOT, app, 'dist/index.html')
  if (!existsSync(page)) return true
  const builtAt = statSync(page).mtimeMs
  return [join(app, 'src'), join(app, 'index.html'), join(app, 'vite.config.ts'), ...SOURCES].some(
    (path) => newest(join(ROOT, path)) > builtAt,
  )
}

function newest(path: string): number {
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}
