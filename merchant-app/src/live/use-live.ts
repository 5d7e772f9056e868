import type { LiveFeed } from '@tienve/contracts'
import { useEffect, useRef, useState } from 'react'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'
import { catchUp, tell, type Arrived } from './catch-up.ts'
import { listenToStall } from './stream.ts'

const GATHER_MS = 400

export type Live = { state: 'connecting' | 'live' | 'lost'; feed: LiveFeed['state'] | null }

/** Hears the stall's events and says them: what comes and what is taken back, what was missed, and when nobody hears or hears late. */
export function useLive(
  stallId: string,
  voice: UsedVoice,
  onArrived: (arrived: Arrived) => void,
  onCollection: () => void,
  onReset: () => void,
): Live {
  const [state, setState] = useState<Live['state']>('connecting')
  const [feed, setFeed] = useState<Live['feed']>(null)
  const { say } = voice
  const wasLost = useRef(false)

  useEffect(() => {
    let missed: Arrived[] = []
    let markMissed = (): void => {}
    let timer: ReturnType<typeof setTimeout> | undefined
    const tellMissed = (): void => {
      clearTimeout(timer)
      timer = undefined
      const told = catchUp(missed, wasLost.current)
      for (const { line, kind } of told.say) say(line, kind)
      told.show.forEach(onArrived)
      markMissed()
      missed = []
      wasLost.current = false
    }
    const stop = listenToStall(stallId, {
      onArrived: (arrived, catchingUp, markHeard) => {
        if (!catchingUp) {
          // What was missed is told first, or a stallholder would hear the newest sale and then be told of a gap.
          if (timer !== undefined) tellMissed()
          const { line, kind } = tell(arrived)
          say(line, kind)
          onArrived(arrived)
          markHeard()
          return
        }
        missed.push(arrived)
        markMissed = markHeard
        clearTimeout(timer)
        timer = setTimeout(tellMissed, GATHER_MS)
      },
      onCollection: ({ amountVnd }, catchingUp) => {
        // The collector stood there with the slip: what is long past is seen, and not called out among the sales.
        if (!catchingUp) say(lines.owedPaid(BigInt(amountVnd)), 'good')
        onCollection()
      },
      onFeed: (told) => {
        setFeed(told.state)
        if (told.state === 'deaf') say(lines.deaf, 'bad')
        if (told.state === 'late') say(lines.slow, 'bad')
      },
      onReset: () => {
        missed = []
        onReset()
      },
      onState: (next) => {
        setState(next)
        if (next === 'lost' && !wasLost.current) {
          wasLost.current = true
          say(lines.lost, 'bad')
        }
        if (next === 'live' && wasLost.current) {
          clearTimeout(timer)
          timer = setTimeout(tellMissed, GATHER_MS)
        }
      },
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [stallId, say, onArrived, onCollection, onReset])
  return { state, feed }
}
