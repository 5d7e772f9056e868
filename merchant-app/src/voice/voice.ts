import { CLOCK, type Clock } from '../clock.ts'
import { shiftOf } from './align.ts'
import type { VoiceLine } from './lines.ts'
import spriteUrl from './sprite.mp3?url'
import type { Probe } from './watchdog.ts'

export { lines, repeated, withWord, type VoiceLine } from './lines.ts'

export type Voice = {
  /** Opens the sound, which an app on the home screen may have without a tap. */
  start(): void
  /** Must be called from a tap: browsers keep a page silent until then. A sound that is stuck is opened anew. */
  unlock(anew: boolean): Promise<void>
  /** Asks for the sound again without a tap, which some browsers grant after a call, or for its words. */
  resume(): void
  probe(): Probe
  /** Says a line; resolves when it is over, with true if it was truly played to its end. */
  say(line: VoiceLine, kind: 'good' | 'bad'): Promise<boolean>
  setVolume(volume: number): void
  /** How fast, of 1. The words get higher with it, like a record's: within these bounds they stay words. */
  setSpeed(speed: number): void
  /** Called when the browser gives the sound or takes it away. */
  onChange(listener: () => void): void
}

/** The sound, and where each word lies in it, in seconds: a start and a length. Both come after the first screen. */
type Sound = { buffer: AudioBuffer; words: Readonly<Record<string, readonly number[]>> }
const CHIME = { good: [880, 1_320], bad: [330, 247] } as const
const CHIME_NOTE_S = 0.16
/** Whoever speaks waits so long for the words of the sound and no longer: what came behind must be told too. */
const WORDS_WITHIN_MS = 5_000
/** 165 kB take seconds on a weak network. What takes longer than this hangs, and is fetched anew. */
const LONGEST_FETCH_MS = 30_000
/** Some phones never tell that they have finished speaking; what waits behind must be said all the same. */
const LONGEST_PHONE_SPEECH_MS = 10_000
/** A sound that is so much behind its time has been taken away in the middle. */
const MOST_BEHIND_MS = 2_000
const LOOK_MS = 100

/**
 * Speaks from recorded words, so that every phone says the same. Only where the sound cannot be decoded does it try
 * the phone's own speech, and then only with a voice that is truly Vietnamese: some phones read it in English.
 */
export function createVoice(clock: Clock = CLOCK): Voice {
  let context: AudioContext | null = null
  let sound: Sound | null = null
  let loading: Promise<Sound | null> | null = null
  let volume = 1
  let speed = 1
  let hasRun = false
  let isMissing = false
  let changed = (): void => {}
  const open = (): AudioContext => {
    if (context !== null) return context
    const opened = new AudioContext()
    const onState = (): void => {
      if (opened.state === 'running') {
        hasRun = true
        void load(opened)
      }
      changed()
    }
    opened.addEventListener('statechange', onState)
    context = opened
    onState()
    return opened
  }
  const load = (opened: AudioContext): Promise<Sound | null> => {
    if (sound !== null) return Promise.resolve(sound)
    loading ??= new Promise((resolve) => {
      const settle = (next: Sound | null): void => {
        cancelLate()
        sound = next
        const wasMissing = isMissing
        isMissing = next === null
        resolve(next)
        // Told once: whoever is told asks for the words again, and without a network would do nothing else.
        if (isMissing !== wasMissing) changed()
      }
      const cancelLate = clock.after(WORDS_WITHIN_MS, () => settle(null))
      fetchSound(opened, clock).then(settle, () => {
        // Whoever asks next tries again: without a network at first, the app would otherwise stay silent until reloaded.
        loading = null
        settle(null)
      })
    })
    return loading
  }
  return {
    start: () => void open(),
    unlock: async (anew) => {
      if (anew || context?.state === 'closed') {
        await context?.close().catch(() => {})
        context = null
      }
      const opened = open()
      await opened.resume()
      void load(opened)
      changed()
    },
    resume: () => {
      if (context?.state === 'running') void load(context)
      else void context?.resume().catch(() => {})
    },
    probe: () => ({
      state: !hasRun ? null : isMissing ? 'missing' : (context?.state ?? null),
      playedS: context?.currentTime ?? 0,
      volume,
    }),
    say: async (line, kind) => {
      const opened = context
      if (opened?.state !== 'running') return false
      const loaded = await load(opened)
      const out = new GainNode(opened, { gain: volume })
      out.connect(opened.destination)
      const startsAt = chime(opened, out, kind)
      const endsAt = loaded === null ? startsAt : playWords(opened, out, loaded, line.tokens, startsAt, speed)
      const played = await playedTo(opened, endsAt, clock)
      // The rest of it waits in the sound, and would be said over the next line once a call is over.
      if (!played) out.disconnect()
      return played && loaded === null ? speakByPhone(line.text, volume, speed, clock) : played
    },
    setVolume: (next) => {
      volume = next
    },
    setSpeed: (next) => {
      speed = next
    },
    onChange: (listener) => {
      changed = listener
    },
  }
}

/** Fetches the pieces of the sound; throws when they cannot be had, or take too long. */
function fetchSound(context: AudioContext, clock: Clock): Promise<Sound> {
  return new Promise((resolve, reject) => {
    const fetching = new AbortController()
    const cancel = clock.after(LONGEST_FETCH_MS, () => {
      fetching.abort()
      reject(new Error('the pieces of the sound do not come'))
    })
    const pieces = fetch(spriteUrl, { signal: fetching.signal })
      .then((response) => response.arrayBuffer())
      .then((bytes) => context.decodeAudioData(bytes))
    Promise.all([pieces, import('./sprite.json')])
      .then(([buffer, { default: words }]) => resolve({ buffer, words }), reject)
      .finally(cancel)
  })
}

/** Waits until the sound has come so far, and no longer when it does not get there. */
async function playedTo(context: AudioContext, endsAt: number, clock: Clock): Promise<boolean> {
  const until = clock.now() + (endsAt - context.currentTime) * 1_000 + MOST_BEHIND_MS
  while (context.currentTime < endsAt) {
    if (context.state !== 'running' || clock.now() > until) return false
    const left = (endsAt - context.currentTime) * 1_000
    await new Promise<void>((resolve) => void clock.after(Math.min(Math.max(left, 5), LOOK_MS), resolve))
  }
  return true
}

function chime(context: AudioContext, out: AudioNode, kind: 'good' | 'bad'): number {
  let at = context.currentTime + 0.02
  for (const frequency of CHIME[kind]) {
    const note = new OscillatorNode(context, { frequency, type: 'triangle' })
    const gain = new GainNode(context, { gain: 0.6 })
    gain.gain.setTargetAtTime(0, at + CHIME_NOTE_S / 2, 0.05)
    note.connect(gain).connect(out)
    note.start(at)
    note.stop(at + CHIME_NOTE_S)
    at += CHIME_NOTE_S
  }
  return at + 0.05
}

function playWords(
  context: AudioContext,
  out: AudioNode,
  { buffer, words }: Sound,
  tokens: readonly string[],
  startsAt: number,
  speed: number,
): number {
  let at = startsAt
  const shift = shiftOf(buffer.getChannelData(0), buffer.sampleRate)
  for (const token of tokens) {
    const [offset = 0, duration = 0] = words[token] ?? []
    const word = new AudioBufferSourceNode(context, { buffer, playbackRate: speed })
    word.connect(out)
    // How long is counted in the sound as it was made, whatever its speed.
    word.start(at, offset + shift, duration)
    at += duration / speed
  }
  return at
}

/** True only if the phone says that it came to its end: an error, and one that says nothing, may have been silence. */
async function speakByPhone(text: string, volume: number, speed: number, clock: Clock): Promise<boolean> {
  const voice = globalThis.speechSynthesis?.getVoices().find(({ lang }) => /^vi\b/i.test(lang))
  if (voice === undefined) return false
  const spoken = new SpeechSynthesisUtterance(text)
  spoken.voice = voice
  spoken.lang = voice.lang
  spoken.volume = volume
  spoken.rate = speed
  const hasEnded = await new Promise<boolean>((resolve) => {
    const cancel = clock.after(LONGEST_PHONE_SPEECH_MS, () => resolve(false))
    const end = (ended: boolean): void => {
      cancel()
      resolve(ended)
    }
    spoken.addEventListener('end', () => end(true))
    spoken.addEventListener('error', () => end(false))
    speechSynthesis.speak(spoken)
  })
  if (!hasEnded) speechSynthesis.cancel()
  return hasEnded
}
