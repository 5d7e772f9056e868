import type { AuditEntry, AuditValue } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { expect, it } from 'vitest'
import { sentenceOf } from './sentence.ts'

const is = (value: AuditValue['value']): AuditValue => ({ as: 'shown', value })
const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  at: '2026-11-24T10:00:00+07:00',
  actorId: 'usr_x',
  actorName: 'Lê Thị Hà',
  actorRole: 'accountant',
  action: 'tariffs.create',
  objectKind: 'tariffs',
  objectId: 'trf_x',
  objectName: null,
  stallId: null,
  stallCode: null,
  requestId: null,
  route: null,
  sessionId: null,
  address: null,
  changes: [],
  hash: '',
  ...change,
})

it('is a plain sentence of who did what, from what to what', () => {
  const changes = [
    { field: 'name', before: is('Thuê chỗ'), after: is('Thuê chỗ') },
    { field: 'zoneCode', before: is('A'), after: is('A') },
    { field: 'unitPriceVnd', before: is(35_000), after: is(40_000) },
  ]
  expect(sentenceOf(entry({ changes }), 'vi')).toBe(
    `Kế toán Lê Thị Hà đặt giá Thuê chỗ, khu A từ ${formatVnd(35_000n)} thành ${formatVnd(40_000n)}`,
  )
  expect(sentenceOf(entry({ changes: [changes[2] ?? { field: '', before: null, after: null }] }), 'en')).toBe(
    `The accountant Lê Thị Hà set a price from ${formatVnd(35_000n)} to ${formatVnd(40_000n)}`,
  )
})

it('names the stall, an amount that is new, and nobody where nobody was logged in', () => {
  const taken = entry({
    action: 'collections.create',
    stallCode: 'SD-AU01',
    changes: [{ field: 'amountVnd', before: null, after: is(50_000) }],
  })
  expect(sentenceOf(taken, 'vi')).toBe(`Kế toán Lê Thị Hà thu tiền mặt, ${formatVnd(50_000n)}, sạp SD-AU01`)
  const wrong = entry({
    action: 'sessions.refuse',
    actorId: null,
    actorName: null,
    actorRole: 'unknown',
    objectName: 'Lê Thị Hà',
  })
  expect(sentenceOf(wrong, 'vi')).toBe('Có người chưa đăng nhập nhập sai mật khẩu hoặc mã PIN của Lê Thị Hà')
})
