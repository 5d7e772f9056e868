import type { LivePayment } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { paymentOf } from '../live/testing.ts'
import { lineFor, lines, repeated, withWord, type VoiceLine } from './lines.ts'

const NOW = new Date('2026-11-24T09:00:00+07:00')
const payment = (over: Partial<LivePayment>): LivePayment =>
  paymentOf({ amountVnd: 35_000, expectedVnd: 35_000, paidVnd: 35_000, ...over })
const say = (over: Partial<LivePayment>): VoiceLine => lineFor(payment(over), NOW)
const late = (occurredAt: string): string => say({ verdict: 'late', amountVnd: 50_000, occurredAt }).text

describe('what the voice says', () => {
  it.each([
    [{}, 'Ba mươi lăm nghìn. Đủ.'],
    [{ expectedVnd: null }, 'Ba mươi lăm nghìn đồng.'],
    [{ verdict: 'short', amountVnd: 30_000 }, 'Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.'],
    [
      { verdict: 'short', slip: 'thousandfold', amountVnd: 9_034, expectedVnd: 9_034_000 },
      'Thiếu! Mới nhận chín nghìn không trăm ba mươi tư đồng, cần chín triệu không trăm ba mươi tư nghìn. Thiếu ba số không.',
    ],
    [
      { purpose: 'charge', verdict: 'short', slip: 'thousandfold', amountVnd: 480 },
      'Đã trả nợ chợ bốn trăm tám mươi đồng. Thiếu ba số không.',
    ],
    [{ verdict: 'over', amountVnd: 40_000 }, 'Bốn mươi nghìn. Thừa năm nghìn. Nhớ trả lại.'],
    [
      { verdict: 'repeated', amountVnd: 20_000 },
      'Khách chuyển hai lần, mỗi lần hai mươi nghìn. Nhớ trả lại.',
    ],
    [{ verdict: 'unknown', expectedVnd: null }, 'Ba mươi lăm nghìn đồng. Không rõ mã.'],
    [{ purpose: 'charge' }, 'Đã trả nợ chợ ba mươi lăm nghìn đồng.'],
  ] as const)('%#: the amount and the verdict', (over, text) => {
    expect(say(over).text).toBe(text)
  })

  it('tells the time of the bank when it told late, as the market has it', () => {
    expect(late('2026-11-24T07:12:00+07:00')).toBe(
      'Tiền lúc bảy giờ mười hai bây giờ mới báo: năm mươi nghìn.',
    )
    expect(late('2026-11-24T01:05:00Z')).toBe('Tiền lúc tám giờ năm bây giờ mới báo: năm mươi nghìn.')
    expect(late('2026-11-24T00:00:00+07:00')).toBe('Tiền lúc không giờ bây giờ mới báo: năm mươi nghìn.')
    expect(late('2026-11-23T23:59:00+07:00')).toBe(
      'Tiền lúc hai mươi ba giờ năm mươi chín hôm qua bây giờ mới báo: năm mươi nghìn.',
    )
    expect(late('2026-11-20T17:00:00+07:00')).toBe(
      'Tiền lúc mười bảy giờ mấy hôm trước bây giờ mới báo: năm mươi nghìn.',
    )
  })

  it('says of itself what it cannot hear, what came meanwhile, and what is only said again', () => {
    expect(lines.lost.text).toBe('Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.')
    expect(lines.total(3, 105_000n).text).toBe('Ba lần, tổng một trăm linh năm nghìn.')
    expect(repeated(say({})).text).toBe('Nhắc lại. Ba mươi lăm nghìn. Đủ.')
    expect(withWord('bưởi', say({})).text).toBe('Bưởi. Ba mươi lăm nghìn. Đủ.')
    expect(withWord('bưởi', say({})).tokens[0]).toBe('bưởi')
    expect(withWord(null, say({}))).toEqual(say({}))
  })

  it('never says the words that fake screens say', () => {
    const all = [say({}), lines.lost, lines.back(1, 1n), lines.deaf, lines.slow]
      .map(({ text }) => text)
      .join(' ')
    expect(all.toLowerCase()).not.toContain('thành công')
  })
})
