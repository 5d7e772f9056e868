import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import {
  createClient,
  type Book,
  type Books,
  type Me,
  type Collection,
  type UndoCollection,
  type Walk,
} from '@tienve/contracts'
import { useEffect } from 'react'
import { api } from '../api.ts'
import { deviceId, kept, ownerOf, type Last } from './device.ts'
import {
  add,
  markRead,
  isSilence,
  queueKey,
  sendAll,
  setAnswer,
  waitingOf,
  type Deed,
  type Entry,
} from './queue.ts'

/** What is sent while somebody waits in the rain gives up sooner than the rest of the app. */
const TIMEOUT_MS = 15_000
const SYNC_EVERY_MS = 20_000
const WALK_EVERY_MS = 60_000

/** A client of its own: its session is looked up anew before each round of sending, and so is its token. */
const client = createClient({
  baseUrl: '/admin',
  fetch: (input, init) => fetch(input, init),
  timeoutMs: TIMEOUT_MS,
})

/** What the service answered, or what it last answered when there is no network; `fresh` says which. */
type Remembered<T> = { value: T; fresh: boolean }
type Shelf<T> = { value: T; skewMs: number }

async function remember<T>(
  key: string,
  ask: () => Promise<T>,
  momentIn: (value: T) => number,
): Promise<Remembered<T>> {
  try {
    const value = await ask()
    await kept.change<Shelf<T>>(key, () => ({ value, skewMs: momentIn(value) - Date.now() }))
    return { value, fresh: true }
  } catch (error) {
    if (!isSilence(error)) throw error
    const before = await kept.read<Shelf<T>>(key)
    if (before === undefined) throw error
    return { value: before.value, fresh: false }
  }
}

const walkKey = (owner: string): string => `walk ${owner}`
const booksKey = (owner: string): string => `books ${owner}`

/** The service's clock, since a phone's own may be minutes off, and what lies in the future is refused. */
async function nowFor(owner: string): Promise<number> {
  const before = await kept.read<Shelf<Walk>>(walkKey(owner))
  return Date.now() + (before?.skewMs ?? 0)
}

/** The walk, as of now or as of the last network. */
export function useWalk(me: Me) {
  return useQuery({
    queryKey: ['walk', me.market.id],
    queryFn: () =>
      remember(
        walkKey(ownerOf(me)),
        () => client.get<Walk>(`/v1/markets/${me.market.id}/walk`),
        ({ asOf }) => Date.parse(asOf),
      ),
    refetchInterval: WALK_EVERY_MS,
  })
}

/** This device's books, likewise. */
export function useBooks(me: Me) {
  return useQuery({
    queryKey: ['books', me.market.id],
    queryFn: () =>
      remember(
        booksKey(ownerOf(me)),
        () => booksOfDevice(me),
        () => Date.now(),
      ),
    refetchInterval: WALK_EVERY_MS,
  })
}

async function booksOfDevice(me: Me): Promise<Book[]> {
  const query = { collectorId: me.user.id, deviceId: await deviceId() }
  const books: Book[] = []
  let cursor: string | null = null
  do {
    const page: Books = await client.get<Books>(`/v1/markets/${me.market.id}/books`, {
      ...query,
      cursor: cursor ?? undefined,
    })
    books.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return books
}

export function useDeviceId() {
  return useQuery({ queryKey: ['device'], queryFn: deviceId, staleTime: Number.POSITIVE_INFINITY })
}

/** What was done on this phone by this person, told or not. */
export function useQueue(me: Me): readonly Entry[] {
  const owner = ownerOf(me)
  const queue = useQuery({
    queryKey: ['queue', owner],
    queryFn: async () => (await kept.read<Entry[]>(queueKey(owner))) ?? [],
    // Another tab may have done or sent something.
    refetchInterval: 5_000,
  })
  return queue.data ?? []
}

/** Sends what waits: on opening, every 20 s, when the network is back, and right after something is done. */
export function useSync(me: Me) {
  const queries = useQueryClient()
  const owner = ownerOf(me)
  useEffect(() => {
    // The library's own watch believes in a network until it hears of its end: an app that was opened without one never does.
    const goOn = () => {
      void queries.refetchQueries({ queryKey: syncKey(owner) }, { cancelRefetch: false })
      for (const key of ['walk', 'books']) void queries.invalidateQueries({ queryKey: [key] })
    }
    window.addEventListener('online', goOn)
    return () => window.removeEventListener('online', goOn)
  }, [queries, owner])
  return useQuery({
    queryKey: syncKey(owner),
    queryFn: async () => {
      await sync(queries, me)
      return new Date().toISOString()
    },
    retry: false,
    staleTime: 0,
    refetchInterval: SYNC_EVERY_MS,
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: 'always',
  })
}

const syncKey = (owner: string): readonly unknown[] => ['sync', owner]

/**
 * One tab at a time, and only what is the logged-in person's own: the session may have become another's meanwhile. Throws
 * the `ApiError` that says why it could not go on.
 */
async function sync(queries: QueryClient, me: Me): Promise<void> {
  const owner = ownerOf(me)
  await navigator.locks.request(`tienve.walk ${owner}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return
    const who = await client.get<Me>('/v1/me')
    if (ownerOf(who) !== owner) return
    // Whoever opened the app without a network has no token yet for anything else either.
    for (const one of [client, api]) one.setCsrfToken(who.csrfToken)
    const before = await statesOf(owner)
    try {
      await sendAll(kept, owner, (path, body, idempotencyKey) => client.post(path, body, { idempotencyKey }))
    } finally {
      if ((await statesOf(owner)) !== before) await readAgain(queries)
    }
  })
}

async function statesOf(owner: string): Promise<string> {
  const queue = (await kept.read<Entry[]>(queueKey(owner))) ?? []
  return queue.map(({ state }) => state).join(' ')
}

async function readAgain(queries: QueryClient): Promise<void> {
  const first = (key: string) => queries.invalidateQueries({ queryKey: [key] })
  await Promise.all(['queue', 'walk', 'books', 'cash-in-hand'].map(first))
}

/** Does something: it is on the phone when this is over, and on its way to the service. */
export function useDo(me: Me) {
  const queries = useQueryClient()
  const owner = ownerOf(me)
  return useMutation({
    mutationFn: async (make: (queue: readonly Entry[], takenAt: string) => Deed) => {
      const now = await nowFor(owner)
      return add(kept, owner, now, crypto.randomUUID(), (queue) => make(queue, new Date(now).toISOString()))
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['queue', owner] })
      void queries.refetchQueries({ queryKey: syncKey(owner) }, { cancelRefetch: false })
    },
  })
}

/** The collector has read what was odd about an entry. */
export function useMarkRead(me: Me) {
  const queries = useQueryClient()
  const owner = ownerOf(me)
  return useMutation({
    mutationFn: async (key: string) => markRead(kept, owner, key, await nowFor(owner)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['queue', owner] }),
  })
}

/** Whose deeds wait on this phone while nobody is logged in, or null: a session that ends loses none of them. */
export function useLeftBehind() {
  return useQuery({
    queryKey: ['left-behind'],
    queryFn: async () => {
      const last = await kept.read<Last>('last')
      if (last === undefined) return null
      const { count } = waitingOf((await kept.read<Entry[]>(queueKey(last.owner))) ?? [])
      return count === 0 ? null : { count, name: last.name }
    },
  })
}

/** Takes cash back that was noted by mistake, while the collector still has it; the phone's own list says so too. */
export function useUndo(me: Me) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, id, reason }: { key: string; id: string; reason: string }) => {
      const body: UndoCollection = { reason }
      const answer = await api.post<Collection>(`/v1/collections/${id}/undo`, body, {
        idempotencyKey: `${key} undo`,
      })
      await setAnswer(kept, ownerOf(me), key, answer)
    },
    onSuccess: () => queries.invalidateQueries(),
  })
}
