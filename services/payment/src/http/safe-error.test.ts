import { describe, expect, it } from 'vitest'
import { safeError } from './safe-error.ts'

describe('an error in the log', () => {
  it('says what failed and where, and nothing that a row or a query held', () => {
    const cause = Object.assign(new Error('Failing row contains (0001000001, NGUYEN THI NGA)'), {
      code: '23514',
      detail: 'NGA',
    })
    const shown = safeError(new Error('Failed query: insert … params: 0001000001,NGUYEN THI NGA', { cause }))
    expect(shown).toMatchObject({ type: 'Error', codes: ['23514'] })
    expect(shown.stack[0]).toContain('safe-error.test.ts')
    expect(JSON.stringify(shown)).not.toMatch(/NGA|0001000001/)
  })
})
