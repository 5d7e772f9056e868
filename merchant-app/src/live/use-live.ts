import type { LivePayment } from '@tienve/contracts'
import { useEffect, useRef, useState } from 'react'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'
import { catchUp, tell } from './catch-up.ts'
import { listenToStall } from './stream.ts'

const GATHER_MS = 400

export type Live = { state: 'connecting' | 'live' | 'lost'; deaf: boolean | null }

/** Hears the stall's events and says them: payments as they come, what was missed, and when nobody hears. */
export function useLive(
  stallId: string,
  voice: UsedVoice,
  onPayment: (payment: LivePayment) => void,
  onCollection: () => void,
  onReset: () => void,
): Live {
  const [state, setState] = useState<Live['state']>('connecting')
  const [deaf, setDeaf] = useState<boolean | null>(null)
  const { say } = voice
  const wasLost = useRef(false)

  useEffect(() => {
    let missed: LivePayment[] = []
    let markMissed = (): void => {}
    let timer: ReturnType<typeof setTimeout> | undefined
    const tellMissed = (): void => {
      clearTimeout(timer)
      timer = undefined
      const told = catchUp(missed, wasLost.current)
      for (const { line, kind } of told.say) say(line, kind)
      told.show.forEach(onPayment)
      markMissed()
      missed = []
      wasLost.current = false
    }
    const stop = listenToStall(stallId, {
      onPayment: (payment, catchingUp, markHeard) => {
        if (!catchingUp) {
          // What was missed is told first, or a stallholder would hear the newest sale and then be told of a gap.
          if (timer !== undefined) tellMissed()
          const { line, kind } = tell(payment)
          say(line, kind)
          onPayment(payment)
          markHeard()
          return
        }
        missed.push(payment)
        markMissed = markHeard
        clearTimeout(timer)
        timer = setTimeout(tellMissed, GATHER_MS)
      },
      onCollection: ({ amountVnd }, catchingUp) => {
        // The collector stood there with the slip: what is long past is seen, and not called out among the sales.
        if (!catchingUp) say(lines.owedPaid(BigInt(amountVnd)), 'good')
        onCollection()
      },
      onFeed: (feed) => {
        setDeaf(feed.state === 'deaf')
        if (feed.state === 'deaf') say(lines.deaf, 'bad')
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
  }, [stallId, say, onPayment, onCollection, onReset])
  return { state, deaf }
}
