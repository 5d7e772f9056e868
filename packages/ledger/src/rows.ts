import { inMarket, type Db, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { listSeals, readCloses, readSealedAccounts } from './seal.ts'
import {
  verifyRows,
  wrong,
  type BlockRow,
  type Head,
  type LedgerRows,
  type LegRow,
  type TxnRow,
  type Verification,
  type VerifyOptions,
  type Wrong,
} from './verify.ts'

/** Rows per read: large enough that round trips do not count, small enough that a chain of any length fits in memory. */
const CHUNK_SIZE = 5_000

/**
 * Verifies one market's ledger in the database, in one snapshot; it locks nothing and runs beside posting. `from: 'seal'`
 * starts at the newest seal whose block is still there, and is quick however long the ledger is.
 */
export async function verifyMarket(
  db: Db,
  marketId: string,
  options: Omit<VerifyOptions, 'from'> & { from?: 'start' | 'seal' } = {},
): Promise<Verification> {
  return inMarket(db, marketId, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    await tx.execute(sql`set local statement_timeout = '10min'`)
    const rows = await databaseRows(tx, marketId)
    const { from: start, ...rest } = options
    const [newest] = start === 'seal' ? rows.seals : []
    const from = newest === undefined ? undefined : await readBlock(tx, marketId, newest.height)
    return verifyRows(rows, { ...rest, from })
  })
}

/** How a chunk is read: in the caller's transaction, or each in one of its own. */
type Read = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/**
 * A market's ledger as the transaction sees it. With a `db`, blocks and txns are read in short transactions of their own:
 * they are never changed, and whoever writes them to a slow network must not keep a transaction open.
 */
export async function databaseRows(tx: Tx, marketId: string, db?: Db): Promise<LedgerRows> {
  const read: Read = db === undefined ? (work) => work(tx) : (work) => inMarket(db, marketId, work)
  const head = await tx.execute<Head>(sql`
    select last_seq as "lastSeq", height, hash, closed_through::text as "closedThrough"
    from ledger_head where market_id = ${marketId}`)
  return {
    marketId,
    head: head.rows[0],
    accounts: await readSealedAccounts(tx, marketId),
    closes: await readCloses(tx, marketId),
    seals: await listSeals(tx, marketId),
    blocks: (height) => readBlocks(read, marketId, height),
    txns: (seq) => readTxns(read, marketId, seq),
    checkSums: async ({ lastSeq, isWhole }) =>
      (await checkOrphans(tx, marketId, lastSeq)) ??
      (await checkAccounts(tx, marketId)) ??
      (isWhole
        ? ((await checkBalances(tx, marketId)) ?? (await checkDays(tx, marketId)))
        : await checkDaySums(tx, marketId)),
  }
}

const BLOCK_COLUMNS = sql.raw(
  'height, first_seq as "firstSeq", last_seq as "lastSeq", prev_hash as "prevHash", hash, hash_ver as version',
)

/** A time that cannot be counted counts as 0, so that its row is named as wrong instead of the reading failing. */
const micros = (column: string) =>
  sql.raw(`case when ${column} between timestamptz '4000-01-01 BC' and timestamptz '290000-01-01'
    then (extract(epoch from ${column}) * 1000000)::bigint else 0 end`)

async function readBlock(tx: Tx, marketId: string, height: bigint): Promise<BlockRow | undefined> {
  const { rows } = await tx.execute<BlockRow>(sql`
    select ${BLOCK_COLUMNS} from ledger_block where market_id = ${marketId} and height = ${height.toString()}::bigint`)
  return rows[0]
}

async function* readBlocks(read: Read, marketId: string, after: bigint): AsyncGenerator<BlockRow, undefined> {
  for (;;) {
    const { rows } = await read((tx) =>
      tx.execute<BlockRow>(sql`
        select ${BLOCK_COLUMNS} from ledger_block
        where market_id = ${marketId} and height > ${after.toString()}::bigint order by height limit ${CHUNK_SIZE}`),
    )
    yield* rows
    const last = rows.at(-1)
    if (last === undefined) return undefined
    after = last.height
  }
}

async function* readTxns(
  read: Read,
  marketId: string,
  after: bigint,
): AsyncGenerator<{ txn: TxnRow; legs: LegRow[] }, undefined> {
  for (;;) {
    const chunk = await read((tx) => readChunk(tx, marketId, after))
    yield* chunk
    const last = chunk.at(-1)
    if (last === undefined) return undefined
    after = last.txn.seq
  }
}

async function readChunk(
  tx: Tx,
  marketId: string,
  after: bigint,
): Promise<{ txn: TxnRow; legs: LegRow[] }[]> {
  const { rows } = await tx.execute<TxnRow>(sql`
    select seq, kind, idem_key as "idemKey", req_hash as "requestHash", salt, leaf, block,
      ${micros('occurred_at')} as "occurredMicros", ${micros('recorded_at')} as "recordedMicros",
      case when isfinite(business_day) then business_day - date '2000-01-01' else 2147483647 end as "businessDayNumber",
      business_day < (occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as "isDayTooEarly",
      source_kind as "sourceKind", source_id as "sourceId", source_hash as "sourceHash", reverses_seq as "reversesSeq"
    from ledger_txn where market_id = ${marketId} and seq > ${after.toString()}::bigint
    order by seq limit ${CHUNK_SIZE}`)
  const last = rows.at(-1)
  if (last === undefined) return []
  const legs = await readLegs(tx, marketId, after, last.seq)
  return rows.map((txn) => ({ txn, legs: legs.get(txn.seq) ?? [] }))
}

async function readLegs(
  tx: Tx,
  marketId: string,
  after: bigint,
  last: bigint,
): Promise<Map<bigint, LegRow[]>> {
  const { rows } = await tx.execute<LegRow>(sql`
    select seq, leg, book, debit_account as debit, credit_account as credit, amount_vnd as "amountVnd"
    from ledger_transfer
    where market_id = ${marketId} and seq > ${after.toString()}::bigint and seq <= ${last.toString()}::bigint
    order by seq, leg`)
  return Map.groupBy(rows, ({ seq }) => seq)
}

async function checkOrphans(tx: Tx, marketId: string, lastSeq: bigint): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ seq: bigint; leg: number }>(sql`
    select seq, leg from ledger_transfer
    where market_id = ${marketId} and (seq > ${lastSeq.toString()}::bigint or seq < 1) order by seq, leg limit 1`)
  const [orphan] = rows
  return orphan && wrong('ledger_transfer', `seq ${orphan.seq} leg ${orphan.leg}`, 'belongs to no txn')
}

/** Each account has its one balance, which knows the side that it keeps; and its id says whose book it is in. */
async function checkAccounts(tx: Tx, marketId: string): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ account: string; hasId: boolean }>(sql`
    select coalesce(a.id, b.account_id) as account, a.id is null or a.id = a.book || ':' || a.code as "hasId"
    from (select * from ledger_account where market_id = ${marketId}) a
    full join (select * from ledger_balance where market_id = ${marketId}) b on b.account_id = a.id
    where a.id is null or b.account_id is null or a.id <> a.book || ':' || a.code
      or b.kept_side is distinct from case when a.keeps_side then a.side end
    order by 1 limit 1`)
  const [row] = rows
  if (row === undefined) return undefined
  return row.hasId
    ? wrong(
        'ledger_balance',
        row.account,
        'is not the one balance of its account, with the side that it keeps',
      )
    : wrong('ledger_account', row.account, 'is in another book than its id says')
}

async function checkBalances(tx: Tx, marketId: string): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ account: string }>(sql`
    with moved as (
      select account, sum(debit) as debit, sum(credit) as credit from (
        select debit_account as account, amount_vnd as debit, 0 as credit from ledger_transfer where market_id = ${marketId}
        union all
        select credit_account, 0, amount_vnd from ledger_transfer where market_id = ${marketId}
      ) as side group by account
    )
    select coalesce(m.account, b.account_id) as account
    from moved m
    full join (select * from ledger_balance where market_id = ${marketId}) b on b.account_id = m.account
    where (coalesce(m.debit, 0), coalesce(m.credit, 0)) is distinct from (b.debit_vnd, b.credit_vnd)
    order by 1 limit 1`)
  const [row] = rows
  return row && wrong('ledger_balance', row.account, 'is not the sum of its transfers')
}

async function checkDays(tx: Tx, marketId: string): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ account: string; day: string }>(sql`
    with moved as (
      select account, business_day, sum(debit) as debit, sum(credit) as credit from (
        select debit_account as account, seq, amount_vnd as debit, 0 as credit
        from ledger_transfer where market_id = ${marketId}
        union all
        select credit_account, seq, 0, amount_vnd from ledger_transfer where market_id = ${marketId}
      ) as side join ledger_txn t on t.market_id = ${marketId} and t.seq = side.seq group by account, business_day
    )
    select coalesce(m.account, d.account_id) as account, coalesce(m.business_day, d.business_day)::text as day
    from moved m
    full join (select * from ledger_day where market_id = ${marketId}) d
      on d.account_id = m.account and d.business_day = m.business_day
    where (m.debit, m.credit) is distinct from (d.debit_vnd, d.credit_vnd)
    order by 2, 1 limit 1`)
  const [row] = rows
  return (
    row && wrong('ledger_day', `${row.account} ${row.day}`, 'is not the sum of its transfers of that day')
  )
}

/** The short way, for a walk that starts at a seal: balances against days, without reading every transfer again. */
async function checkDaySums(tx: Tx, marketId: string): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ account: string }>(sql`
    select coalesce(b.account_id, d.account_id) as account
    from (select * from ledger_balance where market_id = ${marketId}) b
    full join (select account_id, sum(debit_vnd) as debit, sum(credit_vnd) as credit from ledger_day
      where market_id = ${marketId} group by account_id) d on d.account_id = b.account_id
    where (coalesce(d.debit, 0), coalesce(d.credit, 0)) is distinct from (b.debit_vnd, b.credit_vnd)
    order by 1 limit 1`)
  const [row] = rows
  return row && wrong('ledger_balance', row.account, 'is not the sum of its days')
}
