import { inMarket, type Db } from '@tienve/db'
import { eq } from 'drizzle-orm'
import { approveRound, getRoundCheck, proposeRound } from '../../services/payment/src/charges/rounds.ts'
import { charge } from '../../services/payment/src/charges/tables.ts'
import { addDays, startOfDay } from '../../services/payment/src/days.ts'
import { tellByBank, type Databases, type Seeded, type Transfer } from './history.ts'
import { chanceOf } from '../../services/payment/src/demo/random.ts'
import { readMeters } from '../../services/payment/src/demo/meters.ts'
import { boardAccountOf } from '../../services/payment/src/demo/setup.ts'

const ROUNDS = 4

/** Issues the last four months and pays most of them: on time, in part, late, or not at all, stall by stall. */
export async function seedRounds(db: Databases, seeded: Seeded, today: string, now: Date): Promise<void> {
  const transfers: Transfer[] = []
  for (let back = ROUNDS - 1; back >= 0; back--) {
    const period = monthBack(today, back)
    const roundId = await issueRound(db.api, seeded, period)
    transfers.push(...(await paymentsOf(db.api, seeded, roundId, period, now)))
  }
  transfers.push(...strayMoney(seeded, today))
  const due = transfers.filter(({ at }) => at <= now).toSorted((a, b) => a.at.getTime() - b.at.getTime())
  await tellByBank(db, seeded, due)
}

async function issueRound(api: Db, { plan }: Seeded, period: string): Promise<string> {
  const now = (): Date => new Date(startOfDay(`${period}-01`).getTime() + 8 * 3_600_000)
  const code = plan.code.toLowerCase()
  const actor = (role: 'accountant' | 'head' | 'technician') => ({
    marketId: plan.id,
    userId: `usr_${code}${role}`,
    role,
    stallId: null,
  })
  const seen = await inMarket(api, plan.id, async (tx) => {
    const { userId } = actor('technician')
    await readMeters(tx, plan.id, period, { userId, readOn: addDays(`${period}-01`, -3), now: now() })
    const { id } = await proposeRound({ now }, tx, actor('accountant'), { period, dueOn: `${period}-15` })
    return getRoundCheck(tx, plan.id, id)
  })
  await approveRound({ now, db: api }, actor('head'), seen.id, { seen })
  return seen.id
}

async function paymentsOf(
  api: Db,
  seeded: Seeded,
  roundId: string,
  period: string,
  now: Date,
): Promise<Transfer[]> {
  const { plan } = seeded
  const charges = await inMarket(api, plan.id, (tx) =>
    tx.select().from(charge).where(eq(charge.roundId, roundId)),
  )
  const board = boardAccountOf(plan)
  const [first] = seeded.stalls
  return charges.flatMap(({ stallId, code, totalVnd }): Transfer[] => {
    const chance = chanceOf(`${stallId} ${period}`)
    const payer = chanceOf(`${stallId} pays`).next()
    // The visitor's own stall always has its newest charge left to pay.
    if (stallId === first?.id && period === monthBack(now.toISOString().slice(0, 10), 0)) return []
    if (payer > 0.95 || (payer > 0.85 && chance.next() < 0.6)) return []
    const late = payer > 0.82
    const day = addDays(`${period}-01`, late ? chance.whole(16, 40) : chance.whole(2, 14))
    const partVnd = (totalVnd / 2_000n) * 1_000n
    return [
      {
        bin: board.bin,
        account: board.number,
        amountVnd: chance.next() < 0.03 && partVnd > 0n ? partVnd : totalVnd,
        memo: code,
        at: new Date(startOfDay(day).getTime() + chance.whole(6 * 3_600, 17 * 3_600) * 1_000),
        delayMs: 2_000,
      },
    ]
  })
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
