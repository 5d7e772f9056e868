import type { LivePayment } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { tell, type Saying } from '../live/catch-up.ts'
import { paymentOf } from '../live/testing.ts'
import { createTestClock } from '../testing-clock.ts'
import { createAnnouncer, patternOf } from './announcer.ts'
import type { CodeWord } from './code-word.ts'
import { lines } from './lines.ts'

let number = 0
const payment = (over: Partial<LivePayment> = {}): LivePayment =>
  paymentOf({ number: ++number, paymentId: `pay_${number}`, ...over })
const SPOKEN_MS = 3_000

/** An announcer whose lines take three seconds each, and what it said: when each began and ended, and if it was played. */
function start(word: CodeWord | null = null) {
  const clock = createTestClock()
  const begun = clock.now()
  const state = { canPlay: true }
  const said: { text: string; from: number; to: number; played: boolean; shown: number[] }[] = []
  const told: number[] = []
  let turnedAt = 0
  const announcer = createAnnouncer({
    readWord: () => word,
    clock,
    speak: async () => {
      if (!state.canPlay) return false
      await new Promise<void>((resolve) => void clock.after(SPOKEN_MS, resolve))
      return true
    },
    onTurn: () => {
      turnedAt = clock.now() - begun
    },
    onOver: ({ line, arrived }, played) =>
      said.push({
        text: line.text,
        from: turnedAt,
        to: clock.now() - begun,
        played,
        shown: arrived.map((one) => one.number),
      }),
  })
  const arrive = (...payments: LivePayment[]): void => {
    for (const one of payments)
      announcer.add([tell(one, new Date(clock.now()))], ({ number: at }) => told.push(at))
  }
  return { clock, announcer, arrive, said, told, state, texts: () => said.map(({ text }) => text) }
}

describe('what arrives', () => {
  it('is said one after another, and never two at a time', async () => {
    const { clock, arrive, said } = start()
    arrive(payment(), payment({ amountVnd: 30_000 }), payment({ amountVnd: 40_000 }))
    await clock.settle(20_000)
    expect(said.map(({ text }) => text)).toEqual([
      'Hai mươi nghìn đồng.',
      'Ba mươi nghìn đồng.',
      'Bốn mươi nghìn đồng.',
    ])
    for (const [at, one] of said.entries()) expect(one.from).toBeGreaterThanOrEqual(said[at - 1]?.to ?? 0)
  })

  it('is said as a count and a sum when more than two wait, and each is on the screen', async () => {
    const { clock, arrive, said, texts } = start()
    const [first, ...others] = [payment(), payment(), payment({ amountVnd: 15_000 }), payment()]
    arrive(...(first === undefined ? [] : [first]), ...others)
    await clock.settle(20_000)
    expect(texts()).toEqual(['Hai mươi nghìn đồng.', 'Ba lần, tổng năm mươi lăm nghìn.'])
    expect(said[1]?.shown).toEqual(others.map((one) => one.number))
  })

  it.each([
    { verdict: 'short', expectedVnd: 35_000 },
    { verdict: 'short', slip: 'thousandfold', expectedVnd: 20_000_000 },
    { verdict: 'over', expectedVnd: 15_000 },
    { verdict: 'repeated' },
    { verdict: 'unknown' },
    { purpose: 'charge' },
  ] as const)('is said by itself however many wait: %o', async (over) => {
    const { clock, arrive, said } = start()
    const odd = payment(over)
    arrive(payment(), payment(), odd, payment(), payment())
    await clock.settle(30_000)
    expect(said.map(({ shown }) => shown.length)).toEqual([1, 3, 1])
    expect(said[2]?.shown).toEqual([odd.number])
  })

  it('begins with the code word, and what is said of the line itself does not', async () => {
    const { clock, announcer, arrive, texts } = start('bưởi')
    arrive(payment({ amountVnd: 35_000, expectedVnd: 35_000 }))
    announcer.add([{ line: lines.lost, kind: 'bad', arrived: [] }])
    await clock.settle(20_000)
    expect(texts()).toEqual(['Bưởi. Ba mươi lăm nghìn. Đủ.', lines.lost.text])
  })

  it('is told when the sound is back, if it could not be heard', async () => {
    const { clock, announcer, arrive, said, state, texts } = start()
    state.canPlay = false
    const short = payment({ verdict: 'short', expectedVnd: 35_000 })
    arrive(payment(), short)
    await clock.settle(20_000)
    expect(said.map(({ played }) => played)).toEqual([false, false])
    state.canPlay = true
    announcer.catchUp()
    announcer.catchUp()
    await clock.settle(20_000)
    expect(texts().slice(2)).toEqual([
      'Có tiếng lại. Trong lúc mất tiếng: một lần, tổng hai mươi nghìn.',
      'Thiếu! Mới nhận hai mươi nghìn, cần ba mươi lăm nghìn.',
    ])
    expect(said.at(-1)?.played).toBe(true)
  })

  it('counts as told once it was played, and not when it was only shown', async () => {
    const { clock, announcer, arrive, told, state } = start()
    state.canPlay = false
    const [first, second] = [payment(), payment()]
    arrive(first, second)
    await clock.settle(20_000)
    expect(told).toEqual([])
    state.canPlay = true
    announcer.catchUp()
    expect(told).toEqual([])
    await clock.settle(20_000)
    expect(told).toEqual([first.number, second.number])
  })

  it('counts as told when so much was not heard that it is not kept to be said', async () => {
    const { clock, arrive, told, state } = start()
    state.canPlay = false
    const many = Array.from({ length: 53 }, () => payment({ verdict: 'unknown' }))
    arrive(...many)
    await clock.settle(200_000)
    expect(told).toEqual(many.slice(0, 3).map((one) => one.number))
  })

  it('is told after the next line that is played, though nobody noticed that the sound was away', async () => {
    const { clock, arrive, told, state, texts } = start()
    state.canPlay = false
    arrive(payment())
    await clock.settle(5_000)
    state.canPlay = true
    arrive(payment({ amountVnd: 30_000 }))
    await clock.settle(20_000)
    expect(texts().slice(1)).toEqual([
      'Ba mươi nghìn đồng.',
      'Có tiếng lại. Trong lúc mất tiếng: một lần, tổng hai mươi nghìn.',
    ])
    expect(told.length).toBe(2)
  })

  it('goes before what she asked to hear, which is said once however often she taps', async () => {
    const { clock, announcer, arrive, texts } = start()
    const again: Saying = { line: lines.test, kind: 'good', arrived: [] }
    announcer.ask(again)
    await clock.settle(1_000)
    announcer.ask(again)
    await clock.settle(20_000)
    expect(texts()).toEqual([lines.test.text])
    arrive(payment())
    announcer.ask({ line: lines.heardAgain, kind: 'good', arrived: [] })
    announcer.ask(again)
    announcer.ask(again)
    arrive(payment({ amountVnd: 30_000 }))
    await clock.settle(20_000)
    expect(texts().slice(1)).toEqual(['Hai mươi nghìn đồng.', 'Ba mươi nghìn đồng.', lines.test.text])
    announcer.ask(again)
    await clock.settle(20_000)
    expect(texts().length).toBe(5)
  })

  it('shakes the phone otherwise when it is not enough', () => {
    const pattern = (over: Partial<LivePayment>): string => patternOf(tell(payment(over), new Date())).join()
    const enough = pattern({})
    expect(enough).not.toBe('')
    expect(pattern({ verdict: 'short', expectedVnd: 35_000 })).not.toBe(enough)
    expect(pattern({ verdict: 'over', expectedVnd: 15_000 })).not.toBe(enough)
    const nothing: Saying = { line: lines.test, kind: 'good', arrived: [] }
    expect(patternOf(nothing)).toEqual([])
  })
})
