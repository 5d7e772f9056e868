import { inMarket } from '@tienve/db'
import { boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayOf } from '../days.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import {
  addPerson,
  asOwner,
  balance,
  bill,
  collect,
  DEVICE,
  expectWhole,
  takeBook,
  type Taking,
} from './testing.ts'

let service: TestService
let collector: Session
let accountant: Session
let other: Session & { userId: string }
let charges: string[]
let book: Awaited<ReturnType<typeof takeBook>>
let nextPage = 1
beforeAll(async () => {
  service = await startService({ worker: false })
  collector = await service.logIn('collector')
  accountant = await service.logIn('accountant')
  other = await addPerson(service, 0, { role: 'collector', name: 'Lê Văn Hai' })
  await bill(service, collector.marketId, '2026-10', [{ stallId: stallAt(0), totalVnd: 300_000 }])
  charges = await bill(
    service,
    collector.marketId,
    '2026-11',
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => ({ stallId: stallAt(at), totalVnd: 100_000 * (at + 1) })),
  )
  book = await takeBook(service, collector)
})
afterAll(() => service.stop())

const stallAt = (at: number, market = 0): string => service.markets[market]?.stalls[at]?.id ?? ''
const market = (path: string, session = collector) =>
  service.call(`/v1/markets/${session.marketId}/${path}`, { session })
const take = (taking: Partial<Taking>, key?: string) =>
  collect(
    service,
    collector,
    { bookId: book.id, stallId: stallAt(1), amountVnd: 10_000, ...taking, page: taking.page ?? nextPage++ },
    key,
  )
const undo = (id: string, session = collector, reason = 'ghi nhầm số tiền') =>
  service.call(`/v1/collections/${id}/undo`, { body: { reason }, session })
const at = (days: number, minutes = 0): string =>
  new Date(service.ctx.now().getTime() + (days * 1_440 + minutes) * 60_000).toISOString()
const owedBy = async (stallId: string): Promise<number> => {
  const { rows } = await inMarket(service.ctx.db, collector.marketId, (tx) =>
    tx.execute<{ sum: bigint }>(
      sql`select coalesce(sum(outstanding_vnd), 0)::bigint as sum from charge where stall_id = ${stallId}`,
    ),
  )
  return Number(rows[0]?.sum)
}
const inHand = async (session = collector): Promise<number> =>
  (await market('cash-in-hand', session)).body.amountVnd

describe('the walk', () => {
  it('has every stall that owes, and says what and why, with one code of its whole debt', async () => {
    const { status, body } = await market('walk')
    expect(status).toBe(200)
    const stops: { stallId: string; payload: string }[] = body.stops
    expect(stops.map(({ stallId }) => stallId).toSorted()).toEqual(
      Array.from({ length: 9 }, (_, n) => stallAt(n)).toSorted(),
    )
    const first = body.stops.find(({ stallId }: { stallId: string }) => stallId === stallAt(0))
    expect(first).toMatchObject({
      outstandingVnd: 400_000,
      overdueVnd: 400_000,
      creditVnd: 0,
      disputed: false,
    })
    expect(first.charges.map(({ period }: { period: string }) => period)).toEqual(['2026-10', '2026-11'])
    expect(first.charges[0].why).toEqual([
      { name: expect.any(String), formula: '1 m² × 300000', amountVnd: 300_000 },
    ])
    expect(first.payload).toContain('5406400000')
    const again = (await market('walk')).body.stops
    expect(again.map(({ payload }: { payload: string }) => payload)).toEqual(
      stops.map(({ payload }) => payload),
    )
    expect(new Set(stops.map(({ payload }) => payload)).size).toBe(9)
  })

  it('goes by zone, row and lot where the map has them, row 10 after row 9', async () => {
    const placed = [8, 7, 6].map((n) => stallAt(n))
    await asOwner(service, collector.marketId, async (tx) => {
      await tx.execute(sql`update stall set row_label = null, lot = null`)
      for (const [id, row, lot] of [
        [placed[0], '9', 2],
        [placed[1], '9', 11],
        [placed[2], '10', 1],
      ]) {
        await tx.execute(sql`update stall set row_label = ${row}, lot = ${lot} where id = ${id}`)
      }
    })
    const { body } = await market('walk')
    const order = body.stops.map(({ stallId }: { stallId: string }) => stallId)
    expect(order.slice(0, 3)).toEqual(placed)
    expect(order.slice(3)).toEqual(order.slice(3).toSorted())
  })

  it('remembers what a stall said that did not pay, and refuses a promise without its day', async () => {
    const note = (body: object) =>
      service.call('/v1/visits', {
        body: { stallId: stallAt(2), visitedAt: at(0, -10), outcome: 'promised', ...body },
        session: collector,
      })
    const promisedOn = addDays(dayOf(service.ctx.now()), 1)
    expect((await note({ promisedOn, promisedVnd: 100_000, note: 'chiều mai' })).status).toBe(201)
    const { body } = await market('walk')
    const stop = body.stops.find(({ stallId }: { stallId: string }) => stallId === stallAt(2))
    expect(stop.lastVisit).toMatchObject({ outcome: 'promised', note: 'chiều mai', promisedOn })
    for (const [wrong, field, code] of [
      [{}, 'promisedOn', 'request_invalid'],
      [{ promisedOn: '2026-01-01' }, 'promisedOn', 'request_invalid'],
      [{ outcome: 'absent', promisedOn }, 'promisedOn', 'request_invalid'],
      [{ outcome: 'absent', promisedVnd: 5 }, 'promisedVnd', 'request_invalid'],
      [{ outcome: 'absent', visitedAt: at(-8) }, 'visitedAt', 'collection_time_invalid'],
    ] as const) {
      const answer = await note(wrong)
      expect([answer.body.code, Object.keys(answer.body.fields)]).toEqual([code, [field]])
    }
    expect((await note({ stallId: stallAt(0, 1), outcome: 'absent' })).body.code).toBe('not_found')
  })
})

describe('cash from a stall', () => {
  it('settles the oldest debt first, and what is beyond is its credit', async () => {
    const { status, body } = await take({
      stallId: stallAt(0),
      amountVnd: 350_000,
      seenOutstandingVnd: 400_000,
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      bookPage: `${book.code}-0001`,
      settledVnd: 350_000,
      creditVnd: 0,
      conflict: null,
      receiptNumber: '2026-000001',
      receiptUrl: book.pages[0].url,
    })
    const { body: more } = await take({
      stallId: stallAt(0),
      amountVnd: 80_000,
      seenOutstandingVnd: 50_000,
    })
    expect(more).toMatchObject({ settledVnd: 50_000, creditVnd: 30_000, conflict: null })
    expect(await owedBy(stallAt(0))).toBe(0)
    expect(await inHand()).toBe(430_000)
    expect(await balance(service, collector.marketId, boardAccounts.advance)).toBe(30_000)
    await expectWhole(service, collector.marketId)
  })

  it('is heard by the stall, as no bank’s word', async () => {
    const stallholder = await service.logIn('stallholder')
    expect(stallholder.stallId).toBe(stallAt(0))
    const phone = new AbortController()
    const { body: stream } = await fetch(`${service.url}/v1/stalls/${stallAt(0)}/live?after=0`, {
      headers: { cookie: stallholder.cookie },
      signal: phone.signal,
    })
    let heard = ''
    for await (const chunk of stream?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += chunk
      if (heard.split('event: collection').length > 2) break
    }
    phone.abort()
    expect(heard).toMatch(/id: 1\nevent: collection\ndata: \{.*"amountVnd":350000/)
    expect(heard).not.toContain('event: payment')
  })

  it('says when the stall had paid meanwhile, or owes more than the phone knew', async () => {
    const stallId = stallAt(1)
    expect((await take({ stallId, amountVnd: 150_000, seenOutstandingVnd: 150_000 })).body).toMatchObject({
      settledVnd: 150_000,
      conflict: 'owed_more',
    })
    expect((await take({ stallId, amountVnd: 150_000, seenOutstandingVnd: 200_000 })).body).toMatchObject({
      settledVnd: 50_000,
      creditVnd: 100_000,
      conflict: 'paid_meanwhile',
    })
  })

  it('is taken once a page: told again it is the first answer, and another thing is told what is on it', async () => {
    const page = nextPage++
    const taking = { page, stallId: stallAt(3), takenAt: at(0, -30) }
    const first = await take(taking, 'key-of-the-phone')
    expect(first.status).toBe(201)
    const before = await inHand()
    expect((await take(taking, 'key-of-the-phone')).body).toEqual(first.body)
    expect((await take(taking, 'another-key')).body).toEqual(first.body)
    expect((await take(taking)).body).toEqual(first.body)
    for (const other of [{ amountVnd: 20_000 }, { stallId: stallAt(4) }, { takenAt: at(0, -29) }]) {
      const refused = await take({ ...taking, ...other })
      expect([refused.status, refused.body.code]).toEqual([409, 'page_already_used'])
      expect(refused.body.fields.page).toMatch(/^10000 đồng, SD-\S+, 2026-/)
    }
    expect(await inHand()).toBe(before)
  })

  it('is refused with a time that cannot be, and taken late when it can', async () => {
    for (const takenAt of [at(0, 6), at(-7, -1)]) {
      const { status, body } = await take({ takenAt })
      expect([status, body.code, Object.keys(body.fields)]).toEqual([
        422,
        'collection_time_invalid',
        ['takenAt'],
      ])
    }
    const { body } = await take({ takenAt: at(-6, -1_430) })
    expect(body.takenAt.slice(0, 10)).toBe(addDays(dayOf(service.ctx.now()), -7))
    expect((await take({ takenAt: at(0, 4) })).status).toBe(201)
  })

  it('is the collector’s own, on the collector’s own book and device', async () => {
    const foreign = await service.logIn('collector', 1)
    const codeOf = async (session: Session, taking: Partial<Taking>) =>
      (
        await collect(service, session, {
          bookId: book.id,
          page: 49,
          stallId: stallAt(3),
          amountVnd: 1_000,
          ...taking,
        })
      ).body.code
    expect(await codeOf(other, {})).toBe('book_not_yours')
    expect(await codeOf(collector, { deviceId: 'another-phone' })).toBe('book_not_yours')
    expect(await codeOf(foreign, { stallId: stallAt(0, 1) })).toBe('not_found')
    expect(await codeOf(collector, { stallId: stallAt(0, 1) })).toBe('not_found')
    expect(await codeOf(collector, { bookId: 'bok_none' })).toBe('not_found')
    expect(await codeOf(collector, { page: 51 })).toBe('not_found')
    for (const role of ['accountant', 'cashier', 'head', 'ward', 'technician', 'stallholder']) {
      expect(await codeOf(await service.logIn(role), {})).toBe('role_forbidden')
    }
    const { body: seen } = await market('collections', other)
    expect([seen.items, seen.totals.count]).toEqual([[], 0])
    expect((await market('books', other)).body.items).toEqual([])
  })

  it('comes late, repeated and in any order to the same end', async () => {
    const queue = [3, 4, 5, 4, 3].map((stall, n) => ({
      page: nextPage + n,
      stallId: stallAt(stall),
      amountVnd: 7_000 + n,
      takenAt: at(-2, n),
    }))
    nextPage += queue.length
    const before = await inHand()
    const told = [4, 1, 1, 0, 3, 4, 2, 0]
    for (const n of told) {
      expect((await take({ ...queue[n] }, `offline-${n}`)).status).toBe(201)
    }
    expect((await inHand()) - before).toBe(queue.reduce((sum, { amountVnd }) => sum + amountVnd, 0))
    await expectWhole(service, collector.marketId)
  })
})

describe('cash that is taken back', () => {
  it('leaves what the stall has paid ahead to pay the debt instead', async () => {
    const [owing] = await bill(service, collector.marketId, '2026-09', [
      { stallId: stallAt(9), totalVnd: 60_000 },
    ])
    const first = await take({ stallId: stallAt(9), amountVnd: 60_000 })
    const second = await take({ stallId: stallAt(9), amountVnd: 40_000, seenOutstandingVnd: 0 })
    expect([first.body.creditVnd, second.body.creditVnd]).toEqual([0, 40_000])
    expect((await undo(first.body.id)).status).toBe(200)
    expect(await owedBy(stallAt(9))).toBe(20_000)
    expect((await undo(second.body.id)).body.code).toBe('collection_used')
    const { body } = await service.call(`/v1/charges/${owing}`, { session: accountant })
    expect(body.outstandingVnd).toBe(20_000)
    await expectWhole(service, collector.marketId)
  })

  it('is owed again: its receipt is void and keeps its number, its page stays used', async () => {
    const before = await owedBy(stallAt(5))
    const { pathname } = new URL(book.pages[nextPage - 1].url)
    const slip = async () =>
      (await service.call(pathname, { headers: { accept: 'application/json' } })).body.state
    expect(await slip()).toBe('waiting')
    const { body } = await take({
      stallId: stallAt(5),
      amountVnd: before + 5_000,
      seenOutstandingVnd: before,
    })
    expect(await slip()).toBe('valid')
    const cash = await inHand()
    const { status, body: undone } = await undo(body.id)
    expect(await slip()).toBe('void')
    expect([status, undone.undoneAt !== null, undone.receiptNumber]).toEqual([200, true, body.receiptNumber])
    expect(await owedBy(stallAt(5))).toBe(before)
    expect(await inHand()).toBe(cash - before - 5_000)
    expect((await undo(body.id)).body).toEqual(undone)
    const { rows } = await inMarket(service.ctx.db, collector.marketId, (tx) =>
      tx.execute(sql`select void_reason from receipt where collection_id = ${body.id}`),
    )
    expect(rows).toEqual([{ void_reason: 'ghi nhầm số tiền' }])
    const { body: books } = await market(`books?deviceId=${DEVICE}`)
    const page = books.items[0].pages.find(({ number }: { number: string }) => number === body.bookPage)
    expect(page.usedAt).not.toBeNull()
    await expectWhole(service, collector.marketId)
  })

  it('needs a reason, and its own collector or the accountant', async () => {
    const { body } = await take({ stallId: stallAt(6), amountVnd: 9_000 })
    expect((await undo(body.id, collector, ' ')).body.code).toBe('request_invalid')
    expect((await undo(body.id, other)).body.code).toBe('not_found')
    expect((await undo(body.id, await service.logIn('accountant', 1))).body.code).toBe('not_found')
    expect((await undo(body.id, await service.logIn('cashier'))).body.code).toBe('role_forbidden')
    expect((await undo(body.id, accountant)).status).toBe(200)
  })

  it('stays when it is handed over, its credit is used, or a charge that it paid was made smaller', async () => {
    const { marketId } = collector
    const ownBook = await takeBook(service, other)
    const handed = await collect(service, other, {
      bookId: ownBook.id,
      page: 1,
      stallId: stallAt(6),
      amountVnd: 20_000,
    })
    const signed = await service.call(`/v1/markets/${marketId}/handovers`, {
      body: { counts: { 20000: 1 }, seenVnd: 20_000 },
      session: other,
    })
    expect(signed.status).toBe(201)
    expect((await undo(handed.body.id, other)).body.code).toBe('collection_handed_over')

    const paid = await take({ stallId: stallAt(7), amountVnd: 805_000, seenOutstandingVnd: 800_000 })
    expect(paid.body.creditVnd).toBe(5_000)
    const setUsed = (usedVnd: number) =>
      asOwner(service, marketId, (tx) =>
        tx.execute(sql`update stall_credit set used_vnd = ${usedVnd} where source_id = ${paid.body.id}`),
      )
    await setUsed(1)
    expect((await undo(paid.body.id)).body.code).toBe('collection_used')
    await setUsed(0)
    const setPaid = (vnd: number) =>
      asOwner(service, marketId, (tx) =>
        tx.execute(sql`update charge set paid_vnd = ${vnd} where id = ${charges[7]}`),
      )
    await setPaid(700_000)
    expect((await undo(paid.body.id)).body.code).toBe('collection_used')
    await setPaid(800_000)
    expect((await undo(paid.body.id)).status).toBe(200)
    await expectWhole(service, marketId)
  })
})

describe('the list of what was taken', () => {
  it('comes page by page, by day and collector, and leaves out of its sums what was taken back', async () => {
    const items = []
    let totals
    for (let cursor = ''; ;) {
      const { body } = await market(`collections?limit=4${cursor}`, accountant)
      items.push(...body.items)
      totals = body.totals
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    const kept = items.filter(({ undoneAt }) => undoneAt === null)
    expect(totals).toEqual({
      count: kept.length,
      amountVnd: kept.reduce((sum, { amountVnd }) => sum + amountVnd, 0),
    })
    expect(kept.length).toBeLessThan(items.length)
    const { body: own } = await market(`collections?collectorId=${other.userId}&limit=200`, collector)
    expect(own.items.some(({ collectorId }: { collectorId: string }) => collectorId === other.userId)).toBe(
      false,
    )
    const day = addDays(dayOf(service.ctx.now()), -2)
    const { body: ofDay } = await market(`collections?day=${day}&limit=200`, accountant)
    expect(ofDay.items.length).toBe(5)
  })
})
