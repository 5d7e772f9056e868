import { randomBytes } from 'node:crypto'
import { createDb, inMarket, newId, type Db, type Tx } from '@tienve/db'
import { testDatabase, type TestDatabase } from '@tienve/db/testing'
import { boardChart, stallChart } from './chart.ts'
import { openAccounts, type PostItem, type Transfer } from './post.ts'
import { addSeal, makeSeal, sealKeyOf, type Seal, type SealKey } from './seal.ts'

export type LedgerDatabase = {
  api: Db
  worker: Db
  /** Who owns the tables and the functions: under the same policies, but free to take them away. */
  owner: Db
  /** The superuser, above all rules. */
  admin: Db
  drop: () => Promise<void>
}

/** A database of its own for one test file, with a pool for each role of the service, and a pool above all rules. */
export async function ledgerDatabase(made?: TestDatabase): Promise<LedgerDatabase> {
  const database = made ?? (await testDatabase())
  const [api, worker, owner, admin] = [
    createDb(database.apiUrl),
    createDb(database.workerUrl),
    createDb(database.ownerUrl),
    createDb(database.adminUrl),
  ]
  return {
    api,
    worker,
    owner,
    admin,
    async drop() {
      await Promise.all([api, worker, owner, admin].map(({ pool }) => pool.end()))
      await database.drop()
    },
  }
}

/** A key that the database never sees. */
export function aSealKey(): SealKey {
  return sealKeyOf(randomBytes(32))
}

/** Seals where a market stands, as the service does: the caller keeps the answer outside, then it goes into the database. */
export async function sealNow(worker: Db, marketId: string, key: SealKey, now = new Date()): Promise<Seal> {
  const seal = await inMarket(worker, marketId, (tx) => makeSeal(tx, marketId, key, now))
  if (seal === null) throw new Error('there is nothing new to seal')
  await inMarket(worker, marketId, (tx) => addSeal(tx, seal))
  return seal
}

/** A market of its own for one test, with the board's accounts and those of some stalls open. */
export async function aMarket(
  worker: Db,
  stalls: readonly string[] = ['stl_one', 'stl_two'],
): Promise<string> {
  const marketId = `mkt_${randomBytes(8).toString('hex')}`
  await inMarket(worker, marketId, (tx) =>
    openAccounts(tx, marketId, [...boardChart('enterprise', '2026-11-24'), ...stalls.flatMap(stallChart)]),
  )
  return marketId
}

/** An item that can be posted; a test says only what matters to it. */
export function anItem(over: Partial<PostItem> & { transfers?: Transfer[] } = {}): PostItem {
  const id = newId('pay')
  return {
    idemKey: `payment:${id}`,
    kind: 'sale_bank',
    occurredAt: new Date('2026-11-24T02:00:00Z'),
    sourceKind: 'payment',
    sourceId: id,
    transfers: [sale(35_000n)],
    ...over,
  }
}

/** What a test saw before it closed a day: nothing out of the ordinary. */
export const CLOSING = {
  by: 'usr_test',
  seen: { suspenseCount: 0, suspenseVnd: 0n, differenceVnd: 0n, deafCount: 0 },
}

/** A sale by bank of the stall `stl_one`. */
export function sale(amountVnd: bigint): Transfer {
  return { book: 'stl_one', debit: 'stl_one:112', credit: 'stl_one:511', amountVnd }
}

/** Everything a market's ledger holds, to show that a refusal changed nothing. */
export async function snapshotOf(tx: Tx): Promise<string> {
  const tables = ['head', 'account', 'balance', 'day', 'txn', 'transfer', 'block', 'close', 'seal']
  const parts: string[] = []
  for (const table of tables) {
    const { rows } = await tx.execute<{ rows: string }>(
      `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as rows from ledger_${table} t`,
    )
    parts.push(`${table}\n${rows[0]?.rows ?? ''}`)
  }
  return parts.join('\n')
}

/** The SQLSTATE with which the database refused, or what happened instead. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'no error',
    (e: unknown) => e,
  )
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

export const FORBIDDEN = '42501'
