import { CashCount } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { sumOf, withNotes } from './counts.ts'

describe('a count of notes', () => {
  it('adds up, and is what the service takes', () => {
    const counts = withNotes(withNotes(withNotes({}, 500_000, 2), 20_000, 7), 500, 1)
    expect(counts).toEqual({ '500000': 2, '20000': 7, '500': 1 })
    expect(sumOf(counts)).toBe(1_140_500)
    expect(CashCount.parse(counts)).toEqual(counts)
  })

  it('has no note of which there is none, and never fewer', () => {
    const one = withNotes({}, 1_000, 1)
    expect(withNotes(one, 1_000, 0)).toEqual({})
    expect(withNotes(one, 1_000, -1)).toEqual({})
    expect(withNotes(one, 1_000, Number.NaN)).toEqual({})
    expect(withNotes(one, 1_000, 9_999_999)).toEqual({ '1000': 100_000 })
  })
})
