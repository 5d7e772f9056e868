import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTestClock } from '../testing-clock.ts'
import { lines } from './lines.ts'
import './sprite.json'
import { createVoice } from './voice.ts'

afterEach(() => vi.unstubAllGlobals())

type Node = { to: Node | null }

/** A browser whose sound runs with the clock until a call takes it, and a fetch of the voice that answers as a test says. */
function start({
  fetchSound = async () => new Response(new ArrayBuffer(8)),
}: { fetchSound?: () => Promise<Response> } = {}) {
  const clock = createTestClock()
  const destination: Node = { to: null }
  const sources: Node[] = []
  const state = { context: 'running', ranMs: 0, since: clock.now() }
  const createNode = () => {
    const node: Node = { to: null }
    const wires = { connect: (to: Node) => (node.to = to), disconnect: () => (node.to = null) }
    return Object.assign(node, wires)
  }
  const fetched = vi.fn<(address: string, init: { signal: AbortSignal }) => Promise<Response>>(fetchSound)
  vi.stubGlobal('fetch', fetched)
  vi.stubGlobal('AudioContext', function () {
    return {
      destination,
      get state() {
        return state.context
      },
      get currentTime() {
        return (state.ranMs + (state.context === 'running' ? clock.now() - state.since : 0)) / 1_000
      },
      addEventListener: () => {},
      resume: async () => {},
      decodeAudioData: async () => ({ sampleRate: 22_050, getChannelData: () => new Float32Array(8) }),
    }
  })
  vi.stubGlobal('GainNode', function () {
    return Object.assign(createNode(), { gain: { setTargetAtTime: () => {} } })
  })
  for (const name of ['OscillatorNode', 'AudioBufferSourceNode'])
    vi.stubGlobal(name, function () {
      const source = createNode()
      sources.push(source)
      return Object.assign(source, { start: () => {}, stop: () => {} })
    })
  const voice = createVoice(clock)
  voice.start()
  const reaches = (node: Node): boolean => node === destination || (node.to !== null && reaches(node.to))
  /** Says a line, and keeps how it ended: undefined while it goes on. */
  const say = () => {
    const said: { played?: boolean } = {}
    void voice.say(lines.test, 'good').then((played) => (said.played = played))
    return said
  }
  return {
    clock,
    voice,
    say,
    fetched,
    /** How many words and notes would be heard if the sound ran now. */
    audible: () => sources.filter(reaches).length,
    take: () => {
      state.ranMs += clock.now() - state.since
      state.context = 'interrupted'
    },
    giveBack: () => {
      state.since = clock.now()
      state.context = 'running'
    },
  }
}

/** A phone with speech of its own, in Vietnamese, that a test lets end as it likes. */
function startSpeech() {
  const spoken: EventTarget[] = []
  const cancel = vi.fn<() => void>()
  vi.stubGlobal('SpeechSynthesisUtterance', EventTarget)
  vi.stubGlobal('speechSynthesis', {
    getVoices: () => [{ lang: 'vi-VN' }],
    speak: (one: EventTarget) => spoken.push(one),
    cancel,
  })
  return { spoken, cancel }
}

describe('the voice', () => {
  it('plays a line to its end', async () => {
    const phone = start()
    const said = phone.say()
    await phone.clock.settle(500)
    expect(phone.audible()).toBeGreaterThan(0)
    expect(said.played).toBeUndefined()
    await phone.clock.settle(10_000)
    expect(said.played).toBe(true)
  })

  it('lets nothing of a line that a call interrupted be heard when the sound is back', async () => {
    const phone = start()
    const said = phone.say()
    await phone.clock.settle(500)
    expect(phone.audible()).toBeGreaterThan(0)
    phone.take()
    await phone.clock.settle(20_000)
    expect(said.played).toBe(false)
    phone.giveBack()
    expect(phone.audible()).toBe(0)
  })

  it('waits five seconds for its words, says that they are missing, and is well once they are there', async () => {
    const answer = Promise.withResolvers<Response>()
    const phone = start({ fetchSound: () => answer.promise })
    const said = phone.say()
    await phone.clock.settle(4_000)
    expect([said.played, phone.voice.probe().state]).toEqual([undefined, 'running'])
    await phone.clock.settle(2_000)
    expect([said.played, phone.voice.probe().state]).toEqual([false, 'missing'])
    const next = phone.say()
    await phone.clock.settle(1_000)
    expect(next.played).toBe(false)
    answer.resolve(new Response(new ArrayBuffer(8)))
    await phone.clock.settle(1_000)
    expect(phone.voice.probe().state).toBe('running')
    const last = phone.say()
    await phone.clock.settle(10_000)
    expect(last.played).toBe(true)
    expect(phone.fetched).toHaveBeenCalledTimes(1)
  })

  it('gives a fetch up that hangs, and the next look fetches anew', async () => {
    const phone = start({ fetchSound: () => new Promise(() => {}) })
    await phone.clock.settle(29_000)
    phone.voice.resume()
    expect(phone.fetched).toHaveBeenCalledTimes(1)
    await phone.clock.settle(2_000)
    expect(phone.fetched.mock.calls[0]?.[1].signal.aborted).toBe(true)
    phone.voice.resume()
    expect(phone.fetched).toHaveBeenCalledTimes(2)
  })

  it('does not fetch over and over where there is no network, though each change asks for the words', async () => {
    const refuse = async (): Promise<never> => {
      await new Promise((resolve) => setTimeout(resolve))
      throw new Error('no network')
    }
    const phone = start({ fetchSound: refuse })
    phone.voice.onChange(phone.voice.resume)
    for (let at = 0; at < 20; at++) await phone.clock.settle(100)
    expect(phone.voice.probe().state).toBe('missing')
    expect(phone.fetched.mock.calls.length).toBeLessThanOrEqual(2)
  })

  it.each([
    ['end', true],
    ['error', false],
    [null, false],
  ] as const)('counts what the phone itself spoke as heard by its end alone: %s', async (event, played) => {
    const { spoken, cancel } = startSpeech()
    const phone = start({ fetchSound: () => Promise.reject(new Error('no network')) })
    const said = phone.say()
    await phone.clock.settle(2_000)
    expect([spoken.length, said.played]).toEqual([1, undefined])
    if (event !== null) spoken[0]?.dispatchEvent(new Event(event))
    await phone.clock.settle(event === null ? 11_000 : 0)
    expect(said.played).toBe(played)
    expect(cancel).toHaveBeenCalledTimes(played ? 0 : 1)
  })
})
