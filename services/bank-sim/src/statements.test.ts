import { readStatement, type Statement } from '@tienve/statements'
import { afterEach, describe, expect, it } from 'vitest'
import { STATEMENT_FORMATS } from './statements.ts'
import { BANK_SECRET, BOARD, startSim, STALL, type SimUnderTest } from './testing.ts'

let under: SimUnderTest
afterEach(() => under.stop())

const KIND = { provider: 'standard', secrets: { hmacSecret: `whsec_${Buffer.alloc(32).toString('base64')}` } }
const stall = { bin: STALL.bin, account: STALL.account }

async function statementOf(order: object): Promise<Statement> {
  const response = await under.sim.inject({ method: 'POST', url: '/statements', payload: order })
  expect(response.statusCode).toBe(200)
  return readStatement(response.rawPayload)
}

describe.each(STATEMENT_FORMATS)('a statement as %s', (format) => {
  it('has everything of its day, told or not, and leads from its opening to its closing', async () => {
    let now = new Date('2026-11-23T10:00:00+07:00')
    under = await startSim(KIND, { now: () => now })
    await under.pay({ ...stall, amountVnd: 10_000, memo: 'yesterday' })
    now = new Date('2026-11-24T00:00:00+07:00')
    await under.pay({ ...stall, amountVnd: 35_000, memo: STALL.memo })
    const lost = await under.pay({ ...stall, amountVnd: 20_000, memo: STALL.memo, fault: 'lost' })
    await under.pay({ ...stall, amountVnd: 7_000, memo: 'x', fault: 'reversal' })
    await under.pay({ ...BOARD, amountVnd: 90_000, memo: 'the board' })
    now = new Date('2026-11-25T00:00:00+07:00')
    await under.pay({ ...stall, amountVnd: 1_000, memo: 'tomorrow' })

    const read = await statementOf({ ...stall, day: '2026-11-24', format })
    expect(read).toMatchObject({ format, accountNumber: STALL.account, checked: 'balances' })
    expect(read.rows.map(({ direction, amountVnd }) => [direction, amountVnd])).toEqual([
      ['in', 35_000n],
      ['in', 20_000n],
      ['in', 7_000n],
      ['out', 7_000n],
    ])
    expect(read.rows[1]?.reference).toBe(lost.body.reference)
    expect((read.closingVnd ?? 0n) - (read.openingVnd ?? 0n)).toBe(55_000n)
    const next = await statementOf({ ...stall, day: '2026-11-25', format })
    expect(next.openingVnd).toBe(read.closingVnd)
  })
})

it.each([
  [{ ...stall, day: '2026-02-30', format: 'csv' }, 400, 'day'],
  [{ ...stall, day: '2026-11-24', format: 'pdf' }, 400, 'format'],
  [{ ...stall, account: '0009', day: '2026-11-24', format: 'csv' }, 404, 'account'],
])('refuses %j and names the field', async (payload, status, field) => {
  under = await startSim(KIND)
  const response = await under.sim.inject({ method: 'POST', url: '/statements', payload })
  expect([response.statusCode, Object.keys(response.json().fields)]).toEqual([status, [field]])
})

describe('a statement that the bank delivers', () => {
  const now = () => new Date('2026-11-24T10:00:00+07:00')
  const deliver = async (order: object) => {
    const payload = { ...stall, day: '2026-11-24', format: 'xlsx', deliver: true, ...order }
    const response = await under.sim.inject({ method: 'POST', url: '/statements', payload })
    return { status: response.statusCode, body: response.json() }
  }

  it('is signed as it is, names its account, and is sent again for as long as the service is away', async () => {
    under = await startSim({ provider: 'payos', secrets: { hmacSecret: 'a secret' } }, { now })
    await under.pay({ ...stall, amountVnd: 35_000, memo: STALL.memo, fault: 'lost' })
    under.failNext([503, 503, 429])
    const { status, body } = await deliver({})
    expect([status, body.isTaken]).toEqual([200, true])
    expect(body.deliveries.map((one: { status: number }) => one.status)).toEqual([503, 503, 429, 200])
    const [file] = under.heard
    expect(file).toMatchObject({
      ok: true,
      path: `/host/statements?account=${STALL.account}&bin=${STALL.bin}`,
    })
    const read = await readStatement(file?.rawBody ?? Buffer.alloc(0))
    expect(read).toMatchObject({ accountNumber: STALL.account, checked: 'balances' })
    expect(read.rows.map(({ amountVnd }) => amountVnd)).toEqual([35_000n])
  })

  it('is not sent again once it was refused, and goes by no connection that may not', async () => {
    under = await startSim({ provider: 'payos', secrets: { hmacSecret: 'a secret' } }, { now })
    under.failNext([422])
    expect(await deliver({})).toMatchObject({ body: { isTaken: false, deliveries: [{ status: 422 }] } })
    expect(await deliver({ bin: BOARD.bin, account: BOARD.account })).toMatchObject({
      status: 400,
      body: { fields: { deliver: 'no connection' } },
    })
  })

  it('goes by the connection that tells of the account, where that speaks our own contract', async () => {
    under = await startSim({ provider: 'standard', secrets: { hmacSecret: BANK_SECRET } }, { now })
    expect((await deliver({ bin: BOARD.bin, account: BOARD.account })).body.isTaken).toBe(true)
    expect(under.heard[0]).toMatchObject({ ok: true, path: expect.stringMatching(/^\/statements/) })
  })
})
