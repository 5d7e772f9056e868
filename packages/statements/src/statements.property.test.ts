import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  profiles,
  readStatement,
  StatementError,
  writeStatement,
  type StatementBank,
  type StatementRow,
  type StatementToWrite,
  type WriteOptions,
} from './statements.ts'

const BANKS = Object.keys(profiles).filter((name): name is StatementBank => name in profiles)
/** The messages are the same for every bank. */
const CASES = [
  ...BANKS.flatMap((bank) => (['csv', 'xlsx'] as const).map((format) => ({ bank, format }))),
  ...(['mt940', 'camt053'] as const).map((format) => ({ bank: 'vietcombank' as const, format })),
]

/** What each layout has a column for; a date alone is a day. */
const KEEPS: Readonly<Record<StatementBank, { time: boolean; reference: boolean; balance: boolean }>> = {
  vietcombank: { time: false, reference: true, balance: true },
  mb: { time: true, reference: true, balance: true },
  techcombank: { time: false, reference: true, balance: true },
  vietinbank: { time: true, reference: false, balance: true },
  bidv: { time: true, reference: false, balance: true },
  agribank: { time: false, reference: true, balance: false },
}

const OFFSET_MS = 7 * 3_600_000
const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2026, 10, 1) - OFFSET_MS

const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9.]{1,20}$/),
  fc.constantFrom('Tổng', 'cộng', 'tiền', 'rau', '"K12"', 'a,b;c', '<b>&', 'Total', 'ST0471', '=1+1', '-'),
)
const content = fc.array(word, { maxLength: 20 }).map((words) => words.join(' '))
const movement = fc.record({
  direction: fc.constantFrom('in' as const, 'out' as const),
  amountVnd: fc.bigInt(1n, 999_999_999n),
  second: fc.integer({ min: 1, max: 20 * 86_400 - 1 }),
  precision: fc.constantFrom('second' as const, 'day' as const),
  reference: fc.option(fc.stringMatching(/^FT[0-9]{5,14}$/), { nil: null }),
  content,
  reversal: fc.boolean(),
})

/** Statements whose rows and balances hold together, oldest first. */
const statement: fc.Arbitrary<StatementToWrite> = fc
  .tuple(fc.bigInt(-1_000_000_000n, 1_000_000_000_000n), fc.array(movement, { maxLength: 12 }))
  .map(([openingVnd, movements]) => {
    let balanceVnd = openingVnd
    const rows = movements
      .toSorted((a, b) => a.second - b.second)
      .map(({ second, ...rest }) => {
        balanceVnd += rest.direction === 'in' ? rest.amountVnd : -rest.amountVnd
        const at = FIRST_MS + second * 1000
        const isDay = rest.precision === 'day' || (at + OFFSET_MS) % DAY_MS === 0
        return { ...rest, balanceVnd, ...(isDay ? dayOf(at) : { occurredAt: new Date(at) }) }
      })
    return {
      accountNumber: '0011000000002',
      fromDay: '2026-11-01',
      toDay: '2026-11-20',
      openingVnd,
      closingVnd: balanceVnd,
      rows,
    }
  })

function dayOf(at: number) {
  return {
    occurredAt: new Date(Math.floor((at + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS),
    precision: 'day' as const,
  }
}

function kept(row: Omit<StatementRow, 'line'>, { bank, format }: WriteOptions): Omit<StatementRow, 'line'> {
  const isTable = format === 'csv' || format === 'xlsx'
  const { time, reference, balance } = isTable
    ? KEEPS[bank]
    : { time: format === 'camt053', reference: true, balance: false }
  return {
    ...row,
    ...(time ? {} : dayOf(row.occurredAt.getTime())),
    reference: reference ? row.reference : null,
    balanceVnd: balance ? row.balanceVnd : null,
    reversal: isTable ? false : row.reversal,
  }
}

/** `toEqual` passes over what is undefined. */
const withoutLine = (row: StatementRow) => ({ ...row, line: undefined })

describe.each(CASES)('$bank $format', (options) => {
  it('reads every statement that it writes as what was written', async () => {
    await fc.assert(
      fc.asyncProperty(statement, fc.boolean(), async (written, newestFirst) => {
        const read = await readStatement(await writeStatement(written, { ...options, newestFirst }))
        expect(read).toMatchObject({
          ...written,
          rows: expect.anything(),
          checked: 'balances',
          format: options.format,
        })
        expect(read.rows.map(withoutLine)).toEqual(
          inOrder(
            written.rows.map((row) => kept(row, options)),
            options,
            newestFirst,
          ),
        )
        expect(new Set(read.rows.map(({ line }) => line)).size).toBe(read.rows.length)
        const isTable = options.format === 'csv' || options.format === 'xlsx'
        expect(read.profile).toBe(isTable ? options.bank : null)
      }),
      { numRuns: 15 },
    )
  })

  it('refuses a statement of which any one amount has been changed, and names the place', async () => {
    await fc.assert(
      fc.asyncProperty(
        statement.filter(({ rows }) => rows.length > 0),
        fc.nat(),
        fc.bigInt(1n, 1_000_000n),
        async (written, pick, more) => {
          const at = pick % written.rows.length
          const right = await readStatement(await writeStatement(written, options))
          const rows = written.rows.map((row, index) =>
            index === at ? { ...row, amountVnd: row.amountVnd + more } : row,
          )
          const error = await refusal(writeStatement({ ...written, rows }, options))
          const isTable = options.format === 'csv' || options.format === 'xlsx'
          if (isTable && KEEPS[options.bank].balance) {
            expect(error).toMatchObject({ code: 'running_balance_mismatch', line: right.rows[at]?.line })
          } else {
            expect(error).toMatchObject({ code: 'balances_mismatch' })
            expect(error.field).toMatch(/^(Số dư cuối kỳ\/Closing balance|:62:|CLBD)$/)
          }
        },
      ),
      { numRuns: 10 },
    )
  })
})

it('reads any bytes or throws StatementError, and nothing else', async () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('Ngày giao dịch', 'Nợ', 'Có', 'Nội dung', '1.000', '23/11/2026', ',', ';', '\n', '"'),
      fc.constantFrom(
        ':20:',
        ':25:',
        ':60F:C261122VND1,',
        ':61:',
        '<table>',
        '<Document><BkToCstmrStmt>',
        'PK\u0003\u0004',
      ),
    ),
    { maxLength: 60 },
  )
  const header = fc.constantFrom(
    '',
    'Ngày giao dịch,Nợ,Có,Nội dung\n',
    ':20:1\n:25:1\n',
    '<Document><BkToCstmrStmt><Stmt>',
  )
  await fc.assert(
    fc.asyncProperty(header, pieces, async (start, rest) => {
      await readStatement(Buffer.from(start + rest.join(''))).catch((error: unknown) => {
        if (!(error instanceof StatementError)) throw error
      })
    }),
    { numRuns: 500 },
  )
})

/** Within one day nothing tells which way a table goes that has neither times nor balances beside its rows. */
function inOrder<T extends { occurredAt: Date }>(
  rows: T[],
  { bank, format }: WriteOptions,
  newestFirst: boolean,
): T[] {
  const isTable = format === 'csv' || format === 'xlsx'
  const isUntold = rows[0]?.occurredAt.getTime() === rows.at(-1)?.occurredAt.getTime()
  return isTable && newestFirst && !KEEPS[bank].balance && isUntold ? rows.toReversed() : rows
}

async function refusal(writing: Promise<Buffer>): Promise<StatementError> {
  const bytes = await writing
  const error: unknown = await readStatement(bytes).catch((reason: unknown) => reason)
  if (error instanceof StatementError) return error
  throw new Error('the statement was read')
}
