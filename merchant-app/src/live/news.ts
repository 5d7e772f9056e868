import type { LiveFeed } from '@tienve/contracts'
import type { Clock } from '../clock.ts'
import { lines, type VoiceLine } from '../voice/lines.ts'
import type { Announcer } from '../voice/announcer.ts'
import { catchUp, tell, type Arrived } from './catch-up.ts'
import type { StreamHandlers } from './stream.ts'

/** What was missed comes one by one: so long without another, and it is told. */
const GATHER_MS = 400

export type News = Omit<StreamHandlers, 'onCollection'> & { stop(): void }

/** Says a stall's events: what comes as it comes, and what was missed gathered, with how the bank's feed stands after it all. */
export function createNews({
  announce,
  say,
  clock,
}: {
  announce: Announcer['add']
  say: (line: VoiceLine, kind: 'good' | 'bad') => void
  clock: Clock
}): News {
  let missed: Arrived[] = []
  let missedFeed: LiveFeed['state'] | null = null
  let toldFeed: LiveFeed['state'] | null = null
  let wasLost = false
  let isGathering = false
  let cancel = (): void => {}
  const marks = new Map<Arrived, () => void>()
  const markTold = (arrived: Arrived): void => {
    marks.get(arrived)?.()
    marks.delete(arrived)
  }
  const tellFeed = (state: LiveFeed['state']): void => {
    if (state === 'deaf') say(lines.deaf, 'bad')
    if (state === 'late') say(lines.slow, 'bad')
    if (state === 'listening' && (toldFeed === 'deaf' || toldFeed === 'late')) say(lines.heardAgain, 'good')
    toldFeed = state
  }
  const tellMissed = (): void => {
    cancel()
    isGathering = false
    announce(catchUp(missed, wasLost ? 'network' : 'closed', new Date(clock.now())), markTold)
    missed = []
    wasLost = false
    // An alarm of the past is none: only how it stands now is said.
    if (missedFeed !== null) tellFeed(missedFeed)
    missedFeed = null
  }
  const gather = (): void => {
    cancel()
    isGathering = true
    cancel = clock.after(GATHER_MS, tellMissed)
  }
  return {
    onArrived: (arrived, catchingUp, markHeard) => {
      marks.set(arrived, markHeard)
      if (catchingUp) {
        missed.push(arrived)
        return gather()
      }
      // What was missed is told first, or a stallholder would hear the newest sale and then be told of a gap.
      if (isGathering) tellMissed()
      announce([tell(arrived, new Date(clock.now()))], markTold)
    },
    onFeed: ({ state }, catchingUp) => {
      if (catchingUp) {
        missedFeed = state
        return gather()
      }
      missedFeed = null
      if (isGathering) tellMissed()
      tellFeed(state)
    },
    onReset: () => {
      missed = []
      missedFeed = null
      toldFeed = null
    },
    onState: (next) => {
      if (next === 'lost' && !wasLost) {
        wasLost = true
        say(lines.lost, 'bad')
      }
      if (next === 'live' && wasLost) gather()
    },
    stop: () => cancel(),
  }
}
