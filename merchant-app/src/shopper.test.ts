import type { LivePayment, Me, PaymentRequest } from '@tienve/contracts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepDraft, keepMe, readDraft } from './offline/kept.ts'
import { answerOf } from './screens/helping/answer.ts'
import { askShopper, nextShopper, readShopper } from './shopper.ts'

const NOW = Date.parse('2026-11-24T07:00:10+07:00')
const HEARS = { hears: true, now: NOW }
const me: Me = {
  user: { id: 'usr_1', name: 'Nga', role: 'stallholder', login: '0900010001', stallId: 'stl_1' },
  market: { id: 'mkt_1', name: 'Chợ mẫu', demo: true },
  roles: ['stallholder'],
  delegated: [],
  totp: { on: false, isDue: false },
  csrfToken: 't',
  expiresAt: '2026-11-25T07:00:00+07:00',
}
const request: PaymentRequest = {
  id: 'req_1',
  stallId: 'stl_1',
  accountId: 'acc_1',
  code: 'SDA12',
  amountVnd: 35_000,
  paidVnd: 0,
  status: 'open',
  note: null,
  payload: '000201',
  createdAt: '2026-11-24T07:00:00+07:00',
  expiresAt: '2026-11-24T07:15:00+07:00',
  payments: [],
}
const arrived: LivePayment = {
  number: 1,
  purpose: 'sale',
  paymentId: 'pay_1',
  requestId: 'req_1',
  chargeId: null,
  amountVnd: 35_000,
  expectedVnd: 35_000,
  paidVnd: 35_000,
  verdict: 'exact',
  slip: null,
  bankCode: 'VCB',
  occurredAt: '2026-11-24T07:00:00+07:00',
  receivedAt: '2026-11-24T07:00:01+07:00',
}

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
  keepMe(me)
})
afterEach(() => vi.unstubAllGlobals())

describe('the next shopper', () => {
  it('finds no yes of the one before, who paid seconds ago', () => {
    const before = { ...askShopper('req_1'), latest: { arrived, heardAt: NOW - 1_000 } }
    expect(answerOf(null, before.latest, HEARS).may).toBe('yes')
    const next = nextShopper()
    expect(next.requestId).toBeNull()
    expect(answerOf(null, next.latest, HEARS)).toEqual({ may: 'wait', why: 'nothing', vnd: 0 })
  })

  it('is not asked for the code of the one before after the app was killed', () => {
    keepDraft({ request })
    expect(readShopper().requestId).toBe('req_1')
    nextShopper()
    expect(readShopper()).toEqual({ requestId: null, latest: null })
  })

  it('finds an empty keypad, from the moment the code of the one before was made', () => {
    keepDraft({ amount: '35000', lastVnd: [35_000] })
    askShopper('req_1')
    expect(readDraft().amount).toBe('')
    keepDraft({ amount: '7' })
    nextShopper()
    expect(readDraft()).toMatchObject({ amount: '', lastVnd: [35_000] })
  })
})

it('the last amounts are there again after the app was killed, and not for anybody else', () => {
  keepDraft({ lastVnd: [35_000, 12_000] })
  expect(readDraft().lastVnd).toEqual([35_000, 12_000])
  keepMe({ ...me, user: { ...me.user, id: 'usr_2' } })
  expect(readDraft().lastVnd).toBeUndefined()
})
