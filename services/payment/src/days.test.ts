import { describe, expect, it } from 'vitest'
import { addDays, dayOf, daysBetween, hourOf, startOfDay, toMoment } from './days.ts'

describe('days of Asia/Ho_Chi_Minh', () => {
  it('turns over at 17:00 UTC', () => {
    expect(dayOf(new Date('2026-11-23T16:59:59.999Z'))).toBe('2026-11-23')
    expect(dayOf(new Date('2026-11-23T17:00:00Z'))).toBe('2026-11-24')
    expect(hourOf(new Date('2026-11-23T17:00:00Z'))).toBe(0)
  })

  it('starts a day at its own midnight', () => {
    expect(dayOf(startOfDay('2026-01-01'))).toBe('2026-01-01')
    expect(startOfDay('2026-01-01').toISOString()).toBe('2025-12-31T17:00:00.000Z')
  })

  it('counts across a leap day and a year', () => {
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01')
    expect(daysBetween('2026-12-31', '2027-01-01')).toBe(1)
    expect(daysBetween('2026-11-24', '2026-11-20')).toBe(-4)
  })

  it('writes a moment with the offset a reader in Vietnam expects', () => {
    expect(toMoment(new Date('2026-11-24T00:00:00Z'))).toBe('2026-11-24T07:00:00.000+07:00')
  })
})
