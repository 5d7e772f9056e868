import { accountDigest, encodeVietQr } from '@tienve/vietqr'
import { expect, it } from 'vitest'
import { checkedToday, judge } from './codes.ts'
import { stopOf, walkOf } from './testing.ts'

const PAYEE = { bin: '970436', account: '0001000000001' }
const payload = encodeVietQr({ ...PAYEE, memo: 'X' })

it('knows a stall’s own code without a network, and every other from it', async () => {
  const stop = stopOf('CA-07', {
    printed: { digests: [await accountDigest(PAYEE, 'stl_CA-07')], last: null },
  })
  expect(await judge(payload, stop)).toBe('right')
  expect(await judge(encodeVietQr({ ...PAYEE, account: '0001000000002', memo: 'X' }), stop)).toBe('wrong')
  expect(await judge(encodeVietQr({ ...PAYEE, bin: '970418', memo: 'X' }), stop)).toBe('wrong')
  // The digest of one stall is no other's.
  expect(await judge(payload, stopOf('CA-08', { printed: stop.printed }))).toBe('wrong')
  expect(await judge('https://example.org', stop)).toBe('not_vietqr')
})

it('counts each stall whose code was looked at today once, also before it is told', () => {
  const last = (at: string) => ({ digests: ['x'], last: { at, result: 'right' as const } })
  const walk = walkOf([
    stopOf('CA-07', { printed: last('2026-11-25T06:00:00+07:00') }),
    stopOf('CA-08', { printed: last('2026-11-24T06:00:00+07:00') }),
    stopOf('CA-09', { printed: { digests: ['x'], last: null } }),
    stopOf('CA-10'),
  ])
  expect(checkedToday(walk, [])).toEqual({ checked: 1, all: 3 })
  const done = (stallId: string, state: 'waiting' | 'refused') => ({
    kind: 'check' as const,
    stallId,
    stop: { stallCode: '', stallName: '' },
    body: { payload, by: 'camera' as const },
    key: stallId,
    at: '2026-11-25T08:00:00.000+07:00',
    state,
    answer: null,
    problem: null,
    readAt: null,
  })
  const queue = [done('stl_CA-07', 'waiting'), done('stl_CA-08', 'waiting'), done('stl_CA-09', 'refused')]
  expect(checkedToday(walk, queue)).toEqual({ checked: 2, all: 3 })
})
