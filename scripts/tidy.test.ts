import { ERRORS } from '@tienve/contracts'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './stack/stack.ts'

const FOLDERS = ['packages', 'services', 'merchant-app', 'admin-app', 'scripts', 'docs', 'drizzle']
const SKIPPED = new Set(['node_modules', 'dist', 'samples', 'meta'])

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

/** Among the bytes of a picture any three letters turn up sooner or later. */
const files = FOLDERS.flatMap(filesUnder).filter((file) => !/\.(png|gif|mp3|ttf|xlsx|pdf)$/.test(file))
const code = files.filter((file) => /\.tsx?$/.test(file))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Each rule: which files, and what in them is wrong. Kept as data so that each can be tried on a bad sample. */
const RULES = {
  'a file is at most 400 lines': {
    applies: (file: string) => /\.tsx?$/.test(file),
    faults: (text: string) => (text.split('\n').length > 401 ? ['too long'] : []),
    bad: 'x\n'.repeat(500),
  },
  'the environment is read in few places': {
    applies: (file: string) =>
      /\.tsx?$/.test(file) &&
      !/config\.ts$|^scripts\/|bank-sim\/src\/main\.ts$|db\/src\/embedded\.ts$|\.test\.ts$/.test(file),
    faults: (text: string) => text.match(/process\.env/g) ?? [],
    bad: 'const x = process.env.HOME',
  },
  'the pure packages have no clock and no chance of their own': {
    applies: (file: string) =>
      /^packages\/(money|vietqr|bank-feeds|statements|contracts)\/.*\.ts$/.test(file) &&
      !file.includes('.test.'),
    faults: (text: string) => text.match(/Date\.now\(|new Date\(\)|Math\.random\(/g) ?? [],
    bad: 'const at = new Date()',
  },
  'screens never say what this is not': {
    applies: (file: string) =>
      /^(merchant-app|admin-app|packages\/ui)\/src\/.*\.tsx?$/.test(file) && !file.includes('.test.'),
    faults: (text: string) =>
      text.match(
        /(?<![\p{L}])(ví điện tử|ví tiền|số dư|nạp tiền|rút tiền|thu hộ|thuế chợ|giao dịch thành công)(?![\p{L}])/giu,
      ) ?? [],
    bad: "const w = { vi: 'Số dư của bạn' }",
  },
  'screens never read text as HTML': {
    applies: (file: string) => /^(merchant-app|admin-app|packages\/ui)\/src\/.*\.tsx?$/.test(file),
    faults: (text: string) =>
      text.match(
        /dangerouslySetInnerHTML|(inner|outer)HTML|insertAdjacentHTML|document\.write|\bsrcDoc\b/g,
      ) ?? [],
    bad: 'node.innerHTML = note',
  },
  'nothing is left to be done later': {
    applies: (file: string) => file !== 'scripts/tidy.test.ts',
    faults: (text: string) => text.match(/\b(TODO|FIXME|XXX)\b/g) ?? [],
    bad: '// TODO later',
  },
  'no test is skipped': {
    applies: (file: string) => /\.(test|e2e)\.ts$/.test(file) && file !== 'scripts/tidy.test.ts',
    faults: (text: string) => text.match(/\b(it|test|describe)\.(skip|only|todo)\b/g) ?? [],
    bad: "it.skip('x', () => {})",
  },
} as const

describe.each(Object.entries(RULES))('%s', (_, { applies, faults, bad }) => {
  it('holds everywhere', () => {
    const found = files
      .filter(applies)
      .flatMap((file) => faults(read(file)).map((fault) => `${file}: ${fault}`))
    expect(found).toEqual([])
  })

  it('would be noticed', () => {
    expect(faults(bad)).not.toEqual([])
  })
})

describe('the documents', () => {
  it('name every error with its status', () => {
    const page = read('docs/errors.md')
    const missing = Object.entries(ERRORS).filter(
      ([code, { status }]) => !page.includes(`\`${code}\` | ${status} |`),
    )
    expect(missing).toEqual([])
  })

  it('point to no file that is not there', () => {
    const pages = [...files.filter((file) => file.endsWith('.md')), 'README.md', 'README.vi.md']
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target]) => join(dirname(page), target ?? ''))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${page}: ${target}`),
    )
    expect(broken).toEqual([])
  })
})

describe('the house', () => {
  it('has the same file names in every capability', () => {
    const usual = /^(tables|repository|rules|service|routes|jobs|page)\.ts$|\.test\.ts$/
    const own: Record<string, readonly string[]> = {
      audit: ['trail.ts', 'verify.ts'],
      books: ['export.ts', 'folding.ts', 'names.ts', 'postings.ts', 'stretch.ts', 'suspense-postings.ts'],
      closing: ['report.ts'],
      charges: [
        'billable.ts',
        'compare.ts',
        'drafts.ts',
        'issue.ts',
        'lines.ts',
        'preview.ts',
        'receipts.ts',
        'round-rows.ts',
        'rounds.ts',
        'testing.ts',
      ],
      connections: ['health.ts', 'letters.ts', 'pull.ts', 'words.ts'],
      contracts: ['deposits.ts'],
      collection: ['books.ts', 'report.ts', 'testing.ts', 'tickets.ts', 'walk.ts'],
      documents: [
        'chunks.ts',
        'csv.ts',
        'pdf-worker.ts',
        'pdf.ts',
        'report.ts',
        'send.ts',
        'sheet.ts',
        'svg-text.ts',
        'table.ts',
        'testing.ts',
      ],
      demo: [
        'connections.ts',
        'demo-markets.ts',
        'meters.ts',
        'people.ts',
        'places.ts',
        'random.ts',
        'setup.ts',
      ],
      enrolments: ['slip.ts', 'testing.ts'],
      feeds: [
        'connections.ts',
        'deafness.ts',
        'held.ts',
        'intake.ts',
        'joining.ts',
        'orders.ts',
        'outgoing.ts',
        'plan.ts',
        'process.ts',
        'pull.ts',
        'pulls.ts',
        'secrets.ts',
        'tellings.ts',
        'worker.ts',
        'write.ts',
      ],
      history: ['paper.ts'],
      identity: ['browser.ts'],
      live: ['hub.ts'],
      markets: ['demo.ts', 'directory.ts'],
      notices: ['arrivals.ts', 'channels.ts', 'testing.ts', 'words.ts'],
      payments: ['totals.ts'],
      privacy: ['export.ts', 'own-trade.ts', 'own.ts', 'testing.ts', 'testing-attack.ts', 'testing-walk.ts'],
      receipts: ['paper.ts'],
      register: ['cells.ts', 'import.ts', 'plan.ts'],
      signoffs: ['report.ts'],
      staff: ['delegations.ts', 'help.ts', 'own.ts', 'second-step.ts'],
      stalls: ['card.ts'],
      suspense: ['pay.ts', 'resolve.ts', 'testing.ts'],
      summaries: [
        'cash.ts',
        'debts.ts',
        'month.ts',
        'paper.ts',
        'places.ts',
        'shape.ts',
        'testing.ts',
        'words.ts',
      ],
      tariffs: ['in-force.ts'],
      taxes: ['books.ts', 'paper.ts'],
    }
    const odd = code.filter((file) => {
      const [, capability, name] = /^services\/payment\/src\/([a-z]+)\/([^/]+)$/.exec(file) ?? []
      return (
        capability !== undefined &&
        capability !== 'http' &&
        name !== undefined &&
        !usual.test(name) &&
        !own[capability]?.includes(name)
      )
    })
    expect(odd).toEqual([])
  })
})
