import { useEffect, useSyncExternalStore, type RefObject } from 'react'

/** Where we are: the part of the address after `#/`, with its query. Works from any server and with the back button. */
export type Route = { path: string; query: URLSearchParams }

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
    () => window.location.hash,
  )
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return { path, query: new URLSearchParams(query) }
}

type Query = Record<string, string | number | undefined>

/** A query as text, with its question mark; what is empty or undefined is left out. */
export function queryText(query: Query): string {
  const text = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') text.set(key, String(value))
  }
  // A colon may stand in an address as it is, and an account's id reads better with it.
  return text.size === 0 ? '' : `?${text.toString().replaceAll('%3A', ':')}`
}

/** The address of a page, for a link. */
export function addressOf(path: string, query: Query = {}): string {
  return `#/${path}${queryText(query)}`
}

/** Goes to a page, as a link to it would. */
export function goTo(path: string, query: Query = {}): void {
  window.location.hash = addressOf(path, query).slice(1)
}

/** Changes the address while somebody types, without a step of its own for the back button. */
export function replaceQuery(path: string, query: Query): void {
  window.history.replaceState(window.history.state, '', addressOf(path, query))
}

/**
 * A page that a link opens begins at its top and takes the focus; a page that one goes back to stands where it was left.
 * The browser does neither by itself, since to it all of this is one page.
 */
export function usePagePosition(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    window.history.scrollRestoration = 'manual'
    const places = new Map<string, number>()
    let entry = markEntry().entry
    let path = pathNow()
    const keep = () => {
      places.set(entry, window.scrollY)
    }
    const moved = () => {
      const next = markEntry()
      entry = next.entry
      const isSamePage = path === pathNow()
      path = pathNow()
      if (isSamePage && next.isNew) return
      const top = next.isNew ? 0 : (places.get(entry) ?? 0)
      requestAnimationFrame(() => window.scrollTo(0, top))
      if (!isSamePage) page.current?.focus({ preventScroll: true })
    }
    window.addEventListener('scroll', keep, { passive: true })
    window.addEventListener('hashchange', moved)
    return () => {
      window.removeEventListener('scroll', keep)
      window.removeEventListener('hashchange', moved)
    }
  }, [page])
}

function pathNow(): string {
  return window.location.hash.split('?')[0] ?? ''
}

/** The name of the present step of the browser's history; a new step has none yet. */
function markEntry(): { entry: string; isNew: boolean } {
  const state: unknown = window.history.state
  if (typeof state === 'string') return { entry: state, isNew: false }
  const entry = crypto.randomUUID()
  window.history.replaceState(entry, '')
  return { entry, isNew: true }
}
