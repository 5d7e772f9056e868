import { readDraft } from './kept.ts'

/** What is going on at a moment when a new version waits. */
export type Moment = {
  isHidden: boolean
  hasCode: boolean
  hasArrival: boolean
  isTyping: boolean
  untouchedMs: number
}

const UNTOUCHED_MS = 60_000
const LOOK_EVERY_MS = 5_000
const ASK_EVERY_MS = 3_600_000

/** True when a new version may take over: not in the middle of a sale, and not under her finger. */
export function mayTakeOver({ isHidden, hasCode, hasArrival, isTyping, untouchedMs }: Moment): boolean {
  if (hasArrival || isTyping || untouchedMs < UNTOUCHED_MS) return false
  return isHidden || !hasCode
}

/** What the screen shows, whoever has put it there. */
function lookAround(touchedAt: number): Moment {
  const fields = document.querySelectorAll<HTMLInputElement>(
    'input:not([type=range], [type=checkbox]), textarea',
  )
  return {
    isHidden: document.visibilityState === 'hidden',
    hasCode: document.querySelector('[data-testid=qr]') !== null,
    hasArrival: document.querySelector('[data-testid=arrival]') !== null,
    isTyping: (readDraft().amount ?? '') !== '' || [...fields].some(({ value }) => value !== ''),
    untouchedMs: performance.now() - touchedAt,
  }
}

/**
 * Keeps the app on the phone, and up to date: a new version is fetched beside the one that runs, and takes over when nobody
 * would notice. Until then the old one goes on, however long that is; a cold start takes the new one by itself.
 */
export function startUpdates(): void {
  if (!('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  let touchedAt = performance.now()
  let registration: ServiceWorkerRegistration | undefined
  let isReplaced = false
  for (const touch of ['pointerdown', 'keydown'])
    document.addEventListener(touch, () => (touchedAt = performance.now()), { passive: true })
  // The first worker of all takes a page that had none: nothing changes under it.
  const hadOne = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => (isReplaced = hadOne))
  setInterval(() => {
    const waiting = serviceWorker.controller === null ? null : (registration?.waiting ?? null)
    if ((waiting === null && !isReplaced) || !mayTakeOver(lookAround(touchedAt))) return
    if (isReplaced) window.location.reload()
    else waiting?.postMessage({ type: 'SKIP_WAITING' })
  }, LOOK_EVERY_MS)
  const watch = (found: ServiceWorkerRegistration): void => {
    registration = found
    setInterval(() => void found.update().catch(() => {}), ASK_EVERY_MS)
  }
  const register = (): void =>
    // Without a network, or where the browser forbids it, the app works as a page.
    void serviceWorker.register('/m/sw.js', { scope: '/m/' }).then(watch, () => {})
  // What is kept for later must not stand in the way of the first screen.
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register, { once: true })
}
