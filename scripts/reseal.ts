import { createDb, inMarket, type Tx } from '@tienve/db'
import { DATABASE_ROLES } from '@tienve/db/roles'
import { sql } from 'drizzle-orm'
import { pullContext } from '../services/payment/src/feeds/pull.ts'
import { seal, unseal } from '../services/payment/src/feeds/secrets.ts'
import { totpContext } from '../services/payment/src/staff/second-step.ts'
import { pushContext } from '../services/payment/src/notices/channels.ts'

/** Where sealed secrets lie, each by the column that names it in its market, with what its seal is bound to. */
const SEALED = [
  { table: 'connection_secret', id: 'id', contextOf: (_market: string, id: string) => id },
  {
    table: 'connection_pull',
    id: 'connection_id',
    contextOf: (_market: string, id: string) => pullContext(id),
  },
  { table: 'totp', id: 'user_id', contextOf: totpContext },
  { table: 'push_subscription', id: 'id', contextOf: pushContext },
] as const

const KEY_BYTES = 32

/**
 * Seals every secret in the database anew, from OLD_MASTER_KEY to MASTER_KEY: all of a market or, when one does not open,
 * none. What is sealed with the new key already is left alone, so it may be repeated.
 */
async function main(): Promise<void> {
  const { OWNER_DATABASE_URL: url } = process.env
  if (url === undefined || !URL.canParse(url) || new URL(url).username !== DATABASE_ROLES.owner)
    throw new Error(`Set OWNER_DATABASE_URL to the database's address, as ${DATABASE_ROLES.owner}.`)
  const keys = { from: keyOf('OLD_MASTER_KEY'), to: keyOf('MASTER_KEY') }
  const db = createDb(url, { max: 1 })
  try {
    const { rows } = await db.orm.execute<{ market_id: string }>(
      sql`select market_id from feed_lane order by market_id`,
    )
    for (const { market_id: marketId } of rows) {
      const count = await inMarket(db, marketId, (tx) => resealMarket(tx, marketId, keys))
      console.log(`${marketId}: ${count} secrets sealed anew.`)
    }
  } finally {
    await db.pool.end()
  }
}

async function resealMarket(tx: Tx, marketId: string, keys: { from: Buffer; to: Buffer }): Promise<number> {
  let count = 0
  for (const { table, id, contextOf } of SEALED) {
    const [name, column] = [sql.identifier(table), sql.identifier(id)]
    const { rows } = await tx.execute<{ id: string; ciphertext: Buffer }>(
      sql`select ${column} as id, ciphertext from ${name} where market_id = ${marketId} for update`,
    )
    for (const row of rows) {
      const context = contextOf(marketId, row.id)
      if (opens(keys.to, row.ciphertext, context)) continue
      if (!opens(keys.from, row.ciphertext, context))
        throw new Error(
          `${marketId}: ${table} ${row.id} opens with neither key; nothing of this market was changed.`,
        )
      const next = seal(keys.to, unseal(keys.from, row.ciphertext, context), context)
      await tx.execute(
        sql`update ${name} set ciphertext = ${next} where market_id = ${marketId} and ${column} = ${row.id}`,
      )
      count += 1
    }
  }
  return count
}

function opens(key: Buffer, sealed: Buffer, context: string): boolean {
  try {
    unseal(key, sealed, context)
    return true
  } catch {
    return false
  }
}

function keyOf(name: 'OLD_MASTER_KEY' | 'MASTER_KEY'): Buffer {
  const key = Buffer.from(process.env[name] ?? '', 'base64')
  if (key.length !== KEY_BYTES) throw new Error(`Set ${name} to 32 bytes in base 64.`)
  return key
}

await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
