import { describe, expect, it } from 'vitest'
import { codesNear } from '../suspense/rules.ts'
import { matchRefunds } from './rules.ts'

const [CODE = '', OTHER = ''] = [codesNear('VQX0000000Z')[0], codesNear('VQX1111111Z')[0]]
const AT = new Date('2026-11-24T03:00:30Z')
const due = (id: string, amountVnd: bigint, code = CODE) => ({
  id,
  accountId: 'acc_board',
  amountVnd,
  code,
  decidedAt: AT,
})
const left = (amountVnd: bigint, content = '', more: { accountId?: string; occurredAt?: Date } = {}) => ({
  transactionId: `btx_${amountVnd}`,
  accountId: 'acc_board',
  amountVnd,
  content,
  occurredAt: AT,
  sourceHash: null,
  ...more,
})
const matched = (...of: Parameters<typeof matchRefunds>) => matchRefunds(...of).map(({ refund }) => refund.id)

describe('an outgoing transfer', () => {
  it('is the refund whose code its memo holds, however many are of that sum', () => {
    const two = [due('one', 500n, OTHER), due('two', 500n)]
    expect(matched(two, [left(500n, `tra lai ${CODE}`)])).toEqual(['two'])
    expect(matched(two, [left(500n, `${CODE}`), left(500n, `${OTHER}`)])).toEqual(['two', 'one'])
  })

  it('without a code is the only one of its account and sum that was promised before, and is one refund', () => {
    expect(matched([due('one', 500n), due('two', 600n)], [left(500n, 'hoan tien')])).toEqual(['one'])
    expect(matched([due('one', 500n)], [left(500n), left(500n)])).toEqual(['one'])
    const minute = new Date('2026-11-24T03:00:00Z')
    expect(matched([due('one', 500n)], [left(500n, '', { occurredAt: minute })])).toEqual(['one'])
  })

  it('is left to a person when it could be two, or came before, from elsewhere, or with another sum', () => {
    expect(matched([due('one', 500n), due('two', 500n, OTHER)], [left(500n)])).toEqual([])
    const before = new Date('2026-11-24T02:59:00Z')
    expect(matched([due('one', 500n)], [left(500n, '', { occurredAt: before })])).toEqual([])
    expect(matched([due('one', 500n)], [left(500n, '', { accountId: 'acc_stall' })])).toEqual([])
    expect(matched([due('one', 500n), due('two', 400n, OTHER)], [left(400n, CODE)])).toEqual([])
  })
})
