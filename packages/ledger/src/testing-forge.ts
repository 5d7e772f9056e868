import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { leafOf, requestHashOf, startBlockHash } from './hash.ts'
import { databaseRows } from './rows.ts'

/**
 * What somebody can do who owns the tables and knows how they are hashed: makes the ledger true to itself again from
 * block `height` on, whatever its rows say now. Requests, leaves, blocks, head, balances and days; only what lies outside
 * the database stays as it was.
 */
export async function rehash(tx: Tx, marketId: string, height = 1n): Promise<void> {
  const rows = await databaseRows(tx, marketId)
  const before = await tx.execute<{ hash: Buffer }>(sql`
    select hash from ledger_block where market_id = ${marketId} and height = ${(height - 1n).toString()}::bigint`)
  let prevHash = before.rows[0]?.hash ?? Buffer.alloc(32)
  let end = { lastSeq: 0n, height: height - 1n }
  for await (const block of rows.blocks(height - 1n)) {
    const digest = startBlockHash(marketId, { ...block, prevHash })
    for await (const entry of rows.txns(block.firstSeq - 1n)) {
      if ('hidden' in entry) throw new Error('a database hides nothing')
      const { txn, legs } = entry
      if (txn.seq > block.lastSeq) break
      const requestHash = requestHashOf(txn, legs)
      const leaf = leafOf(marketId, txn, requestHash, block.version)
      digest.update(leaf)
      await tx.execute(sql`
        update ledger_txn set req_hash = ${requestHash}, leaf = ${leaf}, block = ${block.height.toString()}::bigint
        where market_id = ${marketId} and seq = ${txn.seq.toString()}::bigint`)
    }
    const hash = digest.digest()
    await tx.execute(sql`
      update ledger_block set prev_hash = ${prevHash}, hash = ${hash}
      where market_id = ${marketId} and height = ${block.height.toString()}::bigint`)
    prevHash = hash
    end = block
  }
  await tx.execute(sql`
    update ledger_head set last_seq = ${end.lastSeq.toString()}::bigint, height = ${end.height.toString()}::bigint,
      hash = ${prevHash} where market_id = ${marketId}`)
  await addUp(tx, marketId)
}

/** Balances and days as the transfers have them. */
async function addUp(tx: Tx, marketId: string): Promise<void> {
  const sides = sql`(
    select account, business_day, sum(debit)::bigint as debit, sum(credit)::bigint as credit
    from ledger_transfer t join ledger_txn x on x.market_id = t.market_id and x.seq = t.seq
    cross join lateral (values (debit_account, amount_vnd, 0), (credit_account, 0, amount_vnd)) as side (account, debit, credit)
    where t.market_id = ${marketId} group by 1, 2)`
  await tx.execute(sql`delete from ledger_day where market_id = ${marketId}`)
  await tx.execute(sql`
    insert into ledger_day select ${marketId}, account, business_day, debit, credit from ${sides} as moved`)
  await tx.execute(sql`
    update ledger_balance b set
      debit_vnd = coalesce((select sum(debit_vnd) from ledger_day d where d.market_id = b.market_id and d.account_id = b.account_id), 0),
      credit_vnd = coalesce((select sum(credit_vnd) from ledger_day d where d.market_id = b.market_id and d.account_id = b.account_id), 0)
    where b.market_id = ${marketId}`)
}
