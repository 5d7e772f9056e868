import type { PostItem } from '@tienve/ledger'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { byTurns, rateOf, say, toRow, type Row } from './measure.ts'
import { BATCH, MARKET, openBooks, postAll, salesBatches } from './sales.ts'
import type { Server } from './server.ts'

const ROUNDS = 15
const BATCHES_A_ROUND = 40
const OTHER_MARKET = 'mkt_benchraw'

/** Postings a second through the ledger's one door, beside the same rows put straight into the same tables by a superuser. */
export async function measurePost(server: Server): Promise<Row> {
  say('post: batches of 100 through the ledger, and the same rows inserted raw')
  const database = await server.makeDatabase('bench_post')
  const raw = new pg.Client({ connectionString: database.adminUrl })
  await raw.connect()
  try {
    await openBooks(database.worker, MARKET)
    await openBooks(database.worker, OTHER_MARKET)
    let next = 1
    const figures = await byTurns(
      ROUNDS,
      async () => {
        const batches = salesBatches(BATCHES_A_ROUND)
        return rateOf(() => postAll(database.worker, batches))
      },
      async () => {
        const batches = salesBatches(BATCHES_A_ROUND).map((items, at) => toColumns(items, next + at * BATCH))
        next += BATCHES_A_ROUND * BATCH
        return rateOf(() => insertAll(raw, batches))
      },
    )
    return toRow({
      id: 'post',
      ...figures,
      aim: '≥ 0.6',
      unit: 'postings a second',
      note: `batches of ${BATCH}, one transaction each, one market, ${ROUNDS} rounds each by turns`,
    })
  } finally {
    await raw.end()
    await database.end()
  }
}

type Columns = { txn: unknown[][]; transfer: unknown[][] }

/** The rows that the ledger would write, column by column, with hashes of the right length; made before the clock runs. */
function toColumns(items: readonly PostItem[], firstSeq: number): Columns {
  const seqOf = (at: number): number => firstSeq + at
  const now = new Date().toISOString()
  const legs = items.flatMap(({ transfers }, at) =>
    transfers.map((transfer, leg) => ({ ...transfer, seq: seqOf(at), leg: leg + 1 })),
  )
  return {
    txn: [
      items.map((_, at) => seqOf(at)),
      items.map(({ kind }) => kind),
      items.map(({ idemKey }) => idemKey),
      items.map(() => randomBytes(32)),
      items.map(({ occurredAt }) => occurredAt.toISOString()),
      items.map(() => now),
      items.map(() => now.slice(0, 10)),
      items.map(({ sourceKind }) => sourceKind),
      items.map(({ sourceId }) => sourceId),
      items.map(() => Math.ceil(firstSeq / BATCH)),
      items.map(() => randomBytes(16)),
      items.map(() => randomBytes(32)),
    ],
    transfer: [
      legs.map(({ seq }) => seq),
      legs.map(({ leg }) => leg),
      legs.map(({ book }) => book),
      legs.map(({ debit }) => debit),
      legs.map(({ credit }) => credit),
      legs.map(({ amountVnd }) => amountVnd),
    ],
  }
}

async function insertAll(raw: pg.Client, batches: readonly Columns[]): Promise<number> {
  for (const { txn, transfer } of batches) {
    await raw.query('begin')
    await raw.query(
      `insert into ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day,
         source_kind, source_id, block, salt, leaf)
       select '${OTHER_MARKET}', * from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[],
         $6::timestamptz[], $7::date[], $8::text[], $9::text[], $10::bigint[], $11::bytea[], $12::bytea[])`,
      txn,
    )
    await raw.query(
      `insert into ledger_transfer (market_id, seq, leg, book, debit_account, credit_account, amount_vnd)
       select '${OTHER_MARKET}', * from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::bigint[])`,
      transfer,
    )
    await raw.query('commit')
  }
  return batches.length * BATCH
}
