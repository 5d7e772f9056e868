import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildApps } from './stack/build.ts'
import { ROOT } from './stack/stack.ts'

/** The tests of chance, concurrency and kills, again and again with other seeds: `npm run soak -- 20`. Stops at the first failure. */
const rounds = Number(process.argv[2] ?? 5)
const TESTS = ['property', 'concurrency', 'kill', 'intake']

buildApps()
for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round} of ${rounds}`)
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...TESTS],
    // Each property is tried with many more programs than in `npm test`; fast-check prints the seed of one that fails.
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SOAK_RUNS: '150' } },
  )
  if (status !== 0) process.exit(1)
}
