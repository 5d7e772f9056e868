import { inMarket } from '@tienve/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportLines, fileRows, LedgerFileError } from './file.ts'
import { post } from './post.ts'
import { anItem, ledgerDatabase, type LedgerDatabase } from './testing.ts'
import { aSealedLedger, KEY } from './testing-sealed.ts'
import { verifyRows, type Verification, type VerifyOptions } from './verify.ts'

let db: LedgerDatabase
let ledger: Awaited<ReturnType<typeof aSealedLedger>>
let lines: string[]
beforeAll(async () => {
  db = await ledgerDatabase()
  ledger = await aSealedLedger(db)
  lines = await exported(ledger.marketId)
})
afterAll(async () => db.drop())

const sealed = (): VerifyOptions => ({ seals: ledger.seals, publicKeys: [KEY.publicKey] })

async function exported(marketId: string, hiddenBooks?: ReadonlySet<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of exportLines(db.api, marketId, hiddenBooks)) all.push(line)
  return all
}

async function* each(all: readonly string[]): AsyncGenerator<string, undefined> {
  yield* all
}

/** What a verification of these lines says, without a database: of the ledger, or of the file as such. */
async function check(
  all: readonly string[],
  options: VerifyOptions = sealed(),
): Promise<Verification | LedgerFileError> {
  try {
    return await verifyRows(await fileRows(each(all)), options)
  } catch (error) {
    if (error instanceof LedgerFileError) return error
    throw error
  }
}

/** In a word: `ok`, the row that is wrong, or the line that cannot be read. */
async function verdict(all: readonly string[], options?: VerifyOptions): Promise<string> {
  const said = await check(all, options)
  if (said instanceof LedgerFileError) return said.message
  return said.firstWrong === undefined ? 'ok' : `${said.firstWrong.what} ${said.firstWrong.where}`
}

type Fields = Record<string, unknown>
const fieldsOf = (line: string): Fields => ({ ...(JSON.parse(line) as Fields) })
const kindOf = (line: string): unknown => fieldsOf(line).is
const lineOf = (kind: string, nth = 0): number =>
  [...lines.keys()].filter((at) => kindOf(lines[at] ?? '') === kind)[nth] ?? -1
const without = (...cut: number[]): string[] => lines.filter((_, at) => !cut.includes(at))
const edited = (at: number, over: Fields): string[] =>
  lines.with(at, JSON.stringify({ ...fieldsOf(lines[at] ?? ''), ...over }))
const swapped = (one: number, other: number): string[] =>
  lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '')

describe('an exported file', () => {
  test('proves without a database what the database would', async () => {
    expect(await check(lines)).toMatchObject({
      ok: true,
      transfers: 13,
      blocks: 5,
      hidden: 0,
      sealed: { height: 4n, businessDay: '2026-11-22', count: 2 },
      unsealed: 2n,
    })
    expect(await verdict(lines, {})).toBe('ok')
  })

  test('hides a book and still proves: its txns are leaves, and nothing else of them is in it', async () => {
    const board = anItem({
      transfers: [{ book: 'board', debit: 'board:131.stl_one', credit: 'board:511', amountVnd: 123_456n }],
    })
    const { marketId, seals } = await aSealedLedger(db)
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, [board], { as: 'worker' }))
    const part = await exported(marketId, new Set(['stl_one']))
    expect(part.filter((line) => kindOf(line) === 'hidden')).toHaveLength(9)
    expect(part.filter((line) => kindOf(line) === 'txn')).toHaveLength(1)
    const told = part.filter((line) => line.includes('stl_one:')).map(fieldsOf)
    expect(told.every(({ is, debitVnd }) => is === 'account' && debitVnd === undefined)).toBe(true)
    expect(await check(part, { ...sealed(), seals })).toMatchObject({
      ok: true,
      transfers: 1,
      hidden: 9,
      unsealed: 3n,
    })
    const at = part.findIndex((line) => kindOf(line) === 'hidden')
    const other = { ...fieldsOf(part[at] ?? ''), leaf: Buffer.alloc(32).toString('base64url') }
    expect(await verdict(part.with(at, JSON.stringify(other)), { seals })).toBe('ledger_block height 1')
    // Two leaves in the place of one would give the block the same bytes.
    const [first, second] = [fieldsOf(part[at] ?? ''), fieldsOf(part[at + 1] ?? '')]
    const both = Buffer.concat([first, second].map(({ leaf }) => Buffer.from(String(leaf), 'base64url')))
    const moved = part
      .with(at, JSON.stringify({ ...first, leaf: both.toString('base64url') }))
      .with(at + 1, JSON.stringify({ ...second, leaf: '' }))
    expect(await verdict(moved, { seals })).toBe('ledger_txn seq 1')
  })

  test('of a ledger that was never begun has no line', async () => {
    expect(await exported('mkt_unknown')).toEqual([])
    expect(await verdict([])).toBe('line 1: is not the beginning of a ledger')
  })
})

describe('damage to a file is found and named', () => {
  const B = 'base64url'
  const cases: Record<string, () => [string[], string]> = {
    'the first line cut': () => [without(0), 'line 1: is not the beginning of a ledger'],
    'another kind of file': () => [['{}', ...lines], 'line 1: has no is'],
    'a line of no JSON': () => [lines.with(5, '{"is":'), 'line 6: is not JSON'],
    'a line of JSON that is no object': () => [lines.with(5, '7'), 'line 6: has no is'],
    'an empty line': () => [lines.with(5, ''), 'line 6: is not JSON'],
    'the end cut': () => [lines.slice(0, -1), `line ${lines.length}: the file has no end`],
    'lines after the end': () => [
      [...lines, lines[lineOf('txn', 8)] ?? ''],
      `line ${lines.length + 1}: stands after the end`,
    ],
    'a txn cut': () => [without(lineOf('txn', 2)), 'ledger_txn seq 3'],
    'a block cut': () => [without(lineOf('block', 1)), 'ledger_txn seq 3'],
    'a block cut with its txns': () => [
      without(lineOf('block', 1), lineOf('txn', 2), lineOf('txn', 3)),
      'ledger_block height 2',
    ],
    'an account cut': () => [without(lineOf('account')), 'ledger_account height 2'],
    'a close cut': () => [without(lineOf('close')), 'ledger_account height 2'],
    'the tail cut': () => [
      [...lines.slice(0, lineOf('block', 2)), lines.at(-1) ?? ''],
      'ledger_block height 3',
    ],
    'two txns swapped': () => [swapped(lineOf('txn', 2), lineOf('txn', 3)), 'ledger_txn seq 3'],
    'two blocks swapped': () => [swapped(lineOf('block', 1), lineOf('block', 2)), 'ledger_block height 2'],
    'a txn moved into the block before': () => [
      swapped(lineOf('txn', 2), lineOf('block', 1)),
      'ledger_txn seq 3',
    ],
    'an amount edited': () => [
      lines.map((line, at) => (at === lineOf('txn', 2) ? line.replace('"35000"', '"35001"') : line)),
      'ledger_txn seq 3',
    ],
    'an amount that no number holds': () => [
      lines.map((line, at) =>
        at === lineOf('txn', 2) ? line.replace('"35000"', '"9223372036854775808"') : line,
      ),
      `line ${lineOf('txn', 2) + 1}: amountVnd is not a whole number`,
    ],
    'a leaf edited': () => [
      edited(lineOf('txn', 2), { leaf: Buffer.alloc(32).toString(B) }),
      'ledger_txn seq 3',
    ],
    'a leaf that is no text of bytes': () => [
      edited(lineOf('txn', 2), { leaf: '!'.repeat(43) }),
      `line ${lineOf('txn', 2) + 1}: leaf is not base64url`,
    ],
    'a time that no number holds': () => [
      edited(lineOf('txn', 2), { occurredMicros: '-9223372036854775808' }),
      `line ${lineOf('txn', 2) + 1}: occurredMicros is not a whole number`,
    ],
    'a day that no number holds': () => [
      edited(lineOf('txn', 2), { businessDayNumber: 3_000_000_000 }),
      `line ${lineOf('txn', 2) + 1}: businessDayNumber is not a number`,
    ],
    'a balance edited': () => {
      const at = lines.findIndex((line) => fieldsOf(line).id === 'stl_one:112')
      return [edited(at, { debitVnd: '1' }), 'ledger_balance stl_one:112']
    },
    'the market edited': () => [edited(0, { marketId: 'mkt_other' }), 'ledger_seal height 4'],
    'the last number edited': () => [edited(0, { lastSeq: '8' }), `ledger_head ${ledger.marketId}`],
    'the last hash edited': () => [
      edited(0, { hash: Buffer.alloc(32).toString(B) }),
      `ledger_head ${ledger.marketId}`,
    ],
    'the closed day edited': () => [
      edited(0, { closedThrough: '2026-11-20' }),
      `ledger_head ${ledger.marketId}`,
    ],
    'a seal that is none': () => [
      edited(lineOf('seal'), { seal: 'x' }),
      `line ${lineOf('seal') + 1}: is not a seal`,
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, damage) => {
    const [damaged, named] = damage()
    expect(await verdict(damaged)).toBe(named)
  })

  test('an account cut is found without a seal too, when something moved it', async () => {
    const at = lines.findIndex((line) => fieldsOf(line).id === 'stl_one:511')
    expect(await verdict(without(at), {})).toBe('ledger_account height 4')
    const unsealed = lines.filter((line, where) => where !== at && kindOf(line) !== 'seal')
    expect(await verdict(unsealed, {})).toBe('ledger_transfer seq 1 leg 1')
  })

  test('the tail cut with the head set to fit is found by a seal outside, and by nothing else', async () => {
    const block = fieldsOf(lines[lineOf('block', 1)] ?? '')
    const cut = [
      JSON.stringify({
        ...fieldsOf(lines[0] ?? ''),
        lastSeq: block.lastSeq,
        height: block.height,
        hash: block.hash,
        closedThrough: '2026-11-21',
      }),
      ...lines
        .slice(1, lineOf('block', 2))
        .filter((_, at) => ![lineOf('close', 1), lineOf('seal')].includes(at + 1)),
      lines.at(-1) ?? '',
    ].map((line) => {
      const { debitVnd: _debit, creditVnd: _credit, ...rest } = fieldsOf(line)
      return JSON.stringify(rest)
    })
    expect(await verdict(cut, { publicKeys: [KEY.publicKey] })).toBe('ok')
    expect(await verdict(cut)).toBe('ledger_account height 4')
  })

  test('whichever line is cut, swapped with the next or put twice; but for seals, which are outside too', async () => {
    for (const at of lines.keys()) {
      const [line = '', next = line] = lines.slice(at, at + 2)
      const unhurt = kindOf(line) === 'seal' ? 'ok' : expect.not.stringMatching(/^ok$/)
      expect([line, await verdict(without(at))]).toEqual([line, unhurt])
      expect([line, await verdict(lines.toSpliced(at, 0, line))]).toEqual([line, unhurt])
      if (kindOf(line) === 'seal' && kindOf(next) === 'seal') continue
      if (next !== line)
        expect([line, await verdict(swapped(at, at + 1))]).toEqual([line, expect.not.stringMatching(/^ok$/)])
    }
  })

  test('whichever field of whichever line is edited or taken out', async () => {
    for (const at of lines.keys()) {
      for (const [name, value] of Object.entries(fieldsOf(lines[at] ?? ''))) {
        const damaged = [edited(at, { [name]: another(value) })]
        // A balance that is not told is that of a hidden book.
        if (value !== null && !/^(debit|credit)Vnd$/.test(name))
          damaged.push(edited(at, { [name]: undefined }))
        for (const one of damaged)
          expect([at, name, await verdict(one)]).toEqual([at, name, expect.not.stringMatching(/^ok$/)])
      }
    }
  })
})

function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return [...(value as unknown[]), value[0] as unknown]
  if (value === null) return '1'
  const text = String(value)
  const last = text.at(-1)
  return `${text.slice(0, -1)}${last === '1' ? '2' : '1'}`
}
