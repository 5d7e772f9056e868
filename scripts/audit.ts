import { spawnSync } from 'node:child_process'
import { ROOT } from './stack/stack.ts'

const PATIENCE_MS = 30_000
const GRAVE = new Set(['high', 'critical'])

/** What a registry's answer comes to: a fault to mend, or a word on why there is no answer to go by. */
export type Verdict = { fault: string | null; note: string | null }

type Report = { vulnerabilities: Record<string, { severity: string; range?: string }> }

/** Asks the registry which of the packages that run in production have known weaknesses. */
export function audit(): Verdict {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { stdout } = spawnSync(npm, ['audit', '--omit=dev', '--json', '--fetch-retries=0'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    shell: process.platform === 'win32',
  })
  return verdictOf(stdout ?? '')
}

/**
 * Fails on what npm calls high or critical. A registry that does not know the question (a mirror answers 405 or 404), or
 * that cannot be reached, is no fault of ours: it is said, and the check passes.
 */
export function verdictOf(stdout: string): Verdict {
  const report = read(stdout)
  if (report === null) return { fault: null, note: `no registry answered: ${wordOf(stdout)}` }
  const grave = Object.entries(report.vulnerabilities).filter(([, { severity }]) => GRAVE.has(severity))
  if (grave.length === 0) return { fault: null, note: null }
  return {
    fault: grave.map(([name, { severity, range = '' }]) => `${name} ${range}: ${severity}`).join('\n'),
    note: null,
  }
}

function read(stdout: string): Report | null {
  try {
    const said: unknown = JSON.parse(stdout)
    // npm's report, version 2: what has `vulnerabilities` has them by name, each with its severity.
    const isReport = said !== null && typeof said === 'object' && 'auditReportVersion' in said
    return isReport && 'vulnerabilities' in said ? (said as unknown as Report) : null
  } catch {
    return null
  }
}

function wordOf(stdout: string): string {
  return /"message": "([^"]+)"/.exec(stdout)?.[1] ?? 'it is out of reach'
}
