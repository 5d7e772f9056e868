/** What stands in the address that a notice of what is owed opens. */
const OWE = 'owe'

/** Whether such a notice has opened the app. */
export function isOpenedByNotice(): boolean {
  return new URLSearchParams(window.location.search).has(OWE)
}

/** It is read: left in the address, it would open the same at every start. */
export function forgetNotice(): void {
  if (isOpenedByNotice()) window.history.replaceState(null, '', window.location.pathname)
}

/**
 * Calls when a notice of what is owed is tapped while the app is open: public/push.js says which one. Answers how to stop.
 * A page that is not encrypted has no worker.
 */
export function onNoticeTapped(worker: EventTarget | undefined, run: () => void): () => void {
  const onMessage = (event: Event): void => {
    if (event instanceof MessageEvent && isOfOwed(event.data)) run()
  }
  worker?.addEventListener('message', onMessage)
  return () => worker?.removeEventListener('message', onMessage)
}

function isOfOwed(told: unknown): boolean {
  if (typeof told !== 'object' || told === null || !('tapped' in told)) return false
  return typeof told.tapped === 'string' && new URL(told.tapped).searchParams.has(OWE)
}
