import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spellVnd, spellWords } from './money.ts'

const SPOKEN: [bigint, string][] = [
  [0n, 'không đồng'],
  [5_000n, 'năm nghìn đồng'],
  [15n, 'mười lăm đồng'],
  [21n, 'hai mươi mốt đồng'],
  [24n, 'hai mươi tư đồng'],
  [35_000n, 'ba mươi lăm nghìn đồng'],
  [105_000n, 'một trăm linh năm nghìn đồng'],
  [9_034_000n, 'chín triệu không trăm ba mươi tư nghìn đồng'],
  [1_000_005n, 'một triệu không trăm linh năm đồng'],
  [1_000_000_000n, 'một tỷ đồng'],
  [1_000_000_000_000n, 'một nghìn tỷ đồng'],
]

/** Reads the words back by their own grammar, to hold against the amount they came from. */
function readBack(words: readonly string[]): bigint {
  const digits = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín']
  const small: Record<string, number> = { mốt: 1, tư: 4, lăm: 5, linh: 0 }
  let total = 0n
  let group = 0n
  let last = 0n
  for (const word of words) {
    const digit = digits.indexOf(word)
    if (digit >= 0) last = BigInt(digit)
    else if (word in small) last = BigInt(small[word] ?? 0)
    else if (word === 'mười') [group, last] = [group + 10n, 0n]
    else if (word === 'mươi') [group, last] = [group + last * 10n, 0n]
    else if (word === 'trăm') [group, last] = [group + last * 100n, 0n]
    else if (word === 'nghìn') [total, group, last] = [total + (group + last) * 1_000n, 0n, 0n]
    else if (word === 'triệu') [total, group, last] = [total + (group + last) * 1_000_000n, 0n, 0n]
    else if (word === 'tỷ') [total, group, last] = [(total + group + last) * 1_000_000_000n, 0n, 0n]
    else throw new Error(`a word that is no number: ${word}`)
  }
  return total + group + last
}

describe('an amount in words', () => {
  it.each(SPOKEN)('%s is said "%s"', (amount, words) => {
    expect(spellVnd(amount)).toBe(words)
  })

  it('can be read back to the same amount, for every amount to a thousand billion', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (amount) => {
        expect(readBack(spellWords(amount))).toBe(amount)
      }),
      { numRuns: 5_000 },
    )
  })

  it('uses no word but those of the North', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (amount) => {
        expect(spellWords(amount).filter((word) => ['ngàn', 'lẻ', 'tỉ', 'nhăm'].includes(word))).toEqual([])
      }),
    )
  })
})
