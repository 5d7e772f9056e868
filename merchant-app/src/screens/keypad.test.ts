import { describe, expect, it } from 'vitest'
import { pressKey, type Key } from './keypad.ts'

const type = (...keys: Key[]): string => keys.reduce(pressKey, '')

describe('the keypad', () => {
  it('types thirty-five thousand in three taps', () => {
    expect(type('3', '5', '000')).toBe('35000')
  })

  it('never begins with a zero and never exceeds one transfer', () => {
    expect(type('0', '000', '5')).toBe('5')
    expect(type('4', '9', '9', '9', '9', '9', '9', '9', '9')).toBe('499999999')
    expect(type('5', '000', '000', '0', '0')).toBe('50000000')
    expect(type('4', '9', '9', '9', '9', '9', '9', '9', '9', '9')).toBe('499999999')
  })

  it('erases one digit at a time', () => {
    expect(type('3', '5', '⌫', '⌫', '⌫')).toBe('')
  })
})
