import { inMarket } from '@tienve/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { exportLines, fileRows } from './file.ts'
import { post } from './post.ts'
import { databaseRows, verifyMarket } from './rows.ts'
import { aMarket, anItem, ledgerDatabase, type LedgerDatabase } from './testing.ts'
import { verifyRows } from './verify.ts'

const BATCH = 500
const SMALL = 5_000
const LARGE = 20_000

let db: LedgerDatabase
let small: string
let large: string
beforeAll(async () => {
  db = await ledgerDatabase()
  small = await aLedgerOf(SMALL)
  large = await aLedgerOf(LARGE)
})
afterAll(async () => db.drop())

async function aLedgerOf(count: number): Promise<string> {
  const marketId = await aMarket(db.worker)
  for (let at = 0; at < count; at += BATCH) {
    const items = Array.from({ length: BATCH }, () => anItem({ kind: 'sale_bank'.repeat(20) }))
    await inMarket(db.worker, marketId, (tx) => post(tx, marketId, items, { as: 'worker' }))
  }
  return marketId
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** One collection leaves megabytes behind, now more and now less, that the next one takes: only then the figure is steady. */
const held = (): number => {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Passes everything on, and keeps what was the most that memory held meanwhile, over what it held before. */
function watched<T>(items: AsyncIterable<T>): {
  items: AsyncGenerator<Awaited<T>, void>
  most: () => number
} {
  const before = held()
  let most = 0
  let count = 0
  return {
    most: () => most,
    items: (async function* () {
      for await (const item of items) {
        if (count++ % 2_500 === 0) most = Math.max(most, held() - before)
        yield item
      }
    })(),
  }
}

/** With four times the rows, at most this much more: all of them held would be four times as much. */
const NOT_MUCH_MORE = 1.5

test('a ledger of 20.000 transfers is verified in the memory that one of 5.000 needs', async () => {
  const verified = async (marketId: string): Promise<number> =>
    inMarket(db.api, marketId, async (tx) => {
      const rows = await databaseRows(tx, marketId)
      const { items, most } = watched(rows.txns(0n))
      expect(await verifyRows({ ...rows, txns: () => items })).toMatchObject({ ok: true })
      return most()
    })
  const few = await verified(small)
  expect(few).toBeGreaterThan(1_000_000)
  expect(await verified(large)).toBeLessThan(few * NOT_MUCH_MORE)
  expect(await verifyMarket(db.api, large)).toMatchObject({
    ok: true,
    transfers: LARGE,
    blocks: LARGE / BATCH,
  })
})

test('it is exported and read again line by line, in as little', async () => {
  const moved = async (marketId: string): Promise<number> => {
    const { items, most } = watched(exportLines(db.api, marketId))
    expect(await verifyRows(await fileRows(items))).toMatchObject({ ok: true })
    return most()
  }
  const few = await moved(small)
  expect(await moved(large)).toBeLessThan(few * NOT_MUCH_MORE)
})

test('what is posted while it is exported is not in the file, which proves all the same', async () => {
  const lines: string[] = []
  for await (const line of exportLines(db.api, small)) {
    lines.push(line)
    if (lines.length % 2_000 === 0)
      await inMarket(db.worker, small, (tx) => post(tx, small, [anItem()], { as: 'worker' }))
  }
  const again = async function* (): AsyncGenerator<string, undefined> {
    yield* lines
  }
  expect(await verifyRows(await fileRows(again()))).toMatchObject({ ok: true, transfers: SMALL })
})
