import { feeds } from '@tienve/bank-feeds'
import type { BillingRound, RoundCheck } from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillMonth } from '../seed/more.ts'
import { logIn } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'
import { openStack, passMinute } from './demo.ts'

const MESSAGES = 1_000
const AT_ONCE = 25
const CONTRACTS = 1_500

let stack: Stack
let opened: Awaited<ReturnType<typeof openStack>>

beforeAll(async () => {
  opened = await openStack()
  ;({ stack } = opened)
})

afterAll(async () => {
  await opened?.close()
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

describe('a process killed in the middle of a billing round', () => {
  it('goes on with it when it is started again, and bills each contract once', async () => {
    const marketId = stack.demo.markets[0]?.id ?? ''
    const owner = createDb(stack.demo.ownerDatabaseUrl, { max: 2 })
    const period = await fillMonth(owner, marketId, CONTRACTS)
    const round = await proposeMonth(marketId, period)
    const count = async () => {
      const { rows } = await inMarket(owner, marketId, (tx) =>
        tx.execute<Record<'charges' | 'contracts' | 'posted' | 'told' | 'vnd', bigint>>(sql`
          select count(*) as charges, count(distinct contract_id) as contracts, sum(total_vnd)::bigint as vnd,
            (select count(*) from ledger_txn where source_id in (select id from charge where round_id = ${round.id})
              and kind = 'charge_issued') as posted,
            (select count(*) from notice where kind = 'charge_issued'
              and dedupe_key in (select 'charge_issued:' || id from charge where round_id = ${round.id})) as told
          from charge where round_id = ${round.id}`),
      )
      return rows[0]
    }
    stack.service.process.removeAllListeners('exit')
    const head = await logIn(stack, 'head')
    const approved = head
      .post(`/v1/billing-rounds/${round.id}/approve`, { seen: round.seen })
      .catch(() => null)
    await expect
      .poll(async () => Number((await count())?.charges), { timeout: 60_000, interval: 20 })
      .toBeGreaterThan(0)
    stack.service.process.kill('SIGKILL')
    await approved
    const half = await count()
    expect(Number(half?.charges)).toBeLessThan(round.seen.chargeCount)
    expect([half?.posted, half?.told]).toEqual([half?.charges, half?.charges])

    await stack.startService()
    const all = BigInt(round.seen.chargeCount)
    // What is left waits for the next minute, when the worker looks for rounds that were left.
    await passMinute(stack)
    await expect.poll(async () => (await count())?.charges, { timeout: 120_000, interval: 500 }).toBe(all)
    expect(await count()).toEqual({
      charges: all,
      contracts: all,
      posted: all,
      told: all,
      vnd: BigInt(round.seen.totalVnd),
    })
    expect(await verifyMarket(owner, marketId)).toMatchObject({ ok: true })
    await owner.pool.end()
  })
})

async function proposeMonth(marketId: string, period: string) {
  const accountant = await logIn(stack, 'accountant')
  const body = { period, dueOn: `${period}-15` }
  const { id } = await accountant.post<BillingRound>(`/v1/markets/${marketId}/billing-rounds`, body)
  const { chargeCount, totalVnd } = await accountant.get<RoundCheck>(`/v1/billing-rounds/${id}/check`)
  return { id, seen: { chargeCount, totalVnd } }
}
