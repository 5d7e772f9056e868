import { DENOMINATIONS } from '@tienve/contracts'
import { boardAccounts } from '@tienve/ledger'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { addPerson, bill, collect, DEVICE, expectWhole, priceTickets, takeBook, tally } from './testing.ts'

const STALLS = 3
const TICKET_VND = 10_000

/** What may happen to a collector in a day, in any order, each told once or twice. */
const event = fc.oneof(
  fc.record({
    kind: fc.constant('cash' as const),
    stall: fc.nat(STALLS - 1),
    thousands: fc.integer({ min: 1, max: 150 }),
    twice: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('undo' as const), which: fc.nat(4) }),
  fc.record({
    kind: fc.constant('ticket' as const),
    paidBy: fc.constantFrom('cash' as const, 'bank' as const),
  }),
  fc.record({ kind: fc.constant('sign' as const), offBy: fc.constantFrom(0, 0, 500, -1_000) }),
  fc.record({ kind: fc.constant('count' as const), offBy: fc.constantFrom(0, 0, 20_000, -5_000) }),
)
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

let service: TestService
let cashier: Session
let marketId: string
let tariffId: string
let month = 0
beforeAll(async () => {
  service = await startService({ worker: false })
  cashier = await service.logIn('cashier')
  marketId = cashier.marketId
  tariffId = await priceTickets(service, marketId, {
    name: 'Vé (mẫu)',
    priceVnd: BigInt(TICKET_VND),
    vatPercent: '8',
  })
})
afterAll(() => service.stop())

/** Notes that add up to a sum, which ends in 500 or 000. */
function notesOf(vnd: number): Record<string, number> {
  const counts: Record<string, number> = {}
  let left = Math.max(vnd, 0)
  for (const note of DENOMINATIONS) {
    counts[String(note)] = Math.floor(left / note)
    left %= note
  }
  return counts
}

/** A collector's day as it should come out: kept beside the service, in plain numbers. */
type Model = { hand: number; signed: { id: string; vnd: number } | null; missing: number; surplus: number }

const ofPerson = (session: Session & { userId: string }, bookId: string, ticketBookId: string) => {
  const model: Model = { hand: 0, signed: null, missing: 0, surplus: 0 }
  const kept: { id: string; vnd: number; covered: boolean }[] = []
  let page = 0
  let ticketPage = 0
  const stallAt = (at: number): string => service.markets[0]?.stalls[at]?.id ?? ''
  const post = (path: string, body: object, by: Session = session) =>
    service.call(`/v1/${path}`, { body, session: by })

  const cash = async ({ stall, thousands, twice }: Extract<Event, { kind: 'cash' }>) => {
    const taking = { bookId, page: ++page, stallId: stallAt(stall), amountVnd: thousands * 1_000 }
    const { body } = await collect(service, session, taking, `${bookId} ${page}`)
    if (twice) expect((await collect(service, session, taking, `${bookId} ${page}`)).body).toEqual(body)
    expect(body.settledVnd + body.creditVnd).toBe(taking.amountVnd)
    kept.push({ id: body.id, vnd: taking.amountVnd, covered: false })
    model.hand += taking.amountVnd
  }
  const undo = async ({ which }: Extract<Event, { kind: 'undo' }>) => {
    const one = kept[which]
    if (one === undefined) return
    const { status, body } = await post(`collections/${one.id}/undo`, { reason: 'ghi nhầm' })
    if (one.covered) expect(body.code).toBe('collection_handed_over')
    else if (status === 200) {
      kept.splice(which, 1)
      model.hand -= one.vnd
    }
    // Its credit may have paid another debt meanwhile: then, and only then, it stays.
    else expect(body.code).toBe('collection_used')
  }
  const ticket = async ({ paidBy }: Extract<Event, { kind: 'ticket' }>) => {
    const { status } = await post('day-tickets', {
      bookId: ticketBookId,
      page: ++ticketPage,
      paidBy,
      deviceId: DEVICE,
      soldAt: service.ctx.now().toISOString(),
    })
    expect(status).toBe(201)
    if (paidBy === 'cash') model.hand += TICKET_VND
  }
  const sign = async ({ offBy }: Extract<Event, { kind: 'sign' }>) => {
    const { status, body } = await post(`markets/${marketId}/handovers`, {
      counts: notesOf(model.hand + offBy),
      seenVnd: model.hand,
    })
    if (model.signed !== null) expect(body.code).toBe('handover_open')
    else if (model.hand === 0) expect(body.code).toBe('handover_empty')
    else {
      expect([status, body.expectedVnd]).toEqual([201, model.hand])
      model.signed = { id: body.id, vnd: model.hand }
      model.hand = 0
      for (const one of kept) one.covered = true
    }
  }
  const count = async ({ offBy }: Extract<Event, { kind: 'count' }>) => {
    if (model.signed === null) return
    const { id, vnd } = model.signed
    const counted = Math.max(vnd + offBy, 0)
    const { body } = await post(`handovers/${id}/confirm`, { counts: notesOf(counted) }, cashier)
    expect(body.differenceVnd).toBe(counted - vnd)
    model.signed = null
    model.missing += Math.max(vnd - counted, 0)
    model.surplus += Math.max(counted - vnd, 0)
  }
  const does = (one: Event): Promise<void> => {
    switch (one.kind) {
      case 'cash':
        return cash(one)
      case 'undo':
        return undo(one)
      case 'ticket':
        return ticket(one)
      case 'sign':
        return sign(one)
      case 'count':
        return count(one)
    }
  }
  return { model, does }
}

it('whatever a collector takes, gives up, sells and hands over, the books have what is in whose hands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 14, maxLength: 24 }), async (events) => {
      month += 1
      const before = await tally(service, marketId)
      await bill(
        service,
        marketId,
        `2025-${String(month).padStart(2, '0')}`,
        Array.from({ length: STALLS }, (_, at) => ({
          stallId: service.markets[0]?.stalls[at]?.id ?? '',
          totalVnd: 60_000,
        })),
      )
      const session = await addPerson(service, 0, { role: 'collector', name: `Người thu ${month}` })
      const { id: bookId } = await takeBook(service, session)
      const issued = await service.call(`/v1/markets/${marketId}/books`, {
        body: { kind: 'ticket', collectorId: session.userId, deviceId: DEVICE, tariffId, pages: 30 },
        session: cashier,
      })
      const { model, does } = ofPerson(session, bookId, issued.body.id)
      for (const one of events) await does(one)

      const now = await tally(service, marketId)
      const { body: hand } = await service.call(`/v1/markets/${marketId}/cash-in-hand`, { session })
      expect([hand.amountVnd, hand.signedVnd]).toEqual([model.hand, model.signed?.vnd ?? 0])
      expect(now.of(boardAccounts.collected(session.userId))).toBe(hand.amountVnd + hand.signedVnd)
      expect(now.of(boardAccounts.owedBy(session.userId))).toBe(model.missing)
      expect(now.of(boardAccounts.surplus) - before.of(boardAccounts.surplus)).toBe(model.surplus)
      await expectWhole(service, marketId)
    }),
    { numRuns: 6 },
  )
})
