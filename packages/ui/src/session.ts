import { ApiError, type ApiClient, type Me } from '@tienve/contracts'

/** Where an app keeps who is logged in. */
export const ME = ['me']

/** What a session does to all that an app has read. A query client has it. */
type Cache = {
  cancelQueries(): Promise<void>
  setQueryData(key: readonly unknown[], me: Me | null): unknown
  removeQueries(filters: { predicate: (query: { queryKey: readonly unknown[] }) => boolean }): void
  getMutationCache(): { clear(): void }
}

/**
 * How sessions begin and end in an app. `channel` is the app's own name among the tabs of a browser: they share the session's
 * cookie, and must not go on with another's.
 */
export function createSession(api: ApiClient, channel: string) {
  const otherTabs = new BroadcastChannel(channel)
  otherTabs.addEventListener('message', () => window.location.reload())

  /** Several answers say at once that a session has ended: what comes after it must not be forgotten with each of them. */
  let isOver = false

  /**
   * The one place where a session begins and ends on this device: whoever comes next finds nothing of who was here before,
   * what was still being asked for included.
   */
  const setSession = (cache: Cache, me: Me | null): void => {
    isOver = me === null
    api.setCsrfToken(me?.csrfToken ?? '')
    void cache.cancelQueries()
    cache.setQueryData(ME, me)
    cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] })
    cache.getMutationCache().clear()
  }

  return {
    /** Nobody is logged in is an answer and not a failure; a missing network is a failure. */
    readMe: async (): Promise<Me | null> => {
      try {
        const me = await api.get<Me>('/v1/me')
        api.setCsrfToken(me.csrfToken)
        isOver = false
        return me
      } catch (error) {
        if (error instanceof ApiError && error.problem.status === 401) return null
        throw error
      }
    },
    /** Somebody has logged in, or out. */
    changeSession: (cache: Cache, me: Me | null): void => {
      setSession(cache, me)
      otherTabs.postMessage(null)
    },
    /** Ends the session here when an answer says that it has ended; whoever asked, the log-in is what comes next. True when it has. */
    endIfOver: (cache: Cache, error: Error): boolean => {
      const saysSo = error instanceof ApiError && error.problem.code === 'session_required'
      if (saysSo && !isOver) setSession(cache, null)
      return saysSo
    },
  }
}
