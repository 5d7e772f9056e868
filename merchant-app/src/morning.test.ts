import { expect, it } from 'vitest'
import { morningOffer } from './morning.ts'

it('offers one thing of a morning: the sound first, and the look at the code once that is done', () => {
  const morning = { isHeardToday: false, sound: 'on', live: 'live' } as const
  expect(morningOffer(morning)).toBe('sound')
  expect(morningOffer({ ...morning, isHeardToday: true })).toBe('code')
})

it('offers nothing beside a banner that says what is to be done first', () => {
  const morning = { isHeardToday: false, sound: 'on', live: 'live' } as const
  expect(morningOffer({ ...morning, sound: 'untouched' })).toBeNull()
  expect(morningOffer({ ...morning, live: 'lost' })).toBeNull()
})
