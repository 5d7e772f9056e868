import type { LiveFeed, LivePayment } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../testing-clock.ts'
import { lines } from '../voice/lines.ts'
import { createNews } from './news.ts'
import { paymentOf } from './testing.ts'

const GATHERED_MS = 1_000

const payment = (number: number): LivePayment => paymentOf({ number, paymentId: `pay_${number}` })

/** A stall's news, and what was said of it. */
function start() {
  const clock = createTestClock()
  const said: string[] = []
  const news = createNews({
    clock,
    announce: (sayings) => said.push(...sayings.map(({ line }) => line.text)),
    say: ({ text }) => said.push(text),
  })
  const feed = (catchingUp: boolean, ...states: LiveFeed['state'][]): void => {
    for (const state of states)
      news.onFeed({ number: 1, state, since: '2026-11-24T07:00:00+07:00' }, catchingUp)
  }
  return { clock, said, news, feed }
}

describe('the news of a stall', () => {
  it('says how the feed stands as it changes', () => {
    const { said, feed } = start()
    feed(false, 'listening', 'deaf', 'listening', 'late', 'listening')
    const { deaf, slow, heardAgain } = lines
    expect(said).toEqual([deaf.text, heardAgain.text, slow.text, heardAgain.text])
  })

  it('says of a feed that changed while nobody heard only how it stands now, after what came meanwhile', () => {
    const { clock, said, news, feed } = start()
    feed(true, 'deaf', 'listening', 'deaf')
    news.onArrived(payment(3), true, () => {})
    feed(true, 'listening', 'deaf')
    expect(said).toEqual([])
    clock.turn(GATHERED_MS)
    expect(said).toEqual(['Hai mươi nghìn đồng.', lines.deaf.text])
  })

  it('says nothing of a feed that fell silent and was heard again while nobody heard', () => {
    const { clock, said, feed } = start()
    feed(true, 'deaf', 'listening', 'deaf', 'listening')
    clock.turn(GATHERED_MS)
    expect(said).toEqual([])
  })

  it('says that the feed is heard again when it was told to be deaf before the network went', () => {
    const { clock, said, news, feed } = start()
    feed(false, 'deaf')
    news.onState('lost')
    news.onState('live')
    feed(true, 'listening')
    clock.turn(GATHERED_MS)
    expect(said).toEqual([lines.deaf.text, lines.lost.text, lines.back(0, 0n).text, lines.heardAgain.text])
  })

  it('lets what the feed tells now stand for what it told meanwhile', () => {
    const { clock, said, feed } = start()
    feed(true, 'deaf')
    feed(false, 'listening')
    clock.turn(GATHERED_MS)
    expect(said).toEqual([])
  })

  it('forgets how the feed stood when it starts afresh', () => {
    const { clock, said, news, feed } = start()
    feed(false, 'deaf')
    feed(true, 'late')
    news.onReset()
    clock.turn(GATHERED_MS)
    feed(false, 'listening')
    expect(said).toEqual([lines.deaf.text])
  })
})
