import { useCallback, useEffect, useMemo, useState } from 'react'
import { readChoice, renew, writeChoice, type CodeWord, type CodeWordChoice } from './code-word.ts'

export type UsedCodeWord = {
  choice: CodeWordChoice
  /** The word of this moment, drawn anew where another day has begun. */
  read(): CodeWord | null
  set(choice: CodeWordChoice): void
}

/** The stall's code word as this phone has it: each phone keeps its own. */
export function useCodeWord(stallId: string): UsedCodeWord {
  const key = `tienve.word.${stallId}`
  const [choice, setChoice] = useState(() => readChoice(localStorage.getItem(key)))
  const set = useCallback(
    (next: CodeWordChoice): void => {
      localStorage.setItem(key, writeChoice(next))
      setChoice(next)
    },
    [key],
  )
  const read = useCallback((): CodeWord | null => {
    const kept = readChoice(localStorage.getItem(key))
    const today = renew(kept, new Date(), Math.random)
    if (writeChoice(today) !== writeChoice(kept)) set(today)
    return today.mode === 'off' ? null : today.word
  }, [key, set])
  useEffect(() => {
    const look = (): void => void read()
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [read])
  return useMemo(() => ({ choice, read, set }), [choice, read, set])
}
