import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../stack/stack.ts'
import { round, say, type Row } from './measure.ts'

export type Report = {
  rows: Row[]
  hardware: { cpu: string; cores: number; memoryGb: number }
  versions: Record<string, string | number>
  settings: Record<string, string | number>
}

const PAGE = join(ROOT, 'docs/BENCH.md')
const BEGIN = '<!-- newest run -->'
const END = '<!-- end of newest run -->'

/** The rows as a table, and what they were measured on. */
export function tableOf({ rows, hardware, versions, settings }: Report): string {
  const cells = rows.map(({ id, ours, beside, ratio, aim, unit, note }) => [
    id,
    told(ours),
    beside === null ? '' : told(beside),
    unit,
    ratio === null ? '' : String(ratio),
    aim,
    note ?? '',
  ])
  const lines = [['Row', 'Ours', 'Beside', 'Unit', 'Ratio', 'Aim', 'Note'], ...cells]
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? []
  const toLine = (line: readonly string[]): string =>
    `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = lines
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const list = (facts: Record<string, string | number>): string =>
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  return [
    toLine(head),
    rule,
    ...body.map(toLine),
    '',
    `${hardware.cores} cores of ${hardware.cpu}, ${hardware.memoryGb} GB; ${list(versions)}; ${list(settings)}.`,
  ].join('\n')
}

/** Keeps a run as the day's result, and shows it in docs/BENCH.md. */
export function save(report: Report): void {
  const day = new Date().toISOString().slice(0, 10)
  const file = `docs/bench/${day}.json`
  mkdirSync(join(ROOT, 'docs/bench'), { recursive: true })
  writeFileSync(join(ROOT, file), `${JSON.stringify(report, null, 2)}\n`)
  const page = readFileSync(PAGE, 'utf8')
  const [before = ''] = page.split(BEGIN)
  const [, after = ''] = page.split(END)
  const table = `Run of ${day} ([raw](bench/${day}.json)):\n\n${tableOf(report)}`
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`)
  say(`kept as ${file} and shown in docs/BENCH.md`)
}

function told(value: number): string {
  return round(value).toLocaleString('en')
}
