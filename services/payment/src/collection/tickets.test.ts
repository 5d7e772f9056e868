import { decodeVietQr } from '@tienve/vietqr'
import { inMarket } from '@tienve/db'
import { boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf } from '../days.ts'
import { checkSources } from '../origin/service.ts'
import { startService, until, type Session, type TestService } from '../testing.ts'
import { addPerson, balance, DEVICE, expectWhole, priceTickets, takeBook } from './testing.ts'

let service: TestService
let collector: Session & { userId: string }
let cashier: Session
let tickets: { id: string; code: string; tariffId: string; pages: { url: string }[] }
beforeAll(async () => {
  service = await startService()
  collector = await addPerson(service, 0, { role: 'collector', name: 'Trung' })
  cashier = await service.logIn('cashier')
  const tariffId = await priceTickets(service, collector.marketId, {
    name: 'Vé xe đạp, mẹt',
    priceVnd: 10_000n,
    vatPercent: '8',
  })
  const { status, body } = await service.call(`/v1/markets/${collector.marketId}/books`, {
    body: { kind: 'ticket', collectorId: collector.userId, deviceId: DEVICE, tariffId, pages: 20 },
    session: cashier,
  })
  expect(status).toBe(201)
  tickets = body
})
afterAll(() => service.stop())

const sell = (ticket: object, { key, session = collector }: { key?: string; session?: Session } = {}) =>
  service.call('/v1/day-tickets', {
    body: {
      bookId: tickets.id,
      page: 1,
      paidBy: 'cash',
      deviceId: DEVICE,
      soldAt: service.ctx.now().toISOString(),
      ...ticket,
    },
    session,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  })
const list = (query = '', session: Session = cashier) =>
  service.call(`/v1/markets/${session.marketId}/day-tickets${query}`, { session })

describe('a day ticket', () => {
  it('costs what its book says, the tax being within, and is cash in the collector’s hands', async () => {
    const { status, body } = await sell({ zoneId: 'zon_sdrc', goods: 'rau muống' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: `${tickets.code}-0001`,
      name: 'Vé xe đạp, mẹt',
      priceVnd: 10_000,
      vatVnd: 741,
      zoneCode: 'RC',
      goods: 'rau muống',
      paid: true,
      payload: null,
      receiptUrl: tickets.pages[0]?.url,
    })
    const { marketId, userId } = collector
    expect(await balance(service, marketId, boardAccounts.collected(userId))).toBe(10_000)
    expect(await balance(service, marketId, boardAccounts.vat)).toBe(741)
    expect(await balance(service, marketId, boardAccounts.revenue)).toBe(9_259)
    const { body: walk } = await service.call(`/v1/markets/${marketId}/walk`, { session: collector })
    expect(walk.tickets).toContainEqual({
      tariffId: tickets.tariffId,
      name: 'Vé xe đạp, mẹt',
      priceVnd: 10_000,
    })
    await expectWhole(service, marketId)
  })

  it('by bank has a code of its own to show, and is not paid before the bank says so', async () => {
    const { body } = await sell({ page: 2, paidBy: 'bank' })
    expect(body).toMatchObject({ paid: false, payload: expect.stringContaining('540510000') })
    const { body: again } = await service.call(`/v1/day-tickets/${body.id}`, { session: collector })
    expect(again).toEqual(body)
    const hand = await service.call(`/v1/markets/${collector.marketId}/cash-in-hand`, { session: collector })
    expect(hand.body).toMatchObject({ amountVnd: 10_000, tickets: 1, collections: 0 })
    const memo = decodeVietQr(body.payload)
    await service.tell({
      id: 1,
      account: '0001999999',
      amountVnd: 10_000n,
      memo: memo.ok ? (memo.value.memo ?? '') : '',
    })
    const paid = await until(async () => {
      const now = await service.call(`/v1/day-tickets/${body.id}`, { session: collector })
      return now.body.paid === true && now.body
    }, 'the bank to tell of the ticket')
    const { body: receipt } = await service.call(new URL(paid.receiptUrl).pathname, {
      headers: { accept: 'application/json' },
    })
    expect(receipt).toMatchObject({ state: 'valid', purpose: 'ticket', paidBy: 'bank', amountVnd: 10_000 })
    expect(await balance(service, collector.marketId, boardAccounts.bank)).toBe(10_000)
    await expectWhole(service, collector.marketId)
    // The posting leads back to the ticket and to the bytes that the bank sent, which the check of the books finds too.
    const { checked, seq } = await inMarket(service.ctx.db, collector.marketId, async (tx) => {
      const { rows } = await tx.execute<{ seq: bigint }>(
        sql`select seq from ledger_txn where source_id = ${body.id}`,
      )
      return { checked: await checkSources(tx, collector.marketId, 0n), seq: rows[0]?.seq }
    })
    expect(checked).toEqual({ checked: 1, erased: 0 })
    const accountant = await service.logIn('accountant')
    const { body: cashless } = await service.call(`/v1/markets/${collector.marketId}/reports/cashless`, {
      session: accountant,
    })
    const at = cashless.tables[0].columns.findIndex(({ id }: { id: string }) => id === 'ticketBankVnd')
    expect(cashless.tables[0].rows[0].cells[at]).toBe(10_000)
    const { body: origin } = await service.call(
      `/v1/markets/${collector.marketId}/ledger/txns/${seq}/origin`,
      { session: accountant },
    )
    expect(origin).toMatchObject({
      subject: { kind: 'day_ticket', amountVnd: 10_000, by: 'Trung' },
      bankTransaction: { amountVnd: 10_000 },
      message: { provider: 'sepay' },
    })
  })

  it('is sold once a page: told again it is the first answer, and another thing is told what is on it', async () => {
    const soldAt = new Date(service.ctx.now().getTime() - 60_000).toISOString()
    const first = await sell({ page: 3, soldAt }, { key: 'a' })
    expect((await sell({ page: 3, soldAt }, { key: 'a' })).body).toEqual(first.body)
    expect((await sell({ page: 3, soldAt }, { key: 'b' })).body).toEqual(first.body)
    for (const other of [{ paidBy: 'bank' }, { soldAt: service.ctx.now().toISOString() }]) {
      const { status, body } = await sell({ page: 3, soldAt, ...other })
      expect([status, body.code]).toEqual([409, 'page_already_used'])
      expect(body.fields.page).toMatch(/^10000 đồng, Vé xe đạp, mẹt, 2026-/)
    }
  })

  it('is refused on another’s book, on a book of receipts, in a zone that is none, or at a time that cannot be', async () => {
    const other = await addPerson(service, 0, { role: 'collector', name: 'Hai' })
    const receipts = await takeBook(service, collector)
    const late = new Date(service.ctx.now().getTime() - 8 * 86_400_000).toISOString()
    for (const [ticket, code, session] of [
      [{ page: 4 }, 'book_not_yours', other],
      [{ page: 4, deviceId: 'another-phone' }, 'book_not_yours', collector],
      [{ bookId: receipts.id }, 'request_invalid', collector],
      [{ page: 4, zoneId: 'zon_clrc' }, 'request_invalid', collector],
      [{ page: 21 }, 'not_found', collector],
      [{ page: 4, soldAt: late }, 'collection_time_invalid', collector],
      [{ page: 4 }, 'role_forbidden', cashier],
      [{ page: 4 }, 'not_found', await service.logIn('collector', 1)],
    ] as const) {
      expect((await sell(ticket, { session })).body.code, JSON.stringify(ticket)).toBe(code)
    }
  })

  it('is listed by day with its sums, for the office all and for a collector the own', async () => {
    const day = dayOf(service.ctx.now())
    const { body } = await list(`?day=${day}`)
    expect(body.items.map(({ number }: { number: string }) => number.slice(-4)).toSorted()).toEqual([
      '0001',
      '0002',
      '0003',
    ])
    expect(body.totals).toEqual({ count: 3, cashVnd: 20_000, bankVnd: 10_000 })
    expect((await list('?day=2026-01-01')).body.items).toEqual([])
    expect((await list('', await service.logIn('collector'))).body.items).toEqual([])
    const [one] = body.items
    for (const stranger of [await service.logIn('collector'), await service.logIn('cashier', 1)]) {
      expect((await service.call(`/v1/day-tickets/${one.id}`, { session: stranger })).body.code).toBe(
        'not_found',
      )
    }
    expect((await list('', await service.logIn('stallholder'))).body.code).toBe('role_forbidden')
  })
})
