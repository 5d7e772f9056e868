import type { LiveReversal } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { catchUp, type Arrived, type Gap } from './catch-up.ts'
import { paymentOf as payment } from './testing.ts'

const NOW = new Date('2026-11-24T07:30:00+07:00')
const sale = payment({})
const charge = payment({ purpose: 'charge', amountVnd: 480_000, expectedVnd: 480_000, paidVnd: 480_000 })
const short = payment({ amountVnd: 30_000, expectedVnd: 35_000, paidVnd: 30_000, verdict: 'short' })
const said = (missed: readonly Arrived[], gap: Gap = 'network'): string[] =>
  catchUp(missed, gap, NOW).map(({ line }) => line.text)

describe('what is said of the time when nobody heard', () => {
  it('counts and sums the sales that were enough', () => {
    expect(said([sale, payment({ amountVnd: 50_000 })])).toEqual([
      'Có mạng lại. Trong lúc mất mạng: hai lần, tổng bảy mươi nghìn.',
    ])
    expect(said([sale, sale], 'closed')).toEqual(['Trong lúc tắt máy: hai lần, tổng bốn mươi nghìn.'])
    expect(said([sale], 'sound')).toEqual([
      'Có tiếng lại. Trong lúc mất tiếng: một lần, tổng hai mươi nghìn.',
    ])
  })

  it('sums sales only: what the stallholder paid to the market is told as paid', () => {
    expect(said([sale, sale, charge, sale])).toEqual([
      'Có mạng lại. Trong lúc mất mạng: ba lần, tổng sáu mươi nghìn.',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng.',
    ])
    expect(said([sale, charge, charge])).toEqual([
      'Có mạng lại.',
      'Hai mươi nghìn đồng.',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng.',
      'Đã trả nợ chợ bốn trăm tám mươi nghìn đồng.',
    ])
  })

  it.each([
    ['short', short, 'Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.'],
    [
      'over',
      payment({ verdict: 'over', expectedVnd: 15_000 }),
      'Hai mươi nghìn. Thừa năm nghìn. Nhớ trả lại.',
    ],
    [
      'repeated',
      payment({ verdict: 'repeated' }),
      'Khách chuyển hai lần, mỗi lần hai mươi nghìn. Nhớ trả lại.',
    ],
    ['unknown', payment({ verdict: 'unknown' }), 'Hai mươi nghìn đồng. Không rõ mã.'],
  ])('says what was %s by itself, and never in the sum', (_, one, line) => {
    const told = catchUp([sale, one, sale], 'network', NOW)
    expect(told.map(({ line: { text } }) => text)).toEqual([
      'Có mạng lại. Trong lúc mất mạng: hai lần, tổng bốn mươi nghìn.',
      line,
    ])
    expect(told.map(({ arrived }) => arrived)).toEqual([[sale, sale], [one]])
  })

  it('says what the bank took back by itself, with the low tone', () => {
    const back: LiveReversal = {
      number: 9,
      paymentId: 'pay_1',
      amountVnd: 20_000,
      bankCode: 'VCB',
      occurredAt: '2026-11-24T07:20:00+07:00',
    }
    const told = catchUp([sale, sale, sale, back], 'network', NOW)
    expect(told.map(({ line, kind }) => [line.text, kind])).toEqual([
      ['Có mạng lại. Trong lúc mất mạng: ba lần, tổng sáu mươi nghìn.', 'good'],
      ['Ngân hàng đã lấy lại hai mươi nghìn đồng.', 'bad'],
    ])
  })

  it('says nothing of a gap that was none', () => {
    expect(said([], 'closed')).toEqual([])
    expect(said([], 'sound')).toEqual([])
    expect(said([])).toEqual(['Có mạng lại.'])
  })
})
