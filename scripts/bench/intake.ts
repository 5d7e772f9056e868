import type { Provider } from '@tienve/bank-feeds'
import { createDb, inMarket, type Db } from '@tienve/db'
import autocannon from 'autocannon'
import { sql } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '../stack/stack.ts'
import { byTurns, say, toRow, type Row } from './measure.ts'
import { connectionOf, openBank, type Webhook } from './webhooks.ts'

const ROUNDS = 5
const SECONDS = 4
export const CONNECTIONS = 50

/** More than a round can send: made before the clock runs, so that the client does the same work on both sides. */
const PREPARED = 4_000 * SECONDS

/**
 * A provider's webhooks acknowledged a second, signed and distinct, beside the same server's empty POST; all of them end in
 * the ledger.
 */
export async function measureIntake(stack: Stack, id: string, provider: Provider): Promise<Row> {
  say(`${id}: webhooks acknowledged, and the same client at an empty route`)
  const db = createDb(stack.demo.databaseUrl, { max: 1 })
  const bank = await openBank(stack, provider)
  const { marketId } = connectionOf(stack, provider)
  const empty: Webhook = {
    path: '/healthz',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
  }
  const before = await countDone(db, marketId)
  let acknowledged = 0
  const figures = await byTurns(
    ROUNDS,
    async () => {
      const prepared = Array.from({ length: PREPARED }, () => bank())
      const rate = await load(stack, () => prepared.pop() ?? bank())
      acknowledged += rate.count
      await untilIdle(db, marketId)
      return rate.aSecond
    },
    async () => (await load(stack, () => empty)).aSecond,
  )
  const after = await countDone(db, marketId)
  await db.pool.end()
  const posted = after.posted - before.posted
  const told = after.told - before.told
  // What was stored when a round ended and not yet acknowledged is in the books all the same, so there may be a few more.
  if (posted < acknowledged || told < acknowledged)
    throw new Error(`of ${acknowledged} acknowledged, ${posted} are in the ledger and ${told} in live events`)
  return toRow({
    id,
    ...figures,
    aim: '≥ 0.35',
    unit: 'requests a second',
    note: `${provider}: all ${acknowledged} acknowledged are in the ledger and in live events; ${CONNECTIONS} connections`,
  })
}

async function load({ demo }: Stack, next: () => Webhook): Promise<{ aSecond: number; count: number }> {
  const answers = await autocannon({
    url: demo.baseUrl,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
  })
  const count = answers['2xx']
  if (answers['4xx'] + answers.errors > 0) throw new Error('requests of the bench were refused')
  return { aSecond: count / answers.duration, count }
}

/** Waits until the worker has nothing more to do. */
async function untilIdle(db: Db, marketId: string): Promise<void> {
  let latest = -1
  for (let { posted } = await countDone(db, marketId); posted !== latest;) {
    latest = posted
    await sleep(1_500)
    posted = (await countDone(db, marketId)).posted
  }
}

async function countDone(db: Db, marketId: string): Promise<{ posted: number; told: number }> {
  const { rows } = await inMarket(db, marketId, (tx) =>
    tx.execute<{ posted: bigint; told: bigint }>(sql`
      select (select last_seq from ledger_head) as posted, (select sum(last_number)::bigint from live_counter) as told`),
  )
  return { posted: Number(rows[0]?.posted ?? 0n), told: Number(rows[0]?.told ?? 0n) }
}
