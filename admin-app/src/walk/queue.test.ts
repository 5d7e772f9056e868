import { ApiError, type Book, type Collection, type Problem } from '@tienve/contracts'
import { describe, expect, it } from 'vitest'
import {
  add,
  freePages,
  isUnread,
  markRead,
  queueKey,
  sendAll,
  takenSince,
  waitingOf,
  type Deed,
  type Entry,
} from './queue.ts'
import type { Store } from '@tienve/ui'

const ME = 'mkt_1 usr_trung'
const NOON = Date.parse('2026-11-25T12:00:00+07:00')
const DAY_MS = 86_400_000
const STOP = { stallCode: 'CA-07', stallName: 'Cô Thơm cá biển' }

/** A store whose content goes through text, as the browser's own copies what it is given. */
function paperStore(): Store & { papers: Map<string, string> } {
  const papers = new Map<string, string>()
  const read = async <T>(key: string): Promise<T | undefined> => {
    const paper = papers.get(key)
    return paper === undefined ? undefined : (JSON.parse(paper) as T)
  }
  return {
    papers,
    read,
    change: async <T>(key: string, next: (kept: T | undefined) => T | undefined) => {
      const paper = papers.get(key)
      const value = next(paper === undefined ? undefined : (JSON.parse(paper) as T))
      if (value === undefined) papers.delete(key)
      else papers.set(key, JSON.stringify(value))
      return value
    },
  }
}

function bookOf(id: string, pages: number, more: Partial<Book> = {}): Book {
  return {
    id,
    code: id.toUpperCase(),
    kind: 'receipt',
    collectorId: 'usr_trung',
    collectorName: 'Trung',
    deviceId: 'K7M2-9QXF',
    tariffId: null,
    name: null,
    priceVnd: null,
    issuedAt: '2026-11-20T07:00:00+07:00',
    closedAt: null,
    gaps: [],
    pages: Array.from({ length: pages }, (_, at) => ({
      page: at + 1,
      number: `${id.toUpperCase()}-000${at + 1}`,
      url: `https://cho.example/r/${id}-${at + 1}`,
      usedAt: null,
      voidReason: null,
    })),
    ...more,
  }
}

const cashOn =
  (books: Book[], amountVnd: number) =>
  (queue: readonly Entry[]): Deed => {
    const [page] = freePages(books, queue, 'receipt')
    if (page === undefined) throw new Error('no page')
    return {
      kind: 'collection',
      stop: STOP,
      number: page.number,
      url: page.url,
      body: {
        stallId: 'stl_1',
        bookId: page.bookId,
        page: page.page,
        amountVnd,
        takenAt: '2026-11-25T12:00:00+07:00',
        deviceId: 'K7M2-9QXF',
        seenOutstandingVnd: amountVnd,
      },
    }
  }

function answerTo(amountVnd: number, more: Partial<Collection> = {}): Collection {
  return {
    id: 'col_1',
    stallId: 'stl_1',
    ...STOP,
    collectorId: 'usr_trung',
    collectorName: 'Trung',
    bookPage: 'B1-0001',
    amountVnd,
    settledVnd: amountVnd,
    creditVnd: 0,
    conflict: null,
    takenAt: '2026-11-25T12:00:00+07:00',
    receivedAt: '2026-11-25T12:05:00+07:00',
    receiptNumber: '2026/000123',
    receiptUrl: 'https://cho.example/r/b1-1',
    handoverId: null,
    undoneAt: null,
    ...more,
  }
}

const problem = (code: string, status: number): Problem => ({
  type: 'about:blank',
  title: code,
  status,
  code,
  detail: '',
  requestId: 'req',
})
const refusal = (code: string, status: number): ApiError => new ApiError(problem(code, status), false)
const silence = new ApiError(problem('offline', 0), true)
const queueIn = async (store: Store): Promise<Entry[]> => (await store.read<Entry[]>(queueKey(ME))) ?? []

async function filled(count: number): Promise<Store> {
  const store = paperStore()
  const books = [bookOf('b1', count)]
  for (let at = 1; at <= count; at++) {
    await add(store, ME, NOON + at, `key-${at}`, cashOn(books, at * 1_000))
  }
  return store
}

describe('the queue of a collector’s phone', () => {
  it('sends what waits in the order in which it was done, each with the key it was given then', async () => {
    const store = await filled(3)
    const seen: unknown[] = []
    await sendAll(store, ME, async (path, body, key) => {
      seen.push([path, (body as { amountVnd: number }).amountVnd, key])
      return answerTo(1)
    })
    expect(seen).toEqual([
      ['/v1/collections', 1_000, 'key-1'],
      ['/v1/collections', 2_000, 'key-2'],
      ['/v1/collections', 3_000, 'key-3'],
    ])
    expect((await queueIn(store)).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
  })

  it('keeps everything when there is no network, and sends it with the same keys when there is', async () => {
    const store = await filled(2)
    const keys: string[] = []
    const cut = async (_path: string, _body: unknown, key: string) => {
      keys.push(key)
      throw silence
    }
    await expect(sendAll(store, ME, cut)).rejects.toBe(silence)
    expect(waitingOf(await queueIn(store))).toEqual({ count: 2, cashVnd: 3_000 })
    await sendAll(store, ME, async (_path, _body, key) => {
      keys.push(key)
      return answerTo(1)
    })
    expect(keys).toEqual(['key-1', 'key-1', 'key-2'])
  })

  it.each([
    ['session_required', 401],
    ['csrf_failed', 403],
    ['rate_limited', 429],
    ['idempotency_in_flight', 409],
    ['database_unavailable', 503],
    ['internal', 502],
  ])('waits with all of it when the service says %s (%i)', async (code, status) => {
    const store = await filled(2)
    const post = async () => {
      throw refusal(code, status)
    }
    await expect(sendAll(store, ME, post)).rejects.toBeInstanceOf(ApiError)
    expect((await queueIn(store)).map(({ state }) => state)).toEqual(['waiting', 'waiting'])
  })

  it('keeps what the service refuses, with its reason, and goes on with the next', async () => {
    const store = await filled(2)
    await sendAll(store, ME, async (_path, _body, key) => {
      if (key === 'key-1') throw refusal('request_invalid', 400)
      return answerTo(2_000)
    })
    const [first, second] = await queueIn(store)
    expect([first?.state, first?.problem?.code, second?.state]).toEqual([
      'refused',
      'request_invalid',
      'sent',
    ])
  })

  it('does not let one that the service stumbles over hold up the others, and tries it again', async () => {
    const store = await filled(2)
    await sendAll(store, ME, async (_path, _body, key) => {
      if (key === 'key-1') throw refusal('internal', 500)
      return answerTo(2_000)
    })
    expect((await queueIn(store)).map(({ state }) => state)).toEqual(['waiting', 'sent'])
    await sendAll(store, ME, async () => answerTo(1_000))
    expect((await queueIn(store)).map(({ state, problem }) => [state, problem])).toEqual([
      ['sent', null],
      ['sent', null],
    ])
  })

  it('sends what is done while it is sending', async () => {
    const store = await filled(1)
    const keys: string[] = []
    await sendAll(store, ME, async (_path, _body, key) => {
      keys.push(key)
      if (key === 'key-1') await add(store, ME, NOON, 'key-late', cashOn([bookOf('b1', 5)], 9_000))
      return answerTo(1)
    })
    expect(keys).toEqual(['key-1', 'key-late'])
  })

  it('is its owner’s alone', async () => {
    const store = await filled(1)
    const keys: string[] = []
    await sendAll(store, 'mkt_1 usr_other', async (_path, _body, key) => keys.push(key))
    await sendAll(store, 'mkt_2 usr_trung', async (_path, _body, key) => keys.push(key))
    expect(keys).toEqual([])
    expect(waitingOf(await queueIn(store)).count).toBe(1)
  })

  it('lets go of what is sent after a week, and never of what waits or is not read', async () => {
    const store = await filled(4)
    await sendAll(store, ME, async (_path, _body, key) => {
      if (key === 'key-1') return answerTo(1_000)
      if (key === 'key-2') throw refusal('not_found', 404)
      if (key === 'key-3') return answerTo(3_000, { conflict: 'paid_meanwhile', creditVnd: 3_000 })
      throw refusal('internal', 500)
    })
    const later = async (days: number, key: string) => {
      await add(store, ME, NOON + days * DAY_MS, key, cashOn([bookOf('b2', 9)], 5_000))
      return (await queueIn(store)).map((entry) => entry.key)
    }
    expect(await later(8, 'a')).toEqual(['key-2', 'key-3', 'key-4', 'a'])
    expect((await queueIn(store)).filter(isUnread).map(({ key }) => key)).toEqual(['key-2', 'key-3'])
    for (const key of ['key-2', 'key-3']) await markRead(store, ME, key, NOON)
    expect(await later(8, 'b')).toEqual(['key-4', 'a', 'b'])
  })
})

describe('the pages of a book', () => {
  it('are used in order, each once, whatever the service knows of them by now', async () => {
    const store = paperStore()
    const [used, ...rest] = bookOf('b1', 3).pages
    if (used === undefined) throw new Error('a page was expected')
    const books = [
      bookOf('b2', 2, { issuedAt: '2026-11-21T07:00:00+07:00' }),
      bookOf('b1', 3, { pages: [{ ...used, usedAt: '2026-11-24T07:00:00+07:00' }, ...rest] }),
    ]
    // Two tabs, neither of which waits for the other.
    const numbers = await Promise.all(
      ['a', 'b', 'c'].map(async (key) => {
        const entry = await add(store, ME, NOON, key, cashOn(books, 1_000))
        return entry.kind === 'collection' ? entry.number : ''
      }),
    )
    expect(numbers).toEqual(['B1-0002', 'B1-0003', 'B2-0001'])
  })

  it('of another kind, another price or a closed book are not free', () => {
    const books = [
      bookOf('b1', 2, { closedAt: '2026-11-24T07:00:00+07:00' }),
      bookOf('b2', 2, { kind: 'ticket', tariffId: 'trf_5' }),
      bookOf('b3', 1, { kind: 'ticket', tariffId: 'trf_9' }),
    ]
    expect(freePages(books, [], 'receipt')).toEqual([])
    expect(freePages(books, [], 'ticket', 'trf_9').map(({ number }) => number)).toEqual(['B3-0001'])
  })
})

describe('what a stall owes as its collector sees it', () => {
  it('is less by what this phone took and the walk does not know yet, and not less twice', async () => {
    const store = await filled(3)
    const taken = async (asOf: string) => takenSince({ asOf }, await queueIn(store), 'stl_1').amountVnd
    expect(await taken('2026-11-25T12:00:00+07:00')).toBe(6_000)
    await sendAll(store, ME, async (_path, body, key) => {
      if (key === 'key-2') throw refusal('not_found', 404)
      return answerTo((body as { amountVnd: number }).amountVnd)
    })
    expect(await taken('2026-11-25T12:04:59+07:00')).toBe(4_000)
    expect(await taken('2026-11-25T12:05:00+07:00')).toBe(0)
  })
})
