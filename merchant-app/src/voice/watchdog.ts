import type { Clock } from '../clock.ts'

/** Two looks find out that a sound's time stands still, and the second comes well within fifteen seconds. */
const LOOK_EVERY_MS = 5_000
/** Below this volume nobody in a market hall hears a word. */
export const LEAST_VOLUME = 0.15

/**
 * What a page can know of its own sound. `untouched`: the browser waits for a first tap. `stopped`: it took the sound away
 * again, as for a call. `missing`: its words
 * could not be fetched. `stuck`: it says that it plays, and its time stands still. `quiet`: turned down here in the app. The
 * phone's own volume, a silent switch or a headset that nobody wears are kept from every page.
 */
export type SoundState = 'on' | 'untouched' | 'stopped' | 'missing' | 'stuck' | 'quiet'

/** What is looked at: how the browser says the sound is (null before the first tap), how far it has played, how loud. */
export type Probe = { state: string | null; playedS: number; volume: number }

export type SoundWatch = { look(): void; stop(): void }

/** Looks at the sound every few seconds and tells each change. Whatever stopped it is asked to let it go on, which needs no tap where the browser allows it. */
export function watchSound({
  probe,
  resume,
  clock,
  onState,
}: {
  probe: () => Probe
  resume: () => void
  clock: Clock
  onState: (state: SoundState) => void
}): SoundWatch {
  let told: SoundState | null = null
  let before: { playedS: number; at: number; still: boolean } | null = null
  let lookedAt = clock.now()
  let cancel = (): void => {}

  const look = (): void => {
    cancel()
    cancel = clock.after(LOOK_EVERY_MS, look)
    const { state, playedS, volume } = probe()
    const at = clock.now()
    // Looks that follow at once, as after a tap, say nothing of whether the time of the sound goes on; nor does a phone that slept.
    const slept = at - lookedAt > 2 * LOOK_EVERY_MS
    lookedAt = at
    if (before === null || slept || playedS !== before.playedS) before = { playedS, at, still: false }
    else if (at - before.at >= LOOK_EVERY_MS) before.still = true
    const next = stateOf(state, before.still, volume)
    if (next === 'stopped' || next === 'missing') resume()
    if (next === told) return
    told = next
    onState(next)
  }
  look()
  return { look, stop: () => cancel() }
}

function stateOf(state: string | null, still: boolean, volume: number): SoundState {
  if (state === null) return 'untouched'
  if (state === 'missing') return state
  if (state !== 'running') return 'stopped'
  if (still) return 'stuck'
  return volume < LEAST_VOLUME ? 'quiet' : 'on'
}
