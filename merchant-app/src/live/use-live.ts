import type { LiveFeed } from '@tienve/contracts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'
import { catchUp, tell, type Arrived } from './catch-up.ts'
import { listenToStall, type Stream } from './stream.ts'

const GATHER_MS = 400

export type Live = {
  state: 'connecting' | 'live' | 'lost'
  feed: LiveFeed['state'] | null
  retry(): void
}

/** Hears the stall's events and says them: what comes and what is taken back, what was missed, and when nobody hears or hears late. */
export function useLive(
  stallId: string,
  voice: Pick<UsedVoice, 'announce' | 'say'>,
  onArrived: (arrived: Arrived, isCatchingUp: boolean) => void,
  onCollection: () => void,
  onReset: () => void,
): Live {
  const [state, setState] = useState<Live['state']>('connecting')
  const [feed, setFeed] = useState<Live['feed']>(null)
  const stream = useRef<Stream | null>(null)
  const { announce, say } = voice
  const wasLost = useRef(false)
  const feedBefore = useRef<Live['feed']>(null)

  useEffect(() => {
    let missed: Arrived[] = []
    const marks = new Map<Arrived, () => void>()
    const markTold = (arrived: Arrived): void => {
      marks.get(arrived)?.()
      marks.delete(arrived)
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const tellMissed = (): void => {
      clearTimeout(timer)
      timer = undefined
      announce(catchUp(missed, wasLost.current ? 'network' : 'closed', new Date()), markTold)
      missed = []
      wasLost.current = false
    }
    const listening = listenToStall(stallId, {
      onArrived: (arrived, catchingUp, markHeard) => {
        marks.set(arrived, markHeard)
        onArrived(arrived, catchingUp)
        if (!catchingUp) {
          // What was missed is told first, or a stallholder would hear the newest sale and then be told of a gap.
          if (timer !== undefined) tellMissed()
          announce([tell(arrived, new Date())], markTold)
          return
        }
        missed.push(arrived)
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
        const wasDeaf = feedBefore.current === 'deaf' || feedBefore.current === 'late'
        if (told.state === 'listening' && wasDeaf) say(lines.heardAgain, 'good')
        feedBefore.current = told.state
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
    stream.current = listening
    return () => {
      clearTimeout(timer)
      listening.stop()
    }
  }, [stallId, announce, say, onArrived, onCollection, onReset])
  const retry = useCallback(() => stream.current?.retry(), [])
  return { state, feed, retry }
}
