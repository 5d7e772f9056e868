import { inMarket, insertMany, randomBase32, type Db, type Tx } from '@tienve/db'
import { boardChart, openAccounts, stallChart, type OperatorKind } from '@tienve/ledger'
import { contract, contractPause, stallholder } from '../contracts/tables.ts'
import { addDays, lastDayOf } from '../days.ts'
import { appUser } from '../identity/tables.ts'
import { market, zone } from '../markets/tables.ts'
import { meter, meterReading } from '../meters/tables.ts'
import { receivingAccount, stall } from '../stalls/tables.ts'
import { tariff, tariffDecision, tariffTier, vatRate } from '../tariffs/tables.ts'

/** The moment at which everything of a planned market was written. */
export const AT = new Date('2026-11-24T03:00:00Z')

/** A small market and its prices, as a property draws them. */
export type Plan = {
  operatorKind: OperatorKind
  period: string
  spaceUnit: 'm2_month' | 'm2_day'
  prices: readonly [space: number, later: number | null, cleaning: number, electricity: number]
  tiered: boolean
  vat: { percent: string; included: boolean }
  passThrough: boolean
  changesOn: number
  stalls: readonly {
    areaCents: number
    grade: number
    startsAt: number
    endsAt: number | null
    pause: readonly [number, number] | null
    meters: readonly (readonly [number, number])[]
  }[]
}

/** A market with the register, prices and readings of a plan, and nothing billed. */
export async function aMarket(owner: Db, plan: Plan): Promise<string> {
  const marketId = `mkt_${randomBase32(12)}`
  const base = { marketId }
  const id = (name: string, at: number | string = 0): string => `${name}_${marketId.slice(4)}${at}`
  await inMarket(owner, marketId, async (tx) => {
    await tx
      .insert(market)
      .values({ ...base, name: 'Chợ', code: 'C', operatorKind: plan.operatorKind, demo: true, createdAt: AT })
    await tx.insert(zone).values({ ...base, id: 'zon_a', code: 'A', name: 'A', position: 0 })
    await insertMany(
      tx,
      appUser,
      (['accountant', 'head'] as const).map((role) => ({
        ...base,
        id: `usr_${role}`,
        login: id(role),
        name: role,
        role,
        secretHash: '-',
      })),
    )
    await tx
      .insert(receivingAccount)
      .values({ ...base, id: 'acc_board', bin: '970415', number: '0001', holder: 'BAN' })
    await insertStalls(tx, base, plan)
    await insertPrices(tx, base, plan)
    await openAccounts(tx, marketId, [
      ...boardChart(plan.operatorKind, '2026-11-24'),
      ...plan.stalls.flatMap((_, at) => stallChart(`stl_${at}`)),
    ])
  })
  return marketId
}

async function insertStalls(tx: Tx, base: { marketId: string }, { period, stalls }: Plan): Promise<void> {
  const first = `${period}-01`
  await insertMany(
    tx,
    stall,
    stalls.map(({ areaCents, grade }, at) => ({
      ...base,
      id: `stl_${at}`,
      code: `A-${at}`,
      name: 'Sạp',
      zoneId: 'zon_a',
      areaM2: (areaCents / 100).toFixed(2),
      positionGrade: grade,
      memoCode: `M${at}`,
    })),
  )
  await tx
    .insert(stallholder)
    .values(['a', 'b'].map((who) => ({ ...base, id: `shd_${who}`, name: who, createdAt: AT })))
  const contracts = stalls.flatMap(({ startsAt, endsAt }, at): (typeof contract.$inferInsert)[] => {
    const startsOn = addDays(first, startsAt)
    const rest = { ...base, stallId: `stl_${at}`, kind: 'use', createdAt: AT }
    const own = { ...rest, id: `ctr_${at}a`, number: `${at}a`, stallholderId: 'shd_a', startsOn }
    if (endsAt === null) return [{ ...own, endedOn: null, endReason: null }]
    const endedOn = addDays(startsOn, endsAt)
    return [
      { ...own, endedOn, endReason: 'transferred' },
      {
        ...rest,
        id: `ctr_${at}b`,
        number: `${at}b`,
        stallholderId: 'shd_b',
        startsOn: addDays(endedOn, 1),
        endedOn: null,
        endReason: null,
      },
    ]
  })
  await insertMany(tx, contract, contracts)
  await insertMany(
    tx,
    contractPause,
    stalls.flatMap(({ pause }, at) =>
      pause === null
        ? []
        : [
            {
              ...base,
              id: `pau_${at}`,
              contractId: `ctr_${at}a`,
              fromDay: addDays(first, pause[0]),
              toDay: addDays(first, pause[0] + pause[1]),
              reason: 'nghỉ',
              noticedOn: first,
              createdBy: 'usr_accountant',
            },
          ],
    ),
  )
  const meters = stalls.flatMap(({ meters: own }, at) =>
    own.map((values, n) => ({ at, id: `mtr_${at}_${n}`, values })),
  )
  await insertMany(
    tx,
    meter,
    meters.map(({ at, id }) => ({
      ...base,
      id,
      stallId: `stl_${at}`,
      service: 'electricity',
      serial: id,
      initialValue: '0',
      installedOn: '2026-01-01',
    })),
  )
  await insertMany(
    tx,
    meterReading,
    meters.map(({ id, values: [old, used] }) => ({
      ...base,
      meterId: id,
      period,
      oldValue: (old / 100).toFixed(2),
      newValue: ((old + used) / 100).toFixed(2),
      readOn: lastDayOf(period),
      readBy: 'usr_accountant',
      createdAt: AT,
    })),
  )
}

async function insertPrices(tx: Tx, base: { marketId: string }, plan: Plan): Promise<void> {
  const [space, later, cleaning, electricity] = plan.prices
  await tx.insert(tariffDecision).values({
    ...base,
    id: 'dec_1',
    number: 'QĐ 1',
    issuedOn: '2025-12-20',
    issuer: 'Sở',
    title: 'Giá',
    createdAt: AT,
  })
  const changesOn = `${plan.period}-${String(plan.changesOn).padStart(2, '0')}`
  const rest = {
    ...base,
    decisionId: 'dec_1',
    vatIncluded: plan.vat.included,
    createdAt: AT,
    effectiveFrom: '2026-01-01',
    ceilingVnd: 100_000n,
  }
  const priced = (id: string, service: string, unit: string, vnd: number): typeof tariff.$inferInsert => ({
    ...rest,
    id,
    service,
    name: id,
    unit,
    unitPriceVnd: BigInt(vnd),
  })
  await tx.insert(tariff).values({
    ...priced('trf_space', 'space', plan.spaceUnit, space),
    effectiveTo: later === null ? null : addDays(changesOn, -1),
  })
  if (later !== null)
    await tx
      .insert(tariff)
      .values({ ...priced('trf_later', 'space', plan.spaceUnit, later), effectiveFrom: changesOn })
  await tx.insert(tariff).values({ ...priced('trf_narrow', 'space', 'm2_month', 777), positionGrade: 3 })
  await tx
    .insert(tariff)
    .values({ ...priced('trf_clean', 'cleaning', 'stall_month', cleaning), whilePaused: true })
  await tx.insert(tariff).values({
    ...rest,
    id: 'trf_guard',
    service: 'security',
    name: 'Bảo vệ',
    unit: 'percent',
    ratePercent: '3.3',
    percentOf: ['space', 'cleaning'],
    ceilingVnd: null,
  })
  const light = {
    ...rest,
    id: 'trf_light',
    service: 'electricity',
    name: 'Điện',
    unit: 'kwh',
    passThrough: plan.passThrough,
  }
  await tx
    .insert(tariff)
    .values(plan.tiered ? { ...light, ceilingVnd: null } : { ...light, unitPriceVnd: BigInt(electricity) })
  if (plan.tiered) {
    await tx.insert(tariffTier).values(
      [0, 50, 100].map((from, at) => ({
        ...base,
        tariffId: 'trf_light',
        fromQuantity: String(from),
        unitPriceVnd: BigInt(electricity + at),
        ceilingVnd: 100_000n,
      })),
    )
  }
  await tx.insert(vatRate).values({
    ...base,
    id: 'vat_1',
    ratePercent: plan.vat.percent,
    effectiveFrom: '2026-01-01',
    source: 'NĐ',
    checkedOn: '2026-11-24',
  })
}
