import { CLOCK } from '../clock.ts'
import type { Arrived } from '../live/catch-up.ts'
import { createAnnouncer, patternOf, type Announcer } from './announcer.ts'
import type { CodeWord } from './code-word.ts'
import { keepLast, readLast } from './last.ts'
import type { Voice } from './voice.ts'
import { LEAST_VOLUME } from './watchdog.ts'

/** Of what was on the screen just before, so much stays in a list below. */
const SHOWN_BEFORE = 6

/** What is on the screen while it is said, and what was there just before. */
export type Turn = { key: string; text: string; arrived: readonly Arrived[]; before: readonly Arrived[] }

/** `spoken` is the last line that was said, `last` what arrived last, today. */
type Told = { spoken: string; turn: Turn | null; last: Arrived | null }

export type Telling = Announcer & {
  read(): Told
  subscribe(listener: () => void): () => void
  closeTurn(): void
}

/**
 * The announcer with the phone around it: what is being said is on the screen, in the hand, and kept to be said again.
 * Each line is told to the page as it ends, as `tienve:spoken`, for whoever must know what was truly played.
 */
export function createTelling(stallId: string, voice: Voice, readWord: () => CodeWord | null): Telling {
  let told: Told = { spoken: '', turn: null, last: readLast(stallId, new Date()) }
  const listeners = new Set<() => void>()
  const change = (next: Partial<Told>): void => {
    told = { ...told, ...next }
    for (const listener of listeners) listener()
  }
  const announcer = createAnnouncer({
    readWord,
    clock: CLOCK,
    speak: async ({ line, kind }) => (await voice.say(line, kind)) && voice.probe().volume >= LEAST_VOLUME,
    onTurn: (saying) => {
      const { line, arrived } = saying
      document.documentElement.dataset['spoken'] = line.text
      shake(patternOf(saying))
      const newest = arrived.at(-1)
      if (newest === undefined) return change({ spoken: line.text })
      keepLast(stallId, newest)
      change({ spoken: line.text, turn: turnOf(line.text, arrived, told.turn), last: newest })
    },
    onOver: ({ line: { text } }, played) => {
      if (played) document.documentElement.dataset['heard'] = text
      document.dispatchEvent(new CustomEvent('tienve:spoken', { detail: { text, played } }))
    },
  })
  return {
    ...announcer,
    read: () => told,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    closeTurn: () => change({ turn: null }),
  }
}

function turnOf(text: string, arrived: readonly Arrived[], now: Turn | null): Turn {
  const before = now === null ? [] : [...now.arrived, ...now.before].slice(0, SHOWN_BEFORE)
  return { key: arrived.map(({ number }) => number).join(), text, arrived, before }
}

/** Browsers on a desk and on an iPhone cannot. */
export function shake(pattern: readonly number[]): void {
  if (pattern.length > 0) navigator.vibrate?.([...pattern])
}
