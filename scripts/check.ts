import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from './audit.ts'
import { ROOT } from './stack/stack.ts'

type Check = { name: string; run: () => string | null }

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name)

/** Runs a tool and answers what it said when it found fault, or null. */
function tool(command: string, args: readonly string[], cwd = ROOT): string | null {
  const { status, stdout, stderr } = spawnSync(bin(command), args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  })
  return status === 0 ? null : `${stdout}${stderr}`
}

/** The migrations must say what the tables say: a change of one without the other generates something. */
function schemaDrift(): string | null {
  const before = readdirSync(join(ROOT, 'drizzle')).length
  const said = spawnSync(bin('drizzle-kit'), ['generate', '--name', 'drift'], { cwd: ROOT, encoding: 'utf8' })
  const after = readdirSync(join(ROOT, 'drizzle')).length
  if (after !== before)
    return 'The tables have changed and no migration says so: keep the one just generated, well named.'
  return said.status === 0 ? null : said.stdout + said.stderr
}

/** Passes where no registry answers, and says so. */
function knownWeaknesses(): string | null {
  const { fault, note } = audit()
  if (note !== null) console.log(`  ${note}`)
  return fault
}

const CHECKS: readonly Check[] = [
  { name: 'format', run: () => tool('oxfmt', ['--check', '.']) },
  { name: 'lint', run: () => tool('oxlint', ['--deny-warnings', '.']) },
  { name: 'types', run: () => tool('tsc', ['--noEmit', '-p', 'tsconfig.json']) },
  { name: 'types of the ui', run: () => tool('tsc', ['--noEmit', '-p', 'packages/ui/tsconfig.json']) },
  {
    name: 'types of the merchant app',
    run: () => tool('tsc', ['--noEmit', '-p', 'merchant-app/tsconfig.json']),
  },
  { name: 'types of the admin app', run: () => tool('tsc', ['--noEmit', '-p', 'admin-app/tsconfig.json']) },
  { name: 'boundaries', run: () => tool('turbo', ['boundaries']) },
  { name: 'unused code and dependencies', run: () => tool('knip', []) },
  { name: 'schema drift', run: schemaDrift },
  { name: 'known weaknesses of dependencies', run: knownWeaknesses },
  { name: 'tidiness', run: () => tool('vitest', ['run', '--project', 'tidy']) },
]

/** Runs every check, shows each with its time, and answers whether all of them held. */
export function runChecks(): boolean {
  const faults = CHECKS.flatMap(({ name, run }) => {
    const startedAt = Date.now()
    const fault = run()
    console.log(`${fault === null ? '✓' : '✗'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
    return fault === null ? [] : [`\n${name}:\n${fault}`]
  })
  for (const fault of faults) console.error(fault)
  return faults.length === 0
}

if (import.meta.main) process.exit(runChecks() ? 0 : 1)
