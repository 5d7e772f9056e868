import { findCodes } from '@tienve/bank-feeds'
import { MATCHED_BY, SUSPENSE_REASONS } from '@tienve/contracts'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MATCH_RULES, matchCredit, type NamedCode, type Place } from './rules.ts'

const page = readFileSync(new URL('../../../../docs/FEEDS.md', import.meta.url), 'utf8')

const board: Place = { accountId: 'acc_board', stallId: null, bin: '970415' }
const stall: Place = { accountId: 'acc_one', stallId: 'stl_one', bin: '970415' }
const codes = { one: newPaymentCode(randomBytes), two: newPaymentCode(randomBytes) }

const match = (
  place: Place | null,
  memo: string,
  { is, hint = null }: { is?: NamedCode; hint?: string | null } = {},
) => matchCredit(place, findCodes(memo, { hint }), new Map(is === undefined ? [] : [[codes.one, is]]))
const of = (kind: 'stall' | 'request' | 'charge' | 'debt' | 'deposit', stallId = 'stl_one'): NamedCode => ({
  kind,
  objectId: 'obj',
  stallId,
})

describe('the rules by which money in is matched', () => {
  it('stand in the documentation as they are in the code', () => {
    const rows = MATCH_RULES.map(
      ({ name, account, sign, to }, at) => `| ${at + 1} | \`${name}\` | ${account} | ${sign} | ${to} |`,
    )
    expect(page.split('## What money in pays')[1]?.match(/^\| \d.*\|$/gm)).toEqual(rows)
  })

  it('have names of their own, each of which a payment or money in suspense can keep', () => {
    const names = MATCH_RULES.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, to } of MATCH_RULES)
      if (to !== 'ticket') expect(to === 'suspense' ? SUSPENSE_REASONS : MATCHED_BY).toContain(name)
  })

  it('are tried in their order: the first that holds wins', () => {
    const virtual = { ...stall, isVirtual: true }
    expect(match(null, codes.one, { is: of('charge') })).toEqual({
      to: 'suspense',
      reason: 'foreign_account',
    })
    expect(match(virtual, codes.one, { is: of('request') })).toMatchObject({
      rule: 'request',
      requestId: 'obj',
    })
    expect(match(virtual, codes.one, { is: of('stall') })).toMatchObject({ rule: 'stall', requestId: null })
    expect(match(virtual, 'tien rau')).toMatchObject({ rule: 'virtual_account', stallId: 'stl_one' })
    expect(match(stall, 'tien rau')).toMatchObject({ to: 'sale', rule: 'account', stallId: 'stl_one' })
    expect(match(board, codes.one, { is: of('charge') })).toMatchObject({ to: 'charge', chargeId: 'obj' })
    expect(match(board, codes.one, { is: of('debt') })).toMatchObject({ to: 'debt', stallId: 'stl_one' })
    expect(match(board, codes.one, { is: of('deposit') })).toMatchObject({ to: 'deposit' })
    expect(match(board, codes.one, { is: { kind: 'ticket', objectId: 'tkt', stallId: null } })).toEqual({
      to: 'ticket',
      ticketId: 'tkt',
    })
  })

  it('take a stall’s money for its own, whatever code stands in the memo', () => {
    for (const is of [of('request', 'stl_two'), of('charge')])
      expect(match(stall, codes.one, { is })).toMatchObject({ to: 'sale', rule: 'account' })
    expect(match(stall, `${codes.one} ${codes.two}`, { is: of('request') })).toMatchObject({
      rule: 'account',
    })
  })

  it.each([
    ['no_code', 'tien cho', {}],
    ['several_codes', `${codes.one} ${codes.two}`, { is: of('charge') }],
    ['hint_disagrees', codes.one, { is: of('charge'), hint: codes.two }],
    ['unknown_code', codes.one, {}],
    ['unknown_code', codes.one, { is: of('request') }],
  ])('leave the board’s money in suspense as %s', (reason, memo, options) => {
    expect(match(board, memo, options)).toEqual({ to: 'suspense', reason })
  })
})
