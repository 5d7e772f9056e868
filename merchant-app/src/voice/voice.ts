import { shiftOf } from './align.ts'
import type { VoiceLine } from './lines.ts'
import spriteUrl from './sprite.mp3?url'
import sprite from './sprite.json' with { type: 'json' }

export { lines, type VoiceLine } from './lines.ts'

export type Voice = {
  /** Must be called from a tap: browsers keep a page silent until then. */
  unlock(): Promise<void>
  isBlocked(): boolean
  /** Says a line after those already waiting; resolves when it is over, with true if it was truly played. */
  say(line: VoiceLine, kind?: 'good' | 'bad'): Promise<boolean>
  setVolume(volume: number): void
}

/** Where each word lies in the sound, in seconds. */
const WORDS: Readonly<Record<string, readonly number[]>> = sprite

const CHIME = { good: [880, 1_320], bad: [330, 247] } as const
const CHIME_NOTE_S = 0.16

/** Some phones never tell that they have finished speaking; what waits behind must be said all the same. */
const LONGEST_PHONE_SPEECH_MS = 10_000

/**
 * Speaks from recorded words, so that every phone says the same. Only where the sound cannot be decoded does it try
 * the phone's own speech, and then only with a voice that is truly Vietnamese: some phones read it in English.
 */
export function createVoice(): Voice {
  let context: AudioContext | null = null
  let sound: Promise<AudioBuffer | null> | null = null
  let volume = 1
  let queue: Promise<boolean> = Promise.resolve(false)

  const open = (): AudioContext => {
    context ??= new AudioContext()
    const opened = context
    sound ??= fetch(spriteUrl)
      .then((response) => response.arrayBuffer())
      .then((bytes) => opened.decodeAudioData(bytes))
      .catch(() => {
        // The next line tries again: without a network at first, the app would otherwise stay silent until reloaded.
        sound = null
        return null
      })
    return opened
  }

  const speak = async (line: VoiceLine, kind: 'good' | 'bad'): Promise<boolean> => {
    const opened = open()
    if (opened.state !== 'running') return false
    const buffer = await sound
    const startsAt = chime(opened, kind, volume)
    if (buffer === null || buffer === undefined) return speakByPhone(line.text)
    const endsAt = playWords(opened, buffer, line.tokens, startsAt, volume)
    await new Promise((resolve) => setTimeout(resolve, (endsAt - opened.currentTime) * 1_000))
    return opened.currentTime > startsAt
  }

  return {
    unlock: async () => {
      await open().resume()
    },
    isBlocked: () => context?.state !== 'running',
    say: (line, kind = 'good') => {
      queue = queue.then(() => speak(line, kind)).catch(() => false)
      return queue
    },
    setVolume: (next) => {
      volume = next
    },
  }
}

function chime(context: AudioContext, kind: 'good' | 'bad', volume: number): number {
  let at = context.currentTime + 0.02
  for (const frequency of CHIME[kind]) {
    const note = new OscillatorNode(context, { frequency, type: 'triangle' })
    const gain = new GainNode(context, { gain: volume * 0.6 })
    gain.gain.setTargetAtTime(0, at + CHIME_NOTE_S / 2, 0.05)
    note.connect(gain).connect(context.destination)
    note.start(at)
    note.stop(at + CHIME_NOTE_S)
    at += CHIME_NOTE_S
  }
  return at + 0.05
}

function playWords(
  context: AudioContext,
  buffer: AudioBuffer,
  tokens: readonly string[],
  startsAt: number,
  volume: number,
): number {
  let at = startsAt
  const shift = shiftOf(buffer.getChannelData(0), buffer.sampleRate)
  const gain = new GainNode(context, { gain: volume })
  gain.connect(context.destination)
  for (const token of tokens) {
    const [offset = 0, duration = 0] = WORDS[token] ?? []
    const word = new AudioBufferSourceNode(context, { buffer })
    word.connect(gain)
    word.start(at, offset + shift, duration)
    at += duration
  }
  return at
}

async function speakByPhone(text: string): Promise<boolean> {
  const voice = globalThis.speechSynthesis?.getVoices().find(({ lang }) => /^vi\b/i.test(lang))
  if (voice === undefined) return false
  const spoken = new SpeechSynthesisUtterance(text)
  spoken.voice = voice
  spoken.lang = voice.lang
  await new Promise((resolve) => {
    spoken.addEventListener('end', resolve)
    spoken.addEventListener('error', resolve)
    setTimeout(resolve, LONGEST_PHONE_SPEECH_MS)
    speechSynthesis.speak(spoken)
  })
  return true
}
