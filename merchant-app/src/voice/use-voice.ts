import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { CLOCK } from '../clock.ts'
import { tell, type Arrived } from '../live/catch-up.ts'
import { WARNING, type Announcer } from './announcer.ts'
import { createTelling, shake, type Turn } from './telling.ts'
import { useCodeWord, type UsedCodeWord } from './use-code-word.ts'
import { createVoice, repeated, type VoiceLine } from './voice.ts'
import { watchSound, type SoundState, type SoundWatch } from './watchdog.ts'

const VOLUME_KEY = 'tienve.volume'
const SPEED_KEY = 'tienve.speed'

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
  announce: Announcer['add']
  say(line: VoiceLine, kind: 'good' | 'bad'): void
  /** What she asks to hear herself: whatever arrives is said before it. */
  ask(line: VoiceLine, kind?: 'good' | 'bad'): void
}

/** The app's one voice, unlocked by the first tap anywhere, and watched for falling silent. */
export function useVoice(stallId: string): UsedVoice {
  const voice = useMemo(() => createVoice(), [])
  const codeWord = useCodeWord(stallId)
  const { read: readWord } = codeWord
  const telling = useMemo(() => createTelling(stallId, voice, readWord), [stallId, voice, readWord])
  const { spoken, turn, last } = useSyncExternalStore(telling.subscribe, telling.read)
  const [sound, setSound] = useState<SoundState>('untouched')
  const [volume, setVolume] = useKept(VOLUME_KEY)
  const [speed, setSpeed] = useKept(SPEED_KEY)
  const watch = useRef<SoundWatch | null>(null)
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
        if (state === 'on') telling.catchUp()
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
  }, [voice, telling])
  useEffect(() => {
    voice.setVolume(volume)
    voice.setSpeed(speed)
    watch.current?.look()
  }, [voice, volume, speed])
  const say = useCallback(
    (line: VoiceLine, kind: 'good' | 'bad') => telling.add([{ line, kind, arrived: [] }]),
    [telling],
  )
  const ask = useCallback(
    (line: VoiceLine, kind: 'good' | 'bad' = 'good') => telling.ask({ line, kind, arrived: [] }),
    [telling],
  )
  const repeat = useCallback(() => {
    if (last === null) return
    const { line, kind } = tell(last, new Date())
    ask(repeated(line), kind)
  }, [ask, last])
  return {
    sound,
    spoken,
    turn,
    closeTurn: telling.closeTurn,
    last,
    repeat,
    codeWord,
    volume,
    setVolume,
    speed,
    setSpeed,
    unlock,
    announce: telling.add,
    say,
    ask,
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
