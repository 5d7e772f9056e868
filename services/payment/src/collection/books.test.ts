import { newId } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { addPerson, asOwner, collect, priceTickets, takeBook } from './testing.ts'

let service: TestService
let collector: Session
let accountant: Session
let other: Session & { userId: string }
beforeAll(async () => {
  service = await startService({ worker: false })
  collector = await service.logIn('collector')
  accountant = await service.logIn('accountant')
  other = await addPerson(service, 0, { role: 'collector', name: 'Lê Văn Hai' })
})
afterAll(() => service.stop())

const stallAt = (at: number): string => service.markets[0]?.stalls[at]?.id ?? ''
const at = (minutes: number): string => new Date(service.ctx.now().getTime() + minutes * 60_000).toISOString()

describe('books', () => {
  const issue = (body: object, session = accountant) =>
    service.call(`/v1/markets/${session.marketId}/books`, {
      body: { kind: 'receipt', collectorId: other.userId, deviceId: 'phone-of-hai', ...body },
      session,
    })

  it('are numbered in one line, pages and all, and given by the office to who collects', async () => {
    const { status, body } = await issue({ pages: 3 })
    expect(status).toBe(201)
    expect(body.pages.map(({ number }: { number: string }) => number)).toEqual([
      `${body.code}-0001`,
      `${body.code}-0002`,
      `${body.code}-0003`,
    ])
    expect(body).toMatchObject({ collectorName: 'Lê Văn Hai', gaps: [], closedAt: null, priceVnd: null })
    const { body: next } = await issue({ pages: 1 })
    expect(Number(next.code.slice(1))).toBe(Number(body.code.slice(1)) + 1)
    for (const [wrong, field] of [
      [{ collectorId: 'usr_sdaccountant' }, 'collectorId'],
      [{ collectorId: 'usr_clcollector' }, 'collectorId'],
      [{ tariffId: 'trf_sd1' }, 'tariffId'],
      [{ kind: 'ticket' }, 'tariffId'],
      [{ kind: 'ticket', tariffId: 'trf_sd1' }, 'tariffId'],
      [{ pages: 501 }, 'pages'],
    ] as const) {
      const refused = await issue(wrong)
      expect([refused.body.code, Object.keys(refused.body.fields)]).toEqual(['request_invalid', [field]])
    }
    expect((await issue({}, collector)).body.code).toBe('role_forbidden')
  })

  it('are taken by a phone for itself when it has few pages left, two tries at once being one', async () => {
    const session = await addPerson(service, 0, { role: 'collector', name: 'Mới' })
    const ask = (body: object) =>
      service.call(`/v1/markets/${session.marketId}/books/take`, {
        body: { kind: 'receipt', deviceId: 'new-phone', ...body },
        session,
      })
    const [one, two] = await Promise.all([ask({}), ask({})])
    expect(one.body.id).toBe(two.body.id)
    expect([one.body.pages.length, one.body.code.slice(0, 1)]).toEqual([50, 'B'])
    expect((await ask({ deviceId: 'second-phone' })).body.id).not.toBe(one.body.id)
    await asOwner(service, session.marketId, (tx) =>
      tx.execute(sql`update book_page set used_at = now() where book_id = ${one.body.id} and page <= 40`),
    )
    expect((await ask({})).body.id).not.toBe(one.body.id)
    const { status, body } = await ask({ kind: 'ticket', tariffId: 'trf_none' })
    expect([status, body.code]).toEqual([403, 'ticket_book_from_office'])
  })

  it('show the pages that nobody accounts for, until each is said to be spoilt', async () => {
    const { body: own } = await issue({ pages: 5 })
    const use = (page: number, more = {}) =>
      collect(service, other, {
        bookId: own.id,
        page,
        stallId: stallAt(8),
        amountVnd: 1_000,
        deviceId: 'phone-of-hai',
        ...more,
      })
    const spoil = (page: number, session: Session = other) =>
      service.call(`/v1/books/${own.id}/pages/${page}/void`, { body: { reason: 'rách giấy' }, session })
    expect((await use(4)).status).toBe(201)
    const gaps = async () =>
      (
        await service.call(`/v1/markets/${accountant.marketId}/books?limit=50`, { session: accountant })
      ).body.items.find(({ id }: { id: string }) => id === own.id).gaps
    expect(await gaps()).toEqual([1, 2, 3].map((page) => `${own.code}-000${page}`))
    expect((await spoil(2, collector)).body.code).toBe('book_not_yours')
    expect((await spoil(2)).body.gaps).toEqual([`${own.code}-0001`, `${own.code}-0003`])
    expect((await spoil(2)).status).toBe(200)
    expect((await spoil(4)).body).toMatchObject({ code: 'page_already_used' })
    expect((await spoil(6)).body.code).toBe('not_found')
    expect((await spoil(1, await service.logIn('accountant', 1))).body.code).toBe('not_found')
    expect((await use(2)).body.fields.page).toBe('spoilt: rách giấy')

    const close = (session = accountant) =>
      service.call(`/v1/books/${own.id}/close`, { method: 'POST', session })
    expect((await close(collector)).body.code).toBe('role_forbidden')
    expect((await close(await service.logIn('accountant', 1))).body.code).toBe('not_found')
    const { body: closed } = await close()
    expect([closed.closedAt !== null, closed.gaps.length]).toEqual([true, 2])
    service.setNow(new Date(service.ctx.now().getTime() + 60_000))
    expect((await close()).body.closedAt).toBe(closed.closedAt)
    expect((await use(3)).body.code).toBe('book_closed')
    expect((await use(3, { takenAt: at(-5) })).status).toBe(201)
    expect(await gaps()).toEqual([`${own.code}-0001`])
  })

  it('of tickets take no cash of a stall', async () => {
    const tariffId = await priceTickets(service, collector.marketId, {
      name: newId('trf'),
      priceVnd: 5_000n,
      vatPercent: '8',
    })
    const { body: tickets } = await issue({ kind: 'ticket', tariffId, pages: 2 })
    expect(tickets).toMatchObject({ kind: 'ticket', priceVnd: 5_000, code: expect.stringMatching(/^V\d+$/) })
    const { body } = await collect(service, other, {
      bookId: tickets.id,
      page: 1,
      stallId: stallAt(8),
      amountVnd: 1_000,
      deviceId: 'phone-of-hai',
    })
    expect([body.code, Object.keys(body.fields)]).toEqual(['request_invalid', ['bookId']])
  })

  it('cannot be written on in another’s name, whatever the code does', async () => {
    const book = await takeBook(service, collector)
    await collect(service, collector, { bookId: book.id, page: 1, stallId: stallAt(0), amountVnd: 1_000 })
    await expect(
      asOwner(service, collector.marketId, (tx) =>
        tx.execute(sql`update collection set collector_id = ${other.userId} where book_id = ${book.id}`),
      ),
    ).rejects.toMatchObject({ cause: { constraint: 'collection_book_collector_fk' } })
  })
})
