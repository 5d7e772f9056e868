import type { LiveCollection, LiveFeed } from '@tienve/contracts'
import { api } from '../api.ts'
import { CLOCK, type Clock } from '../clock.ts'
import type { Arrived } from './catch-up.ts'

/** The service pings every 10 s: near half as long again without a word means that nobody hears the bank for us. */
const LOST_AFTER_MS = 14_500
const AGAIN_AFTER_MS = 2_000

export type StreamHandlers = {
  /** `markHeard` is to be called once it was told: until then a reload brings it again. */
  onArrived: (arrived: Arrived, catchingUp: boolean, markHeard: () => void) => void
  onCollection: (taken: LiveCollection, catchingUp: boolean) => void
  onFeed: (feed: LiveFeed, catchingUp: boolean) => void
  onReset: () => void
  onState: (state: 'connecting' | 'live' | 'lost') => void
}

export type Stream = {
  /** Tries at once instead of in two seconds, for whoever taps because she sees her network is back. */
  retry(): void
  stop(): void
}

type Source = {
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void
  close(): void
}

/** What listening needs of the browser. */
export type Surroundings = {
  clock: Clock
  open: (address: string) => Source
  storage: Pick<Storage, 'getItem' | 'setItem'>
  /** Tells when the phone knows its network gone or back, or when it was woken up. */
  events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
}

const BROWSER = (): Surroundings => ({
  clock: CLOCK,
  open: (address) => new EventSource(address),
  storage: localStorage,
  events: window,
})

/**
 * Listens to a stall's events for as long as the app is open. It resumes after the last number told, kept on this
 * device, so that a phone that was off tells what it missed.
 */
export function listenToStall(
  stallId: string,
  handlers: StreamHandlers,
  { clock, open, storage, events }: Surroundings = BROWSER(),
): Stream {
  const key = `tienve.heard.${stallId}`
  /** Received, and not told yet: a reload has to bring them again, a new connection has not. */
  const untold = new Set<number>()
  let source: Source | null = null
  let cancelLost = (): void => {}
  let cancelRetry = (): void => {}
  let aliveAt = clock.now()
  let latest = 0
  let received: number | null = null

  const keep = (): void =>
    storage.setItem(key, String(untold.size > 0 ? Math.min(...untold) - 1 : (received ?? 0)))
  /** Answers whether it is new: what waits to be told may come once more. */
  const receive = (number: number): boolean => {
    alive()
    if (received !== null && number <= received) return false
    received = number
    return true
  }
  const lose = (): void => {
    source?.close()
    source = null
    cancelLost()
    cancelRetry()
    handlers.onState('lost')
    cancelRetry = clock.after(AGAIN_AFTER_MS, connect)
  }
  function alive(): void {
    aliveAt = clock.now()
    cancelLost()
    cancelLost = clock.after(LOST_AFTER_MS, lose)
  }
  /** A phone that slept has not been rung when it should. */
  const look = (): void => {
    if (source !== null && clock.now() - aliveAt >= LOST_AFTER_MS) lose()
  }
  function connect(): void {
    cancelRetry()
    source?.close()
    const kept = storage.getItem(key)
    const after = received ?? (kept === null ? null : Number(kept))
    source = open(api.address(`/v1/stalls/${stallId}/live${after === null ? '' : `?after=${after}`}`))
    alive()
    source.addEventListener('error', lose)
    source.addEventListener('ping', alive)
    on(source, 'hello', ({ number }: { number: number }) => {
      latest = number
      received = after ?? number
      keep()
      alive()
      handlers.onState('live')
    })
    on(source, 'reset', ({ number }: { number: number }) => {
      untold.clear()
      received = number
      keep()
      handlers.onReset()
    })
    for (const kind of ['payment', 'reversal'])
      on(source, kind, (arrived: Arrived) => {
        if (!receive(arrived.number)) return
        untold.add(arrived.number)
        handlers.onArrived(arrived, arrived.number <= latest, () => {
          untold.delete(arrived.number)
          keep()
        })
      })
    on(source, 'collection', (taken: LiveCollection) => {
      if (!receive(taken.number)) return
      keep()
      handlers.onCollection(taken, taken.number <= latest)
    })
    on(source, 'feed', (feed: LiveFeed) => {
      if (!receive(feed.number)) return
      keep()
      handlers.onFeed(feed, feed.number <= latest)
    })
  }
  const resume = (): void => {
    if (source === null) connect()
  }
  events.addEventListener('offline', lose)
  events.addEventListener('online', resume)
  events.addEventListener('visibilitychange', look)
  connect()
  return {
    retry: connect,
    stop: () => {
      events.removeEventListener('offline', lose)
      events.removeEventListener('online', resume)
      events.removeEventListener('visibilitychange', look)
      cancelLost()
      cancelRetry()
      source?.close()
    },
  }
}

/** The service has checked what it sends; a second checker would cost this phone a third of the whole app. */
function on<T>(source: Source, kind: string, run: (data: T) => void): void {
  source.addEventListener(kind, (event) => run(JSON.parse(event.data) as T))
}
