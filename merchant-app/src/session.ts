import type { QueryClient } from '@tanstack/react-query'
import { ApiError, type Me } from '@tienve/contracts'
import { api } from './api.ts'

export const ME = ['me']

/** The other tabs of this app in the same browser: they share the session's cookie, and must not go on with another's. */
const otherTabs = new BroadcastChannel('tienve.stall')
otherTabs.addEventListener('message', () => window.location.reload())

/** Nobody is logged in is an answer and not a failure; a missing network is a failure. */
export async function readMe(): Promise<Me | null> {
  try {
    const me = await api.get<Me>('/v1/me')
    api.setCsrfToken(me.csrfToken)
    return me
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null
    throw error
  }
}

/** Somebody has logged in, or out. */
export function changeSession(queries: QueryClient, me: Me | null): void {
  setSession(queries, me)
  otherTabs.postMessage(null)
}

/** Ends the session here when an answer says that it has ended; whoever asked, the log-in is what comes next. */
export function endIfOver(queries: QueryClient, error: Error): void {
  if (error instanceof ApiError && error.problem.code === 'session_required') setSession(queries, null)
}

/**
 * The one place where a session begins and ends on this device: whoever comes next finds nothing of who was here before,
 * what was still being asked for included.
 */
function setSession(queries: QueryClient, me: Me | null): void {
  api.setCsrfToken(me?.csrfToken ?? '')
  void queries.cancelQueries()
  queries.setQueryData(ME, me)
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] })
  queries.getMutationCache().clear()
}
