import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { after, EMPTY, stepOf, type Balance } from './rules.ts'

const KINDS = ['sale', 'paid_cash', 'forgiven', 'given_back', 'offset'] as const
const line = fc.record({
  kind: fc.constantFrom(...KINDS),
  vnd: fc.bigInt({ min: 1n, max: 499_999_999n }),
})

describe('a credit book', () => {
  it('owes the sum of its lines, never less than nothing, whatever is written', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        let balance: Balance = EMPTY
        let owedVnd = 0n
        let surplusVnd = 0n
        for (const { kind, vnd } of lines) {
          const step = stepOf(kind, vnd)
          const next = after(balance, step)
          const isBelow = owedVnd + step.amountVnd < 0n || surplusVnd + step.surplusVnd < 0n
          expect(next === null).toBe(isBelow)
          if (next === null) continue
          owedVnd += step.amountVnd
          surplusVnd += step.surplusVnd
          expect(next).toEqual({ number: balance.number + 1, owedVnd, surplusVnd })
          balance = next
        }
      }),
    )
  })
})
