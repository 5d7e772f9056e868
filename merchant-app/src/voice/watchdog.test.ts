import { describe, expect, it } from 'vitest'
import { createTestClock } from '../testing-clock.ts'
import { watchSound, type Probe, type SoundState } from './watchdog.ts'

const MOST_MS = 15_000

/** A sound that plays on as time goes by, until a test stops it; and what was told of it, when. */
function start(first: Partial<Probe> = {}) {
  const clock = createTestClock()
  const begun = clock.now()
  const sound = { state: 'running' as string | null, volume: 1, stuckAt: null as number | null, ...first }
  const told: { state: SoundState; at: number }[] = []
  let asked = 0
  const watch = watchSound({
    probe: () => ({
      state: sound.state,
      volume: sound.volume,
      playedS: sound.stuckAt ?? (clock.now() - begun) / 1_000,
    }),
    resume: () => asked++,
    clock,
    onState: (state) => told.push({ state, at: clock.now() - begun }),
  })
  return { clock, begun, sound, told, watch, asked: () => asked }
}

describe('the watch over the sound', () => {
  it.each([
    ['suspended', 'stopped'],
    ['interrupted', 'stopped'],
    ['closed', 'stopped'],
    ['missing', 'missing'],
  ] as const)('notices within fifteen seconds that it is %s, and asks for it again', (state, told) => {
    const it = start()
    it.clock.turn(61_000)
    it.sound.state = state
    it.clock.turn(MOST_MS)
    expect(it.told.map((one) => one.state)).toEqual(['on', told])
    expect((it.told[1]?.at ?? Infinity) - 61_000).toBeLessThanOrEqual(MOST_MS)
    expect(it.asked()).toBeGreaterThan(0)
    it.sound.state = 'running'
    it.clock.turn(MOST_MS)
    expect(it.told.at(-1)?.state).toBe('on')
  })

  it('notices within fifteen seconds that its time stands still though it says that it runs', () => {
    const it = start()
    it.clock.turn(61_000)
    it.sound.stuckAt = 61
    it.clock.turn(MOST_MS)
    expect(it.told.map((one) => one.state)).toEqual(['on', 'stuck'])
    it.sound.stuckAt = null
    it.clock.turn(MOST_MS)
    expect(it.told.at(-1)?.state).toBe('on')
  })

  it('notices within fifteen seconds that it is turned down', () => {
    const it = start()
    it.clock.turn(61_000)
    it.sound.volume = 0
    it.clock.turn(MOST_MS)
    expect(it.told.map((one) => one.state)).toEqual(['on', 'quiet'])
  })

  it('says at once that the browser waits for a first tap, as after a restart', () => {
    const it = start({ state: null })
    expect(it.told).toEqual([{ state: 'untouched', at: 0 }])
    it.sound.state = 'running'
    it.watch.look()
    expect(it.told.at(-1)?.state).toBe('on')
  })

  it('says nothing while all is well, not even to looks that follow at once or to a phone that slept', () => {
    const it = start()
    it.clock.turn(3_600_000)
    for (let at = 0; at < 10; at++) it.watch.look()
    it.sound.stuckAt = 3_600
    it.watch.stop()
    it.clock.turn(3_600_000)
    it.watch.look()
    it.sound.stuckAt = null
    it.clock.turn(60_000)
    expect(it.told.map((one) => one.state)).toEqual(['on'])
  })
})
