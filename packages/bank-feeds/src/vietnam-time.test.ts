import { afterEach, describe, expect, it } from 'vitest'
import { readVietnamTime, vietnamTimeText } from './vietnam-time.ts'

const MACHINE_ZONE = process.env['TZ']
afterEach(() => {
  if (MACHINE_ZONE === undefined) delete process.env['TZ']
  else process.env['TZ'] = MACHINE_ZONE
})

describe('readVietnamTime', () => {
  it.each(['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'])(
    'is the same moment on a machine in %s',
    (zone) => {
      process.env['TZ'] = zone
      expect(readVietnamTime('2024-05-25 00:11:02')).toEqual({
        occurredAt: new Date(Date.UTC(2024, 4, 24, 17, 11, 2)),
        precision: 'second',
      })
      expect(vietnamTimeText(new Date(Date.UTC(2024, 4, 24, 17, 11, 2)))).toBe('2024-05-25 00:11:02')
    },
  )

  it('keeps a date alone a day, from its midnight in Vietnam', () => {
    expect(readVietnamTime('2026-11-23')).toEqual({
      occurredAt: new Date('2026-11-22T17:00:00Z'),
      precision: 'day',
    })
  })

  it.each([
    ['2026-11-23T10:15:02+07:00', '2026-11-23T03:15:02Z'],
    ['2026-11-23T03:15:02.250Z', '2026-11-23T03:15:02Z'],
    ['2026-11-23 10:15', '2026-11-23T03:15:00Z'],
    ['2026-11-22T22:15:02-0500', '2026-11-23T03:15:02Z'],
  ])('reads %s with its own zone', (text, utc) => {
    expect(readVietnamTime(text)?.occurredAt).toEqual(new Date(utc))
  })

  it.each([
    '',
    '23/11/2026',
    '2026-02-30 10:00:00',
    '2026-13-01',
    '2026-11-23 24:00:00',
    '2026-11-23 10:60:00',
    '0026-11-23',
    '2026-00-10',
  ])('is null for %j', (text) => {
    expect(readVietnamTime(text)).toBeNull()
  })
})
