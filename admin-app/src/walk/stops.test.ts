import { describe, expect, it } from 'vitest'
import { changeOf, pressKey, type CashKey } from './cash.ts'
import type { Entry } from './queue.ts'
import { daysOverdue, findStops, nextStop, stopsAfter } from './stops.ts'
import { AS_OF, stopOf, walkOf } from './testing.ts'

const STOPS = [
  stopOf('CA-07', { stallName: 'Cô Thơm cá biển' }),
  stopOf('CA-08', { stallName: 'Đỗ Hương' }),
  stopOf('TH-01', { stallName: 'Thu thịt bò' }),
]
const walk = walkOf(STOPS)

describe('a stop of the walk', () => {
  it('is found by code or name as a thumb types it, within a zone', () => {
    const codes = (zone: string, typed: string) => findStops(STOPS, zone, typed).map((stop) => stop.stallCode)
    expect(codes('', 'ca07')).toEqual(['CA-07'])
    expect(codes('', 'do huong')).toEqual(['CA-08'])
    expect(codes('TH', '')).toEqual(['TH-01'])
    expect(codes('TH', 'ca')).toEqual([])
  })

  it('is overdue since its oldest debt was due, and not at all when nothing is', () => {
    const charge = (dueOn: string, outstandingVnd: number) => ({
      id: dueOn,
      period: '2026-10',
      dueOn,
      totalVnd: 100_000,
      outstandingVnd,
      why: [],
    })
    const charges = [charge('2026-09-15', 0), charge('2026-10-15', 5_000), charge('2026-11-15', 5_000)]
    expect(daysOverdue({ charges, overdueVnd: 10_000 }, AS_OF)).toBe(41)
    expect(daysOverdue({ charges, overdueVnd: 0 }, AS_OF)).toBe(0)
  })

  it('is followed by the next one that owes and was not visited by this phone', () => {
    const visit: Entry = {
      kind: 'visit',
      stop: { stallCode: 'CA-08', stallName: '' },
      body: { stallId: 'stl_CA-08', visitedAt: AS_OF, outcome: 'absent' },
      key: 'k',
      at: AS_OF,
      state: 'waiting',
      answer: null,
      problem: null,
      readAt: null,
    }
    const after = (stallId: string): string[] => stopsAfter(walk, stallId) ?? []
    expect(nextStop(walk, [], after('stl_CA-07'))?.stallCode).toBe('CA-08')
    expect(nextStop(walk, [visit], after('stl_CA-07'))?.stallCode).toBe('TH-01')
    expect(nextStop(walk, [], after('stl_TH-01'))).toBeUndefined()
    const paid = { ...walk, stops: walk.stops.filter(({ stallId }) => stallId !== 'stl_CA-07') }
    expect(stopsAfter(paid, 'stl_CA-07')).toBeNull()
    expect(nextStop(paid, [], after('stl_CA-07'))?.stallCode).toBe('CA-08')
  })
})

describe('the keypad and the change', () => {
  it('takes a sum that the service takes, and no more', () => {
    const type = (...keys: CashKey[]) => keys.reduce((digits, key) => pressKey(digits, key), '')
    expect(type('0', '1', '6', '5', '000')).toBe('165000')
    expect(type('5', '000', '000', '0', '0')).toBe('50000000')
    expect(type('9', '⌫')).toBe('')
  })

  it('is what was given less what is taken', () => {
    expect([changeOf(165_000, 200_000), changeOf(165_000, 100_000), changeOf(165_000, 0)]).toEqual([
      35_000,
      -65_000,
      null,
    ])
  })
})
