import { inMarket, type Tx } from '@tienve/db'
import { testDatabase } from '@tienve/db/testing'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listTransfers } from './journal.ts'
import { closeDay, post, type PostItem } from './post.ts'
import { balances, trialBalance } from './read.ts'
import { verifyMarket } from './rows.ts'
import { addSeal, makeSeal, readCloses, type Seal } from './seal.ts'
import { aMarket, aSealKey, CLOSING, ledgerDatabase, type LedgerDatabase } from './testing.ts'
import { FAULTS, faultyDb, isUnanswered, type Fault, type FaultyDb } from './testing-faults.ts'
import { checkHistory, type Attempt, type Committed } from './testing-history.ts'
import { mirrorOf, sumOf } from './testing-model.ts'

/**
 * Some clients at once, each on a connection of its own that faults befall, send what a random program says and send it
 * again under the same keys until they are answered. `SOAK_RUNS` says how many programs, `SOAK_SEED` and `SOAK_PATH` repeat
 * one: the program and its faults come again, the race between the clients does not.
 */
const { SOAK_RUNS, SOAK_SEED, SOAK_PATH } = process.env
const RUNS = Number(SOAK_RUNS ?? 20)
const TIMEOUT_MS = 60_000 + RUNS * 4_000
const CLIENTS = 4
const MOST_TRIES = 12
const key = aSealKey()

let db: LedgerDatabase
let clients: FaultyDb[]
beforeAll(async () => {
  const database = await testDatabase()
  db = await ledgerDatabase(database)
  clients = Array.from({ length: CLIENTS }, () => faultyDb(database.workerUrl, db.admin))
})
afterAll(async () => {
  await Promise.all(clients.map(({ end }) => end()))
  await db.drop()
})

const BOOKS: Record<string, string[]> = {
  stl_one: ['stl_one:112', 'stl_one:3388', 'stl_one:511'],
  board: ['board:112', 'board:131.stl_one', 'board:511', 'board:3387'],
}
const transferArb = (book: string) =>
  fc
    .record({
      pair: fc.shuffledSubarray(BOOKS[book] ?? [], { minLength: 2, maxLength: 2 }),
      amountVnd: fc.bigInt({ min: 1n, max: 9n }),
    })
    .map(({ pair: [debit = '', credit = ''], amountVnd }) => ({ book, debit, credit, amountVnd }))
const legsArb = (book: string) => fc.array(transferArb(book), { minLength: 1, maxLength: 3 })
/** A key that may be anybody's, so that clients repeat and contradict each other, or one of its own. */
const itemArb = fc.record({
  key: fc.option(fc.integer({ min: 1, max: 5 }), { freq: 2 }),
  hour: fc.integer({ min: 0, max: 6 * 24 }),
  transfers: fc.oneof(
    { weight: 5, arbitrary: legsArb('stl_one') },
    { weight: 5, arbitrary: legsArb('board') },
    { weight: 1, arbitrary: fc.tuple(transferArb('stl_one'), transferArb('board')) },
  ),
})
const pickArb = fc.nat({ max: 1_000 })
const doArb = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      items: fc.array(itemArb, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('again' as const, 'twist' as const, 'undo' as const),
      pick: pickArb,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('close' as const), day: fc.integer({ min: 11, max: 16 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('seal' as const, 'read' as const) }) },
)
const faultArb = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Fault>('none') },
  { weight: 3, arbitrary: fc.constantFrom(...FAULTS) },
)
const programArb = fc.array(
  fc.array(fc.record({ what: doArb, faults: fc.array(faultArb, { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 7,
  }),
  { minLength: CLIENTS, maxLength: CLIENTS },
)
type Step = (typeof programArb extends fc.Arbitrary<infer Program> ? Program : never)[number][number]

/** What the clients of one program share: their clock, what was sent, and what they were told. */
type Run = {
  marketId: string
  tick: () => number
  sent: PostItem[][]
  /** Items that are known to be there, with their numbers. */
  posted: { item: PostItem; seq: bigint }[]
  attempts: Attempt[]
  seals: Seal[]
}

/** Sends until it is answered, the first times with these faults; tells `note` of every try, answered or not. */
async function insist<T>(
  client: FaultyDb,
  run: Run,
  faults: readonly Fault[],
  work: (tx: Tx) => Promise<T>,
  note: (times: { start: number; end: number }, answered: T | null) => void,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    client.arm(faults[tries] ?? 'none')
    const start = run.tick()
    try {
      const answered = await inMarket(client.db, run.marketId, work)
      return note({ start, end: run.tick() }, answered)
    } catch (error) {
      if (!isUnanswered(error)) throw error
      note({ start, end: Number.POSITIVE_INFINITY }, null)
    }
  }
  throw new Error('nobody ever answered')
}

async function take(client: FaultyDb, run: Run, { what, faults }: Step): Promise<void> {
  const { marketId } = run
  switch (what.do) {
    case 'close':
      return insist(
        client,
        run,
        faults,
        (tx) => closeDay(tx, marketId, `2026-11-${what.day}`, CLOSING),
        (_, closed) => {
          if (closed !== null) expect(closed >= `2026-11-${what.day}`).toBe(true)
        },
      )
    case 'seal':
      return insist(
        client,
        run,
        faults,
        async (tx) => {
          const seal = await makeSeal(tx, marketId, key, new Date())
          if (seal === null) return
          run.seals.push(seal)
          await addSeal(tx, seal)
        },
        () => {},
      )
    case 'read':
      return insist(
        client,
        run,
        faults,
        (tx) => balances(tx, marketId),
        (times, rows) => {
          if (rows === null) return
          run.attempts.push({
            op: 'read',
            ...times,
            sums: new Map(rows.map((row) => [row.id, `${row.debitVnd} ${row.creditVnd}`])),
          })
        },
      )
    case 'post':
    case 'again':
    case 'twist':
    case 'undo': {
      const items = itemsOf(run, what)
      run.sent.push(items)
      return insist(
        client,
        run,
        faults,
        (tx) => post(tx, marketId, items, { as: 'worker' }),
        (times, results) => {
          run.attempts.push({ op: 'post', ...times, items, results })
          for (const [at, result] of (results ?? []).entries()) {
            const item = items[at]
            if (item !== undefined && (result.outcome === 'created' || result.outcome === 'exists'))
              run.posted.push({ item, seq: result.seq })
          }
        },
      )
    }
    default:
      return what satisfies never
  }
}

function itemsOf(
  run: Run,
  what: Extract<Step['what'], { do: 'post' | 'again' | 'twist' | 'undo' }>,
): PostItem[] {
  if (what.do === 'post') {
    return what.items.map(({ key, hour, transfers }) => ({
      idemKey: key === null ? `own:${run.tick()}` : `any:${key}`,
      kind: 'sale_bank',
      occurredAt: new Date(Date.UTC(2026, 10, 10, hour)),
      sourceKind: 'payment',
      sourceId: `pay_${hour}`,
      transfers,
    }))
  }
  const before = run.sent[what.pick % Math.max(1, run.sent.length)] ?? []
  if (what.do === 'again') return before
  if (what.do === 'twist') return before.map((item) => ({ ...item, kind: 'twisted' }))
  const known = run.posted[what.pick % Math.max(1, run.posted.length)]
  return known === undefined ? [] : [mirrorOf(known.item, known.seq, `undo:${known.seq}:${what.pick % 2}`)]
}

async function committed(tx: Tx, marketId: string): Promise<Committed> {
  const rows = await listTransfers(tx, marketId, { limit: 10_000 })
  const keys = await tx.execute<{ seq: bigint; key: string }>(
    'select seq, idem_key as key from ledger_txn order by seq',
  )
  const legs = Map.groupBy(rows, ({ seq }) => seq)
  const txns = keys.rows.flatMap(({ seq, key }) => {
    const [first] = legs.get(seq) ?? []
    if (first === undefined) return []
    const { kind, occurredAt, sourceKind, sourceId, reversesSeq, block, businessDay } = first
    const transfers = (legs.get(seq) ?? []).map((leg) => ({
      ...leg,
      debit: leg.debitAccount,
      credit: leg.creditAccount,
    }))
    const item = { idemKey: key, kind, occurredAt, sourceKind, sourceId, transfers }
    return [{ seq, block, businessDay, item: reversesSeq === null ? item : { ...item, reversesSeq } }]
  })
  return { txns, closes: await readCloses(tx, marketId) }
}

test(
  'whatever befalls the connections, what clients are told is one history, in which each item is posted once',
  async () => {
    await fc.assert(
      fc.asyncProperty(programArb, async (program) => {
        const marketId = await aMarket(db.worker, ['stl_one'])
        let ticks = 0
        const run: Run = { marketId, tick: () => (ticks += 1), sent: [], posted: [], attempts: [], seals: [] }
        await Promise.all(
          program.map(async (steps, at) => {
            const client = clients[at]
            if (client === undefined) throw new Error('every part of a program has its client')
            for (const step of steps) await take(client, run, step)
          }),
        )
        await inMarket(db.api, marketId, async (tx) => {
          await tx.execute('set transaction isolation level repeatable read')
          const held = await committed(tx, marketId)
          const { wrong, model } = checkHistory(run.attempts, held)
          expect(wrong).toBe(null)
          const keys = held.txns.map(({ item }) => item.idemKey)
          expect(keys).toHaveLength(new Set(keys).size)
          for (const { item, seq } of run.posted) expect(keys[Number(seq) - 1]).toBe(item.idemKey)
          for (const { id, debitVnd, creditVnd } of await balances(tx, marketId)) {
            expect({ id, debitVnd, creditVnd }).toEqual({ id, ...sumOf(model, id) })
          }
          const trial = await trialBalance(tx, marketId)
          expect(trial.totalDebitVnd).toBe(trial.totalCreditVnd)
        })
        const proof = await verifyMarket(db.api, marketId, { seals: run.seals, publicKeys: [key.publicKey] })
        expect(proof.firstWrong).toBe(undefined)
      }),
      {
        numRuns: RUNS,
        // Another race is no smaller example, so there is nothing to shrink towards.
        endOnFailure: true,
        ...(SOAK_SEED === undefined ? {} : { seed: Number(SOAK_SEED) }),
        ...(SOAK_PATH === undefined ? {} : { path: SOAK_PATH }),
      },
    )
  },
  TIMEOUT_MS,
)
