import type { StallState } from '@tienve/contracts'
import { Mark, useWords } from '@tienve/ui'
import { STATE_WORDS } from './words.ts'

const MARKS = {
  active: 'good',
  paused: 'none',
  vacant: 'none',
  disputed: 'bad',
  closing: 'warn',
  removed: 'none',
} as const

/** How a stall stands today, by a sign and a word. */
export function State({ of }: { of: StallState }) {
  const w = useWords(STATE_WORDS)
  return (
    <Mark kind={MARKS[of]}>
      <span className="unbroken">{w[of]}</span>
    </Mark>
  )
}
