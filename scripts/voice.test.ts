import type { LivePayment } from '@tienve/contracts'
import { spellVnd, spellWords } from '@tienve/money'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paymentOf } from '../merchant-app/src/live/testing.ts'
import { CODE_WORDS } from '../merchant-app/src/voice/code-word.ts'
import {
  lineFor,
  lines,
  PHRASES,
  repeated,
  withWord,
  type VoiceLine,
} from '../merchant-app/src/voice/lines.ts'
import sprite from '../merchant-app/src/voice/sprite.json' with { type: 'json' }
import { ROOT } from './stack/stack.ts'

const NOW = new Date('2026-11-24T09:00:00+07:00')
const say = (over: Partial<LivePayment>): VoiceLine =>
  lineFor(paymentOf({ amountVnd: 35_000, expectedVnd: 1, paidVnd: 35_000, ...over }), NOW)

/** The digits 0 to 9 in each place, the amounts on both sides of each power of ten and of each unit, and what is said most. */
function edgeAmounts(): number[] {
  const powers = Array.from({ length: 12 }, (_, at) => 10 ** at)
  return powers
    .flatMap((power) => [
      Array.from({ length: 9 }, (_, digit) => (digit + 1) * power),
      [power - 1, power + 1, power * 5 + 5, power * 1.5, power * 10 - 1],
    ])
    .flat()
    .concat([5_000, 15_000, 21_000, 105_000, 1_000_000_001, 101_101_101_101, 999_999_999_999])
    .filter((amount) => Number.isInteger(amount) && amount > 0 && amount < 10 ** 12)
}

/** The same amounts each time: a linear congruence, of as many digits as chance has it. */
function randomAmounts(count: number): number[] {
  let seed = 20_261_130
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  return Array.from({ length: count }, () => 1 + Math.floor(next() * (10 ** Math.ceil(next() * 12) - 1)))
}

/** Of MPEG 2, layer III at a fixed rate of 24 kbit/s: 3,000 bytes are a second, within a frame. */
const SOUND_S = readFileSync(join(ROOT, 'merchant-app/src/voice/sprite.mp3')).length / 3_000
const pieces = new Map(Object.entries(sprite))

function expectPieces(tokens: readonly string[]): void {
  for (const token of tokens) {
    const [offset = -1, duration = 0] = pieces.get(token) ?? []
    if (offset < 0 || duration < 0.05 || offset + duration > SOUND_S)
      throw new Error(`the sound has no piece for ${token}`)
  }
}

describe('the sound', () => {
  const amounts = [...edgeAmounts(), ...randomAmounts(10_000)]

  it('has a piece for every word of 10,000 amounts and of all at the edges, and they are those of the books', () => {
    for (const amountVnd of amounts) {
      const { tokens } = say({ amountVnd, expectedVnd: null })
      const words = tokens.slice(0, -1)
      // Ten thousand times `expect` would take longer than all the rest.
      if (words.join() !== spellWords(amountVnd).join() || `${words.join(' ')} đồng` !== spellVnd(amountVnd))
        expect(words).toEqual(spellWords(amountVnd))
      expectPieces(tokens)
    }
    expect(Math.max(...amounts)).toBe(999_999_999_999)
  })

  it('has a piece for every verdict, every minute of three days, every sum and every code word', () => {
    const verdicts = ['exact', 'short', 'over', 'repeated', 'unknown'] as const
    for (const amountVnd of amounts.slice(0, 500)) {
      for (const verdict of verdicts) expectPieces(say({ amountVnd, verdict }).tokens)
      expectPieces(say({ amountVnd, verdict: 'short', slip: 'thousandfold' }).tokens)
      expectPieces(say({ amountVnd, purpose: 'charge', slip: 'thousandfold' }).tokens)
      const sum = BigInt(amountVnd)
      for (const one of [lines.total, lines.back, lines.soundBack, lines.closed])
        expectPieces(one(amountVnd % 100, sum).tokens)
      expectPieces(repeated(lines.reversed(sum)).tokens)
      expectPieces(lines.owedPaid(sum).tokens)
    }
    for (let minute = 0; minute < 3 * 24 * 60; minute++)
      expectPieces(
        say({ verdict: 'late', occurredAt: new Date(NOW.getTime() - minute * 60_000).toISOString() }).tokens,
      )
    for (const one of [lines.lost, lines.deaf, lines.slow, lines.heardAgain, lines.test, lines.back(0, 0n)])
      expectPieces(one.tokens)
    for (const word of CODE_WORDS) expectPieces(withWord(word, say({})).tokens)
  })

  it('has no piece that nothing says, and no two of one name', () => {
    const numbers =
      'không một hai ba bốn năm sáu bảy tám chín mười mươi mốt tư lăm linh trăm nghìn triệu tỷ'.split(' ')
    const all = [...numbers, ...CODE_WORDS, ...Object.keys(PHRASES)]
    expect(new Set(all).size).toBe(all.length)
    expect([...pieces.keys()].toSorted()).toEqual(all.toSorted())
  })
})
