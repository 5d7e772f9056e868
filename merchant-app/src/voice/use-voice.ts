import { useCallback, useEffect, useMemo, useState } from 'react'
import { createVoice, type VoiceLine } from './voice.ts'

const VOLUME_KEY = 'tienve.volume'

export type UsedVoice = {
  blocked: boolean
  /** The last line that was said, for whoever reads instead of hearing. */
  spoken: string
  volume: number
  unlock(): Promise<void>
  say(line: VoiceLine, kind?: 'good' | 'bad'): void
  setVolume(volume: number): void
}

/** The app's one voice, unlocked by the first tap anywhere. */
export function useVoice(): UsedVoice {
  const voice = useMemo(() => createVoice(), [])
  const [blocked, setBlocked] = useState(true)
  const [spoken, setSpoken] = useState('')
  const [volume, setVolume] = useState(() => Number(localStorage.getItem(VOLUME_KEY) ?? '1'))
  const unlock = useCallback(async () => {
    await voice.unlock()
    setBlocked(voice.isBlocked())
  }, [voice])
  useEffect(() => {
    const onTap = (): void => void unlock()
    // A whole tap: the bar that asks for it goes away then, and half-way it would move the button from under the finger.
    document.addEventListener('click', onTap)
    return () => document.removeEventListener('click', onTap)
  }, [unlock])
  useEffect(() => {
    voice.setVolume(volume)
    localStorage.setItem(VOLUME_KEY, String(volume))
  }, [voice, volume])
  const say = useCallback(
    (line: VoiceLine, kind: 'good' | 'bad' = 'good') => {
      setSpoken(line.text)
      document.documentElement.dataset['spoken'] = line.text
      void voice.say(line, kind).then((played) => {
        if (played) document.documentElement.dataset['heard'] = line.text
      })
    },
    [voice],
  )
  return { blocked, spoken, volume, unlock, say, setVolume }
}
