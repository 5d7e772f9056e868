import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, lastDayOf, monthsBefore, percentOf, settleLines, spread } from './rules.ts'

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n)
const Amount = fc.bigInt({ min: 0n, max: 500_000_000n })
const Lines = fc.array(
  fc.record({ amountVnd: fc.bigInt({ min: 0n, max: 9_000_000n }), passThrough: fc.boolean() }),
  { minLength: 1, maxLength: 9 },
)

describe('a sum spread over weights', () => {
  it('adds up to the sum, each part within a đồng of its share', () => {
    fc.assert(
      fc.property(Amount, fc.array(Amount, { minLength: 1, maxLength: 12 }), (amountVnd, weights) => {
        const whole = sum(weights)
        fc.pre(whole > 0n)
        const parts = spread(amountVnd, weights)
        expect(sum(parts)).toBe(amountVnd)
        for (const [at, part] of parts.entries()) {
          const share = amountVnd * (weights[at] ?? 0n)
          expect(part * whole).toBeGreaterThan(share - whole)
          expect(part * whole).toBeLessThan(share + whole)
        }
        expect(spread(-amountVnd, weights)).toEqual(parts.map((part) => -part))
      }),
    )
  })

  it('gives what is left to the largest remainders, the first of equals', () => {
    expect(spread(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(spread(10n, [1n, 2n, 3n])).toEqual([2n, 3n, 5n])
    expect(spread(0n, [0n, 0n])).toEqual([0n, 0n])
    expect(() => spread(1n, [0n])).toThrow(RangeError)
  })
})

describe('what was paid of a charge, by line', () => {
  it('adds up to the charge, whatever was changed and paid, and no line owes less than nothing', () => {
    fc.assert(
      fc.property(
        Lines,
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lines, change, pass, owing) => {
          const total = sum(lines.map(({ amountVnd }) => amountVnd))
          fc.pre(total > 0n)
          const of = (whole: bigint, share: number): bigint => BigInt(Math.trunc(Number(whole) * share))
          const changedVnd = of(total, change)
          const changedPassVnd = of(changedVnd, pass)
          const owedVnd = of(total + changedVnd, owing)
          const parts = settleLines(lines, { changedVnd, changedPassVnd, owedVnd })
          expect(sum(parts.map((part) => part.changedVnd))).toBe(changedVnd)
          expect(sum(parts.map((part) => part.owedVnd))).toBe(owedVnd)
          expect(sum(parts.map((part) => part.collectedVnd))).toBe(total + changedVnd - owedVnd)
          for (const [at, part] of parts.entries()) {
            const { amountVnd } = lines[at] ?? { amountVnd: 0n }
            expect(part.owedVnd).toBeGreaterThanOrEqual(0n)
            expect(part.collectedVnd).toBeGreaterThanOrEqual(0n)
            expect(amountVnd + part.changedVnd).toBe(part.collectedVnd + part.owedVnd)
          }
        },
      ),
    )
  })

  it('lets relief of rent leave the electricity alone', () => {
    const lines = [
      { amountVnd: 300_000n, passThrough: false },
      { amountVnd: 100_000n, passThrough: true },
    ]
    expect(settleLines(lines, { changedVnd: -150_000n, changedPassVnd: 0n, owedVnd: 125_000n })).toEqual([
      { changedVnd: -150_000n, collectedVnd: 75_000n, owedVnd: 75_000n },
      { changedVnd: 0n, collectedVnd: 50_000n, owedVnd: 50_000n },
    ])
  })
})

describe('what reports say of figures', () => {
  it('is written as people in Vietnam write it', () => {
    expect([percentOf(1n, 3n), percentOf(2n, 3n), percentOf(5n, 5n), percentOf(0n, 0n)]).toEqual([
      '33,3\u{a0}%',
      '66,7\u{a0}%',
      '100,0\u{a0}%',
      '–',
    ])
    expect([formatDecimal('1234.50'), formatDecimal('0.00'), formatDecimal('1234567.25')]).toEqual([
      '1.234,5',
      '0',
      '1.234.567,25',
    ])
    expect([lastDayOf('2026-02'), lastDayOf('2028-02'), lastDayOf('2026-12')]).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2026-12-31',
    ])
    expect([monthsBefore('2026-02', 3), monthsBefore('2026-11', 0)]).toEqual(['2025-11', '2026-11'])
  })
})
