import { formatNumber } from '@tienve/money'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, readSearch } from './rules.ts'

describe('what is typed into the search', () => {
  it('is an amount as it is written, and as it is said', () => {
    for (const [text, amounts] of [
      ['35000', [35_000n]],
      ['35.000', [35_000n]],
      ['35,000 đ', [35_000n]],
      ['1 250 000', [1_250_000n]],
      ['35', [35n, 35_000n]],
      ['35đ', [35n]],
      ['35 nghìn', [35_000n]],
      ['35 ngàn', [35_000n]],
      ['35k', [35_000n]],
      ['12,5k', [12_500n]],
      ['1,5 triệu', [1_500_000n]],
      ['1.25tr', [1_250_000n]],
      ['1tr2', [1_200_000n]],
      ['1 triệu 250', [1_250_000n]],
    ] as const)
      expect([text, readSearch(text).amountsVnd]).toEqual([text, amounts])
  })

  it('reads every amount as it is shown', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1_000n, max: 999_999_999_999n }), (amount) => {
        expect(readSearch(`${formatNumber(amount)} đ`)).toEqual({ amountsVnd: [amount], words: null })
      }),
    )
  })

  it('is else letters, and a longer number may be the end of a reference too', () => {
    expect(readSearch('  Cá  THU ')).toEqual({ amountsVnd: [], words: 'ca thu' })
    expect(readSearch('8812')).toEqual({ amountsVnd: [8_812n], words: '8812' })
    expect(readSearch('0000')).toEqual({ amountsVnd: [], words: '0000' })
    expect(readSearch('881')).toMatchObject({ words: null })
    expect(fold('Đặng Thị Hường')).toBe('dang thi huong')
  })

  it('of more digits than any price has is no amount, however it is parted', () => {
    for (const text of ['9'.repeat(13), `9${'.999'.repeat(4)}`, `1${'.000'.repeat(9)} đ`])
      expect([text, readSearch(text).amountsVnd]).toEqual([text, []])
  })

  it('is refused when it is neither', () => {
    for (const text of ['a', '0', '%', '-- !', '.'])
      expect(() => readSearch(text)).toThrow(expect.objectContaining({ code: 'search_unclear' }))
  })
})
