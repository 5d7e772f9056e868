import { findCodes } from '@tienve/bank-feeds'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FAULTS } from './faults.ts'
import { startSim, STALL, type Kind, type SimUnderTest } from './testing.ts'

const SECRET = 'a-secret-of-the-demo'
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const KINDS: [string, Kind][] = [
  ['SePay by HMAC', { provider: 'sepay', secrets: { hmacSecret: SECRET } }],
  [
    'SePay, form-encoded',
    { provider: 'sepay', secrets: { hmacSecret: SECRET }, settings: { form: 'urlencoded' } },
  ],
  [
    'SePay, multipart',
    { provider: 'sepay', secrets: { hmacSecret: SECRET }, settings: { form: 'multipart' } },
  ],
  ["SePay's Bank Hub", { provider: 'sepay', secrets: { apiKey: SECRET }, settings: { form: 'bank-hub' } }],
  ['SePay by API key', { provider: 'sepay', secrets: { apiKey: SECRET } }],
  ['SePay by token', { provider: 'sepay', secrets: { tokenSecret: `sepay:${SECRET}` } }],
  ['Casso v2', { provider: 'casso', secrets: { hmacSecret: SECRET } }],
  ['Casso v1', { provider: 'casso', secrets: { apiKey: SECRET } }],
  ['payOS', { provider: 'payos', secrets: { hmacSecret: SECRET } }],
  ['VietQR.vn', { provider: 'vietqrvn', secrets: { tokenSecret: `vietqr:${SECRET}` } }],
  ['Standard Webhooks', { provider: 'standard', secrets: { hmacSecret: WEBHOOK_SECRET } }],
]

describe.each(KINDS)('%s', (_, kind) => {
  let under: SimUnderTest
  const waits: number[] = []
  let isEndless = false
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms)
    if (isEndless && ms >= 3_000) await new Promise(() => {})
  }
  beforeAll(async () => {
    under = await startSim(kind, { sleep })
  })
  beforeEach(() => {
    under.heard.length = 0
    waits.length = 0
  })
  afterAll(() => under.stop())

  const memo = newPaymentCode(randomBytes)
  const order = { bin: STALL.bin, account: STALL.account, amountVnd: 35_000, memo }
  const events = () => under.heard.flatMap((one) => one.events)
  const amounts = () => events().map(({ amount }) => amount)
  const ids = () => new Set(events().map(({ providerEventId }) => providerEventId)).size

  it('is told of a payment by a message that the service proves and reads', async () => {
    const { status, body } = await under.pay(order)
    expect([status, body.deliveries.map((one) => one.status)]).toEqual([200, [200]])
    expect(under.heard.map(({ ok }) => ok)).toEqual([true])
    expect(events()[0]).toMatchObject({
      kind: 'credit',
      amount: 35_000n,
      accountNumber: STALL.account,
      bankReference: body.reference,
    })
    expect(findCodes(events()[0]?.content ?? '').codes).toEqual([memo])
    expect(under.heard[0]?.path).toBe(kind.provider === 'vietqrvn' ? '/bank/api/transaction-sync' : '')
  })

  it('is told again until the message is stored, as one and the same event', async () => {
    under.failNext([503, 429])
    const { body } = await under.pay(order)
    expect(body.deliveries.map(({ status }) => status)).toEqual([503, 429, 200])
    expect(amounts()).toEqual([35_000n])
  })

  it('suffers every fault or says that it cannot', async () => {
    for (const fault of FAULTS) {
      under.heard.length = 0
      waits.length = 0
      const { status, body } = await under.pay({ ...order, fault })
      if (kind.provider === 'payos' && (fault === 'out' || fault === 'reversal')) {
        expect([fault, status, Object.keys(body.fields ?? {})]).toEqual([fault, 400, ['fault']])
        expect(under.heard).toEqual([])
        continue
      }
      expect([fault, status]).toEqual([fault, 200])
      const told = { fault, amounts: amounts(), ids: ids(), kinds: events().map((one) => one.kind) }
      const credit = { fault, amounts: [35_000n], ids: 1, kinds: ['credit'] }
      switch (fault) {
        case 'duplicate':
          expect(told).toEqual({ ...credit, amounts: [35_000n, 35_000n], kinds: ['credit', 'credit'] })
          break
        case 'repeated':
          expect(told).toEqual({
            ...credit,
            amounts: [35_000n, 35_000n],
            ids: 2,
            kinds: ['credit', 'credit'],
          })
          break
        case 'short':
          expect(told).toEqual({ ...credit, amounts: [30_000n] })
          break
        case 'over':
          expect(told).toEqual({ ...credit, amounts: [40_000n] })
          break
        case 'lost':
          expect([told.amounts, body.movements.map(({ lost }) => lost)]).toEqual([[], [true]])
          break
        case 'bad-signature':
          expect([told.amounts, body.deliveries.map((one) => one.status)]).toEqual([[], [401]])
          expect(under.heard.map(({ ok }) => ok)).toEqual([false])
          break
        case 'delayed':
        case 'reordered':
          expect([told, waits]).toEqual([credit, [3_000]])
          break
        case 'no-memo':
        case 'garbled-memo':
          expect(told).toEqual(credit)
          // A code cut short and glued to what follows may look like another one.
          expect(findCodes(events()[0]?.content ?? '').codes).not.toContain(memo)
          break
        case 'out':
          expect(told).toEqual({ ...credit, kinds: ['debit'] })
          break
        case 'reversal': {
          // Our own form alone has a word for it; the others' reference says it.
          const back = kind.provider === 'standard' ? 'reversal' : 'debit'
          expect(told).toEqual({ ...credit, amounts: [35_000n, 35_000n], ids: 2, kinds: ['credit', back] })
          expect(new Set(events().map(({ bankReference }) => bankReference))).toEqual(
            new Set([body.reference]),
          )
        }
      }
    }
  })

  it('is told of a payment that was held back after the next one', async () => {
    isEndless = true
    const held = under.pay({ ...order, amountVnd: 1_000, fault: 'reordered' })
    while (waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await under.pay({ ...order, amountVnd: 2_000 })
    await held
    isEndless = false
    expect(amounts()).toEqual([2_000n, 1_000n])
  })
})
