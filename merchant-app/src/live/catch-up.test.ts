import type { LivePayment } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { catchUp } from './catch-up.ts'

const payment = (over: Partial<LivePayment>): LivePayment => ({
  number: 1,
  purpose: 'sale',
  paymentId: 'pay_1',
  requestId: null,
  chargeId: null,
  amountVnd: 20_000,
  expectedVnd: null,
  paidVnd: null,
  verdict: 'exact',
  slip: null,
  bankCode: 'VCB',
  occurredAt: '2026-11-24T07:12:00+07:00',
  receivedAt: '2026-11-24T07:12:01+07:00',
  ...over,
})
const sale = payment({})
const charge = payment({ purpose: 'charge', amountVnd: 480_000, expectedVnd: 480_000, paidVnd: 480_000 })
const short = payment({ amountVnd: 30_000, expectedVnd: 35_000, paidVnd: 30_000, verdict: 'short' })
const said = (missed: readonly LivePayment[], wasLost = true): string[] =>
  catchUp(missed, wasLost).say.map(({ line }) => line.text)

describe('what is said of the time when nobody heard', () => {
  it('sums sales only: what the stallholder paid to the market is told as paid', () => {
    expect(said([sale, sale, charge, sale])).toEqual([
      'Có mạng lại. Trong lúc mất mạng, tổng sáu mươi nghìn đồng',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng',
    ])
  })

  it('does not take charges for a crowd of sales', () => {
    expect(said([sale, charge, charge])).toEqual([
      'Có mạng lại.',
      'Hai mươi nghìn đồng. Tiền đã về.',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng',
    ])
  })

  it('says and shows each short one of many, and shows the newest', () => {
    const newest = payment({ paymentId: 'pay_9' })
    const told = catchUp([sale, short, sale, short, newest], true)
    expect(told.say.map(({ kind }) => kind)).toEqual(['good', 'bad', 'bad'])
    expect(told.say[1]?.line.text).toBe('Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.')
    expect(told.show).toEqual([short, short, newest])
  })

  it('says what the bank took back by itself, and never in the sum', () => {
    const last = payment({ paymentId: 'pay_3' })
    const back = {
      number: 9,
      paymentId: 'pay_1',
      amountVnd: 20_000,
      bankCode: 'VCB',
      occurredAt: '2026-11-24T07:20:00+07:00',
    }
    const told = catchUp([sale, sale, last, back], true)
    expect(told.say.map(({ line, kind }) => [line.text, kind])).toEqual([
      ['Có mạng lại. Trong lúc mất mạng, tổng sáu mươi nghìn đồng', 'good'],
      ['Ngân hàng đã lấy lại hai mươi nghìn đồng', 'bad'],
    ])
    expect(told.show).toEqual([last, back])
  })

  it('says nothing of a gap that was none', () => {
    expect(said([], false)).toEqual([])
    expect(said([], true)).toEqual(['Có mạng lại.'])
  })
})
