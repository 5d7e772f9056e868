import type { LivePayment } from '@tienve/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineFor, lines } from './lines.ts'
import sprite from './sprite.json' with { type: 'json' }

const payment = (over: Partial<LivePayment>): LivePayment => ({
  number: 1,
  purpose: 'sale',
  paymentId: 'pay_1',
  requestId: null,
  chargeId: null,
  amountVnd: 35_000,
  expectedVnd: 35_000,
  paidVnd: 35_000,
  verdict: 'exact',
  slip: null,
  bankCode: 'VCB',
  occurredAt: '2026-11-24T07:12:00+07:00',
  receivedAt: '2026-11-24T07:12:01+07:00',
  ...over,
})

describe('what the voice says', () => {
  it.each([
    [payment({}), 'Ba mươi lăm nghìn. Đủ.'],
    [payment({ expectedVnd: null }), 'Ba mươi lăm nghìn đồng. Tiền đã về.'],
    [
      payment({ verdict: 'short', amountVnd: 30_000 }),
      'Thiếu! Mới nhận ba mươi nghìn, cần ba mươi lăm nghìn.',
    ],
    [
      payment({ verdict: 'short', slip: 'thousandfold', amountVnd: 9_034, expectedVnd: 9_034_000 }),
      'Thiếu! Mới nhận chín nghìn không trăm ba mươi tư đồng, cần chín triệu không trăm ba mươi tư nghìn. Thiếu ba số không.',
    ],
    [
      payment({ purpose: 'charge', verdict: 'short', slip: 'thousandfold', amountVnd: 480 }),
      'Đã trả nợ chợ bốn trăm tám mươi đồng. Thiếu ba số không.',
    ],
    [payment({ verdict: 'over', amountVnd: 40_000 }), 'Bốn mươi nghìn. Thừa năm nghìn. Nhớ trả lại.'],
    [payment({ verdict: 'repeated' }), 'Khách chuyển hai lần, mỗi lần ba mươi lăm nghìn. Nhớ trả lại.'],
    [payment({ verdict: 'unknown', expectedVnd: null }), 'Ba mươi lăm nghìn đồng. Không rõ mã.'],
    [payment({ purpose: 'charge' }), 'Đã trả nợ chợ ba mươi lăm nghìn đồng'],
  ])('%#: the amount and the verdict', (event, text) => {
    expect(lineFor(event).text).toBe(text)
  })

  it('has a sound for every word of every amount to a thousand billion, and of every verdict', () => {
    const verdicts = ['exact', 'short', 'over', 'repeated', 'late', 'unknown'] as const
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 12 }),
        fc.constantFrom(...verdicts),
        (amountVnd, verdict) => {
          for (const token of lineFor(payment({ amountVnd, expectedVnd: 1, verdict })).tokens)
            expect(sprite).toHaveProperty([token])
        },
      ),
      { numRuns: 2_000 },
    )
    const slip = lineFor(payment({ amountVnd: 35, verdict: 'short', slip: 'thousandfold' }))
    const reversed = lines.reversed(35_000n)
    for (const one of [
      lines.lost,
      lines.deaf,
      lines.slow,
      lines.test,
      lines.back(0n),
      lines.back(70_000n),
      slip,
      reversed,
    ])
      for (const token of one.tokens) expect(sprite).toHaveProperty([token])
  })

  it('never says the words that fake screens say', () => {
    const all = [lineFor(payment({})), lines.lost, lines.back(1n), lines.deaf, lines.slow]
      .map(({ text }) => text)
      .join(' ')
    expect(all.toLowerCase()).not.toContain('thành công')
  })
})
