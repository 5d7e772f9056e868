import { describe, expect, it } from 'vitest'
import { mayTakeOver, type Moment } from './update.ts'

const quiet: Moment = {
  isHidden: false,
  hasCode: false,
  hasArrival: false,
  isTyping: false,
  untouchedMs: 60_000,
}

describe('a new version takes over', () => {
  it('when nobody has touched the phone for a minute and nothing is going on', () => {
    expect(mayTakeOver(quiet)).toBe(true)
    expect(mayTakeOver({ ...quiet, untouchedMs: 59_999 })).toBe(false)
  })

  it('never while a code is seen, an amount is being typed or an arrival is on the screen', () => {
    for (const going of ['hasCode', 'hasArrival', 'isTyping'] as const)
      expect([going, mayTakeOver({ ...quiet, [going]: true })]).toEqual([going, false])
  })

  it('behind a dark screen, where no code is seen, but not in the middle of anything else', () => {
    expect(mayTakeOver({ ...quiet, isHidden: true, hasCode: true })).toBe(true)
    expect(mayTakeOver({ ...quiet, isHidden: true, isTyping: true })).toBe(false)
    expect(mayTakeOver({ ...quiet, isHidden: true, hasArrival: true })).toBe(false)
  })
})
