import {
  FeedParseError,
  feeds,
  isProvider,
  type FeedAdapter,
  type FeedEvent,
  type FeedOrders,
  type FeedPull,
  type PullPage,
  type PullProblem,
  type PullQuery,
  type PullRequest,
} from '@tienve/bank-feeds'
import { inMarket, type Db } from '@tienve/db'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import type { Ask } from '../http/outbound.ts'
import type { Intake } from './intake.ts'
import { hastenPull, pullOrders } from './orders.ts'
import { claimPull, finishPull, keepPull, type ClaimedPull } from './pulls.ts'
import { eventKey, findSeen } from './repository.ts'
import { unseal } from './secrets.ts'

/** Each asking goes back so far behind the last, since providers learn late; */
const OVERLAP_MS = 15 * 60_000
/** and once an hour so far, since banks book late. */
const LONG_OVERLAP_MS = 48 * 3_600_000
const LONG_EVERY_MS = 3_600_000

const LOOK_EVERY_MS = 2_000
/** So many connections are asked at once: a stall's order must not wait for two days of somebody's list. */
const AT_ONCE = 3
const TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** A page has a hundred rows or so: this is more than two days of the busiest market. */
const MAX_PAGES = 500
const MAX_WAIT_MS = 3_600_000
/** So short a pause is kept in the midst of the pages, so often for one of them. */
const MAX_PAUSE_SECONDS = 10
const MAX_PAUSES = 3

type PullContext = Pick<Context, 'now' | 'log'> & {
  config: Pick<Context['config'], 'masterKey' | 'publicUrl'>
}

export type Puller = { start(): void; stop(): Promise<void> }

/** Asks providers for what they know, for as long as it runs: each connection when it is due. */
export function createPuller(ctx: PullContext, db: Db, intake: Pick<Intake, 'store'>, ask: Ask): Puller {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const asking = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted && (await pullNext(ctx, db, intake, ask, stopping.signal, asking)));
  }
  const look = (): void => {
    if (running.size === AT_ONCE) return
    const turns = run()
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'no provider could be asked'))
      .finally(() => running.delete(turns))
    running.add(turns)
  }
  return {
    start: () => {
      timer = setInterval(look, LOOK_EVERY_MS)
      look()
    },
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/**
 * Asks the connection that is due first, if any, and stores the answers that hold anything new, as they came: from there
 * they go the way of every message. Says when to ask again, later each time that it fails. Answers whether one was due.
 * `asking` are those that are being asked: two at once would be twice as fast as the provider allows.
 */
export async function pullNext(
  ctx: PullContext,
  db: Db,
  intake: Pick<Intake, 'store'>,
  ask: Ask,
  signal: AbortSignal,
  asking = new Set<string>(),
): Promise<boolean> {
  const claimed = await claimPull(db, ctx.now(), [...asking])
  if (claimed === null) return false
  asking.add(claimed.connectionId)
  try {
    await pullClaimed(ctx, db, intake, ask, signal, claimed)
  } finally {
    asking.delete(claimed.connectionId)
  }
  return true
}

async function pullClaimed(
  ctx: PullContext,
  db: Db,
  intake: Pick<Intake, 'store'>,
  ask: Ask,
  signal: AbortSignal,
  claimed: ClaimedPull,
): Promise<void> {
  const pull = pullOf(claimed.provider)
  if (pull === null) {
    await finishPull(db, claimed, {
      dueAt: new Date(ctx.now().getTime() + MAX_WAIT_MS),
      problem: 'unavailable',
    })
    return
  }
  const now = ctx.now()
  const long = claimed.sweptAt === null || now.getTime() - claimed.sweptAt.getTime() >= LONG_EVERY_MS
  const span = { from: new Date(claimed.readTo.getTime() - (long ? LONG_OVERLAP_MS : OVERLAP_MS)), to: now }
  const problem =
    'create' in pull
      ? await pullOrders(ctx, db, pull, claimed, {
          secret: unseal(ctx.config.masterKey, claimed.ciphertext, pullContext(claimed.connectionId)),
          ask: paced(pull, signal, (request) => askOnce(ask, signal, request)),
          keep: (rawBody, events) => keepNews(ctx, db, intake, claimed, rawBody, events),
        })
      : await pullPages(ctx, db, intake, ask, signal, pull, claimed, span)
  const everyMs = claimed.everySeconds * 1_000
  if (problem === null) {
    await finishPull(db, claimed, {
      dueAt: new Date(now.getTime() + everyMs),
      readTo: now,
      sweptAt: long ? now : claimed.sweptAt,
    })
    if ('create' in pull) await hastenPull(db, claimed, ctx.now())
  } else {
    ctx.log.warn(
      { connectionId: claimed.connectionId, problem: problem.problem },
      'a provider did not answer',
    )
    const backoffMs = Math.min(MAX_WAIT_MS, everyMs * 2 ** Math.min(claimed.failures, 10))
    const waitMs = Math.max(backoffMs, (problem.retryAfterSeconds ?? 0) * 1_000)
    await finishPull(db, claimed, { dueAt: new Date(now.getTime() + waitMs), problem: problem.problem })
  }
}

type Failed = { problem: PullProblem; retryAfterSeconds: number | null }

async function pullPages(
  ctx: PullContext,
  db: Db,
  intake: Pick<Intake, 'store'>,
  ask: Ask,
  signal: AbortSignal,
  pull: FeedPull,
  claimed: ClaimedPull,
  span: { from: Date; to: Date },
): Promise<Failed | null> {
  const { connectionId, baseUrl } = claimed
  const secret = unseal(ctx.config.masterKey, claimed.ciphertext, pullContext(connectionId))
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page++) {
    if (page > 0) {
      await sleep(1_000 / pull.requestsPerSecond, undefined, { signal })
      await keepPull(db, claimed, ctx.now())
    }
    const query = { baseUrl, secret, accountNumber: null, ...span, cursor }
    const { read, rawBody } = await askPatiently(ask, signal, pull, query)
    if (!read.ok) return read
    await keepNews(ctx, db, intake, claimed, rawBody, read.events)
    if (read.next === null) return null
    cursor = read.next
  }
  return { problem: 'unreadable', retryAfterSeconds: null }
}

/** Stores an answer as it came, if it holds anything new: from there it goes the way of every message. */
async function keepNews(
  ctx: PullContext,
  db: Db,
  intake: Pick<Intake, 'store'>,
  { marketId, connectionId, provider }: ClaimedPull,
  rawBody: Buffer,
  events: readonly FeedEvent[],
): Promise<void> {
  if (!(await hasNews(db, marketId, connectionId, events))) return
  await intake.store({
    marketId,
    connectionId,
    provider,
    keyId: 'pull',
    contentType: 'application/json',
    rawBody,
    proof: null,
    receivedAt: ctx.now(),
    via: 'pull',
  })
}

/** Asks at the provider's own pace. */
function paced<T>(
  { requestsPerSecond }: { requestsPerSecond: number },
  signal: AbortSignal,
  ask: (request: PullRequest) => Promise<T>,
): (request: PullRequest) => Promise<T> {
  let asked = false
  return async (request) => {
    if (asked) await sleep(1_000 / requestsPerSecond, undefined, { signal })
    asked = true
    return ask(request)
  }
}

/** What an answer tells that no answer told before: most are asked for again and again because of the overlap. */
async function hasNews(
  db: Db,
  marketId: string,
  connectionId: string,
  events: readonly FeedEvent[],
): Promise<boolean> {
  if (events.length === 0) return false
  const heard = events.map((event) => ({ connectionId, event }))
  const seen = await inMarket(db, marketId, (tx) => findSeen(tx, marketId, heard))
  return events.some(({ providerEventId }) => !seen.has(eventKey(connectionId, providerEventId)))
}

const NO_ANSWER = { ok: false, problem: 'unavailable', retryAfterSeconds: null } as const

/**
 * One page. Where the provider wants a short pause first, as when somebody else asks with the same key, it gets it: what was
 * read before this page is not thrown away for that.
 */
async function askPatiently(
  ask: Ask,
  signal: AbortSignal,
  pull: FeedPull,
  query: PullQuery,
): Promise<{ read: PullPage; rawBody: Buffer }> {
  for (let pauses = 0; ; pauses++) {
    const answer = await askOnce(ask, signal, pull.request(query))
    if (answer === null) return { read: NO_ANSWER, rawBody: Buffer.alloc(0) }
    const read = pull.read(answer, query)
    const pauseSeconds = read.ok || read.problem !== 'rate_limited' ? null : read.retryAfterSeconds
    if (pauseSeconds === null || pauseSeconds > MAX_PAUSE_SECONDS || pauses === MAX_PAUSES)
      return { read, rawBody: answer.rawBody }
    await sleep(pauseSeconds * 1_000, undefined, { signal })
  }
}

/** Null when there was no answer in time, or one too large to be one. */
async function askOnce(ask: Ask, signal: AbortSignal, { method, url, headers, body }: PullRequest) {
  try {
    const response = await ask(url, {
      method,
      headers,
      // A provider that sends us elsewhere would be sent our key.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body === undefined ? {} : { body }),
    })
    const rawBody = Buffer.from(await response.arrayBuffer())
    if (rawBody.length > MAX_ANSWER_BYTES) return null
    return { status: response.status, headers: Object.fromEntries(response.headers), rawBody }
  } catch {
    return null
  }
}

/** What a provider's key for being asked is sealed for. */
export function pullContext(connectionId: string): string {
  return `${connectionId}/pull`
}

/** How a provider is asked, for its list or for single orders; null for one that cannot be asked. */
export function pullOf(provider: string): FeedPull | FeedOrders | null {
  if (!isProvider(provider)) return null
  const feed: FeedAdapter = feeds[provider]
  return feed.pull ?? feed.orders ?? null
}

/** Reads a stored answer again. Throws `FeedParseError`. */
export function readPulled(feed: FeedAdapter, rawBody: Buffer): FeedEvent[] {
  const query = {
    baseUrl: '',
    secret: '',
    accountNumber: null,
    from: new Date(0),
    to: new Date(0),
    cursor: null,
  }
  const answer = { status: 200, headers: {}, rawBody }
  const page = feed.orders?.read(answer) ?? feed.pull?.read(answer, query)
  if (page?.ok !== true) throw new FeedParseError('body_unreadable', page?.problem ?? 'pull')
  return [...page.events]
}
