import {
  ApiError,
  ERRORS,
  type Book,
  type BookKind,
  type CodeCheck,
  type Collection,
  type CreateCodeCheck,
  type CreateCollection,
  type CreateDayTicket,
  type CreateVisit,
  type DayTicket,
  type Problem,
  type Walk,
  type WalkStop,
} from '@tienve/contracts'
import type { Store } from '@tienve/ui'

/** What the collector did, as the service is told of it, and what the screens need to show it again. */
export type Deed =
  | { kind: 'collection'; body: CreateCollection; stop: StopName; number: string; url: string }
  | { kind: 'ticket'; body: CreateDayTicket; name: string; priceVnd: number; number: string; url: string }
  | { kind: 'visit'; body: CreateVisit; stop: StopName }
  | { kind: 'check'; stallId: string; body: CreateCodeCheck; stop: StopName }
export type StopName = Pick<WalkStop, 'stallCode' | 'stallName'>

/**
 * A deed in the queue. `key` is made when it is done and goes with every try, so that the service counts it once.
 * `problem` says why the service did not take it: for good when it is `refused`, for now when it is `waiting`.
 */
export type Entry = Deed & {
  key: string
  at: string
  state: 'waiting' | 'sent' | 'refused'
  answer: Collection | DayTicket | CodeCheck | null
  problem: Problem | null
  /** When the collector has read what was unexpected about it. */
  readAt: string | null
}
export type Post = (path: string, body: unknown, idempotencyKey: string) => Promise<unknown>

function pathOf(entry: Deed): string {
  if (entry.kind === 'check') return `/v1/stalls/${entry.stallId}/code-checks`
  return { collection: '/v1/collections', ticket: '/v1/day-tickets', visit: '/v1/visits' }[entry.kind]
}

/** The books are looked at for as long as the service takes what was done: 7 days. */
const KEPT_MS = 7 * 24 * 3_600_000

export const queueKey = (owner: string): string => `queue ${owner}`

/** Vietnam's clock, as the wire carries it. */
export function momentOf(ms: number): string {
  return new Date(ms + 7 * 3_600_000).toISOString().replace('Z', '+07:00')
}

/** Done, not yet told. `make` finds the page in what the queue holds at that moment, so that no two tabs take the same. */
export async function add(
  store: Store,
  owner: string,
  now: number,
  key: string,
  make: (queue: readonly Entry[]) => Deed,
): Promise<Entry> {
  const queue = await store.change<Entry[]>(queueKey(owner), (kept = []) => [
    ...kept.filter((entry) => !isOver(entry, now)),
    {
      ...make(kept),
      key,
      at: momentOf(now),
      state: 'waiting',
      answer: null,
      problem: null,
      readAt: null,
    },
  ])
  const added = queue?.find((entry) => entry.key === key)
  if (added === undefined) throw new Error('the queue has not kept what was added')
  return added
}

/** Nothing that waits and nothing that is unread is ever let go of. */
function isOver(entry: Entry, now: number): boolean {
  return entry.state !== 'waiting' && !isUnread(entry) && Date.parse(entry.at) < now - KEPT_MS
}

/** Something about it is not as the collector expects: the service refused it, or what was owed had changed. */
export function isOdd({ state, answer }: Entry): boolean {
  return state === 'refused' || (answer !== null && 'conflict' in answer && answer.conflict !== null)
}

export function isUnread(entry: Entry): boolean {
  return isOdd(entry) && entry.readAt === null
}

/** The collector has read it. */
export async function markRead(store: Store, owner: string, key: string, now: number): Promise<void> {
  await change(store, owner, key, () => ({ readAt: momentOf(now) }))
}

/** The service has told anew what became of an entry that it had taken. */
export async function setAnswer(store: Store, owner: string, key: string, answer: Collection): Promise<void> {
  await change(store, owner, key, () => ({ answer }))
}

async function change(
  store: Store,
  owner: string,
  key: string,
  to: (entry: Entry) => Partial<Pick<Entry, 'state' | 'answer' | 'problem' | 'readAt'>>,
): Promise<void> {
  await store.change<Entry[]>(queueKey(owner), (kept = []) =>
    kept.map((entry) => (entry.key === key ? { ...entry, ...to(entry) } : entry)),
  )
}

/**
 * Tells the service everything that waits, oldest first. What it refuses is marked and the next one is sent; one that it
 * stumbles over waits for the next time. Throws the `ApiError` that says to wait: no network, no session, too many at once.
 */
export async function sendAll(store: Store, owner: string, post: Post): Promise<void> {
  const tried = new Set<string>()
  for (;;) {
    const queue = (await store.read<Entry[]>(queueKey(owner))) ?? []
    const entry = queue.find(({ key, state }) => state === 'waiting' && !tried.has(key))
    if (entry === undefined) return
    tried.add(entry.key)
    await sendOne(store, owner, post, entry)
  }
}

async function sendOne(store: Store, owner: string, post: Post, entry: Entry): Promise<void> {
  try {
    const answer = await post(pathOf(entry), entry.body, entry.key)
    await change(store, owner, entry.key, () => ({
      state: 'sent',
      // The service has checked its answer against the schema of this route.
      answer: entry.kind === 'visit' ? null : (answer as Collection | DayTicket | CodeCheck),
      problem: null,
    }))
  } catch (error) {
    if (!(error instanceof ApiError) || isToWait(error)) throw error
    const isStumble = error.problem.code === 'internal'
    await change(store, owner, entry.key, () => ({
      state: isStumble ? 'waiting' : 'refused',
      problem: error.problem,
    }))
  }
}

/** Nobody is there to answer: no network, or a proxy without a service behind it. */
export function isSilence(error: unknown): boolean {
  return error instanceof ApiError && (error.offline || error.problem.status >= 502)
}

/** The same request may succeed later, and so may every other. */
function isToWait(error: ApiError): boolean {
  const { problem } = error
  if (isSilence(error) || problem.code === 'session_required' || problem.code === 'csrf_failed') return true
  return Object.hasOwn(ERRORS, problem.code) && ERRORS[problem.code as keyof typeof ERRORS].retry
}

export type FreePage = { bookId: string; page: number; number: string; url: string }

/** The pages of this device's books that nobody has used, here or at the service, in the order they are to be used in. */
export function freePages(
  books: readonly Book[],
  queue: readonly Entry[],
  kind: BookKind,
  tariffId: string | null = null,
): FreePage[] {
  const taken = new Set(
    queue.flatMap((entry) => ('bookId' in entry.body ? `${entry.body.bookId} ${entry.body.page}` : [])),
  )
  return books
    .filter((book) => book.kind === kind && book.closedAt === null && book.tariffId === tariffId)
    .toSorted((a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt) || a.code.localeCompare(b.code))
    .flatMap(({ id, pages }) =>
      pages
        .filter(
          ({ page, usedAt, voidReason }) =>
            usedAt === null && voidReason === null && !taken.has(`${id} ${page}`),
        )
        .map(({ page, number, url }) => ({ bookId: id, page, number, url })),
    )
}

/** What this phone knows it took from a stall that the walk does not know yet. */
export function takenSince(
  { asOf }: Pick<Walk, 'asOf'>,
  queue: readonly Entry[],
  stallId: string,
): { amountVnd: number; entries: Entry[] } {
  const entries = queue.filter(
    (entry) =>
      entry.kind === 'collection' &&
      entry.body.stallId === stallId &&
      (entry.state === 'waiting' || (entry.state === 'sent' && receivedAfter(entry, asOf))),
  )
  const amountVnd = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'collection' ? entry.body.amountVnd : 0),
    0,
  )
  return { amountVnd, entries }
}

function receivedAfter({ answer }: Entry, asOf: string): boolean {
  return answer !== null && 'receivedAt' in answer && Date.parse(answer.receivedAt) > Date.parse(asOf)
}

/** What waits to be told: how many, and how much cash is among it. */
export function waitingOf(queue: readonly Entry[]): { count: number; cashVnd: number } {
  const waiting = queue.filter(({ state }) => state === 'waiting')
  return { count: waiting.length, cashVnd: waiting.reduce((sum, entry) => sum + cashOf(entry), 0) }
}

/** Taken back since: the payer has the money again. */
export function isUndone({ answer }: Entry): boolean {
  return answer !== null && 'undoneAt' in answer && answer.undoneAt !== null
}

export function cashOf(entry: Deed): number {
  if (entry.kind === 'collection') return entry.body.amountVnd
  return entry.kind === 'ticket' && entry.body.paidBy === 'cash' ? entry.priceVnd : 0
}
