import type { LiveFeed } from '@tienve/contracts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { CLOCK } from '../clock.ts'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'
import type { Arrived } from './catch-up.ts'
import { createNews } from './news.ts'
import { listenToStall, type Stream } from './stream.ts'

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

  useEffect(() => {
    const news = createNews({ announce, say, clock: CLOCK })
    const listening = listenToStall(stallId, {
      onArrived: (arrived, catchingUp, markHeard) => {
        onArrived(arrived, catchingUp)
        news.onArrived(arrived, catchingUp, markHeard)
      },
      onCollection: ({ amountVnd }, catchingUp) => {
        // The collector stood there with the slip: what is long past is seen, and not called out among the sales.
        if (!catchingUp) say(lines.owedPaid(BigInt(amountVnd)), 'good')
        onCollection()
      },
      onFeed: (told, catchingUp) => {
        setFeed(told.state)
        news.onFeed(told, catchingUp)
      },
      onReset: () => {
        // What was told before no longer holds; the stall itself, which is asked for anew, says how its feed is.
        setFeed(null)
        news.onReset()
        onReset()
      },
      onState: (next) => {
        setState(next)
        news.onState(next)
      },
    })
    stream.current = listening
    return () => {
      news.stop()
      listening.stop()
    }
  }, [stallId, announce, say, onArrived, onCollection, onReset])
  const retry = useCallback(() => stream.current?.retry(), [])
  return { state, feed, retry }
}
