import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runChecks } from './check.ts'
import { buildApps } from './stack/build.ts'
import { ROOT } from './stack/stack.ts'

/** Every check and every test, the real-browser ones included. `npm test -- <path>` runs only the tests of a path. */
const only = process.argv.slice(2)
if (only.length === 0 && !runChecks()) process.exit(1)
buildApps()
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...only],
  {
    cwd: ROOT,
    stdio: 'inherit',
  },
)
process.exit(status ?? 1)
