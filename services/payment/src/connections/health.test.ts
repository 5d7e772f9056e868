import { createDb, inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { measureFeeds } from './jobs.ts'

const MARKET = '/v1/markets/mkt_songdao'
const NOW = new Date('2026-11-24T10:00:00+07:00')

let service: TestService
let accountant: Session
let stallholder: Session
beforeAll(async () => {
  service = await startService({ now: NOW })
  accountant = await service.logIn('accountant')
  stallholder = await service.logIn('stallholder')
})
afterAll(() => service.stop())

const call = (path: string, session: Session, options: { body?: unknown; method?: string } = {}) =>
  service.call(path, { session, ...options })
const health = async () => (await call(`${MARKET}/feeds/health`, accountant)).body
const letters = async () => (await call(`${MARKET}/feeds/dead-letters`, accountant)).body.items
const emptied = () =>
  until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0,
    'an empty queue',
  )

/** An authentic message that cannot be read: its amount is no number. */
async function sendUnreadable(id: number) {
  const [connection] = service.markets[0]?.connections ?? []
  if (connection === undefined) throw new Error('there is no feed')
  const body = JSON.stringify({
    id,
    transactionDate: '2026-11-24 09:59:00',
    transferAmount: 'một nghìn',
    content: 'bí mật',
  })
  const timestamp = String(service.ctx.now().getTime() / 1000)
  const hex = createHmac('sha256', connection.secret).update(`${timestamp}.${body}`).digest('hex')
  return fetch(`${service.url}/webhooks/sepay/${connection.id}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-sepay-timestamp': timestamp,
      'x-sepay-signature': `sha256=${hex}`,
    },
    body,
  })
}

describe('the health of the feeds', () => {
  it('knows the board’s accounts by name and the stalls’ by number alone, waiting before the first message', async () => {
    const seen = await health()
    expect(seen.accounts).toMatchObject([{ accountId: 'acc_sdboard', number: '•••• 9999', state: 'waiting' }])
    expect(seen.stalls.good).toBe(0)
    expect(seen.stalls.none).toBeGreaterThan(0)
    expect(JSON.stringify(seen)).not.toMatch(/acc_sdau|SD-AU|0001000/)
    expect(seen.latency).toBeNull()
  })

  it('tells how long a movement takes from the bank to us', async () => {
    const at = new Date(NOW.getTime() - 40_000)
    await service.tell({ id: 1, account: '0001999999', amountVnd: 5_000n, memo: 'x', at })
    await emptied()
    const seen = await health()
    expect(seen.latency).toEqual({ p50Seconds: 40, p95Seconds: 40, count: 1 })
    expect(seen.accounts[0].state).toBe('good')
    expect(seen.stalls.good).toBeGreaterThan(10)
  })

  it('is for the board alone', async () => {
    expect((await call(`${MARKET}/feeds/health`, stallholder)).body.code).toBe('role_forbidden')
    expect((await call(`${MARKET}/feeds/dead-letters`, stallholder)).body.code).toBe('role_forbidden')
    expect((await call(`${MARKET}/connections`, stallholder)).body.code).toBe('role_forbidden')
  })
})

describe('a dead letter', () => {
  it('says what, when and why and not what it says, is counted, and is processed again from its bytes', async () => {
    expect((await sendUnreadable(7)).status).toBe(200)
    await emptied()
    const [letter] = await letters()
    expect(letter).toMatchObject({ state: 'malformed', provider: 'sepay', via: 'push', attempts: 1 })
    expect(letter.problem).toMatch(/^(field_missing|amount_unreadable)/)
    expect(JSON.stringify(letter)).not.toContain('bí mật')
    expect((await health()).letters).toEqual({ malformed: 1, dead: 0, retrying: 0 })
    await inMarket(service.workerDb, 'mkt_songdao', (tx) =>
      measureFeeds(service.ctx.metrics, tx, 'mkt_songdao', NOW),
    )
    const metrics = await service.ctx.metrics.registry.metrics()
    expect(metrics).toContain('tienve_dead_letters{market="mkt_songdao",state="malformed"} 1')
    expect(metrics).toContain('tienve_bank_latency_seconds{market="mkt_songdao",quantile="0.5"} 40')

    const replay = `/v1/feeds/dead-letters/${letter.id}/replay`
    const [other, stalls] = [await service.logIn('accountant', 1), stallholder]
    for (const session of [other, stalls])
      expect((await call(replay, session, { method: 'POST' })).status).toBe(404)
    expect((await call(replay, accountant, { method: 'POST' })).status).toBe(204)
    await until(async () => (await letters()).length === 1, 'the second try')
    expect((await letters())[0]).toMatchObject({ id: letter.id, state: 'malformed' })
  })

  it('that is processed is none any more', async () => {
    const owner = createDb(service.database.ownerUrl, { max: 1 })
    const { rows } = await inMarket(owner, 'mkt_songdao', (tx) =>
      tx.execute<{ id: string }>(sql`select id from feed_inbox where state = 'done' limit 1`),
    )
    await owner.pool.end()
    const replay = `/v1/feeds/dead-letters/${rows[0]?.id}/replay`
    expect((await call(replay, accountant, { method: 'POST' })).body.code).toBe('letter_not_dead')
  })
})

describe('a stallholder', () => {
  const own = () => `/v1/stalls/${stallholder.stallId}/connections`
  const accountOf = async () =>
    (await call(`/v1/stalls/${stallholder.stallId}`, stallholder)).body.accounts[0]

  it('connects a provider to her own account and to no other, and the board sees how it stands and no number', async () => {
    const account = await accountOf()
    const body = { provider: 'sepay', scheme: 'hmac', accountIds: [account.id] }
    const made = await call(own(), stallholder, { body })
    expect(made.status).toBe(201)
    expect(made.body.connection).toMatchObject({ owner: 'stall', accounts: [{ number: account.number }] })
    const boards = await call(own(), stallholder, { body: { ...body, accountIds: ['acc_sdboard'] } })
    expect(boards.body.code).toBe('request_invalid')
    const anothers = await call('/v1/stalls/stl_sdau05/connections', stallholder, { body })
    expect(anothers.status).toBe(404)

    const { id } = made.body.connection
    const list = (await call(`${MARKET}/connections`, accountant)).body.items
    const row = list.find((one: { id: string }) => one.id === id)
    expect(row).toMatchObject({ owner: 'stall', state: 'waiting', accountCount: null, lastHeardAt: null })
    expect(JSON.stringify(list)).not.toContain(account.number)
    expect((await call(`/v1/connections/${id}`, accountant)).status).toBe(404)
    expect((await call(`/v1/connections/${id}/revoke`, accountant, { method: 'POST' })).status).toBe(404)
    expect((await call(`/v1/connections/${id}/revoke`, stallholder, { method: 'POST' })).body.state).toBe(
      'revoked',
    )
  })

  it('sees who of the board listens to her account, may forbid it, and then is heard by nobody', async () => {
    const account = await accountOf()
    expect(account.feed).toBe('listening')
    const [seen] = (await call(own(), stallholder)).body.accounts
    const [board] = seen.heardByBoard
    const path = `/v1/stalls/${stallholder.stallId}/accounts/${account.id}/feeds/${board.connectionId}`
    expect((await call(path, stallholder, { method: 'DELETE' })).status).toBe(204)
    expect((await accountOf()).feed).toBe('none')
    expect((await call(path, stallholder, { method: 'DELETE' })).status).toBe(404)
  })
})
