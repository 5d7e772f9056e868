import type { Live } from './live/use-live.ts'
import { isChecked } from './voice/checked.ts'
import type { SoundState } from './voice/watchdog.ts'

/** Whether somebody has said today, on this phone, that the voice is heard. */
export const isHeardToday = (): boolean => isChecked(new Date())

/**
 * What is offered on the code screen of a morning, one thing at a time, so that the code stays in sight on a small phone:
 * first whether the voice is heard, where it can be tried, and once it was, the look at the printed code.
 */
export function morningOffer(now: {
  isHeardToday: boolean
  sound: SoundState
  live: Live['state']
}): 'sound' | 'code' | null {
  if (now.isHeardToday) return 'code'
  return now.sound === 'on' && now.live === 'live' ? 'sound' : null
}
