import { inMarket, type Db, type Tx } from '@tienve/db'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listTransfers, type TransferRow } from './journal.ts'
import { closeDay, LedgerRefusal, post, reverse, type PostItem, type PostResult } from './post.ts'
import { balances } from './read.ts'
import { verifyMarket } from './rows.ts'
import { aMarket, aSealKey, CLOSING, ledgerDatabase, sealNow } from './testing.ts'

/**
 * Random programs of several clients at once, over connections that fail: whatever was acknowledged, or tried again until
 * it was, is in the books exactly once, and the books are those of a model that saw the same txns one after the other.
 */
let db: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  db = await ledgerDatabase()
})
afterAll(async () => db.drop())

const RUNS = Number(process.env['SOAK_RUNS'] ?? 12)
const KEPT = 'board:131.stl_one'
const DAYS = ['2026-11-20', '2026-11-21', '2026-11-22'] as const
const FAULTS = ['none', 'none', 'reply lost', 'killed', 'timed out'] as const

type Fault = (typeof FAULTS)[number]
type Step =
  | { do: 'post'; items: PostItem[]; fault: Fault }
  | { do: 'reverse'; seq: bigint; fault: Fault }
  | { do: 'close'; day: string; fault: Fault }
  | { do: 'seal' }

const itemArb = fc
  .record({
    key: fc.integer({ min: 1, max: 12 }),
    amountVnd: fc.bigInt({ min: 1n, max: 40n }),
    what: fc.constantFrom('owe', 'pay', 'sell'),
    day: fc.constantFrom(...DAYS),
  })
  .map(({ key, amountVnd, what, day }): PostItem => {
    const [book, debit, credit] = {
      owe: ['board', KEPT, 'board:511'],
      pay: ['board', 'board:112', KEPT],
      sell: ['stl_one', 'stl_one:112', 'stl_one:511'],
    }[what] as [string, string, string]
    return {
      idemKey: `key:${key}`,
      kind: what,
      occurredAt: new Date(`${day}T03:00:00Z`),
      sourceKind: 'test',
      sourceId: `${what}:${amountVnd}`,
      transfers: [{ book, debit, credit, amountVnd }],
    }
  })
const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      items: fc.array(itemArb, { minLength: 1, maxLength: 4 }),
      fault: fc.constantFrom(...FAULTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reverse' as const),
      seq: fc.bigInt({ min: 1n, max: 8n }),
      fault: fc.constantFrom(...FAULTS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      day: fc.constantFrom(...DAYS),
      fault: fc.constantFrom(...FAULTS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('seal' as const) }) },
)

/** Runs `work` in a transaction over a connection with this fault, and again without one until it is answered. */
async function tryUntilAnswered<T>(
  worker: Db,
  marketId: string,
  fault: Fault,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const failing = async (): Promise<T> => {
    const answer = await inMarket(worker, marketId, async (tx) => {
      if (fault === 'timed out') await tx.execute(`set local statement_timeout = '2ms'`)
      const answered = await work(tx)
      if (fault === 'killed') await tx.execute('select pg_terminate_backend(pg_backend_pid())')
      return answered
    })
    // Committed, and the client never hears of it.
    if (fault === 'reply lost') throw new Error('the reply was lost')
    return answer
  }
  if (fault === 'none') return failing()
  return failing().catch((error: unknown) => {
    if (error instanceof LedgerRefusal) throw error
    return inMarket(worker, marketId, work)
  })
}

type Answered = { item: PostItem; result: PostResult }

async function runClient(marketId: string, steps: readonly Step[], key: ReturnType<typeof aSealKey>) {
  const answers: Answered[] = []
  const seals = []
  for (const step of steps) {
    if (step.do === 'post') {
      const results = await tryUntilAnswered(db.worker, marketId, step.fault, (tx) =>
        post(tx, marketId, step.items, { as: 'worker' }),
      )
      answers.push(...step.items.map((item, at) => ({ item, result: results[at] as PostResult })))
    } else if (step.do === 'reverse') {
      const { seq } = step
      const reversal = { seq, idemKey: `undo:${seq}`, sourceKind: 'test', sourceId: 'undo' }
      const occurredAt = new Date(`${DAYS[0]}T04:00:00Z`)
      await tryUntilAnswered(db.worker, marketId, step.fault, (tx) =>
        reverse(tx, marketId, { ...reversal, occurredAt }),
      ).catch((error: unknown) => {
        if (!(error instanceof LedgerRefusal)) throw error
      })
    } else if (step.do === 'close') {
      await tryUntilAnswered(db.worker, marketId, step.fault, (tx) =>
        closeDay(tx, marketId, step.day, CLOSING),
      )
    } else {
      // There is nothing to seal before the first block.
      const seal = await sealNow(db.worker, marketId, key).catch(() => null)
      if (seal !== null) seals.push(seal)
    }
  }
  return { answers, seals }
}

const contentOf = ({
  kind,
  sourceId,
  occurredAt,
}: Pick<PostItem, 'kind' | 'sourceId' | 'occurredAt'>): string =>
  `${kind} ${sourceId} ${occurredAt.toISOString()}`

/** What the journal must be: numbered without a gap, each reversal once and of an earlier one, nothing below zero on the way. */
function replay(rows: readonly TransferRow[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const reversed = new Set<bigint>()
  const add = (id: string, by: bigint): void => void sums.set(id, (sums.get(id) ?? 0n) + by)
  rows.forEach((row, at) => {
    expect(row.seq).toBe(BigInt(at + 1))
    add(row.debitAccount, row.amountVnd)
    add(row.creditAccount, -row.amountVnd)
    expect(sums.get(KEPT) ?? 0n).toBeGreaterThanOrEqual(0n)
    if (row.reversesSeq === null) return
    expect(reversed.has(row.reversesSeq)).toBe(false)
    reversed.add(row.reversesSeq)
    const before = rows[Number(row.reversesSeq) - 1]
    expect([row.debitAccount, row.creditAccount, row.amountVnd]).toEqual([
      before?.creditAccount,
      before?.debitAccount,
      before?.amountVnd,
    ])
  })
  return sums
}

test('clients that post, repeat, contradict, reverse, close and seal at once over failing connections leave the books of the model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(stepArb, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 }),
      async (programs) => {
        const key = aSealKey()
        const marketId = await aMarket(db.worker, ['stl_one'])
        const done = await Promise.all(programs.map((steps) => runClient(marketId, steps, key)))
        const rows = await inMarket(db.api, marketId, (tx) => listTransfers(tx, marketId, { limit: 1_000 }))
        const sums = replay(rows)
        for (const account of await inMarket(db.api, marketId, (tx) => balances(tx, marketId))) {
          expect([account.id, account.debitVnd - account.creditVnd]).toEqual([
            account.id,
            sums.get(account.id) ?? 0n,
          ])
        }
        for (const { item, result } of done.flatMap(({ answers }) => answers)) {
          if (result.outcome === 'refused') {
            expect([item.kind, result.why]).toEqual(['pay', `account ${KEPT} would go below zero`])
            continue
          }
          const row = rows[Number(result.seq) - 1]
          expect(row === undefined ? '' : contentOf(row) === contentOf(item)).toBe(
            result.outcome !== 'conflict',
          )
        }
        const seals = done.flatMap((one) => one.seals)
        const found = await verifyMarket(db.api, marketId, { seals, publicKeys: [key.publicKey] })
        expect(found).toMatchObject({ ok: true, transfers: rows.length })
      },
    ),
    { numRuns: RUNS },
  )
})
