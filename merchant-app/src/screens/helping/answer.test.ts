import type { LivePayment, Payment } from '@tienve/contracts'
import { expect, it } from 'vitest'
import { paymentOf } from '../../live/testing.ts'
import { answerOf, FRESH_MS } from './answer.ts'

const HEARS = { hears: true, now: 1_000_000 }
const paid = (amountVnd: number, reversedAt: string | null = null): Payment => ({
  id: 'pay_1',
  stallId: 'stl_1',
  requestId: 'req_1',
  chargeId: null,
  amountVnd,
  expectedVnd: 50_000,
  verdict: 'exact',
  slip: null,
  matchedBy: 'request',
  bankCode: 'VCB',
  memoTail: '',
  occurredAt: '2026-11-24T07:00:00+07:00',
  receivedAt: '2026-11-24T07:00:01+07:00',
  reversedAt,
})
const asked = (status: 'open' | 'paid' | 'expired', payments: Payment[]) =>
  answerOf({ amountVnd: 50_000, status, payments }, null, HEARS)

it('says yes for a request once enough came for it, and how much is missing before', () => {
  expect(asked('open', [])).toEqual({ may: 'wait', why: 'asked', vnd: 50_000 })
  expect(asked('open', [paid(30_000)])).toMatchObject({ may: 'short', vnd: 20_000, gotVnd: 30_000 })
  expect(asked('paid', [paid(30_000), paid(20_000)])).toMatchObject({ may: 'yes', why: 'enough' })
  expect(asked('paid', [paid(60_000)])).toMatchObject({ may: 'yes', why: 'over', vnd: 10_000 })
  expect(asked('expired', [])).toMatchObject({ may: 'wait', why: 'expired' })
  // It can be paid after that, and then it is.
  expect(asked('expired', [paid(50_000)]).may).toBe('yes')
})

it('does not say yes for what the bank took back', () => {
  expect(asked('paid', [paid(50_000, '2026-11-24T08:00:00+07:00')]).may).toBe('wait')
})

it('says yes for money without a request for a minute, and never for the next shopper', () => {
  const at = (heardAt: number, verdict: LivePayment['verdict'], expectedVnd: number | null = null) =>
    answerOf(null, { arrived: paymentOf({ verdict, expectedVnd }), heardAt }, HEARS)
  expect(at(HEARS.now - FRESH_MS + 1, 'exact')).toMatchObject({ may: 'yes', why: 'came', vnd: 20_000 })
  expect(at(HEARS.now - FRESH_MS, 'exact').may).toBe('wait')
  expect(at(HEARS.now, 'short', 50_000)).toMatchObject({ may: 'short', vnd: 30_000 })
  for (const verdict of ['late', 'repeated', 'unknown'] as const)
    expect(at(HEARS.now, verdict).may).toBe('wait')
})

it('says that it cannot tell while nobody hears the bank', () => {
  const deaf = { ...HEARS, hears: false }
  expect(answerOf(null, null, deaf)).toMatchObject({ may: 'wait', why: 'unheard' })
  expect(answerOf({ amountVnd: 1, status: 'open', payments: [] }, null, deaf)).toMatchObject({
    why: 'unheard',
  })
})
