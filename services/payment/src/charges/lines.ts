import { SERVICES, type Service } from '@tienve/contracts'
import {
  addQuantities,
  formatNumber,
  formatVnd,
  leastQuantity,
  partVat,
  percentOf,
  shareQuantity,
  sumRates,
  takeQuantity,
  vatOn,
  type Rated,
  type Share,
} from '@tienve/money'
import type { Month } from '../days.ts'
import { dateOf, vatOf, type Price, type PricedDays, type Vat } from '../tariffs/in-force.ts'

/** What is billed under one contract of a stall in a month. */
export type Billed = {
  areaM2: string
  startsOn: string
  /** Its last day, once it is ended. */
  endedOn: string | null
  pauses: readonly { fromDay: string; toDay: string | null }[]
  readings: readonly { service: Service; oldValue: string; newValue: string }[]
}

/** One line of a charge. `netVnd` and `vatVnd` add up to `amountVnd`; what is passed through has no tax of the board's. */
export type Line = {
  service: Service
  name: string
  formula: string
  quantity: string | null
  netVnd: bigint
  vatPercent: string
  vatVnd: bigint
  amountVnd: bigint
  passThrough: boolean
  tariffId: string
}

/** What a price comes to before tax is parted from it or put on top. */
type Priced = { formula: string; quantity: string | null; amountVnd: bigint }

/**
 * The lines of one contract's charge for a month, at the prices that are its stall's day by day; docs/CHARGES.md has the
 * rules with worked cases. A line of 0 đ is left out, so there may be none.
 */
export function linesOf(
  billed: Billed,
  prices: readonly PricedDays[],
  rates: readonly Vat[],
  month: Month,
): Line[] {
  const days = daysOf(billed, month)
  const line = (price: Price, priced: Priced | null): Line[] =>
    priced === null || priced.amountVnd === 0n ? [] : [toLine(price, priced, rates, month)]
  const plain = prices.flatMap(({ price, days: inForce }) =>
    line(price, pricePlain(billed, price, days, inForce, month)),
  )
  const percentages = prices.flatMap(({ price, days: inForce }) =>
    line(price, pricePercent(price, plain, { days: shared(days.all, inForce), of: days.all.size })),
  )
  return [...plain, ...percentages].toSorted(
    (a, b) => SERVICES.indexOf(a.service) - SERVICES.indexOf(b.service),
  )
}

type Days = { all: ReadonlySet<number>; open: ReadonlySet<number> }

/** The days of the month that a contract covers, and those of them on which it is not paused. */
export function daysOf(
  { startsOn, endedOn, pauses }: Omit<Billed, 'areaM2' | 'readings'>,
  month: Month,
): Days {
  const all = new Set<number>()
  const open = new Set<number>()
  for (let day = 1; day <= month.days; day++) {
    const date = dateOf(month, day)
    if (date < startsOn || (endedOn !== null && date > endedOn)) continue
    all.add(day)
    const paused = pauses.some(({ fromDay, toDay }) => date >= fromDay && (toDay === null || date <= toDay))
    if (!paused) open.add(day)
  }
  return { all, open }
}

function pricePlain(
  billed: Billed,
  price: Price,
  days: Days,
  inForce: ReadonlySet<number>,
  month: Month,
): Priced | null {
  const billable = shared(price.whilePaused ? days.all : days.open, inForce)
  switch (price.unit) {
    case 'm2_month':
      return priceDays(price, { quantity: billed.areaM2, unit: 'm²' }, { days: billable, of: month.days })
    case 'm2_day':
      return priceDays(price, { quantity: billed.areaM2, unit: 'm²' }, { days: billable, of: 1 })
    case 'stall_month':
      return priceDays(price, { quantity: '1', unit: null }, { days: billable, of: month.days })
    case 'stall_day':
      return priceDays(price, { quantity: '1', unit: null }, { days: billable, of: 1 })
    case 'kwh':
    case 'm3':
      // What was used was used, on whatever days: a pause changes nothing, and prices share it by their days.
      return priceMetered(billed, price, { days: shared(days.all, inForce), of: days.all.size })
    case 'percent':
    case 'ticket':
      return null
  }
}

function priceDays(
  { unitPriceVnd }: Price,
  { quantity, unit }: { quantity: string; unit: string | null },
  share: Share,
): Priced | null {
  if (unitPriceVnd === null) return null
  const times = unit === null ? '' : `${decimalText(quantity)} ${unit} × `
  const whole = share.of > 1 && share.days === share.of
  const days = whole ? (unit === null ? ' × 1 tháng' : '') : daysText(share)
  return {
    formula: `${times}${formatVnd(unitPriceVnd)}${days}`,
    quantity: shareQuantity(quantity, share),
    amountVnd: sumRates([{ quantity, unitPriceVnd }], share),
  }
}

const METERED = { kwh: 'kWh', m3: 'm³' } as const

function priceMetered({ readings }: Billed, price: Price, share: Share): Priced | null {
  const own = readings.filter(({ service }) => service === price.service)
  if (own.length === 0) return null
  const used = addQuantities(own.map(({ oldValue, newValue }) => takeQuantity(newValue, oldValue)))
  const unit = price.unit === 'm3' ? METERED.m3 : METERED.kwh
  const read = own.map(({ oldValue, newValue }) => `${decimalText(oldValue)} → ${decimalText(newValue)}`)
  const quantity = `${decimalText(used)} ${unit} (${read.join('; ')})`
  const days = share.days === share.of ? '' : daysText(share)
  if (price.unitPriceVnd !== null) {
    return {
      formula: `${quantity} × ${formatVnd(price.unitPriceVnd)}${days}`,
      quantity: shareQuantity(used, share),
      amountVnd: sumRates([{ quantity: used, unitPriceVnd: price.unitPriceVnd }], share),
    }
  }
  const steps = stepsOf(used, price.tiers)
  const sum = steps
    .map((step) => `${decimalText(step.quantity)} × ${formatVnd(step.unitPriceVnd)}`)
    .join(' + ')
  return {
    formula: `${quantity}: ${days === '' ? sum : `(${sum})${days}`}`,
    quantity: shareQuantity(used, share),
    amountVnd: sumRates(steps, share),
  }
}

/** What of a quantity lies in each step of a tiered price, lowest first; steps that it does not reach are left out. */
function stepsOf(used: string, tiers: Price['tiers']): Rated[] {
  return tiers.flatMap(({ fromQuantity, unitPriceVnd }, at) => {
    const upTo = leastQuantity(used, tiers[at + 1]?.fromQuantity ?? used)
    if (leastQuantity(upTo, fromQuantity) === upTo) return []
    return [{ quantity: takeQuantity(upTo, fromQuantity), unitPriceVnd }]
  })
}

/** A percentage is of the net sums of other lines, which have their days already; its own are those of the contract. */
function pricePercent(
  { ratePercent, percentOf: services }: Price,
  lines: readonly Line[],
  share: Share,
): Priced | null {
  if (ratePercent === null) return null
  const baseVnd = lines
    .filter(({ service }) => services.includes(service))
    .reduce((sum, { netVnd }) => sum + netVnd, 0n)
  if (baseVnd === 0n) return null
  const days = share.days === share.of ? '' : daysText(share)
  return {
    formula: `${decimalText(ratePercent)} % × ${formatVnd(baseVnd)}${days}`,
    quantity: null,
    amountVnd: percentOf(baseVnd, ratePercent, share),
  }
}

function toLine(
  price: Price,
  { formula, quantity, amountVnd }: Priced,
  rates: readonly Vat[],
  month: Month,
): Line {
  const { service, name, passThrough, id: tariffId } = price
  const rate = vatOf(rates, service, month.first)
  const onTop = price.vatIncluded ? 0n : vatOn(amountVnd, rate)
  const parts = price.vatIncluded ? partVat(amountVnd, rate) : { netVnd: amountVnd, vatVnd: onTop }
  return {
    service,
    name,
    formula: onTop === 0n ? formula : `${formula} + ${decimalText(rate)} % thuế GTGT`,
    quantity,
    // What is passed on at cost holds its supplier's tax, and none of the board's.
    ...(passThrough
      ? { netVnd: amountVnd + onTop, vatPercent: '0', vatVnd: 0n }
      : { ...parts, vatPercent: rate }),
    amountVnd: amountVnd + onTop,
    passThrough,
    tariffId,
  }
}

function daysText({ days, of }: Share): string {
  return of === 1 ? ` × ${days} ngày` : ` × ${days}/${of} ngày`
}

/** `1250.50` as Vietnamese writes it: `1.250,5`. */
function decimalText(quantity: string): string {
  const [whole = '0', fraction = ''] = quantity.split('.')
  const rest = fraction.replace(/0+$/, '')
  return `${formatNumber(BigInt(whole))}${rest === '' ? '' : `,${rest}`}`
}

function shared(some: ReadonlySet<number>, others: ReadonlySet<number>): number {
  let count = 0
  for (const one of some) if (others.has(one)) count += 1
  return count
}
