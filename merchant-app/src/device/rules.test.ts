import { describe, expect, it } from 'vitest'
import { isLow, keepsScreenOn, savesData } from './rules.ts'

describe('the screen', () => {
  it('is kept on while the app is seen, and given back when it is not', () => {
    expect(keepsScreenOn({ visible: true, battery: null })).toBe(true)
    expect(keepsScreenOn({ visible: false, battery: null })).toBe(false)
  })

  it('may go dark below 15 % unless the phone is charging', () => {
    const at = (level: number, charging = false) => ({ visible: true, battery: { level, charging } })
    expect(keepsScreenOn(at(0.15))).toBe(true)
    expect(keepsScreenOn(at(0.14))).toBe(false)
    expect(keepsScreenOn(at(0.14, true))).toBe(true)
    expect(isLow(null)).toBe(false)
  })
})

describe('data', () => {
  it('is saved where she asked for it or gets little, and nowhere else', () => {
    expect(
      [{ saveData: true }, { effectiveType: '2g' }, { effectiveType: 'slow-2g' }].map(savesData),
    ).toEqual([true, true, true])
    expect([undefined, {}, { effectiveType: '3g' }, { saveData: false }].map(savesData)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})
