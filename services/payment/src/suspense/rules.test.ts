import { describe, expect, it } from 'vitest'
import { codesNear, memoKey, partsOf, rank, type Evidence, type OpenCharge } from './rules.ts'

/** A valid code, and the same with a character of it wrong. */
const MEANT = codesNear('VQX0000000Z')[0] ?? ''
const TYPED = `${MEANT.slice(0, 6)}${MEANT[6] === '7' ? '8' : '7'}${MEANT.slice(7)}`
const owed = (stallId: string, chargeId: string, outstandingVnd: bigint): OpenCharge => ({
  stallId,
  chargeId,
  outstandingVnd,
  stallCode: `A-${stallId}`,
  stallName: stallId,
  period: '2026-11',
})
const nothing: Evidence = {
  charges: [],
  stalls: new Map(['one', 'two'].map((id) => [id, { stallCode: `A-${id}`, stallName: id }])),
  codes: new Map(),
  payers: new Map(),
  resolved: new Map(),
  requests: new Map(),
  debts: new Map(),
}

describe('a code one character off', () => {
  it('is found where one was changed, left out, added, or two changed places; never where two are wrong', () => {
    expect(MEANT).toMatch(/^VQX/)
    const valid = MEANT
    const at = 6
    const spoilt = [
      TYPED,
      `${valid.slice(0, at)}${valid.slice(at + 1)}`,
      `${valid.slice(0, at)}5${valid.slice(at)}`,
    ]
    for (const text of spoilt) expect(codesNear(`nop tien ${text} thang 11`)).toContain(valid)
    expect(codesNear(`nop ${valid.replace(/.{2}$/, '!!')}`)).not.toContain(valid)
    expect(codesNear('chuyen tien 0123456789 cho ban quan ly')).toEqual([])
  })

  it('is not the code that stands there right', () => {
    expect(codesNear(`nop ${MEANT}`)).not.toContain(MEANT)
  })
})

describe('the key of a memo', () => {
  it('is the payer’s own words, whatever the month, the code and the bank’s envelope', () => {
    const one = memoKey('MBVCB.123.Lê Thị Hoa nộp tiền chợ tháng 10 VQX01234568.CT tu 0011 toi 0022')
    expect(one).toBe('LE THI HOA')
    expect(memoKey('FT26011 le thi hoa nop tien cho T11')).toBe(one)
    expect(memoKey('chuyen tien')).toBeNull()
    expect(memoKey('hoa 99')).toBeNull()
  })
})

describe('suggestions', () => {
  it('are certain for one charge of exactly that sum that a code one off means, or whose payer paid before', () => {
    const charges = [owed('one', 'chg_1', 500_000n)]
    const byCode = rank(
      { amountVnd: 500_000n, content: `nop ${TYPED}` },
      { ...nothing, charges, codes: new Map([[MEANT, { stallId: 'one', chargeId: 'chg_1' }]]) },
    )
    expect(byCode).toMatchObject([{ as: 'charge', chargeId: 'chg_1', certain: true }])
    expect(byCode[0]?.reasons).toEqual([
      { why: 'code_one_off', code: MEANT },
      { why: 'exact_charge', code: null },
    ])
    const byPayer = rank(
      { amountVnd: 500_000n, content: 'le thi hoa' },
      { ...nothing, charges, payers: new Map([['LE THI HOA', new Set(['one'])]]) },
    )
    expect(byPayer).toMatchObject([{ chargeId: 'chg_1', certain: true }])
  })

  it('are not certain by the sum alone, with another sum, with two charges of the sum, or with two stalls', () => {
    const [one, two] = [owed('one', 'chg_1', 500_000n), owed('one', 'chg_2', 500_000n)]
    const payers = new Map([['LE THI HOA', new Set(['one'])]])
    const ask = (amountVnd: bigint, evidence: Partial<Evidence>) =>
      rank({ amountVnd, content: 'le thi hoa' }, { ...nothing, ...evidence })
    expect(ask(500_000n, { charges: [one] })).toMatchObject([{ chargeId: 'chg_1', certain: false }])
    expect(ask(400_000n, { charges: [one], payers })).toMatchObject([{ as: 'debt', certain: false }])
    expect(ask(500_000n, { charges: [one, two], payers })).toMatchObject([{ as: 'debt', certain: false }])
    const both = ask(500_000n, {
      charges: [one, owed('two', 'chg_3', 500_000n)],
      payers: new Map([['LE THI HOA', new Set(['one', 'two'])]]),
    })
    expect(both.map(({ certain }) => certain)).toEqual([false, false])
  })

  it('say nothing of a sum that two stalls owe, and rank what has more reasons first', () => {
    const charges = [owed('one', 'chg_1', 500_000n), owed('two', 'chg_2', 500_000n)]
    expect(rank({ amountVnd: 500_000n, content: null }, { ...nothing, charges })).toEqual([])
    const ranked = rank(
      { amountVnd: 500_000n, content: 'le thi hoa' },
      {
        ...nothing,
        charges: [owed('one', 'chg_1', 500_000n), owed('two', 'chg_2', 100_000n)],
        payers: new Map([['LE THI HOA', new Set(['two'])]]),
        resolved: new Map([['LE THI HOA', { as: 'charge', stallId: 'two' }]]),
      },
    )
    expect(ranked.map(({ stallId }) => stallId)).toEqual(['two', 'one'])
    expect(ranked.map(({ score }) => score)).toEqual([82, 50])
  })

  it('see a sum typed in thousands, and a request that a shopper paid into the wrong account', () => {
    const found = rank(
      { amountVnd: 1_250n, content: null },
      {
        ...nothing,
        charges: [owed('one', 'chg_1', 1_250_000n)],
        requests: new Map([[1_250n, new Set(['two'])]]),
      },
    )
    expect(found).toMatchObject([
      { as: 'charge', stallId: 'one', reasons: [{ why: 'thousandfold' }] },
      { as: 'return', stallId: 'two', reasons: [{ why: 'open_request' }] },
    ])
  })
})

describe('the parts of a resolution', () => {
  const item = { amountVnd: 900n, posted: true }
  const reason = 'thử'

  it('come to the sum, each once', () => {
    const parts = [
      { as: 'debt', stallId: 'one', amountVnd: 600 },
      { as: 'not_ours', amountVnd: 300 },
    ] as const
    expect(partsOf({ as: 'split', parts: [...parts], reason }, item)).toEqual(parts)
    expect(partsOf({ as: 'return', toWhom: 'chị Hoa', reason }, item)).toEqual([
      { as: 'return', toWhom: 'chị Hoa', amountVnd: 900 },
    ])
    const [first, second] = parts
    for (const wrong of [
      [first, first],
      [{ ...first, amountVnd: 601 }, second],
    ])
      expect(() => partsOf({ as: 'split', parts: wrong, reason }, item)).toThrow(/come to the sum/)
  })

  it('of what the books do not hold are none but that it is not ours, or told of already', () => {
    const sighting = { as: 'sighting', transactionId: 'btx', reason } as const
    expect(partsOf(sighting, { ...item, posted: false })).toHaveLength(1)
    expect(() => partsOf(sighting, item)).toThrow()
    expect(() => partsOf({ as: 'debt', stallId: 'one', reason }, { ...item, posted: false })).toThrow()
    expect(partsOf({ as: 'not_ours', reason }, { ...item, posted: false })).toHaveLength(1)
  })
})
