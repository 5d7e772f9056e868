import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spellWords } from './money.ts'

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín']
const SCALES = ['', 'nghìn', 'triệu', 'tỷ']

/** A second speller, written from the grammar alone. Below a larger group, a group is said with its hundreds. */
function spell(amount: number): string {
  if (amount === 0) return 'không'
  // A thousand tỷ is said as a number of tỷ, so that the groups above it are spelt by themselves.
  if (amount >= 1e12) return `${spell(Math.floor(amount / 1e9))} tỷ ${spellBelow(amount % 1e9, true)}`.trim()
  return spellBelow(amount, false)
}

function spellBelow(amount: number, hasLarger: boolean): string {
  const words: string[] = []
  for (let scale = 3; scale >= 0; scale--) {
    const group = Math.floor(amount / 1000 ** scale) % 1000
    if (group > 0) words.push(spellGroup(group, hasLarger || words.length > 0), SCALES[scale] ?? '')
  }
  return words.filter((word) => word !== '').join(' ')
}

function spellGroup(group: number, hasLarger: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10]
  const words: (string | undefined)[] = []
  if (hundreds > 0 || hasLarger) words.push(DIGITS[hundreds], 'trăm')
  if (tens === 0 && ones > 0 && words.length > 0) words.push('linh')
  if (tens === 1) words.push('mười')
  if (tens > 1) words.push(DIGITS[tens], 'mươi')
  if (ones > 0) words.push(onesAfter(tens, ones))
  return words.join(' ')
}

function onesAfter(tens: number, ones: number): string | undefined {
  if (ones === 5 && tens > 0) return 'lăm'
  if (ones === 1 && tens > 1) return 'mốt'
  if (ones === 4 && tens > 1) return 'tư'
  return DIGITS[ones]
}

describe('an amount in words, beside a second speller', () => {
  it('is the same for every amount below ten thousand, and for as many thousands', () => {
    for (let amount = 0; amount < 10_000; amount++) {
      expect(spellWords(amount).join(' ')).toBe(spell(amount))
      expect(spellWords(amount * 1_000).join(' ')).toBe(spell(amount * 1_000))
    }
  })

  it('is the same for amounts up to a thousand billion', () => {
    const digit = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 }))
    const sparse = fc.array(digit, { minLength: 1, maxLength: 12 }).map((digits) => Number(digits.join('')))
    fc.assert(
      fc.property(fc.oneof(sparse, fc.integer({ min: 0, max: 10 ** 12 })), (amount) => {
        expect(spellWords(amount).join(' ')).toBe(spell(amount))
      }),
      { numRuns: 5_000 },
    )
    expect(spellWords(10 ** 12).join(' ')).toBe(spell(10 ** 12))
  })
})
