import { describe, expect, it } from 'vitest'
import { shownTab, tabBehind, tabsOf } from './tabs.ts'

describe('a lent phone', () => {
  it('opens what its code screen leads to, and goes back there and not to the owner’s PIN', () => {
    expect((['patrol', 'sound'] as const).map((one) => shownTab(one, true))).toEqual(['patrol', 'sound'])
    expect(tabBehind('settings', true)).toBe('code')
  })

  it('shows no sum, whatever is asked for', () => {
    for (const asked of [
      'today',
      'owe',
      'credits',
      'months',
      'taxes',
      'search',
      'shifts',
      'helpers',
    ] as const)
      expect([asked, shownTab(asked, true)]).toEqual([asked, 'helping'])
    expect(tabsOf(false, true)).toEqual(['helping', 'take', 'code'])
  })
})

it('a phone in its own hands opens what is asked for, and goes back to the tab of the page', () => {
  expect(shownTab('today', false)).toBe('today')
  expect(tabBehind('settings', false)).toBe('settings')
})
