import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type Session, type TestService } from '../testing.ts'

let service: TestService
let stall: Session
beforeAll(async () => {
  service = await startService()
  stall = await service.logIn('stallholder')
})
afterAll(async () => service.stop())

const ask = (amountVnd: unknown, headers: Record<string, string> = {}) =>
  service.call(`/v1/stalls/${stall.stallId}/payment-requests`, {
    body: { amountVnd },
    session: stall,
    headers,
  })
const statusOf = (id: string, wanted: string) =>
  until(async () => {
    const { body } = await service.call(`/v1/payment-requests/${id}`, { session: stall })
    return body.status === wanted && body
  }, `the request to be ${wanted}`)
let next = 1_000
const pay = (amountVnd: bigint, memo: string) =>
  service.tell({ id: next++, account: '0001000001', amountVnd, memo })

describe('a payment request', () => {
  it('goes from open to paid when the bank says so, and never because anybody else does', async () => {
    const { status, body } = await ask(35_000)
    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'open', amountVnd: 35_000, payments: [] })
    await pay(35_000n, `MBVCB.1.2.${body.code}.CT tu 0`)
    const paid = await statusOf(body.id, 'paid')
    expect(paid.payments).toMatchObject([
      { verdict: 'exact', amountVnd: 35_000, expectedVnd: 35_000, matchedBy: 'request' },
    ])
  })

  it('adds up short payments, and calls the second full one repeated', async () => {
    const { body } = await ask(50_000)
    await pay(20_000n, body.code)
    expect((await statusOf(body.id, 'short')).payments[0]).toMatchObject({
      verdict: 'short',
      expectedVnd: 50_000,
    })
    await pay(30_000n, body.code)
    await statusOf(body.id, 'paid')
    await pay(50_000n, body.code)
    const over = await statusOf(body.id, 'over')
    expect(over.payments.map((one: { verdict: string }) => one.verdict).toSorted()).toEqual([
      'exact',
      'repeated',
      'short',
    ])
  })

  it('paid without its three zeros is short, and is said to be that slip', async () => {
    const { body } = await ask(35_000)
    await pay(36n, body.code)
    expect((await statusOf(body.id, 'short')).payments[0]).toMatchObject({ verdict: 'short', slip: null })
    const { body: other } = await ask(35_000)
    await pay(35n, other.code)
    expect((await statusOf(other.id, 'short')).payments[0]).toMatchObject({
      verdict: 'short',
      expectedVnd: 35_000,
      slip: 'thousandfold',
    })
  })

  it.each([0, -1, 1.5, 500_000_000, '35000', null])('refuses %j and names the field', async (amount) => {
    const { status, body } = await ask(amount)
    expect([status, body.code]).toEqual([422, 'amount_invalid'])
    expect(body.fields).toHaveProperty('amountVnd')
  })

  it('is made once for one Idempotency-Key, and never for another body', async () => {
    const headers = { 'idempotency-key': 'a-key' }
    const answers = await Promise.all([ask(12_000, headers), ask(12_000, headers), ask(12_000, headers)])
    const made = answers.filter(({ status }) => status === 201)
    expect(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code)).toEqual(
      Array(3 - made.length).fill('idempotency_in_flight'),
    )
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1)
    expect((await ask(12_000, headers)).body.id).toBe(made[0]?.body.id)
    expect((await ask(13_000, headers)).body.code).toBe('idempotency_key_reused')
  })

  it('is nobody else’s to see', async () => {
    const { body } = await ask(9_000)
    const stranger = await service.logIn('stallholder', 1)
    expect((await service.call(`/v1/payment-requests/${body.id}`, { session: stranger })).status).toBe(404)
    expect((await service.call(`/v1/stalls/${stall.stallId}`, { session: stranger })).status).toBe(404)
    const board = await service.logIn('head', 1)
    expect((await service.call(`/v1/markets/${stall.marketId}/overview`, { session: board })).status).toBe(
      404,
    )
  })

  it('needs a session and its own page’s token', async () => {
    expect((await service.call(`/v1/stalls/${stall.stallId}`)).status).toBe(401)
    const forged = { ...stall, csrfToken: 'forged' }
    const { status, body } = await service.call(`/v1/stalls/${stall.stallId}/payment-requests`, {
      body: { amountVnd: 1_000 },
      session: forged,
    })
    expect([status, body.code]).toEqual([403, 'csrf_failed'])
  })
})

describe('what a stall took on a day', () => {
  type Item = {
    kind: string
    payment?: { id: string; amountVnd: number }
    cashSale?: { id: string; amountVnd: number }
  }
  const takings = async (query: string, session: Session = stall) =>
    (await service.call(`/v1/stalls/${stall.stallId}/takings${query}`, { session })).body
  const readAll = async (limit: number): Promise<Item[]> => {
    const items: Item[] = []
    for (let cursor = ''; ;) {
      const page = await takings(`?limit=${limit}${cursor}`)
      items.push(...page.items)
      if (page.nextCursor === null) return items
      cursor = `&cursor=${page.nextCursor}`
    }
  }

  it('is listed to its last sale, bank and cash in one order, and adds up to the total, whatever the page', async () => {
    const { body } = await service.call(`/v1/stalls/${stall.stallId}`, { session: stall })
    const note = async (amountVnd: number) =>
      (
        await service.call(`/v1/stalls/${stall.stallId}/cash-sales`, {
          body: { amountVnd },
          session: stall,
        })
      ).body
    const summaryNow = async () =>
      (await service.call(`/v1/stalls/${stall.stallId}/summary`, { session: stall })).body
    const before = await summaryNow()
    // All at one moment of our clock: the order within it must hold from page to page too.
    for (let at = 1; at <= 4; at++) {
      await pay(BigInt(100 + at), body.memo)
      await note(200 + at)
    }
    const { id: undoneId } = await note(777)
    await service.call(`/v1/cash-sales/${undoneId}/undo`, { method: 'POST', session: stall })
    const summary = await until(async () => {
      const now = await summaryNow()
      return now.count === before.count + 4 && now
    }, 'the payments')

    const all = await readAll(200)
    const idOf = (item: Item) => (item.payment ?? item.cashSale)?.id
    expect(all.filter(({ kind }) => kind === 'cash')).toHaveLength(4)
    expect(all).toHaveLength(summary.count + summary.cashCount)
    expect(all.reduce((sum, item) => sum + ((item.payment ?? item.cashSale)?.amountVnd ?? 0), 0)).toBe(
      summary.totalVnd,
    )
    expect(all.map(idOf)).not.toContain(undoneId)
    for (const limit of [1, 2, 3, 5]) expect((await readAll(limit)).map(idOf)).toEqual(all.map(idOf))
  })

  it('is the stall’s own to read', async () => {
    const board = await service.logIn('head')
    expect((await takings('', board)).code).toBe('role_forbidden')
    expect((await takings('', await service.logIn('stallholder', 1))).code).toBe('not_found')
  })
})

describe('cash', () => {
  it('counts in the day and is taken back by a reversing entry', async () => {
    const summary = async () =>
      (await service.call(`/v1/stalls/${stall.stallId}/summary`, { session: stall })).body
    const before = await summary()
    const { body } = await service.call(`/v1/stalls/${stall.stallId}/cash-sales`, {
      body: { amountVnd: 20_000 },
      session: stall,
    })
    expect((await summary()).cashVnd).toBe(before.cashVnd + 20_000)
    const undone = await service.call(`/v1/cash-sales/${body.id}/undo`, { method: 'POST', session: stall })
    expect(undone.body.undone).toBe(true)
    expect(await summary()).toEqual(before)
  })
})

describe('the live stream', () => {
  it('resumes after the last number heard, without a gap and without a repeat', async () => {
    const { body } = await service.call(`/v1/stalls/${stall.stallId}`, { session: stall })
    const read = async (after: number, count: number): Promise<number[]> => {
      const stop = new AbortController()
      const response = await fetch(`${service.url}/v1/stalls/${stall.stallId}/live?after=${after}`, {
        headers: { cookie: stall.cookie },
        signal: stop.signal,
      })
      const numbers: number[] = []
      let text = ''
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString()
        numbers.splice(
          0,
          numbers.length,
          ...[...text.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number)),
        )
        if (numbers.length >= count) break
      }
      stop.abort()
      // More may have come meanwhile: how many is chance.
      return numbers.slice(0, count)
    }
    for (let at = 0; at < 3; at++) await pay(BigInt(1_000 + at), body.memo)
    const all = await read(0, 6)
    expect(all).toEqual(all.map((_, at) => at + 1))
    expect(await read(2, all.length - 2)).toEqual(all.slice(2))
  })
})
