import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buildApps } from './stack/build.ts'
import { ROOT } from './stack/stack.ts'

/**
 * The tests of chance, concurrency, faults and kills, again and again with other seeds and each time with more programs:
 * `npm run soak -- 20`, or some of them: `npm run soak -- 10 storm.e2e`. Stops at the first failure and says how to repeat it; prints at the end what was run.
 */
const rounds = Number(process.argv[2] ?? 5)
const TESTS =
  process.argv.length > 3
    ? process.argv.slice(3)
    : ['property', 'concurrency', 'faults', 'kill', 'intake', 'storm']
const PROGRAMS_MORE = 20

type Report = {
  testResults: {
    name: string
    status: string
    startTime: number
    endTime: number
    assertionResults: { status: string }[]
  }[]
}
type Total = { rounds: number; tests: number; failed: number; seconds: number }

const totals = new Map<string, Total>()
let programs = 0

/** Runs everything once; answers whether all of it passed. */
function runRound(count: number, seed: number, report: string): boolean {
  const { status } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...TESTS,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, SOAK_RUNS: String(count), SOAK_SEED: String(seed) },
    },
  )
  return status === 0
}

function addUp(report: string): void {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const { name, status, startTime, endTime, assertionResults } of testResults) {
    const file = basename(name)
    const total = totals.get(file) ?? { rounds: 0, tests: 0, failed: 0, seconds: 0 }
    totals.set(file, {
      rounds: total.rounds + 1,
      tests: total.tests + assertionResults.length,
      // A file that could not be run has no test that failed.
      failed:
        total.failed +
        Math.max(
          assertionResults.filter((one) => one.status === 'failed').length,
          status === 'failed' ? 1 : 0,
        ),
      seconds: total.seconds + (endTime - startTime) / 1000,
    })
  }
}

function printTable(): void {
  console.log(`\n${programs} random programs a property\n`)
  console.log('| Test | Rounds | Tests | Failed | Seconds |')
  console.log('|---|---|---|---|---|')
  for (const [file, { rounds, tests, failed, seconds }] of [...totals].toSorted())
    console.log(`| ${file} | ${rounds} | ${tests} | ${failed} | ${seconds.toFixed(1)} |`)
}

buildApps()
const folder = mkdtempSync(join(tmpdir(), 'tienve-soak-'))
let isGood = true
for (let round = 1; round <= rounds && isGood; round++) {
  const count = round * PROGRAMS_MORE
  const seed = randomInt(2 ** 31)
  console.log(
    `round ${round} of ${rounds}: ${count} programs a property, SOAK_RUNS=${count} SOAK_SEED=${seed}`,
  )
  const report = join(folder, `${round}.json`)
  isGood = runRound(count, seed, report)
  programs += count
  addUp(report)
  if (!isGood)
    console.error(`\nRepeat it with: SOAK_RUNS=${count} SOAK_SEED=${seed} npm test -- ${TESTS.join(' ')}`)
}
rmSync(folder, { recursive: true, force: true })
printTable()
process.exit(isGood ? 0 : 1)
