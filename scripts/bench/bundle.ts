import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildApps } from '../stack/build.ts'
import { ROOT } from '../stack/stack.ts'
import { say, toRow, type Row } from './measure.ts'

const DIST = join(ROOT, 'merchant-app/dist')

/** The JavaScript that a phone fetches before the merchant app's first screen, gzipped: the page's own and all it imports. */
export async function measureBundle(): Promise<Row> {
  buildApps(say)
  const files = new Set<string>()
  const waiting = [...readFileSync(join(DIST, 'index.html'), 'utf8').matchAll(/(?:src|href)="([^"]+\.js)"/g)]
    .map(([, path]) => path ?? '')
    .map((path) => path.replace(/^\/m\//, ''))
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    const imports = read(file).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)
    waiting.push(...[...imports].map(([, name]) => join('assets', basename(name ?? ''))))
  }
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0)
  return toRow({
    id: 'bundle',
    ours: bytes / 1_000,
    beside: null,
    aim: '≤ 130',
    unit: 'kB gzipped',
    note: `${files.size} files`,
  })
}

function read(file: string): string {
  return readFileSync(join(DIST, file), 'utf8')
}
