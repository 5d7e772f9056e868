import type { StallKind } from '@tienve/contracts'
import type { contract, contractPause, stallholder } from '../contracts/tables.ts'
import { addDays } from '../days.ts'
import type { MarketPlan } from './demo-markets.ts'
import type { DemoStall } from './people.ts'
import { chanceOf } from './random.ts'

const LONGEST_ROW = 14
/** How a trade stands: cloth and repairs in kiosks, meat and fish at counters, vegetables on the floor. */
const KINDS: Record<string, StallKind> = {
  TH: 'counter',
  CA: 'counter',
  RC: 'pitch',
  QA: 'kiosk',
  DV: 'kiosk',
}

/** Where each stall stands: the zones one after the other in rows A, B, C … of at most fourteen lots. */
export function placesOf(
  plan: MarketPlan,
  stalls: readonly DemoStall[],
): Map<string, { kind: StallKind; rowLabel: string; lot: number }> {
  const places = new Map<string, { kind: StallKind; rowLabel: string; lot: number }>()
  let rows = 0
  for (const zone of plan.zones) {
    const own = stalls.filter((one) => one.zone === zone)
    const count = Math.ceil(own.length / LONGEST_ROW)
    const lots = Math.ceil(own.length / count)
    own.forEach(({ id }, at) => {
      const rowLabel = String.fromCharCode('A'.charCodeAt(0) + rows + Math.floor(at / lots))
      places.set(id, { kind: KINDS[zone.code] ?? 'stall', rowLabel, lot: (at % lots) + 1 })
    })
    rows += count
  }
  return places
}

/** Who has the stalls. A stallholder's log-in is a phone number, so it is theirs. */
export function holdersOf(
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  createdAt: Date,
): (typeof stallholder.$inferInsert)[] {
  return stalls.map(({ id, owner, login }) => ({
    marketId: plan.id,
    id: `shd_${id.slice(4)}`,
    name: owner,
    phone: login,
    createdAt,
  }))
}

/**
 * A contract for each stall, in force since before this year's first bill. On `today` one in fourteen is about to end, two
 * are past their end, one in five has no end; the first stall, which a visitor tries, has a long one and a deposit.
 */
export function contractsOf(
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  today: string,
  createdAt: Date,
): (typeof contract.$inferInsert)[] {
  return stalls.map(({ id, code, areaM2 }, at) => {
    const chance = chanceOf(`${code} contract`)
    const startsOn = `${2026 - chance.whole(0, 4)}-01-01`
    const endsOn =
      at % 14 === 5
        ? addDays(today, chance.whole(7, 58))
        : at % 90 === 40
          ? addDays(today, -chance.whole(5, 40))
          : at % 5 === 2
            ? null
            : `${2027 + chance.whole(0, 4)}-12-31`
    return {
      marketId: plan.id,
      id: `ctr_${id.slice(4)}`,
      number: `HĐ-${code}`,
      stallId: id,
      stallholderId: `shd_${id.slice(4)}`,
      kind: at % 8 === 3 ? 'rent' : 'use',
      signedOn: addDays(startsOn, -10),
      startsOn,
      endsOn,
      // Half a million for each whole square metre, where a deposit was agreed.
      depositVnd: at % 6 === 0 ? 500_000n * BigInt(Math.trunc(Number(areaM2))) : 0n,
      createdAt,
    }
  })
}

/** One stall in 26 is closed by notice from `today` on. */
export function pausesOf(
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  today: string,
): (typeof contractPause.$inferInsert)[] {
  const reasons = ['Về quê có việc', 'Chữa bệnh', 'Sửa lại sạp']
  return stalls
    .filter((_, at) => at % 26 === 25)
    .map(({ id }, at) => ({
      marketId: plan.id,
      id: `pau_${id.slice(4)}`,
      contractId: `ctr_${id.slice(4)}`,
      fromDay: today,
      toDay: at % 4 === 3 ? null : addDays(today, 10 + 5 * at),
      reason: reasons[at % reasons.length] ?? '',
      noticedOn: addDays(today, -3),
      createdBy: `usr_${plan.code.toLowerCase()}accountant`,
    }))
}
