import type { MeterReading } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { nextWaiting, pressKey, READING_KEYS, usedFrom, valueOf, type ReadingKey } from './reading.ts'

const type = (keys: string): string =>
  [...keys].reduce((typed, key) => {
    const known = READING_KEYS.find((one): one is ReadingKey => one === key)
    return known === undefined ? typed : pressKey(typed, known)
  }, '')

describe('what is typed of a meter', () => {
  it('has at most ten digits and two decimals, and no zero before others', () => {
    expect(type('007,25')).toBe('7,25')
    expect(type(',5')).toBe('0,5')
    expect(type('12,345')).toBe('12,34')
    expect(type('1,2,3')).toBe('1,23')
    expect(type('12345678901')).toBe('1234567890')
    expect(type('12⌫⌫⌫')).toBe('')
    expect([valueOf('7,25'), valueOf('7,'), valueOf('')]).toEqual(['7.25', '7', null])
    expect([usedFrom('0.1', '0.3'), usedFrom('10', '9.5')]).toEqual([0.2, -0.5])
  })
})

describe('the next meter of the walk', () => {
  it('is the next that waits, past those that are read, and round again to those before', () => {
    const meter = (meterId: string, rest: Partial<MeterReading>) =>
      ({ meterId, newValue: '5', anomaly: null, confirmedBy: null, ...rest }) as MeterReading
    const meters = [
      meter('a', { newValue: null }),
      meter('b', {}),
      meter('c', { anomaly: 'high' }),
      meter('d', { anomaly: 'zero', confirmedBy: 'x' }),
    ]
    expect(nextWaiting(meters, 0)?.meterId).toBe('c')
    expect(nextWaiting(meters, 2)?.meterId).toBe('a')
    expect(nextWaiting(meters.slice(3), 0)).toBe(null)
  })
})
