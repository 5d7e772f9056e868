import { feeds } from '@tienve/bank-feeds'
import { createDb, inMarket } from '@tienve/db'
import { freePort } from '@tienve/db/embedded'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeData, startStack, type Stack } from '../stack/stack.ts'

const MESSAGES = 1_000
const AT_ONCE = 25

let stack: Stack
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tienve-kill-'))
  stack = await startStack({
    dataDir,
    ports: { service: await freePort(), bankSim: await freePort(), metrics: await freePort() },
    days: 1,
  })
})

afterAll(async () => {
  await stack?.stop()
  await removeData(dataDir)
})

/** Sends one message once; answers its status, or null when nobody answered. */
async function tell(id: number): Promise<number | null> {
  const [connection] = stack.demo.connections
  const [, account] = connection?.accounts ?? []
  if (connection === undefined || account === undefined) throw new Error('the demo has no feed')
  const { headers, rawBody } = feeds.sepay.request(
    {
      id,
      gateway: 'Bank',
      transactionAt: new Date(),
      accountNumber: account.number,
      transferType: 'in',
      transferAmount: BigInt(1_000 + id),
      content: `kill ${id}`,
    },
    { secret: connection.secrets['hmacSecret'] ?? '', now: new Date() },
  )
  const response = await fetch(connection.webhookUrl, {
    method: 'POST',
    headers,
    body: new Uint8Array(rawBody),
  }).catch(() => null)
  return response?.status ?? null
}

describe('a process killed in the middle of a storm', () => {
  it('loses no acknowledged message and posts each one once, those that the provider sends again too', async () => {
    const acknowledged = new Set<number>()
    let isKilled = false
    const waiting = Array.from({ length: MESSAGES }, (_, at) => at + 1)
    const send = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        if ((await tell(id)) === 200) acknowledged.add(id)
        // Once: the one that is started after it may meet the same count, when what was acknowledged comes again.
        if (acknowledged.size === MESSAGES / 2 && !isKilled) isKilled = stack.service.process.kill('SIGKILL')
      }
    }
    stack.service.process.removeAllListeners('exit')
    await Promise.all(Array.from({ length: AT_ONCE }, send))
    expect(acknowledged.size).toBeLessThan(MESSAGES)
    await stack.startService()
    // The provider tries again whatever was not acknowledged, and now and then what was.
    for (let id = 1; id <= MESSAGES; id++) if (!acknowledged.has(id) || id % 10 === 0) waiting.push(id)
    await Promise.all(Array.from({ length: AT_ONCE }, send))
    expect(acknowledged.size).toBe(MESSAGES)

    const [market] = stack.demo.markets
    const db = createDb(stack.demo.databaseUrl, { max: 2 })
    const marketId = market?.id ?? ''
    const count = async () => {
      const { rows } = await inMarket(db, marketId, (tx) =>
        tx.execute<{ payments: bigint; posted: bigint; distinct: bigint }>(sql`
          select count(*) as payments, count(distinct b.content) as distinct,
            (select count(*) from ledger_txn x join payment q on x.source_id = q.id join bank_transaction c on c.id = q.bank_transaction_id
              where c.content like 'kill %') as posted
          from payment p join bank_transaction b on b.id = p.bank_transaction_id where b.content like 'kill %'`),
      )
      return rows[0]
    }
    await expect
      .poll(async () => Number((await count())?.payments), { timeout: 60_000, interval: 200 })
      .toBe(MESSAGES)
    expect(await count()).toEqual({
      payments: BigInt(MESSAGES),
      posted: BigInt(MESSAGES),
      distinct: BigInt(MESSAGES),
    })
    expect(await verifyMarket(db, marketId)).toMatchObject({ ok: true })
    await db.pool.end()
  })
})
