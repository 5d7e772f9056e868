import type { Clock } from '../clock.ts'
import { catchUp, isPlain, tellTogether, type Arrived, type Saying } from '../live/catch-up.ts'
import type { CodeWord } from './code-word.ts'
import { withWord } from './lines.ts'

/** As many wait their turn; when more do, those that were enough are said as one sum. */
const SAY_EACH_UP_TO = 2
/** What nobody could hear stays this long on the screen before the next takes its place. */
const SHOWN_UNHEARD_MS = 2_500
/** Of what nobody could hear, so many are kept to be told when the sound is back; the rest stands in the list of the day. */
const KEPT_UNHEARD = 50

export type Announcer = {
  /** To be said in its turn; `onTold` is called for each arrival once it was truly played. */
  add(sayings: readonly Saying[], onTold?: (arrived: Arrived) => void): void
  /** To be said at her own asking, once nothing else waits. Only the last one asked waits, and what is being said is not said again. */
  ask(saying: Saying): void
  /** The sound is back: tells what came and was not heard. */
  catchUp(): void
}

/**
 * Says one thing after the other, and never two at a time. What is being said is told to `onTurn`, so that eye and ear have
 * the same; `onOver` is told when it was said, and whether it was truly played.
 */
export function createAnnouncer({
  readWord,
  speak,
  clock,
  onTurn,
  onOver,
}: {
  /** The stall's code word of this moment, which every arrival begins with. */
  readWord: () => CodeWord | null
  speak: (saying: Saying) => Promise<boolean>
  clock: Clock
  onTurn: (saying: Saying) => void
  onOver: (saying: Saying, played: boolean) => void
}): Announcer {
  let waiting: readonly Saying[] = []
  let asked: Saying | undefined
  let unheard: readonly Arrived[] = []
  let speaking = false
  let current: Saying | undefined
  const told = new Map<Arrived, (arrived: Arrived) => void>()
  const markTold = (arrived: readonly Arrived[]): void => {
    for (const one of arrived) {
      told.get(one)?.(one)
      told.delete(one)
    }
  }
  const take = (): Saying | undefined => {
    const { next, rest } = takeNext(waiting)
    waiting = rest
    if (next !== undefined) return next
    const own = asked
    asked = undefined
    return own
  }
  const tellUnheard = (): void => {
    const missed = unheard
    unheard = []
    if (missed.length > 0) waiting = [...catchUp(missed, 'sound', new Date(clock.now())), ...waiting]
  }

  const run = async (): Promise<void> => {
    if (speaking) return
    speaking = true
    for (;;) {
      const taken = take()
      if (taken === undefined) break
      const next = taken.arrived.length === 0 ? taken : { ...taken, line: withWord(readWord(), taken.line) }
      current = next
      onTurn(next)
      const played = await speak(next).catch(() => false)
      if (!played) {
        const all = [...unheard, ...next.arrived]
        unheard = all.slice(-KEPT_UNHEARD)
        markTold(all.slice(0, -KEPT_UNHEARD))
        await new Promise<void>((resolve) => void clock.after(SHOWN_UNHEARD_MS, resolve))
      }
      onOver(next, played)
      if (!played) continue
      markTold(next.arrived)
      // Whatever was played to its end has shown that there is sound.
      tellUnheard()
    }
    current = undefined
    speaking = false
  }
  return {
    add: (sayings, onTold) => {
      for (const one of sayings.flatMap(({ arrived }) => arrived))
        if (onTold !== undefined) told.set(one, onTold)
      waiting = [...waiting, ...sayings]
      void run()
    },
    ask: (saying) => {
      if (current?.line.text === saying.line.text) return
      asked = saying
      void run()
    },
    catchUp: () => {
      tellUnheard()
      void run()
    },
  }
}

/** What is to be said next: the first in turn, or all that were enough as one sum when too many of them wait. */
export function takeNext(waiting: readonly Saying[]): {
  next: Saying | undefined
  rest: readonly Saying[]
} {
  const [first, ...others] = waiting
  if (first === undefined || !isJoinable(first)) return { next: first, rest: others }
  const joined = waiting.filter(isJoinable)
  if (joined.length <= SAY_EACH_UP_TO) return { next: first, rest: others }
  return {
    next: tellTogether(joined.flatMap(({ arrived }) => arrived)),
    rest: waiting.filter((one) => !isJoinable(one)),
  }
}

/** One sale by itself that was enough. What is a sum already says of when. */
function isJoinable({ arrived }: Saying): boolean {
  const [one, ...others] = arrived
  return one !== undefined && others.length === 0 && isPlain(one)
}

/** Long and again: not enough, or nobody hears. */
export const WARNING: readonly number[] = [700, 200, 700, 200, 700]

/** How the phone shakes: once for enough, long and again for what is not, so that a hand in a pocket knows. */
export function patternOf({ arrived, kind }: Saying): readonly number[] {
  if (kind === 'bad') return WARNING
  if (arrived.length === 0) return []
  return arrived.every(isPlain) || arrived.length > 1 ? [250] : [250, 150, 250]
}
