import { DENOMINATIONS, type CashCount, type Role } from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { issueBook, takeBook } from '../../services/payment/src/collection/books.ts'
import { noteVisit, takeCash } from '../../services/payment/src/collection/service.ts'
import { sellTicket } from '../../services/payment/src/collection/tickets.ts'
import type { Desk } from '../../services/payment/src/context.ts'
import { startOfDay, toMoment } from '../../services/payment/src/days.ts'
import { chanceOf } from '../../services/payment/src/demo/random.ts'
import { confirmHandover, getCashInHand, signHandover } from '../../services/payment/src/handovers/service.ts'
import type { Actor } from '../../services/payment/src/http/types.ts'
import type { Databases, Seeded } from './history.ts'

/** What the collector meets on a day's walk: who pays in cash, and who says something else. */
export type Stop = {
  stallId: string
  cashVnd: bigint
  owedVnd: bigint
  promisedOn: string | null
}

export type Collecting = {
  db: Databases
  seeded: Seeded
  publicUrl: string
  ticketBooks: Map<string, number>
}

const DEVICE_ID = 'demo-phone-1'
const TICKET_PAGES = 500
/** Sellers without a stall who buy a ticket on a day, by the kind of ticket. */
const TICKETS_A_DAY = [4, 6, 3] as const
const SHORT_EVERY = 17
const SHORT_VND = 20_000n
const WALK_HOUR = 8
const HANDOVER_HOUR = 16

/** One of the board's people, as who does what a day asks for. */
export function actorOf({ plan }: Seeded, role: Role): Actor {
  return { marketId: plan.id, userId: `usr_${plan.code.toLowerCase()}${role}`, role, stallId: null }
}

/** One day on foot: the walk, the day tickets, and in the evening the cash handed over and counted again. */
export async function collectDay(
  of: Collecting,
  day: string,
  stops: readonly Stop[],
  now: Date,
): Promise<void> {
  const morning = startOfDay(day).getTime() + WALK_HOUR * 3_600_000
  const inTime = stops.filter((_, at) => morning + at * 120_000 <= now.getTime())
  for (const [at, stop] of inTime.entries()) await meet(of, stop, new Date(morning + at * 120_000))
  if (of.ticketBooks.size > 0) await sellTickets(of, day, now)
  const evening = new Date(startOfDay(day).getTime() + HANDOVER_HOUR * 3_600_000)
  if (evening <= now) await handOver(of, day, evening)
}

async function meet({ db, seeded, publicUrl }: Collecting, stop: Stop, at: Date): Promise<void> {
  const collector = actorOf(seeded, 'collector')
  const desk = deskAt(publicUrl, at)
  await inMarket(db.api, seeded.plan.id, async (tx) => {
    if (stop.cashVnd === 0n) {
      const outcome = stop.promisedOn === null ? 'absent' : 'promised'
      await noteVisit(desk, tx, collector, {
        stallId: stop.stallId,
        visitedAt: toMoment(at),
        outcome,
        note: outcome === 'promised' ? 'Hẹn đóng sau phiên chợ' : null,
        promisedOn: stop.promisedOn,
      })
      return
    }
    const book = await takeBook(desk, tx, collector, { kind: 'receipt', deviceId: DEVICE_ID })
    await takeCash(desk, tx, collector, {
      stallId: stop.stallId,
      bookId: book.id,
      page: book.pages.find(({ usedAt }) => usedAt === null)?.page ?? 1,
      amountVnd: Number(stop.cashVnd),
      takenAt: toMoment(at),
      deviceId: DEVICE_ID,
      seenOutstandingVnd: Number(stop.owedVnd),
    })
  })
}

/** The cashier gives the collector's phone a book of each kind of ticket; the map counts the pages that are sold. */
export async function openTicketBooks(of: Collecting, at: Date): Promise<void> {
  const { plan } = of.seeded
  for (const kind of TICKETS_A_DAY.keys()) {
    const book = await inMarket(of.db.api, plan.id, (tx) =>
      issueBook(deskAt(of.publicUrl, at), tx, actorOf(of.seeded, 'cashier'), {
        kind: 'ticket',
        collectorId: actorOf(of.seeded, 'collector').userId,
        deviceId: DEVICE_ID,
        pages: TICKET_PAGES,
        tariffId: `trf_${plan.code.toLowerCase()}tick${kind + 1}`,
      }),
    )
    of.ticketBooks.set(book.id, 0)
  }
}

async function sellTickets(of: Collecting, day: string, now: Date): Promise<void> {
  const { plan } = of.seeded
  const size = plan.zones.length > 2 ? 1 : 0.4
  for (const [kind, [bookId, sold]] of [...of.ticketBooks].entries()) {
    const chance = chanceOf(`${plan.id} tickets ${kind} ${day}`)
    const wanted = Math.round((TICKETS_A_DAY[kind] ?? 0) * size * (0.6 + 0.8 * chance.next()))
    const times = Array.from(
      { length: Math.min(wanted, TICKET_PAGES - sold) },
      () => new Date(startOfDay(day).getTime() + chance.whole(5 * 3_600, 10 * 3_600) * 1_000),
    )
    const due = times.filter((at) => at <= now).toSorted((a, b) => a.getTime() - b.getTime())
    for (const [at, soldAt] of due.entries()) {
      await inMarket(of.db.api, plan.id, (tx) =>
        sellTicket(deskAt(of.publicUrl, soldAt), tx, actorOf(of.seeded, 'collector'), {
          bookId,
          page: sold + at + 1,
          paidBy: 'cash',
          soldAt: toMoment(soldAt),
          deviceId: DEVICE_ID,
          goods: chance.pick(['rau', 'hoa quả', 'cá', 'bánh', 'hàng tạp']),
        }),
      )
    }
    of.ticketBooks.set(bookId, sold + due.length)
  }
}

/** Both count; now and then a note is missing, which is posted and not hidden. */
async function handOver({ db, seeded, publicUrl }: Collecting, day: string, at: Date): Promise<void> {
  const { plan } = seeded
  const collector = actorOf(seeded, 'collector')
  const signed = await inMarket(db.api, plan.id, async (tx) => {
    const { amountVnd } = await getCashInHand(tx, plan.id, collector.userId)
    if (amountVnd === 0) return null
    const isShort = chanceOf(`${plan.id} short ${day}`).whole(1, SHORT_EVERY) === 1
    const countedVnd = BigInt(amountVnd) - (isShort && BigInt(amountVnd) > SHORT_VND ? SHORT_VND : 0n)
    return signHandover(deskAt(publicUrl, at), tx, collector, {
      counts: notesOf(countedVnd),
      seenVnd: amountVnd,
    })
  })
  if (signed === null) return
  const confirmed = deskAt(publicUrl, new Date(at.getTime() + 15 * 60_000))
  await inMarket(db.api, plan.id, (tx) =>
    confirmHandover(confirmed, tx, actorOf(seeded, 'cashier'), signed.id, { counts: signed.collectorCounts }),
  )
}

/** A sum in notes, the largest first. What no note is small enough for is left out. */
function notesOf(amountVnd: bigint): CashCount {
  const counts: CashCount = {}
  let left = amountVnd
  for (const note of DENOMINATIONS) {
    const many = left / BigInt(note)
    if (many > 0n) counts[String(note)] = Number(many)
    left -= many * BigInt(note)
  }
  return counts
}

function deskAt(publicUrl: string, at: Date): Desk {
  return { now: () => at, config: { publicUrl } }
}
