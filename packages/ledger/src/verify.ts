import { inMarket, type Db, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import {
  leafOf,
  requestHashOf,
  startBlockHash,
  type HashedBlock,
  type HashedLeg,
  type HashedTxn,
} from './hash.ts'

/** The first row that is not as it was posted: which table, which row, and what does not hold. */
export type Wrong = { what: string; where: string; why: string }

export type Verification = { ok: boolean; transfers: number; blocks: number; firstWrong?: Wrong }

type TxnRow = HashedTxn & { requestHash: Buffer; leaf: Buffer; block: bigint; isDayTooEarly: boolean }
type LegRow = HashedLeg & { seq: bigint; leg: number }
type BlockRow = HashedBlock & { hash: Buffer; version: number }
type Chain = { lastSeq: bigint; height: bigint; hash: Buffer; transfers: number }

/** Rows per read: large enough that round trips do not count, small enough that a chain of any length fits in memory. */
const CHUNK_SIZE = 5_000
const NO_HASH = Buffer.alloc(32)
/** Below any number a row can have, so that rows numbered 0 or less are not overlooked. */
const BEFORE_ALL = -(2n ** 63n)

/**
 * Recomputes everything one market's ledger claims, in one snapshot: that numbers have no gap, every request hash, leaf
 * and block, the head, every balance and every day. Stops at the first row that is wrong and names it. Reads in chunks,
 * so it runs beside posting; it locks nothing.
 */
export async function verifyMarket(db: Db, marketId: string): Promise<Verification> {
  return inMarket(db, marketId, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    await tx.execute(sql`set local statement_timeout = '10min'`)
    const chain: Chain = { lastSeq: 0n, height: 0n, hash: NO_HASH, transfers: 0 }
    const firstWrong =
      (await walkChain(tx, marketId, chain)) ??
      (await checkHead(tx, marketId, chain)) ??
      (await checkBalances(tx, marketId)) ??
      (await checkDays(tx, marketId))
    const counted = { transfers: chain.transfers, blocks: Number(chain.height) }
    return firstWrong === undefined ? { ok: true, ...counted } : { ok: false, ...counted, firstWrong }
  })
}

/** Walks blocks and their txns side by side from the first; moves `chain` over what has been found right. */
async function walkChain(tx: Tx, marketId: string, chain: Chain): Promise<Wrong | undefined> {
  const txns = readTxns(tx, marketId)
  for await (const block of readBlocks(tx, marketId)) {
    const wrongBlock = checkBlockPlace(block, chain)
    if (wrongBlock !== undefined) return wrongBlock
    const blockHash = startBlockHash(marketId, block)
    for (let seq = block.firstSeq; seq <= block.lastSeq; seq++) {
      const { value: entry } = await txns.next()
      if (entry === undefined) return wrong('ledger_txn', `seq ${seq}`, 'is missing')
      const wrongTxn = checkTxn(marketId, entry.txn, entry.legs, seq, block.height)
      if (wrongTxn !== undefined) return wrongTxn
      blockHash.update(entry.txn.leaf)
      chain.lastSeq = seq
      chain.transfers += entry.legs.length
    }
    if (!blockHash.digest().equals(block.hash)) {
      return wrong(
        'ledger_block',
        `height ${block.height}`,
        'its hash is not that of its leaves and the block before',
      )
    }
    chain.height = block.height
    chain.hash = block.hash
  }
  const { value: beyond } = await txns.next()
  return beyond === undefined ? undefined : wrong('ledger_txn', `seq ${beyond.txn.seq}`, 'is in no block')
}

function checkBlockPlace(block: BlockRow, chain: Chain): Wrong | undefined {
  const where = `height ${block.height}`
  if (block.height !== chain.height + 1n)
    return wrong('ledger_block', `height ${chain.height + 1n}`, 'is missing')
  if (block.version !== 1) return wrong('ledger_block', where, 'is hashed by an unknown version')
  if (!block.prevHash.equals(chain.hash))
    return wrong('ledger_block', where, 'does not follow the block before it')
  if (block.firstSeq !== chain.lastSeq + 1n || block.lastSeq < block.firstSeq) {
    return wrong('ledger_block', where, 'does not begin where the block before it ended')
  }
  return undefined
}

function checkTxn(
  marketId: string,
  txn: TxnRow,
  legs: readonly LegRow[],
  seq: bigint,
  height: bigint,
): Wrong | undefined {
  const where = `seq ${seq}`
  if (txn.seq !== seq) return wrong('ledger_txn', where, 'is missing')
  if (txn.block !== height)
    return wrong('ledger_txn', where, 'names another block than the one that holds it')
  const gap = legs.findIndex(({ leg }, at) => leg !== at + 1)
  if (legs.length === 0 || gap >= 0) {
    return wrong('ledger_transfer', `seq ${seq} leg ${gap < 0 ? 1 : gap + 1}`, 'is missing')
  }
  const leaf = leafOf(marketId, txn, txn.requestHash)
  if (!leaf.equals(txn.leaf)) return wrong('ledger_txn', where, 'its leaf is not that of its row')
  if (!requestHashOf(txn, legs).equals(txn.requestHash)) {
    const [first] = legs
    const rows = legs.length === 1 ? `amount ${first?.amountVnd ?? 0n}` : `${legs.length} transfers`
    return wrong('ledger_txn', where, `what it says, or its transfers (${rows}), is not what was posted`)
  }
  if (txn.isDayTooEarly) return wrong('ledger_txn', where, 'its business day is before the day it happened')
  return undefined
}

async function checkHead(tx: Tx, marketId: string, chain: Chain): Promise<Wrong | undefined> {
  const { rows } = await tx.execute<{ lastSeq: bigint; height: bigint; hash: Buffer }>(sql`
    select last_seq as "lastSeq", height, hash from ledger_head where market_id = ${marketId}`)
  const [head] = rows
  if (head === undefined) {
    return chain.height === 0n ? undefined : wrong('ledger_head', marketId, 'is missing')
  }
  if (head.lastSeq !== chain.lastSeq || head.height !== chain.height || !head.hash.equals(chain.hash)) {
    return wrong('ledger_head', marketId, `does not stand at the end of the chain (height ${chain.height})`)
  }
  const { rows: orphans } = await tx.execute<{ seq: bigint; leg: number }>(sql`
    select seq, leg from ledger_transfer where market_id = ${marketId} and (seq > ${chain.lastSeq.toString()}::bigint or seq < 1)
    order by seq, leg limit 1`)
  const [orphan] = orphans
  return orphan && wrong('ledger_transfer', `seq ${orphan.seq} leg ${orphan.leg}`, 'belongs to no txn')
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

async function* readBlocks(tx: Tx, marketId: string): AsyncGenerator<BlockRow, undefined> {
  let after = BEFORE_ALL
  for (;;) {
    const { rows } = await tx.execute<BlockRow>(sql`
      select height, first_seq as "firstSeq", last_seq as "lastSeq", prev_hash as "prevHash", hash, hash_ver as version
      from ledger_block where market_id = ${marketId} and height > ${after.toString()}::bigint
      order by height limit ${CHUNK_SIZE}`)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined) return undefined
    after = last.height
  }
}

async function* readTxns(
  tx: Tx,
  marketId: string,
): AsyncGenerator<{ txn: TxnRow; legs: LegRow[] }, undefined> {
  let after = BEFORE_ALL
  for (;;) {
    const { rows } = await tx.execute<TxnRow>(sql`
      select seq, kind, idem_key as "idemKey", req_hash as "requestHash", salt, leaf, block,
        (extract(epoch from occurred_at) * 1000000)::bigint as "occurredMicros",
        (extract(epoch from recorded_at) * 1000000)::bigint as "recordedMicros",
        business_day - date '2000-01-01' as "businessDayNumber",
        business_day < (occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as "isDayTooEarly",
        source_kind as "sourceKind", source_id as "sourceId", reverses_seq as "reversesSeq"
      from ledger_txn where market_id = ${marketId} and seq > ${after.toString()}::bigint
      order by seq limit ${CHUNK_SIZE}`)
    const last = rows.at(-1)
    if (last === undefined) return undefined
    const legs = await readLegs(tx, marketId, after, last.seq)
    for (const txn of rows) yield { txn, legs: legs.get(txn.seq) ?? [] }
    after = last.seq
  }
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

function wrong(what: string, where: string, why: string): Wrong {
  return { what, where, why }
}
