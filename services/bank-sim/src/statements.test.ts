import { readStatement, type Statement } from '@tienve/statements'
import { afterEach, describe, expect, it } from 'vitest'
import { STATEMENT_FORMATS } from './statements.ts'
import { BOARD, startSim, STALL, type SimUnderTest } from './testing.ts'

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
