import { inMarket, type Tx } from '@tienve/db'
import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import { approveChange, proposeChange } from '../../services/payment/src/changes/service.ts'
import { approveRound, getRoundCheck, proposeRound } from '../../services/payment/src/charges/rounds.ts'
import { charge } from '../../services/payment/src/charges/tables.ts'
import { addDays, startOfDay } from '../../services/payment/src/days.ts'
import { readMeters } from '../../services/payment/src/demo/meters.ts'
import { chanceOf } from '../../services/payment/src/demo/random.ts'
import { boardAccountOf } from '../../services/payment/src/demo/connections.ts'
import { openDispute } from '../../services/payment/src/disputes/service.ts'
import type { Actor } from '../../services/payment/src/http/types.ts'
import { actorOf, collectDay, openTicketBooks, type Collecting, type Stop } from './collecting.ts'
import { tellByBank, type Databases, type Seeded, type Transfer } from './history.ts'

const ROUNDS = 4
/** How many days back the collector began to sell day tickets. */
const TICKET_DAYS = 30
/** What part of the stalls pays by bank, month by month: it grows. */
const BANK_SHARE = [0.5, 0.56, 0.62, 0.67] as const

/** What a stall does about a charge, and when. */
type Way = {
  chargeId: string
  stallId: string
  code: string
  day: string
  how: 'bank' | 'cash' | 'promise' | 'absent'
  /** Of the whole: all of it, half of it, or a round sum above it. */
  share: 'all' | 'part' | 'over'
}

/**
 * Bills the last four months and lives through them day by day: paid by bank or in cash, on time, in part, too much, late or
 * not at all; day tickets, promises, a relief and two disputes. Each day's cash is handed over in its evening.
 */
export async function seedRounds(
  db: Databases,
  seeded: Seeded,
  { today, now, publicUrl }: { today: string; now: Date; publicUrl: string },
): Promise<void> {
  const of: Collecting = { db, seeded, publicUrl, ticketBooks: new Map() }
  const firstDay = `${monthBack(today, ROUNDS - 1)}-01`
  const ways: Way[] = []
  for (let day = firstDay, round = -1; day <= today; day = addDays(day, 1)) {
    if (day.endsWith('-01')) {
      round += 1
      ways.push(...(await billMonth(db, seeded, day.slice(0, 7), BANK_SHARE[round] ?? 0.67, today)))
    }
    if (day === addDays(today, -TICKET_DAYS)) await openTicketBooks(of, startOfDay(day))
    const due = ways.filter((way) => way.day === day)
    await payByBank(db, seeded, due, now)
    await collectDay(of, day, await stopsOf(db, seeded, due), now)
  }
  const stray = strayMoney(seeded, today).filter(({ at }) => at <= now)
  await tellByBank(
    db,
    seeded,
    stray.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
  )
  await quarrel(db, seeded, now)
}

async function billMonth(
  { api }: Databases,
  seeded: Seeded,
  period: string,
  bankShare: number,
  today: string,
): Promise<Way[]> {
  const { plan } = seeded
  const now = (): Date => new Date(startOfDay(`${period}-01`).getTime() + 5 * 3_600_000)
  const seen = await inMarket(api, plan.id, async (tx) => {
    const { userId } = actorOf(seeded, 'technician')
    await readMeters(tx, plan.id, period, { userId, readOn: addDays(`${period}-01`, -3), now: now() })
    const accountant = actorOf(seeded, 'accountant')
    const { id } = await proposeRound({ now }, tx, accountant, { period, dueOn: `${period}-15` })
    return getRoundCheck(tx, plan.id, id)
  })
  await approveRound({ now, db: api }, actorOf(seeded, 'head'), seen.id, { seen })
  const charges = await inMarket(api, plan.id, (tx) =>
    tx.select().from(charge).where(eq(charge.roundId, seen.id)).orderBy(asc(charge.stallId)),
  )
  const first = period === today.slice(0, 7) ? seeded.stalls[0]?.id : undefined
  // The visitor's own stall always has its newest charge left to pay.
  return charges.filter(({ stallId }) => stallId !== first).map((one) => wayOf(one, period, bankShare))
}

function wayOf(
  { id, stallId, code }: { id: string; stallId: string; code: string },
  period: string,
  bankShare: number,
): Way {
  const chance = chanceOf(`${stallId} ${period}`)
  const payer = chanceOf(`${stallId} pays`).next()
  const isBank = chanceOf(`${stallId} way`).next() < bankShare
  const isLate = payer > 0.82
  const pays = !(payer > 0.95 || (payer > 0.85 && chance.next() < 0.6))
  const day = addDays(`${period}-01`, isLate ? chance.whole(16, 40) : chance.whole(1, 13))
  const drawn = chance.next()
  return {
    chargeId: id,
    stallId,
    code,
    day,
    how: pays ? (isBank ? 'bank' : 'cash') : chance.next() < 0.6 ? 'promise' : 'absent',
    share: drawn < 0.03 ? 'part' : drawn < 0.05 || (!isBank && drawn < 0.2) ? 'over' : 'all',
  }
}

/** What is still owed of these charges by now: other money of the stall may have settled them since they were billed. */
async function findOwed(tx: Tx, marketId: string, ways: readonly Way[]): Promise<Map<string, bigint>> {
  const ids = ways.map(({ chargeId }) => chargeId)
  const rows = await tx
    .select({ id: charge.id, outstandingVnd: charge.outstandingVnd })
    .from(charge)
    .where(and(eq(charge.marketId, marketId), inArray(charge.id, ids)))
  return new Map(rows.map(({ id, outstandingVnd }) => [id, outstandingVnd]))
}

async function payByBank(db: Databases, seeded: Seeded, due: readonly Way[], now: Date): Promise<void> {
  const ways = due.filter(({ how }) => how === 'bank')
  const owed = await inMarket(db.api, seeded.plan.id, (tx) => findOwed(tx, seeded.plan.id, ways))
  const board = boardAccountOf(seeded.plan)
  const transfers = ways.flatMap((way): Transfer[] => {
    const amountVnd = sumOf(way, owed.get(way.chargeId) ?? 0n)
    const second = chanceOf(`${way.chargeId} at`).whole(6 * 3_600, 17 * 3_600)
    const at = new Date(startOfDay(way.day).getTime() + second * 1_000)
    if (amountVnd === 0n || at > now) return []
    return [{ bin: board.bin, account: board.number, amountVnd, memo: way.code, at, delayMs: 2_000 }]
  })
  await tellByBank(
    db,
    seeded,
    transfers.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
  )
}

async function stopsOf(db: Databases, seeded: Seeded, due: readonly Way[]): Promise<Stop[]> {
  const ways = due.filter(({ how }) => how !== 'bank')
  const owed = await inMarket(db.api, seeded.plan.id, (tx) => findOwed(tx, seeded.plan.id, ways))
  return ways.flatMap((way): Stop[] => {
    const owedVnd = owed.get(way.chargeId) ?? 0n
    if (owedVnd === 0n) return []
    const { stallId, how, day } = way
    // No coin is worth less than 500 đ, so who pays in cash pays a round sum.
    const cashVnd = how === 'cash' ? roundUp(sumOf(way, owedVnd), 1_000n) : 0n
    return [{ stallId, cashVnd, owedVnd, promisedOn: how === 'promise' ? addDays(day, 5) : null }]
  })
}

function sumOf({ share }: Way, owedVnd: bigint): bigint {
  if (share === 'part') return (owedVnd / 2_000n) * 1_000n
  return share === 'over' ? roundUp(owedVnd, 10_000n) : owedVnd
}

function roundUp(amountVnd: bigint, step: bigint): bigint {
  return ((amountVnd + step - 1n) / step) * step
}

/** Two stalls say that their charge is wrong, one is let off half of it, and one relief waits for the head. */
async function quarrel({ api }: Databases, seeded: Seeded, now: Date): Promise<void> {
  const { plan, stalls } = seeded
  const ctx = { now: () => now }
  const owing = await inMarket(api, plan.id, (tx) =>
    tx
      .select({ id: charge.id, stallId: charge.stallId })
      .from(charge)
      .where(and(eq(charge.marketId, plan.id), gt(charge.outstandingVnd, 50_000n)))
      .orderBy(asc(charge.id)),
  )
  const [power, rest, relieved, waiting] = owing.filter(({ stallId }) => stallId !== stalls[0]?.id)
  if (power === undefined || rest === undefined || relieved === undefined || waiting === undefined) return
  const holderOf = (stallId: string): Actor => ({
    marketId: plan.id,
    userId: `usr_${stallId.slice(4)}`,
    role: 'stallholder',
    stallId,
  })
  const accountant = actorOf(seeded, 'accountant')
  const half = { kind: 'relieved' as const, by: { percent: 50 } }
  const proposed = await inMarket(api, plan.id, async (tx) => {
    await openDispute(ctx, tx, holderOf(power.stallId), power.id, 'Số điện cao hơn mọi tháng')
    await openDispute(ctx, tx, holderOf(rest.stallId), rest.id, 'Tháng này sạp nghỉ mười ngày')
    const reason = 'Sạp chữa nhà lồng, đóng cửa nửa tháng'
    await proposeChange(ctx, tx, accountant, waiting.id, { ...half, reason })
    return proposeChange(ctx, tx, accountant, relieved.id, { ...half, reason })
  })
  const { id, amountVnd } = proposed
  const { outstandingVnd } = proposed.now
  await inMarket(api, plan.id, (tx) =>
    approveChange(ctx, tx, actorOf(seeded, 'head'), id, { seen: { amountVnd, outstandingVnd } }),
  )
}

/** A little money on the board's account that nobody can place: what the suspense screen is for. */
function strayMoney({ plan }: Seeded, today: string): Transfer[] {
  const { bin, number } = boardAccountOf(plan)
  const memos = ['nop tien cho thang 11', 'sap rau chi Ha nop tien', 'chuyen khoan', 'tien cho']
  return memos.map((memo, at) => ({
    bin,
    account: number,
    amountVnd: BigInt(90_000 + at * 45_000),
    memo,
    at: new Date(startOfDay(addDays(today, -at * 2 - 1)).getTime() + (9 + at) * 3_600_000),
    delayMs: 2_000,
  }))
}

/** `2026-11-24`, 1 → `2026-10`. */
function monthBack(today: string, back: number): string {
  const [year = 0, month = 1] = today.split('-').map(Number)
  const index = year * 12 + month - 1 - back
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}
