import { inMarket, type Db } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { bookOf } from './chart.ts'
import type { HashedAccount } from './hash.ts'
import { balances } from './read.ts'
import { databaseRows } from './rows.ts'
import { sealFromText, sealToText, type Close, type Seal } from './seal.ts'
import { wrong, type BlockRow, type Head, type LedgerRows, type LegRow, type TxnEntry } from './verify.ts'

/**
 * A ledger as a file: one JSON object a line, its kind in `is`. First what the ledger is, its accounts, closed days and
 * seals; then each block followed by its txns; `end` last, so that a file cut short is noticed. Whole numbers that may be
 * large are text, bytes are base64url, times count microseconds since 1970, days are `YYYY-MM-DD` or days since 2000.
 */
const FORM = 'tienve-ledger/1'
const DAY_MICROS = 86_400_000_000n
const VIETNAM_MICROS = 7n * 3_600_000_000n
/** No number of a ledger is larger, and a time of this size can still be counted from 2000. */
const LARGEST = 9_000_000_000_000_000_000n
/** Days from 1970-01-01 to 2000-01-01. */
const EPOCH_DAYS = 10_957n

/** The file is not a ledger, or is damaged: which line, and why. */
export class LedgerFileError extends Error {
  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`)
    this.name = 'LedgerFileError'
  }
}

/**
 * Writes a market's whole ledger, line by line, as it stands when the first line is asked for. The txns of books in
 * `hiddenBooks` are shown by their leaf alone: the chain still proves, and nothing is told of them.
 */
export async function* exportLines(
  db: Db,
  marketId: string,
  hiddenBooks: ReadonlySet<string> = new Set(),
): AsyncGenerator<string, undefined> {
  const { rows, sums } = await inMarket(db, marketId, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    return { rows: await databaseRows(tx, marketId, db), sums: await balances(tx, marketId) }
  })
  const { head } = rows
  if (head === undefined) return undefined
  yield toLine({ is: 'ledger', form: FORM, marketId, ...head })
  const sumOf = new Map(sums.map((account) => [account.id, account]))
  for (const account of rows.accounts) {
    const sum = hiddenBooks.has(bookOf(account.id)) ? undefined : sumOf.get(account.id)
    yield toLine({ is: 'account', ...account, debitVnd: sum?.debitVnd, creditVnd: sum?.creditVnd })
  }
  for (const close of rows.closes)
    yield toLine({ is: 'close', ...close, closedAt: close.closedAt.toISOString() })
  for (const seal of rows.seals) yield toLine({ is: 'seal', seal: sealToText(seal) })
  const txns = rows.txns(0n)[Symbol.asyncIterator]()
  for await (const block of rows.blocks(0n)) {
    // What was posted since the first line is for the next export.
    if (block.height > head.height) break
    yield toLine({ is: 'block', ...block })
    for (let seq = block.firstSeq; seq <= block.lastSeq; seq++) {
      const { value: entry } = await txns.next()
      if (entry === undefined) throw new Error(`the ledger has no txn ${seq}: verify it before exporting`)
      yield toLine(txnOrLeaf(entry, hiddenBooks))
    }
  }
  yield toLine({ is: 'end' })
}

function txnOrLeaf(entry: TxnEntry, hiddenBooks: ReadonlySet<string>): Record<string, unknown> {
  if ('hidden' in entry) return { is: 'hidden', ...entry.hidden }
  const { txn, legs } = entry
  if (legs.some(({ book }) => hiddenBooks.has(book))) return { is: 'hidden', seq: txn.seq, leaf: txn.leaf }
  const { block: _block, isDayTooEarly: _isDayTooEarly, ...rest } = txn
  return { is: 'txn', ...rest, legs: legs.map(({ seq: _seq, leg: _leg, ...leg }) => leg) }
}

/**
 * Reads an exported file as a ledger that can be verified, line by line. Errors: `LedgerFileError` at the first line that
 * cannot be read, also later, while it is walked.
 */
export async function fileRows(lines: AsyncIterable<string>): Promise<LedgerRows> {
  const cursor = createCursor(lines)
  const first = await cursor.take('ledger')
  if (first === undefined || first.text('form') !== FORM)
    throw new LedgerFileError(1, 'is not the beginning of a ledger')
  const sums = new Map<string, { debit: bigint; credit: bigint; told: [bigint, bigint] | null }>()
  const accounts: HashedAccount[] = []
  for (let line = await cursor.take('account'); line !== undefined; line = await cursor.take('account')) {
    accounts.push(toAccount(line))
    const told: [bigint, bigint] | null = line.has('debitVnd')
      ? [line.whole('debitVnd'), line.whole('creditVnd')]
      : null
    sums.set(line.text('id'), { debit: 0n, credit: 0n, told })
  }
  const closes = await takeAll(cursor, 'close', toClose)
  const seals = await takeAll(cursor, 'seal', toSeal)
  let height = 0n
  const add = (legs: readonly LegRow[]): void => {
    for (const { debit, credit, amountVnd } of legs) {
      const [from, to] = [sums.get(credit), sums.get(debit)]
      if (from !== undefined) from.credit += amountVnd
      if (to !== undefined) to.debit += amountVnd
    }
  }
  return {
    marketId: first.text('marketId'),
    head: toHead(first),
    accounts,
    closes,
    seals,
    async *blocks() {
      for (let line = await cursor.take('block'); line !== undefined; line = await cursor.take('block')) {
        const block = toBlock(line)
        height = block.height
        yield block
      }
    },
    async *txns() {
      for (;;) {
        const line = (await cursor.take('txn')) ?? (await cursor.take('hidden'))
        if (line === undefined) return
        const entry = toEntry(line, height)
        if ('txn' in entry) add(entry.legs)
        yield entry
      }
    },
    checkSums: async () => {
      if ((await cursor.take('end')) === undefined)
        throw new LedgerFileError(cursor.count(), 'the file has no end')
      await cursor.finish()
      const off = [...sums].find(
        ([, { debit, credit, told }]) => told !== null && (told[0] !== debit || told[1] !== credit),
      )
      return off && wrong('ledger_balance', off[0], 'is not the sum of its transfers')
    },
  }
}

/** A line's fields, each read with its type or refused with the line's number. */
type Line = {
  text: (name: string) => string
  has: (name: string) => boolean
  whole: (name: string) => bigint
  small: (name: string) => number
  flag: (name: string) => boolean
  bytes: (name: string) => Buffer
  time: (name: string) => Date
  lines: (name: string) => Line[]
  fail: (why: string) => never
}
type Cursor = ReturnType<typeof createCursor>

/** One line ahead, so that blocks and txns can be asked for in turn. `take` answers undefined when the next is another kind. */
function createCursor(lines: AsyncIterable<string>) {
  const iterator = lines[Symbol.asyncIterator]()
  let number = 0
  let next: Line | null | undefined
  const peek = async (): Promise<Line | null> => {
    if (next !== undefined) return next
    const { value, done } = await iterator.next()
    number += 1
    next = done === true ? null : lineOf(parse(value, number), number)
    return next
  }
  return {
    count: () => number,
    finish: async (): Promise<void> => {
      if ((await peek()) !== null) throw new LedgerFileError(number, 'stands after the end')
    },
    take: async (kind: string): Promise<Line | undefined> => {
      const line = await peek()
      if (line === null || line.text('is') !== kind) return undefined
      next = undefined
      return line
    },
  }
}

function parse(json: string, number: number): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new LedgerFileError(number, 'is not JSON')
  }
}

function lineOf(value: unknown, number: number): Line {
  const fields: Record<string, unknown> = { ...(typeof value === 'object' ? value : {}) }
  const text = (name: string): string => {
    const value = fields[name]
    if (typeof value !== 'string') throw new LedgerFileError(number, `has no ${name}`)
    return value
  }
  return {
    text,
    has: (name: string): boolean => fields[name] !== undefined && fields[name] !== null,
    whole: (name: string): bigint => {
      const whole = /^-?\d{1,19}$/.test(text(name)) ? BigInt(text(name)) : null
      if (whole === null || whole > LARGEST || whole < -LARGEST)
        throw new LedgerFileError(number, `${name} is not a whole number`)
      return whole
    },
    small: (name: string): number => {
      const value = fields[name]
      if (typeof value !== 'number' || (value | 0) !== value)
        throw new LedgerFileError(number, `${name} is not a number`)
      return value
    },
    flag: (name: string): boolean => {
      const value = fields[name]
      if (typeof value !== 'boolean') throw new LedgerFileError(number, `${name} is not true or false`)
      return value
    },
    bytes: (name: string): Buffer => {
      const bytes = Buffer.from(text(name), 'base64url')
      if (bytes.toString('base64url') !== text(name))
        throw new LedgerFileError(number, `${name} is not base64url`)
      return bytes
    },
    time: (name: string): Date => {
      const time = new Date(text(name))
      if (Number.isNaN(time.getTime()) || time.toISOString() !== text(name))
        throw new LedgerFileError(number, `${name} is not a time`)
      return time
    },
    lines: (name: string): Line[] => {
      const value = fields[name]
      if (!Array.isArray(value)) throw new LedgerFileError(number, `has no ${name}`)
      return value.map((one) => lineOf(one, number))
    },
    fail: (why: string): never => {
      throw new LedgerFileError(number, why)
    },
  }
}

async function takeAll<T>(cursor: Cursor, kind: string, read: (line: Line) => T): Promise<T[]> {
  const all: T[] = []
  for (let line = await cursor.take(kind); line !== undefined; line = await cursor.take(kind))
    all.push(read(line))
  return all
}

const toHead = (line: Line): Head => ({
  lastSeq: line.whole('lastSeq'),
  height: line.whole('height'),
  hash: line.bytes('hash'),
  closedThrough: line.has('closedThrough') ? line.text('closedThrough') : null,
})

const toAccount = (line: Line): HashedAccount => ({
  id: line.text('id'),
  glCode: line.text('glCode'),
  side: line.text('side'),
  keepsSide: line.flag('keepsSide'),
  name: line.text('name'),
  openedHeight: line.whole('openedHeight'),
})

const toClose = (line: Line): Close => ({
  businessDay: line.text('businessDay'),
  height: line.whole('height'),
  closedAt: line.time('closedAt'),
  closedBy: line.text('closedBy'),
  suspenseCount: line.small('suspenseCount'),
  suspenseVnd: line.whole('suspenseVnd'),
  differenceVnd: line.whole('differenceVnd'),
  deafCount: line.small('deafCount'),
})

const toSeal = (line: Line): Seal => sealFromText(line.text('seal')) ?? line.fail('is not a seal')

const toBlock = (line: Line): BlockRow => ({
  height: line.whole('height'),
  firstSeq: line.whole('firstSeq'),
  lastSeq: line.whole('lastSeq'),
  prevHash: line.bytes('prevHash'),
  hash: line.bytes('hash'),
  version: line.small('version'),
})

function toEntry(line: Line, height: bigint): TxnEntry {
  if (line.text('is') === 'hidden') return { hidden: { seq: line.whole('seq'), leaf: line.bytes('leaf') } }
  const seq = line.whole('seq')
  const occurredMicros = line.whole('occurredMicros')
  const businessDayNumber = line.small('businessDayNumber')
  const localDay = (occurredMicros + VIETNAM_MICROS) / DAY_MICROS - EPOCH_DAYS
  return {
    txn: {
      seq,
      kind: line.text('kind'),
      idemKey: line.text('idemKey'),
      requestHash: line.bytes('requestHash'),
      salt: line.bytes('salt'),
      leaf: line.bytes('leaf'),
      block: height,
      occurredMicros,
      recordedMicros: line.whole('recordedMicros'),
      businessDayNumber,
      isDayTooEarly: BigInt(businessDayNumber) < localDay,
      sourceKind: line.text('sourceKind'),
      sourceId: line.text('sourceId'),
      sourceHash: line.has('sourceHash') ? line.bytes('sourceHash') : null,
      reversesSeq: line.has('reversesSeq') ? line.whole('reversesSeq') : null,
    },
    legs: line.lines('legs').map((leg, at) => ({
      seq,
      leg: at + 1,
      book: leg.text('book'),
      debit: leg.text('debit'),
      credit: leg.text('credit'),
      amountVnd: leg.whole('amountVnd'),
    })),
  }
}

function toLine(fields: Record<string, unknown>): string {
  const plain = Object.entries(fields).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('base64url') : value,
  ])
  return JSON.stringify(Object.fromEntries(plain), (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
}
