import { readFileSync } from 'node:fs'
import type { Service, TariffUnit } from '@tienve/contracts'
import { parseVnd } from '@tienve/money'
import { describe, expect, test } from 'vitest'
import { monthOf } from '../days.ts'
import { dateOf, pricesOf, type Price } from '../tariffs/in-force.ts'
import { linesOf } from './lines.ts'

const page = readFileSync(new URL('../../../../docs/CHARGES.md', import.meta.url), 'utf8')
const PLACE = { zoneId: 'zon_a', positionGrade: 1, kind: 'stall' }

const rows = (page.split('## Worked cases')[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

const SERVICE_OF: Partial<Record<TariffUnit, Service>> = {
  kwh: 'electricity',
  m3: 'water',
  percent: 'cleaning',
}

function daysOf(text: string, period: string): { from: string; to: string } {
  const [from = 1, to = 1] = text.split('–').map(Number)
  const month = monthOf(period)
  return { from: dateOf(month, from), to: dateOf(month, to) }
}

/** `m2_month 45000; 50000 from 16`, `kwh 0:1800 50:2000`, `percent 5 of 202500`. */
function pricesIn(text: string, tax: string, period: string): Price[] {
  const [first = '', second] = text.split('; ')
  const [word = '', ...values] = first.split(' ')
  // The page has the units of the contract; a word that is none prices nothing, and its row fails.
  const unit = word as TariffUnit
  const base: Price = {
    id: 'trf_1',
    service: SERVICE_OF[unit] ?? 'space',
    name: 'Giá',
    unit,
    zoneId: null,
    positionGrade: null,
    stallKind: null,
    unitPriceVnd: null,
    tiers: [],
    ratePercent: null,
    percentOf: [],
    vatIncluded: !tax.startsWith('on'),
    passThrough: tax.startsWith('pass'),
    whilePaused: false,
    effectiveFrom: '2026-01-01',
    effectiveTo: null,
  }
  if (unit === 'percent') {
    const space = { ...base, id: 'trf_0', service: 'space' as const, unit: 'stall_month' as const }
    return [
      { ...space, unitPriceVnd: BigInt(values[2] ?? '') },
      { ...base, ratePercent: values[0] ?? '', percentOf: ['space'] },
    ]
  }
  if (values[0]?.includes(':')) {
    const tiers = values.map((one) => {
      const [fromQuantity = '', vnd = ''] = one.split(':')
      return { fromQuantity, unitPriceVnd: BigInt(vnd) }
    })
    return [{ ...base, tiers }]
  }
  const whole = { ...base, unitPriceVnd: BigInt(values[0] ?? '') }
  if (second === undefined) return [whole]
  const [vnd = '', , day = ''] = second.split(' ')
  const month = monthOf(period)
  return [
    { ...whole, effectiveTo: dateOf(month, Number(day) - 1) },
    { ...whole, id: 'trf_2', unitPriceVnd: BigInt(vnd), effectiveFrom: dateOf(month, Number(day)) },
  ]
}

const amountOf = (text = ''): bigint => (text === '0' ? 0n : (parseVnd(text) ?? -1n))

describe('docs/CHARGES.md', () => {
  test('has worked cases', () => expect(rows.length).toBeGreaterThan(15))

  test.each(rows)('%s: %s m², days %s, paused %s, %s, tax %s, %s', (...row) => {
    const [period = '', areaM2 = '', days = '', paused = '', price = '', tax = '', read = ''] = row
    const [words = '', net, vat, amount] = row.slice(7)
    const month = monthOf(period)
    const { from: startsOn, to: endedOn } = daysOf(days, period)
    const pause = paused === '' ? null : daysOf(paused, period)
    const prices = pricesIn(price, tax, period)
    const service = prices.at(-1)?.service ?? 'space'
    const lines = linesOf(
      {
        areaM2,
        startsOn,
        endedOn,
        pauses: pause === null ? [] : [{ fromDay: pause.from, toDay: pause.to }],
        readings:
          read === ''
            ? []
            : read.split(' ').map((one) => {
                const [oldValue = '', newValue = ''] = one.split('→')
                return { service, oldValue, newValue }
              }),
      },
      pricesOf(prices, PLACE, month),
      [
        {
          service: null,
          ratePercent: tax.split(' ')[1] ?? '',
          effectiveFrom: '2026-01-01',
          effectiveTo: null,
        },
      ],
      month,
    ).filter((line) => line.service === service)
    expect(lines.map(({ formula }) => formula.replaceAll('\u00a0', ' ')).join('; ')).toBe(words)
    const sum = (name: 'netVnd' | 'vatVnd' | 'amountVnd') => lines.reduce((all, line) => all + line[name], 0n)
    expect([sum('netVnd'), sum('vatVnd'), sum('amountVnd')]).toEqual([
      amountOf(net),
      amountOf(vat),
      amountOf(amount),
    ])
  })
})
