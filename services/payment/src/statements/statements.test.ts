import { feeds } from '@tienve/bank-feeds'
import { STATEMENT_MAX_BYTES } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { writeStatement } from '@tienve/statements'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIntake } from '../feeds/intake.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { deliverStatement } from './service.ts'

const NOW = new Date('2026-11-24T10:00:00+07:00')
const BOARD = '0002999999'
const MARKET = '/v1/markets/mkt_caulim'
const OPENING = 1_000_000n

let service: TestService
let accountant: Session
/** A bank that delivers statements of the board's account, which SePay tells of. */
let bank: { id: string; secret: string }

beforeAll(async () => {
  service = await startService({ now: NOW })
  accountant = await service.logIn('accountant', 1)
  bank = await connect(['acc_clboard'])
})
afterAll(() => service.stop())

async function connect(accountIds: string[]): Promise<{ id: string; secret: string }> {
  const made = await service.call(`${MARKET}/connections`, {
    session: accountant,
    body: { provider: 'standard', scheme: 'hmac', name: 'Ngân hàng của Ban', accountIds },
  })
  return { id: made.body.connection.id, secret: made.body.secret }
}

type Row = { id: number; amountVnd: bigint }
/** A statement of one day: money in, a row a minute. */
const statementOf = (
  rows: readonly Row[],
  { account = BOARD, closing = 0n, format = 'xlsx' as 'csv' | 'xlsx' | 'mt940' | 'camt053' } = {},
): Promise<Buffer> => {
  let balanceVnd = OPENING
  const written = rows.map(({ id, amountVnd }, at) => ({
    direction: 'in' as const,
    amountVnd,
    occurredAt: new Date(NOW.getTime() - (rows.length - at) * 60_000),
    precision: 'second' as const,
    reference: `FT${id}`,
    content: `nop tien ${id}`,
    balanceVnd: (balanceVnd += amountVnd),
    reversal: false,
  }))
  return writeStatement(
    {
      accountNumber: account,
      fromDay: '2026-11-24',
      toDay: '2026-11-24',
      openingVnd: OPENING,
      closingVnd: balanceVnd + closing,
      rows: written,
    },
    { bank: 'vietcombank', format },
  )
}

type Delivery = { to?: string; secret?: string; account?: string; now?: Date; provider?: string }
async function deliver(file: Buffer, change: Delivery = {}) {
  const { to = bank.id, secret = bank.secret, account = BOARD, now = NOW, provider = 'standard' } = change
  const { headers, rawBody } = feeds.standard.fileRequest(
    { id: 'stm_1', contentType: 'application/octet-stream', rawBody: file },
    { secret, now },
  )
  const path = `/webhooks/${provider}/${to}/statements?account=${account}`
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(rawBody),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const query = (statement: ReturnType<typeof sql>) =>
  inMarket(service.ctx.db, 'mkt_caulim', async (tx) => (await tx.execute(statement)).rows)
const processed = () =>
  until(
    async () => (await service.workerDb.pool.query('select from inbox_queue')).rowCount === 0 && true,
    'an empty queue',
  )
const amountsOfBoard = async () =>
  (
    await query(
      sql`select amount_vnd from bank_transaction where account_number = ${BOARD} order by amount_vnd`,
    )
  ).map((row) => Number(row['amount_vnd']))
const look = async () => (await service.call(`/v1/connections/${bank.id}`, { session: accountant })).body

describe('a statement that a bank delivers', () => {
  it('is taken however it is written, and each movement is known once, told before or not', async () => {
    const tell = (id: number, amountVnd: bigint) =>
      service.tell(
        { id, account: BOARD, amountVnd, memo: `nop tien ${id}`, at: NOW, reference: `FT${id}` },
        1,
      )
    expect((await tell(1, 11_000n)).status).toBe(200)
    await processed()
    const rows = [
      { id: 1, amountVnd: 11_000n },
      { id: 2, amountVnd: 22_000n },
    ]
    for (const format of ['xlsx', 'csv', 'camt053', 'mt940'] as const) {
      const { status, body } = await deliver(await statementOf(rows, { format }))
      expect([format, status, body]).toMatchObject([format, 200, { success: true, rowCount: 2 }])
    }
    await processed()
    expect(await amountsOfBoard()).toEqual([11_000, 22_000])
    expect(await verifyMarket(service.workerDb, 'mkt_caulim')).toMatchObject({ ok: true })
  })

  it('is one statement however often it comes, and the screens say which connection it came by', async () => {
    const file = await statementOf([{ id: 3, amountVnd: 33_000n }])
    const [first, ...again] = [await deliver(file), await deliver(file), await deliver(file)]
    expect(again).toEqual([first, first])
    await processed()
    const { body } = await service.call(`/v1/statements/${first?.body.statementId}`, { session: accountant })
    expect(body).toMatchObject({ rowCount: 1, rowsDone: 1, added: 1, deliveredBy: 'Ngân hàng của Ban' })
    const day = await service.call(`${MARKET}/reconciliation?day=2026-11-24`, { session: accountant })
    expect([day.status, JSON.stringify(day.body)]).toEqual([
      200,
      expect.stringContaining('"statementDeliveredBy":"Ngân hàng của Ban"'),
    ])
    expect(await look()).toMatchObject({ state: 'heard', lastHeardAt: null, deliveredAt: expect.anything() })
  })

  it('is stored whole when the one before it was cut off, and not twice', async () => {
    const rows = Array.from({ length: 450 }, (_, at) => ({ id: 1_000 + at, amountVnd: BigInt(100_000 + at) }))
    const file = await statementOf(rows)
    const intake = createIntake(service.ctx)
    let left = 1
    const cutOff = {
      store: (message: Parameters<typeof intake.store>[0]) => {
        if (left-- > 0) return intake.store(message)
        throw new Error('the service was killed')
      },
    }
    const at = { marketId: 'mkt_caulim', id: bank.id }
    await expect(deliverStatement(service.ctx, cutOff, at, { account: BOARD }, file)).rejects.toThrow(
      'killed',
    )
    expect(await deliver(file)).toMatchObject({ status: 200, body: { rowCount: 450 } })
    await processed()
    expect((await amountsOfBoard()).slice(3)).toEqual(rows.map(({ amountVnd }) => Number(amountVnd)))
  })
})

describe('what is delivered and cannot be taken', () => {
  const counts = () =>
    query(sql`select (select count(*) from statement) as statements, (select count(*) from feed_inbox) as messages,
      (select count(*) from connection) as connections`)

  it('is refused with what to mend, told to whoever set the connection up, and leaves nothing behind', async () => {
    const rows = [
      { id: 7, amountVnd: 70_000n },
      { id: 8, amountVnd: 80_000n },
    ]
    const good = await statementOf(rows)
    const stall = service.markets[1]?.stalls[3]?.account ?? ''
    const before = await counts()
    const broken = (await statementOf(rows, { format: 'csv' })).toString().replace('80,000', '81,000')
    const refused: [Awaited<ReturnType<typeof deliver>>, number, object][] = [
      [await deliver(good, { account: stall }), 400, { fields: { account: expect.any(String) } }],
      [await deliver(good, { account: '' }), 400, { code: 'request_invalid' }],
      [await deliver(Buffer.alloc(0)), 400, { fields: { file: 'the body is empty' } }],
      [
        await deliver(await statementOf(rows, { account: stall })),
        422,
        { code: 'statement_of_other_account' },
      ],
      [
        await deliver(Buffer.from(broken)),
        422,
        { code: 'statement_refused', fields: { file: 'running_balance_mismatch', line: expect.any(String) } },
      ],
      [await deliver(await statementOf(rows, { closing: 1n })), 422, { code: 'statement_refused' }],
      [await deliver(Buffer.from('%PDF-1.7')), 422, { fields: { file: 'columns_unknown' } }],
      [await deliver(Buffer.alloc(STATEMENT_MAX_BYTES + 1)), 413, { code: 'body_too_large' }],
      [await deliver(good, { to: service.markets[1]?.connections[0]?.id ?? '' }), 404, {}],
      [await deliver(good, { to: service.markets[1]?.connections[0]?.id ?? '', provider: 'sepay' }), 404, {}],
    ]
    for (const [{ status, body }, expected, rest] of refused)
      expect([status, body]).toMatchObject([expected, { status: expected, ...rest }])
    expect(await counts()).toEqual(before)
    expect(await look()).toMatchObject({ refusal: { reason: 'statement_refused' } })
  })

  it('is refused without a signature over its bytes by the connection’s secret, of these minutes', async () => {
    const file = await statementOf([{ id: 9, amountVnd: 90_000n }])
    const before = await counts()
    const secret = `whsec_${Buffer.alloc(32).toString('base64')}`
    for (const change of [
      { secret },
      { now: new Date(NOW.getTime() - 301_000) },
      { now: new Date(NOW.getTime() + 301_000) },
    ]) {
      const { status, body } = await deliver(file, change)
      expect([status, body]).toMatchObject([401, { success: false, code: 'signature_invalid' }])
    }
    const path = `${service.url}/webhooks/standard/${bank.id}/statements?account=${BOARD}`
    expect((await fetch(path, { method: 'POST', body: new Uint8Array(file) })).status).toBe(401)
    expect(await counts()).toEqual(before)
  })

  it('is refused without an account in the file where a connection speaks for several: only the file is signed', async () => {
    const both = await connect(['acc_clboard', service.markets[1]?.stalls[3]?.accountId ?? ''])
    const text = (await statementOf([{ id: 10, amountVnd: 1_000n }], { format: 'csv' })).toString()
    const nameless = Buffer.from(text.replaceAll(BOARD, ''))
    const sent = { to: both.id, secret: both.secret }
    expect(await deliver(nameless, sent)).toMatchObject({
      status: 400,
      body: { fields: { file: expect.any(String) } },
    })
    expect(await deliver(nameless)).toMatchObject({ status: 200 })
    expect(await deliver(Buffer.from(text), sent)).toMatchObject({ status: 200 })
  })

  it('of a stall is the stall’s: the board that set the connection up sees nothing of it', async () => {
    const stall = service.markets[1]?.stalls[3]
    const own = await connect([stall?.accountId ?? ''])
    const file = await statementOf([{ id: 11, amountVnd: 5_000n }], { account: stall?.account ?? '' })
    const sent = { to: own.id, secret: own.secret, account: stall?.account ?? '' }
    const { status, body } = await deliver(file, sent)
    expect(status).toBe(200)
    const seen = await service.call(`/v1/statements/${body.statementId}`, { session: accountant })
    expect(seen.status).toBe(404)
    await processed()
    expect(await verifyMarket(service.workerDb, 'mkt_caulim')).toMatchObject({ ok: true })
  })
})
