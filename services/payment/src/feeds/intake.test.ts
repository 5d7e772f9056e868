import { inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => service.stop())

const rowsOf = async (query: string): Promise<Record<string, unknown>[]> =>
  (await inMarket(service.workerDb, service.markets[0]?.id ?? '', (tx) => tx.execute(sql.raw(query)))).rows
const processed = (): Promise<boolean> =>
  until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0 && true,
    'an empty queue',
  )
const account = '0001000001'
const memo = (): string => service.markets[0]?.memos.get('stl_sdau01') ?? ''
const balanced = async (): Promise<void> => {
  expect(await verifyMarket(service.workerDb, service.markets[0]?.id ?? '')).toMatchObject({ ok: true })
}

describe('a bank’s message', () => {
  it('is money once, though it comes ten times at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => service.tell({ id: 1, account, amountVnd: 35_000n, memo: memo() })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await answers[0]?.json()).toEqual({ success: true })
    await processed()
    expect(await rowsOf('select id from feed_inbox')).toHaveLength(1)
    expect(await rowsOf('select id from payment where amount_vnd = 35000')).toHaveLength(1)
    expect(await rowsOf("select seq from ledger_txn where kind = 'sale_bank'")).toHaveLength(1)
    await balanced()
  })

  it('is refused and not stored with a wrong or an old signature', async () => {
    const before = await rowsOf('select count(*) as n from feed_inbox')
    const wrong = await service.tell({ id: 2, account, amountVnd: 1_000n, memo: '', secret: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('content-type')).toContain('application/problem+json')
    expect(await wrong.json()).toMatchObject({ code: 'signature_invalid', status: 401 })
    expect(await rowsOf('select count(*) as n from feed_inbox')).toEqual(before)
  })

  it('is not found without a connection, and says so', async () => {
    const answer = await service.call('/webhooks/sepay/con_nobody', { body: {} })
    expect([answer.status, answer.body.code]).toEqual([404, 'connection_unknown'])
    const other = await service.call(`/webhooks/unknown/${service.markets[0]?.connections[0]?.id}`, {
      body: {},
    })
    expect(other.status).toBe(404)
  })

  it('is kept as malformed when its amount is zero, negative or broken, and the provider stops', async () => {
    for (const [at, amountVnd] of [0n, -5n].entries()) {
      const answer = await service.tell({ id: 10 + at, account, amountVnd, memo: memo() })
      expect(answer.status).toBe(200)
    }
    await processed()
    const rows = await rowsOf("select problem from feed_inbox where state = 'malformed'")
    expect(rows).toHaveLength(2)
    expect(rows[0]?.['problem']).toContain('transferAmount')
    await balanced()
  })

  it('waits in suspense when it tells another story under a known id', async () => {
    await service.tell({ id: 20, account, amountVnd: 50_000n, memo: memo() })
    await processed()
    await service.tell({ id: 20, account, amountVnd: 70_000n, memo: memo() })
    await processed()
    expect(await rowsOf("select amount_vnd, posted from suspense where reason = 'changed_event'")).toEqual([
      { amount_vnd: 70_000n, posted: false },
    ])
    expect(await rowsOf('select id from payment where amount_vnd in (50000, 70000)')).toHaveLength(1)
    await balanced()
  })

  it('is posted to no book when the account is not bound to the connection', async () => {
    await service.tell({ id: 30, account: '0009999999', amountVnd: 40_000n, memo: memo() })
    await processed()
    expect(await rowsOf("select posted from suspense where reason = 'foreign_account'")).toEqual([
      { posted: false },
    ])
    await balanced()
  })

  it('tells money without our code as unknown, and money on the board’s account as suspense', async () => {
    await service.tell({ id: 40, account, amountVnd: 41_000n, memo: 'chuyen tien' })
    await service.tell({ id: 41, account: '0001999999', amountVnd: 42_000n, memo: 'nop tien cho' })
    await processed()
    expect(await rowsOf('select verdict, matched_by from payment where amount_vnd = 41000')).toEqual([
      { verdict: 'unknown', matched_by: 'account' },
    ])
    expect(await rowsOf('select reason, posted from suspense where amount_vnd = 42000')).toEqual([
      { reason: 'no_code', posted: true },
    ])
    await balanced()
  })

  it('does not hold up its neighbours when it cannot be processed', async () => {
    const admin = await service.database.adminUrl
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: admin })
    await client.connect()
    await client.query('alter table payment add constraint poison check (amount_vnd <> 66666)')
    await service.tell({ id: 50, account, amountVnd: 66_666n, memo: memo() })
    await service.tell({ id: 51, account, amountVnd: 77_777n, memo: memo() })
    await until(
      async () => (await rowsOf('select id from payment where amount_vnd = 77777')).length === 1,
      'the neighbour',
    )
    await until(
      async () =>
        (await rowsOf("select attempts from feed_inbox where attempts > 0 and state = 'received'")).length ===
        1,
      'the retry',
    )
    await client.query('alter table payment drop constraint poison')
    await client.query("update inbox_queue set due_at = '2026-01-01'")
    await until(
      async () => (await rowsOf('select id from payment where amount_vnd = 66666')).length === 1,
      'the poisoned one',
    )
    await client.end()
    await balanced()
  })
})
