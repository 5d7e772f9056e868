import type { LivePayment } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../testing-clock.ts'
import { listenToStall } from './stream.ts'

const MOST_MS = 15_000
const payment = (number: number): Partial<LivePayment> => ({ number, amountVnd: 20_000, verdict: 'exact' })

/** A phone that listens: its clock, its store, its connections so far, and what it was told. */
function start(kept: Record<string, string> = {}) {
  const clock = createTestClock()
  const store = new Map(Object.entries(kept))
  const events = new EventTarget()
  const connections: { address: string; closed: boolean; send: (kind: string, data?: object) => void }[] = []
  const states: { state: string; at: number }[] = []
  const arrived: { number: number; catchingUp: boolean; markHeard: () => void }[] = []
  const feeds: [state: string, catchingUp: boolean][] = []
  const begun = clock.now()
  const stream = listenToStall(
    'stl_1',
    {
      onArrived: (one, catchingUp, markHeard) => arrived.push({ number: one.number, catchingUp, markHeard }),
      onCollection: () => {},
      onFeed: ({ state }, catchingUp) => feeds.push([state, catchingUp]),
      onReset: () => {},
      onState: (state) => states.push({ state, at: clock.now() - begun }),
    },
    {
      clock,
      events,
      storage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) },
      open: (address) => {
        const listeners = new Map<string, (event: MessageEvent<string>) => void>()
        const connection = {
          address,
          closed: false,
          send: (kind: string, data: object = {}) =>
            listeners.get(kind)?.(new MessageEvent(kind, { data: JSON.stringify(data) })),
        }
        connections.push(connection)
        return {
          addEventListener: (kind, listener) => void listeners.set(kind, listener),
          close: () => {
            connection.closed = true
          },
        }
      },
    },
  )
  const latest = () => connections.at(-1) ?? expect.fail('nothing was opened')
  /** Pings every ten seconds, as the service does. */
  const live = (forMs: number): void => {
    for (let at = 0; at < forMs; at += 10_000) {
      clock.turn(10_000)
      latest().send('ping')
    }
  }
  return { clock, store, events, connections, latest, states, arrived, feeds, stream, live }
}
const kept = (phone: ReturnType<typeof start>): string | undefined => phone.store.get('tienve.heard.stl_1')

describe('a phone that listens', () => {
  it('trusts a line that pings, and notices within fifteen seconds that it fell silent', () => {
    const phone = start()
    phone.latest().send('hello', { number: 7 })
    phone.live(600_000)
    expect(phone.states.map(({ state }) => state)).toEqual(['live'])
    phone.clock.turn(MOST_MS)
    expect(phone.states.map(({ state }) => state).slice(0, 2)).toEqual(['live', 'lost'])
    expect((phone.states[1]?.at ?? Infinity) - 600_000).toBeLessThanOrEqual(MOST_MS)
    expect(phone.connections[0]?.closed).toBe(true)
  })

  it('notices within fifteen seconds that a first line never opens', () => {
    const phone = start()
    phone.clock.turn(MOST_MS)
    expect(phone.states.map(({ state }) => state)).toContain('lost')
    expect(phone.states.map(({ state }) => state)).not.toContain('live')
  })

  it('notices at once that the phone has no network, that the line broke, and that the bank is not heard', () => {
    const phone = start()
    phone.latest().send('hello', { number: 7 })
    phone.latest().send('feed', { number: 8, state: 'deaf' })
    expect(phone.feeds).toEqual([['deaf', false]])
    phone.events.dispatchEvent(new Event('offline'))
    expect(phone.states.at(-1)?.state).toBe('lost')
    phone.events.dispatchEvent(new Event('online'))
    phone.latest().send('hello', { number: 8 })
    expect(phone.states.at(-1)?.state).toBe('live')
    phone.latest().send('error')
    expect(phone.states.at(-1)?.state).toBe('lost')
    expect(phone.states.every(({ at }) => at === 0)).toBe(true)
  })

  it('notices when it is woken up that its alarm never rang', () => {
    const phone = start()
    phone.latest().send('hello', { number: 7 })
    phone.clock.sleep(60_000)
    phone.events.dispatchEvent(new Event('visibilitychange'))
    expect(phone.states.at(-1)?.state).toBe('lost')
  })

  it('asks for what came after what it received, and tells nothing twice', () => {
    const phone = start({ 'tienve.heard.stl_1': '4' })
    expect(phone.latest().address).toContain('?after=4')
    phone.latest().send('hello', { number: 6 })
    phone.latest().send('payment', payment(5))
    phone.latest().send('payment', payment(6))
    phone.latest().send('error')
    phone.stream.retry()
    expect(phone.latest().address).toContain('?after=6')
    phone.latest().send('hello', { number: 6 })
    phone.latest().send('payment', payment(6))
    phone.latest().send('payment', payment(7))
    expect(phone.arrived.map(({ number, catchingUp }) => [number, catchingUp])).toEqual([
      [5, true],
      [6, true],
      [7, false],
    ])
  })

  it('tells a feed of the past from how it stands now', () => {
    const phone = start({ 'tienve.heard.stl_1': '4' })
    phone.latest().send('hello', { number: 6 })
    phone.latest().send('feed', { number: 5, state: 'deaf' })
    phone.latest().send('feed', { number: 6, state: 'listening' })
    phone.latest().send('feed', { number: 7, state: 'deaf' })
    expect(phone.feeds).toEqual([
      ['deaf', true],
      ['listening', true],
      ['deaf', false],
    ])
  })

  it('keeps what was told, and not what only waits: a phone that is killed brings the rest again', () => {
    const phone = start({ 'tienve.heard.stl_1': '4' })
    phone.latest().send('hello', { number: 4 })
    for (const number of [5, 6, 7]) phone.latest().send('payment', payment(number))
    phone.latest().send('feed', { number: 8, state: 'listening' })
    expect(kept(phone)).toBe('4')
    phone.arrived[1]?.markHeard()
    expect(kept(phone)).toBe('4')
    phone.arrived[0]?.markHeard()
    expect(kept(phone)).toBe('6')
    phone.arrived[2]?.markHeard()
    expect(kept(phone)).toBe('8')
  })
})
