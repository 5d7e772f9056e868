import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatVnd, multiplyRate, parseVnd, vnd, vndToJson } from './money.ts'

describe('đồng', () => {
  it('refuses anything but a whole number', () => {
    for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => vnd(bad)).toThrow(RangeError)
    for (const bad of ['', '1.5', '1e3', ' 1', '0x10', '1.000']) expect(() => vnd(bad)).toThrow(RangeError)
    expect(vnd('-7')).toBe(-7n)
  })

  it('is written with dots between thousands and read back the same', () => {
    expect(formatVnd(50_000n)).toBe('50.000\u00a0đ')
    expect(formatVnd(-1_250_000)).toBe('-1.250.000\u00a0đ')
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(parseVnd(formatVnd(amount))).toBe(amount)
      }),
    )
  })

  it('does not guess what a half-typed amount means', () => {
    for (const text of ['', '35,000', '35.00', '3.5000', '-5', '35 000', '1e5', 'đ'])
      expect(parseVnd(text)).toBeNull()
  })

  it('refuses to lose digits on the way to JSON', () => {
    expect(vndToJson(499_999_999n)).toBe(499_999_999)
    expect(() => vndToJson(2n ** 53n)).toThrow(RangeError)
  })
})

describe('a rate', () => {
  it('rounds half up to the đồng, once', () => {
    expect(multiplyRate('4.5', 45_000n)).toBe(202_500n)
    expect(multiplyRate('0.5', 1n)).toBe(1n)
    expect(multiplyRate('0.49', 1n)).toBe(0n)
    expect(multiplyRate('2.05', 30_001n)).toBe(61_502n)
  })

  it('agrees with arithmetic in hundredths', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        (cents, price) => {
          const exact = BigInt(cents) * price
          const rounded = exact / 100n + (exact % 100n >= 50n ? 1n : 0n)
          expect(multiplyRate((cents / 100).toFixed(2), price)).toBe(rounded)
        },
      ),
    )
  })

  it('refuses a quantity that is no plain decimal', () => {
    for (const bad of ['', '-1', '1e3', '1,5', 'NaN', '.5'])
      expect(() => multiplyRate(bad, 1n)).toThrow(RangeError)
  })
})
