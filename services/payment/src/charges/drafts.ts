import { SERVICES, type RoundPreview, type Service } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { setImmediate as others } from 'node:timers/promises'
import { readOne } from '../columns.ts'
import { monthOf, type Month } from '../days.ts'
import { pricesOf, type PricedDays } from '../tariffs/in-force.ts'
import { readBillable, type Billable, type ContractRow, type MeterRow } from './billable.ts'
import { daysOf, linesOf, type Line } from './lines.ts'

/** What a month would bill under one contract: a stall that changed hands in it has two. */
export type Draft = {
  stallId: string
  stallCode: string
  stallName: string
  zoneCode: string
  contractId: string
  totalVnd: bigint
  lines: Line[]
}
export type Problem = RoundPreview['problems'][number]

/** Stalls worked out at a stretch: payments share this thread, and a large market's month takes it for seconds. */
const AT_A_STRETCH = 50

/** What a month would bill as things stand now, by the code of the stall, and what keeps it from being billed. */
export async function draftMonth(
  tx: Tx,
  marketId: string,
  period: string,
): Promise<{ drafts: Draft[]; problems: Problem[] }> {
  const month = monthOf(period)
  return draftsOf(await readBillable(tx, marketId, month), month)
}

async function draftsOf(billable: Billable, month: Month): Promise<{ drafts: Draft[]; problems: Problem[] }> {
  const drafts: Draft[] = []
  const problems: Problem[] = []
  const pricesAt = rememberPrices(billable, month)
  let count = 0
  for (const contracts of Map.groupBy(billable.contracts, ({ stallId }) => stallId).values()) {
    count += 1
    if (count % AT_A_STRETCH === 0) await others()
    const [place] = contracts
    if (place === undefined) continue
    const meters = billable.meters.get(place.stallId) ?? []
    problems.push(...readingProblems(place, meters))
    const prices = pricesAt(place)
    for (const contract of contracts) {
      const readings = readingsOf(contract, contracts, meters, month)
      const billed = { ...contract, pauses: billable.pauses.get(contract.id) ?? [], readings }
      problems.push(...priceProblems(contract, daysOf(billed, month).all, readings, prices))
      const lines = linesOf(billed, prices, billable.vatRates, month)
      if (lines.length > 0) drafts.push(toDraft(contract, lines))
    }
  }
  return { drafts, problems }
}

/** Stalls of one zone, position and kind have the same prices: they are looked up once. */
function rememberPrices({ prices }: Billable, month: Month): (place: ContractRow) => PricedDays[] {
  const known = new Map<string, PricedDays[]>()
  return ({ zoneId, positionGrade, kind }) => {
    const key = `${zoneId} ${positionGrade} ${kind}`
    const found = known.get(key) ?? pricesOf(prices, { zoneId, positionGrade, kind }, month)
    known.set(key, found)
    return found
  }
}

type Used = { service: Service; oldValue: string; newValue: string }

/**
 * The readings that one of a stall's contracts is billed by: those taken while it was in force, and by the last one that
 * had begun those taken when none was. What was read before any had begun is the first one's.
 */
function readingsOf(
  contract: ContractRow,
  contracts: readonly ContractRow[],
  meters: readonly MeterRow[],
  month: Month,
): Used[] {
  return meters.flatMap(({ service, reading }): Used[] => {
    if (reading === null) return []
    const day = reading.readOn < month.last ? reading.readOn : month.last
    const liable = contracts.findLast(({ startsOn }) => startsOn <= day) ?? contracts[0]
    return liable?.id === contract.id ? [{ ...reading, service: readOne(SERVICES, service) }] : []
  })
}

function readingProblems({ stallCode }: ContractRow, meters: readonly MeterRow[]): Problem[] {
  return meters.flatMap(({ meterId, service, reading }): Problem[] => {
    const of = { stallCode, meterId, service: readOne(SERVICES, service) }
    if (reading === null) return [{ problem: 'reading_missing', ...of }]
    const asked = reading.anomaly !== null && reading.confirmedBy === null
    return asked ? [{ problem: 'reading_unconfirmed', ...of }] : []
  })
}

/** Space needs a price on every day of a contract, and what a meter counted needs one on some day of it. */
function priceProblems(
  { stallCode }: ContractRow,
  days: ReadonlySet<number>,
  readings: readonly Used[],
  prices: readonly PricedDays[],
): Problem[] {
  const priced = (service: Service): Set<number> =>
    new Set(prices.filter(({ price }) => price.service === service).flatMap((one) => [...one.days]))
  const missing = (service: Service): Problem => ({
    problem: 'price_missing',
    stallCode,
    meterId: null,
    service,
  })
  const ofSpace = priced('space')
  const space = [...days].every((day) => ofSpace.has(day)) ? [] : [missing('space')]
  const used = new Set(
    readings.filter(({ oldValue, newValue }) => oldValue !== newValue).map(({ service }) => service),
  )
  const unpriced = [...used].filter((service) => ![...priced(service)].some((day) => days.has(day)))
  return [...space, ...unpriced.map(missing)]
}

function toDraft(contract: ContractRow, lines: Line[]): Draft {
  const { stallId, stallCode, stallName, zoneCode, id: contractId } = contract
  const totalVnd = lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0n)
  return { stallId, stallCode, stallName, zoneCode, contractId, totalVnd, lines }
}
