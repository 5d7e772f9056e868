import { ApiError, type Problem } from '@tienve/contracts'
import type { Store } from '@tienve/ui'
import { describe, expect, it } from 'vitest'
import {
  countUnsent,
  discard,
  listUnsent,
  noteSale,
  sendAll,
  strandedBy,
  takeBack,
  tellUntil,
  tryAgain,
  type Teller,
} from './unsent.ts'

const NOW = Date.parse('2026-11-24T03:05:00Z')
const refusal = (code: string, status: number): ApiError =>
  new ApiError(
    { type: '', title: '', status, code, detail: '', requestId: '' } satisfies Problem,
    status === 0,
  )

/** A phone's disk. */
function openStore(): Store {
  const kept = new Map<string, unknown>()
  return {
    // As the browser's own: whoever reads a key is whoever wrote it.
    read: async <T>(key: string) => kept.get(key) as T | undefined,
    change: async <T>(key: string, next: (value: T | undefined) => T | undefined) => {
      const value = next(kept.get(key) as T | undefined)
      if (value === undefined) kept.delete(key)
      else kept.set(key, value)
      return value
    },
  }
}

/** A service that counts a key once, and loses answers when it is told to. */
function openService() {
  const booked = new Map<string, number>()
  const undone: string[] = []
  const order: string[] = []
  let fail: ((key: string) => ApiError | null) | null = null
  let losesAnswer = false
  const teller: Teller = {
    sell: async ({ key, amountVnd }) => {
      const error = fail?.(key) ?? null
      if (error !== null) throw error
      if (!booked.has(key)) order.push(key)
      booked.set(key, amountVnd)
      if (losesAnswer) throw refusal('offline', 0)
      return { id: `csh_${key}` }
    },
    takeBack: async (id) => undone.push(id),
  }
  return {
    teller,
    booked,
    undone,
    order,
    failWith: (next: typeof fail) => (fail = next),
    loseAnswers: (next: boolean) => (losesAnswer = next),
  }
}

const note = (store: Store, key: string, amountVnd = 35_000, owner = 'nga') =>
  noteSale(store, owner, { key, stallId: 'stl_1', amountVnd, note: null }, NOW)

describe('a sale in cash that is noted', () => {
  it('waits with the time of its making until there is a network, and is sent once, in order', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    await note(store, 'b', 20_000)
    service.failWith(() => refusal('offline', 0))
    await expect(sendAll(store, 'nga', service.teller, () => {})).rejects.toThrow()
    expect(countUnsent(await listUnsent(store, 'nga'))).toEqual({
      waiting: 2,
      waitingVnd: 55_000,
      refused: 0,
    })
    expect((await listUnsent(store, 'nga'))[0]?.soldAt).toBe('2026-11-24T10:05:00.000+07:00')
    service.failWith(null)
    const sent: string[] = []
    await sendAll(store, 'nga', service.teller, (key, id) => sent.push(`${key} ${id}`))
    expect([service.order, sent]).toEqual([
      ['a', 'b'],
      ['a csh_a', 'b csh_b'],
    ])
    expect(await listUnsent(store, 'nga')).toEqual([])
  })

  it('counts once when the answer was lost, under the same key', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    service.loseAnswers(true)
    await expect(sendAll(store, 'nga', service.teller, () => {})).rejects.toThrow()
    service.loseAnswers(false)
    await sendAll(store, 'nga', service.teller, () => {})
    expect([service.order, await listUnsent(store, 'nga')]).toEqual([['a'], []])
  })

  it('that is refused stays with its reason, lets the next one through, and goes when she says so', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    await note(store, 'b')
    service.failWith((key) => (key === 'a' ? refusal('sold_too_long_ago', 422) : null))
    await sendAll(store, 'nga', service.teller, () => {})
    const left = await listUnsent(store, 'nga')
    expect(left.map(({ key, problem }) => [key, problem?.code])).toEqual([['a', 'sold_too_long_ago']])
    expect(service.order).toEqual(['b'])
    await tryAgain(store, 'nga', 'a')
    await discard(store, 'nga', 'a')
    expect(await listUnsent(store, 'nga')).toHaveLength(1)
    await sendAll(store, 'nga', service.teller, () => {})
    await discard(store, 'nga', 'a')
    expect(await listUnsent(store, 'nga')).toEqual([])
  })

  it.each([
    ['no network', 'offline', 0],
    ['an ended session', 'session_required', 401],
    ['a token of another session', 'csrf_failed', 403],
    ['another try under way', 'idempotency_in_flight', 409],
    ['too many at once', 'rate_limited', 429],
    ['a page of some hotel’s Wi-Fi', 'internal', 403],
    ['a service that is down', 'internal', 503],
  ])('waits after %s', async (_, code, status) => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    service.failWith(() => refusal(code, status))
    await expect(sendAll(store, 'nga', service.teller, () => {})).rejects.toThrow()
    expect(countUnsent(await listUnsent(store, 'nga'))).toMatchObject({ waiting: 1, refused: 0 })
  })

  it('is one sale when the tap came twice, with the sum and the time of the first', async () => {
    const [store, service] = [openStore(), openService()]
    await Promise.all([note(store, 'a'), note(store, 'a', 20_000)])
    expect(await listUnsent(store, 'nga')).toMatchObject([{ key: 'a', amountVnd: 35_000 }])
    await sendAll(store, 'nga', service.teller, () => {})
    expect([...service.booked]).toEqual([['a', 35_000]])
  })

  it('is not told once whoever noted it has left, in the middle of the others too', async () => {
    const [store, service] = [openStore(), openService()]
    for (const key of ['a', 'b', 'c']) await note(store, key)
    let isOver = false
    const teller = tellUntil(() => isOver, service.teller)
    await expect(sendAll(store, 'nga', teller, () => (isOver = true))).rejects.toThrow()
    expect(service.order).toEqual(['a'])
    expect(countUnsent(await listUnsent(store, 'nga'))).toMatchObject({ waiting: 2, refused: 0 })
    await sendAll(store, 'nga', service.teller, () => {})
    expect(service.order).toEqual(['a', 'b', 'c'])
  })

  it('is counted before she logs out, what was refused or is being taken back too', async () => {
    const [store, service] = [openStore(), openService()]
    expect(strandedBy(await listUnsent(store, 'nga'))).toBeNull()
    await note(store, 'a')
    await note(store, 'b', 20_000)
    service.failWith((key) => refusal('offline', key === 'a' ? 422 : 0))
    await expect(sendAll(store, 'nga', service.teller, () => {})).rejects.toThrow()
    await takeBack(store, 'nga', 'b')
    expect(strandedBy(await listUnsent(store, 'nga'))).toEqual({ count: 2, sumVnd: 55_000 })
  })

  it('is nobody else’s to see or to send', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    await sendAll(store, 'helper', service.teller, () => {})
    expect([service.order, await listUnsent(store, 'helper')]).toEqual([[], []])
    expect(await listUnsent(store, 'nga')).toHaveLength(1)
  })
})

describe('taking back what was not sent', () => {
  it('happens on the phone alone while it has never left it', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    await takeBack(store, 'nga', 'a')
    expect(await listUnsent(store, 'nga')).toEqual([])
    await sendAll(store, 'nga', service.teller, () => {})
    expect(service.order).toEqual([])
  })

  it('asks the service when it may have arrived: booked once and taken back there', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    service.loseAnswers(true)
    await expect(sendAll(store, 'nga', service.teller, () => {})).rejects.toThrow()
    await takeBack(store, 'nga', 'a')
    expect(countUnsent(await listUnsent(store, 'nga'))).toMatchObject({ waiting: 0 })
    service.loseAnswers(false)
    await sendAll(store, 'nga', service.teller, () => {})
    expect([service.order, service.undone]).toEqual([['a'], ['csh_a']])
    expect(await listUnsent(store, 'nga')).toEqual([])
  })

  it('is not lost when she taps while it is under way', async () => {
    const [store, service] = [openStore(), openService()]
    await note(store, 'a')
    const { sell } = service.teller
    const teller: Teller = {
      ...service.teller,
      sell: async (sale) => {
        const answer = await sell(sale)
        if (!sale.takenBack) await takeBack(store, 'nga', 'a')
        return answer
      },
    }
    const sent: string[] = []
    await sendAll(store, 'nga', teller, (key) => sent.push(key))
    expect([service.order, service.undone, sent]).toEqual([['a'], ['csh_a'], []])
    expect(await listUnsent(store, 'nga')).toEqual([])
  })
})
