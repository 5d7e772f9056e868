import { useSyncExternalStore } from 'react'

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
