import { randomBytes } from 'node:crypto'
import { createDb, inMarket, newId, type Db, type Tx } from '@tienve/db'
import { testDatabase } from '@tienve/db/testing'
import { boardChart, stallChart } from './chart.ts'
import { openAccounts, type PostItem, type Transfer } from './post.ts'

/** A database of its own for one test file, with a pool for each role of the service, and a pool above all rules. */
export async function ledgerDatabase(): Promise<{
  api: Db
  worker: Db
  admin: Db
  drop: () => Promise<void>
}> {
  const database = await testDatabase()
  const api = createDb(database.apiUrl)
  const worker = createDb(database.workerUrl)
  const admin = createDb(database.adminUrl)
  return {
    api,
    worker,
    admin,
    async drop() {
      await Promise.all([api, worker, admin].map(({ pool }) => pool.end()))
      await database.drop()
    },
  }
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
