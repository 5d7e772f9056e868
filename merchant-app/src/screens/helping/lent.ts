import { useSyncExternalStore } from 'react'

const LENT = 'tienve.lent'

/**
 * Whether this phone is in its owner's helper's hands. It is kept beside the session, by person, and so outlives a reload and a
 * log-out. It locks the screen and is no permission: the session is still the owner's, which docs/SECURITY.md says.
 */
export function useLent(userId: string): boolean {
  return useSyncExternalStore(subscribe, () => localStorage.getItem(LENT) === userId)
}

/** Said in one tab, it holds in all. */
function subscribe(onChange: () => void): () => void {
  window.addEventListener('storage', onChange)
  return () => window.removeEventListener('storage', onChange)
}

/** Puts the phone into a helper's hands. */
export function lend(userId: string): void {
  localStorage.setItem(LENT, userId)
}

/** The owner has it back: she has typed her PIN, and the service has said that it is hers. */
export function takeBack(): void {
  localStorage.removeItem(LENT)
}
