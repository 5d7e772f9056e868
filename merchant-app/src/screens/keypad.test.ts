import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeFor, KEYS, pressAmount, pressKey, quickAmounts, sumOf, withTaken, type Key } from './keypad.ts'

const type = (...keys: Key[]): string => keys.reduce(pressKey, '')

describe('the keypad', () => {
  it('types thirty-five thousand in three taps', () => {
    expect(sumOf(type('3', '5', '000'))).toBe(35_000)
  })

  it('never begins with a zero and never exceeds one transfer', () => {
    expect(type('0', '000', '5')).toBe('5')
    expect(type('4', '9', '9', '9', '9', '9', '9', '9', '9')).toBe('499999999')
    expect(type('5', '000', '000', '0', '0')).toBe('50000000')
    expect(type('4', '9', '9', '9', '9', '9', '9', '9', '9', '9')).toBe('499999999')
  })

  it('erases one sign at a time', () => {
    expect(type('3', '5', '⌫', '⌫', '⌫')).toBe('')
    expect(type('3', '+', '⌫', '5')).toBe('35')
  })

  it('adds twelve and eight', () => {
    expect(sumOf(type('1', '2', '000', '+', '8', '000'))).toBe(20_000)
    expect(sumOf(type('1', '2', '000', '+'))).toBe(12_000)
    expect(type('+')).toBe('')
    expect(type('5', '+', '+')).toBe('5+')
  })

  it('takes a whole amount in one tap, in place of what is being typed or after a plus', () => {
    expect(pressAmount('12', 50_000)).toBe('50000')
    expect(sumOf(pressAmount('12000+', 50_000))).toBe(62_000)
    expect(pressAmount('499999999+', 1)).toBe('499999999+')
  })

  it('holds its limits whatever is pressed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS), { maxLength: 60 }), (keys) => {
        const typed = type(...keys)
        expect(sumOf(typed)).toBeLessThanOrEqual(499_999_999)
        expect(typed).toMatch(/^$|^([1-9][0-9]*\+){0,5}([1-9][0-9]*)?$/)
      }),
    )
  })

  it('offers the last amounts before the usual ones, four in all, in order', () => {
    expect(quickAmounts([])).toEqual([10_000, 20_000, 50_000, 100_000])
    expect(quickAmounts([35_000, 20_000, 35_000])).toEqual([10_000, 20_000, 35_000, 50_000])
    expect(quickAmounts([5, 4, 3, 2, 1])).toEqual([2, 3, 4, 5])
  })

  it('remembers the four amounts that were taken last, each once', () => {
    const taken = (...amounts: number[]): number[] => amounts.reduce<number[]>(withTaken, [])
    expect(taken(35_000, 20_000, 35_000)).toEqual([35_000, 20_000])
    expect(taken(1, 2, 3, 4, 5)).toEqual([5, 4, 3, 2])
  })

  it('says what goes back from the notes that people hand over', () => {
    expect(changeFor(35_000)).toEqual([
      { handedVnd: 40_000, backVnd: 5_000 },
      { handedVnd: 50_000, backVnd: 15_000 },
      { handedVnd: 100_000, backVnd: 65_000 },
    ])
    expect(changeFor(500_000)).toEqual([{ handedVnd: 600_000, backVnd: 100_000 }])
  })
})
