import type { LiveCollection, LiveFeed } from '@tienve/contracts'
import { api } from '../api.ts'
import type { Arrived } from './catch-up.ts'

/** The service pings every 10 s: half as long again without a word means that nobody hears the bank for us. */
const LOST_AFTER_MS = 15_000
const AGAIN_AFTER_MS = 2_000

export type StreamHandlers = {
  /** `markHeard` is to be called once it was told: until then a reload brings it again. */
  onArrived: (arrived: Arrived, catchingUp: boolean, markHeard: () => void) => void
  onCollection: (taken: LiveCollection, catchingUp: boolean) => void
  onFeed: (feed: LiveFeed) => void
  onReset: () => void
  onState: (state: 'connecting' | 'live' | 'lost') => void
}

/**
 * Listens to a stall's events for as long as the app is open. It resumes after the last number heard, kept on this
 * device, so that a phone that was off tells what it missed. Answers a function that stops it.
 */
export function listenToStall(stallId: string, handlers: StreamHandlers): () => void {
  const key = `tienve.heard.${stallId}`
  let source: EventSource | null = null
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let latest = 0

  const heard = (number: number): void => localStorage.setItem(key, String(number))
  const lose = (): void => {
    source?.close()
    source = null
    clearTimeout(watchdog)
    clearTimeout(retry)
    handlers.onState('lost')
    retry = setTimeout(connect, AGAIN_AFTER_MS)
  }
  const alive = (): void => {
    clearTimeout(watchdog)
    watchdog = setTimeout(lose, LOST_AFTER_MS)
  }
  function connect(): void {
    const after = localStorage.getItem(key)
    source = new EventSource(
      api.address(`/v1/stalls/${stallId}/live${after === null ? '' : `?after=${after}`}`),
    )
    alive()
    source.addEventListener('error', lose)
    source.addEventListener('ping', alive)
    source.addEventListener('hello', (event) => {
      latest = numberOf(event)
      if (after === null) heard(latest)
      alive()
      handlers.onState('live')
    })
    source.addEventListener('reset', (event) => {
      heard(numberOf(event))
      handlers.onReset()
    })
    for (const kind of ['payment', 'reversal']) {
      source.addEventListener(kind, (event) => {
        const arrived = read<Arrived>(event)
        alive()
        handlers.onArrived(arrived, arrived.number <= latest, () => heard(arrived.number))
      })
    }
    source.addEventListener('collection', (event) => {
      const taken = read<LiveCollection>(event)
      alive()
      heard(taken.number)
      handlers.onCollection(taken, taken.number <= latest)
    })
    source.addEventListener('feed', (event) => {
      const feed = read<LiveFeed>(event)
      alive()
      heard(feed.number)
      handlers.onFeed(feed)
    })
  }
  window.addEventListener('offline', lose)
  connect()
  return () => {
    window.removeEventListener('offline', lose)
    clearTimeout(watchdog)
    clearTimeout(retry)
    source?.close()
  }
}

function numberOf(event: MessageEvent<string>): number {
  return read<{ number: number }>(event).number
}

/** The service has checked what it sends; a second checker would cost this phone a third of the whole app. */
function read<T>(event: MessageEvent<string>): T {
  return JSON.parse(event.data) as T
}
