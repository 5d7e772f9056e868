import { describe, expect, it } from 'vitest'
import { choose, CODE_WORDS, drawDaily, readChoice, renew, writeChoice } from './code-word.ts'

const MORNING = new Date('2026-11-24T05:00:00+07:00')
const NIGHT = new Date('2026-11-24T23:59:00+07:00')
/** Still the 24th in Greenwich. */
const NEXT = new Date('2026-11-25T00:01:00+07:00')

describe('the code word of the day', () => {
  it('stays for the whole day of the market, and is another one from its midnight on', () => {
    const drawn = drawDaily(MORNING, () => 0.5)
    expect(renew(drawn, NIGHT, () => 0.1)).toBe(drawn)
    for (let at = 0; at < CODE_WORDS.length; at++) {
      const next = renew(drawn, NEXT, () => at / CODE_WORDS.length)
      expect(next).toMatchObject({ mode: 'daily', day: '2026-11-25' })
      expect(next).not.toMatchObject({ word: drawn.mode === 'off' ? '' : drawn.word })
    }
  })

  it('that she chose herself stays until she takes another, and off stays off', () => {
    const hers = choose('bưởi', MORNING)
    expect(renew(hers, NEXT, () => 0)).toBe(hers)
    expect(renew({ mode: 'off' }, NEXT, () => 0)).toEqual({ mode: 'off' })
  })

  it('can be every one of the forty, by chance', () => {
    const drawn = CODE_WORDS.map((_, at) => drawDaily(MORNING, () => at / CODE_WORDS.length))
    expect(drawn.map((one) => (one.mode === 'off' ? '' : one.word))).toEqual([...CODE_WORDS])
    expect(CODE_WORDS.length).toBe(40)
  })

  it('is kept on the phone, and what the phone cannot have kept counts as off', () => {
    for (const choice of [choose('ổi', MORNING), drawDaily(MORNING, () => 0), { mode: 'off' } as const])
      expect(readChoice(writeChoice(choice))).toEqual(choice)
    for (const strange of [null, '', 'daily', 'daily kiwi 2026-11-24', 'always ổi 2026-11-24'])
      expect(readChoice(strange)).toEqual({ mode: 'off' })
  })
})
