import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { CLOCK } from '../clock.ts'
import { tell, type Arrived, type Saying } from '../live/catch-up.ts'
import { createAnnouncer, patternOf, WARNING } from './announcer.ts'
import { keepLast, readLast } from './last.ts'
import { useCodeWord, type UsedCodeWord } from './use-code-word.ts'
import { createVoice, repeated, type VoiceLine } from './voice.ts'
import { LEAST_VOLUME, watchSound, type SoundState, type SoundWatch } from './watchdog.ts'

const VOLUME_KEY = 'tienve.volume'
const SPEED_KEY = 'tienve.speed'
/** Of what was on the screen just before, so much stays in a list below. */
const SHOWN_BEFORE = 6

/** What is on the screen while it is said, and what was there just before. */
export type Turn = { key: string; text: string; arrived: readonly Arrived[]; before: readonly Arrived[] }

export type UsedVoice = {
  sound: SoundState
  /** The last line that was said, for whoever reads instead of hearing. */
  spoken: string
  turn: Turn | null
  closeTurn(): void
  /** What arrived last, today. */
  last: Arrived | null
  repeat(): void
  codeWord: UsedCodeWord
  volume: number
  setVolume(volume: number): void
  speed: number
  setSpeed(speed: number): void
  unlock(): Promise<void>
  /** Says and shows in turn; `onTold` is called for each arrival once it was its turn. */
  announce(sayings: readonly Saying[], onTold?: (arrived: Arrived) => void): void
  say(line: VoiceLine, kind?: 'good' | 'bad'): void
}

/** The app's one voice, unlocked by the first tap anywhere, and watched for falling silent. */
export function useVoice(stallId: string): UsedVoice {
  const voice = useMemo(() => createVoice(), [])
  const [sound, setSound] = useState<SoundState>('untouched')
  const [spoken, setSpoken] = useState('')
  const [turn, setTurn] = useState<Turn | null>(null)
  const [last, setLast] = useState(() => readLast(stallId, new Date()))
  const [volume, setVolume] = useKept(VOLUME_KEY)
  const [speed, setSpeed] = useKept(SPEED_KEY)
  const codeWord = useCodeWord(stallId)
  const told = useRef(new Map<Arrived, (arrived: Arrived) => void>())
  const watch = useRef<SoundWatch | null>(null)
  const { read: readWord } = codeWord
  const announcer = useMemo(
    () =>
      createAnnouncer({
        readWord,
        clock: CLOCK,
        speak: async ({ line, kind }) =>
          (await voice.say(line, kind)) && voice.probe().volume >= LEAST_VOLUME,
        onTurn: (saying) => {
          const { line, arrived } = saying
          setSpoken(line.text)
          document.documentElement.dataset['spoken'] = line.text
          shake(patternOf(saying))
          const newest = arrived.at(-1)
          if (newest === undefined) return
          setTurn((now) => ({
            key: arrived.map(({ number }) => number).join(),
            text: line.text,
            arrived,
            before: now === null ? [] : [...now.arrived, ...now.before].slice(0, SHOWN_BEFORE),
          }))
          keepLast(stallId, newest)
          setLast(newest)
        },
        onOver: ({ line: { text }, arrived }, played) => {
          if (played) document.documentElement.dataset['heard'] = text
          document.dispatchEvent(new CustomEvent('tienve:spoken', { detail: { text, played } }))
          for (const one of arrived) {
            told.current.get(one)?.(one)
            told.current.delete(one)
          }
        },
      }),
    [voice, readWord, stallId],
  )
  const unlock = useCallback(async () => {
    await voice.unlock(sound === 'stuck')
    watch.current?.look()
  }, [voice, sound])
  useEffect(() => {
    const onTap = (): void => void unlock().catch(() => {})
    // A whole tap: the bar that asks for it goes away then, and half-way it would move the button from under the finger.
    document.addEventListener('click', onTap)
    return () => document.removeEventListener('click', onTap)
  }, [unlock])
  useEffect(() => {
    voice.start()
    const watching = watchSound({
      probe: voice.probe,
      resume: voice.resume,
      clock: CLOCK,
      onState: (state) => {
        setSound(state)
        if (state === 'on') announcer.catchUp()
        else if (state !== 'untouched') shake(WARNING)
      },
    })
    watch.current = watching
    voice.onChange(watching.look)
    document.addEventListener('visibilitychange', watching.look)
    return () => {
      document.removeEventListener('visibilitychange', watching.look)
      voice.onChange(() => {})
      watching.stop()
    }
  }, [voice, announcer])
  useEffect(() => {
    voice.setVolume(volume)
    voice.setSpeed(speed)
    watch.current?.look()
  }, [voice, volume, speed])
  const announce = useCallback(
    (sayings: readonly Saying[], onTold?: (arrived: Arrived) => void) => {
      for (const one of sayings.flatMap(({ arrived }) => arrived))
        if (onTold !== undefined) told.current.set(one, onTold)
      announcer.add(sayings)
    },
    [announcer],
  )
  const say = useCallback(
    (line: VoiceLine, kind: 'good' | 'bad' = 'good') => announcer.add([{ line, kind, arrived: [] }]),
    [announcer],
  )
  const repeat = useCallback(() => {
    if (last === null) return
    const { line, kind } = tell(last, new Date())
    announcer.add([{ line: repeated(line), kind, arrived: [] }])
  }, [announcer, last])
  const closeTurn = useCallback(() => setTurn(null), [])
  return {
    ...{ sound, spoken, turn, closeTurn, last, repeat, volume, setVolume, speed, setSpeed },
    ...{ codeWord, unlock, announce, say },
  }
}

/** A number that this phone keeps, 1 at first. */
function useKept(key: string): [number, (next: number) => void] {
  const [kept, setKept] = useState(() => Number(localStorage.getItem(key) ?? '1'))
  const keep = useCallback(
    (next: number): void => {
      localStorage.setItem(key, String(next))
      setKept(next)
    },
    [key],
  )
  return [kept, keep]
}

/** Browsers on a desk and on an iPhone cannot. */
function shake(pattern: readonly number[]): void {
  if (pattern.length > 0) navigator.vibrate?.([...pattern])
}
