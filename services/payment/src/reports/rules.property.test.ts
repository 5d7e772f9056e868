import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, spanCellsOf, wholeOf, type ZoneDay } from './rules.ts'

const DAY = '2026-11-24'
const isFine = (stalls: number): boolean => stalls === 0 || stalls >= 5

/** How many stalls of a zone sold in each way; who they are does not matter, so long as nobody is in two zones. */
const ways = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(3))
const market = (prefix: string) =>
  fc
    .array(fc.tuple(ways, fc.bigInt({ min: 1n, max: 10n ** 9n })), { minLength: 1, maxLength: 9 })
    .map((rows) =>
      rows.map(([[byBank, inCash, inBoth], vnd], at): ZoneDay => {
        const stallIds = Array.from(
          { length: byBank + inCash + inBoth },
          (_, stall) => `${prefix}${at}.${stall}`,
        )
        const bankVnd = byBank + inBoth > 0 ? vnd : 0n
        const cashVnd = inCash + inBoth > 0 ? vnd * 2n : 0n
        return {
          zone: { id: `zon_${at}`, code: `Z${at}`, name: `Zone ${at}` },
          unnamed: {
            stallIds,
            byBank: byBank + inBoth,
            inCash: inCash + inBoth,
            totals: { bankVnd, cashVnd, count: BigInt(stallIds.length) },
          },
        }
      }),
    )
const sumOf = (zones: readonly ZoneDay[], pick: (zone: ZoneDay) => number): number =>
  zones.reduce((sum, zone) => sum + pick(zone), 0)

describe('the rule of five', () => {
  it('shows no cell of one to four selling stalls, whatever the market looks like', () => {
    fc.assert(
      fc.property(market('s'), (zones) => {
        for (const { unnamed } of cellsOf(DAY, zones)?.cells ?? [])
          expect(isFine(unnamed.stallIds.length)).toBe(true)
      }),
    )
  })

  it('tells bank and cash apart only where one to four stalls are in neither', () => {
    fc.assert(
      fc.property(market('s'), (zones) => {
        const day = cellsOf(DAY, zones)
        fc.pre(day !== null && day.isSplit)
        for (const { unnamed } of day?.cells ?? [])
          expect([isFine(unnamed.byBank), isFine(unnamed.inCash)]).toEqual([true, true])
      }),
    )
  })

  it('withholds a day only when the whole market has one to four', () => {
    fc.assert(
      fc.property(market('s'), (zones) => {
        const all = sumOf(zones, ({ unnamed }) => unnamed.stallIds.length)
        expect(cellsOf(DAY, zones) === null).toBe(!isFine(all))
      }),
    )
  })

  it('loses no money and no zone by merging', () => {
    fc.assert(
      fc.property(market('s'), (zones) => {
        const day = cellsOf(DAY, zones)
        fc.pre(day !== null)
        if (day === null) return
        const sum = zones.reduce((total, { unnamed }) => total + unnamed.totals.bankVnd, 0n)
        expect(wholeOf(day).totals.bankVnd).toBe(sum)
        expect(day.cells.flatMap((cell) => cell.zones.map(({ id }) => id)).toSorted()).toEqual(
          zones.map(({ zone }) => zone.id).toSorted(),
        )
      }),
    )
  })

  it('makes no cell for a span that the days do not have', () => {
    fc.assert(
      fc.property(fc.array(market('s'), { maxLength: 4 }), (markets) => {
        const days = markets.flatMap((zones, at) => cellsOf(`2026-11-0${at + 1}`, zones) ?? [])
        const span = spanCellsOf(days)
        for (const cell of span) {
          const of = days.flatMap(({ cells }) =>
            cells.filter(
              ({ zones }) => zones.map(({ id }) => id).join() === cell.zones.map(({ id }) => id).join(),
            ),
          )
          expect(of.length).toBe(cell.days)
          expect(of.reduce((sum, { unnamed }) => sum + unnamed.totals.cashVnd, 0n)).toBe(cell.totals.cashVnd)
        }
        const whole = days.reduce((sum, day) => sum + wholeOf(day).totals.cashVnd, 0n)
        expect(span.reduce((sum, { totals }) => sum + totals.cashVnd, 0n)).toBe(whole)
      }),
    )
  })
})
