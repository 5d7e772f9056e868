import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, isWithheld, spanCellsOf, WAYS, wholeOf, type Way, type ZoneDay } from './rules.ts'

const DAY = '2026-11-24'
const isFine = (stalls: number): boolean => stalls === 0 || stalls >= 5

/** How many stalls of a zone sold by bank, in cash, and in both ways; nobody is in two zones. */
const zoneDay = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(3), fc.bigInt({ min: 1n, max: 10n ** 9n }))
const market = fc.array(zoneDay, { minLength: 1, maxLength: 9 }).map((rows) =>
  rows.map(([byBank, inCash, inBoth, vnd], at): ZoneDay => {
    const some = (name: string, count: number) =>
      Array.from({ length: count }, (_, one) => `${name}${at}.${one}`)
    const taken = (stallIds: string[]) => ({
      stallIds,
      vnd: stallIds.length === 0 ? 0n : vnd,
      count: BigInt(stallIds.length),
    })
    return {
      zone: { id: `zon_${at}`, code: `Z${at}`, name: `Zone ${at}` },
      unnamed: {
        bank: taken([...some('bank', byBank), ...some('both', inBoth)]),
        cash: taken([...some('cash', inCash), ...some('both', inBoth)]),
      },
    }
  }),
)
const stallsOf = (zones: readonly ZoneDay[], way: Way): number =>
  zones.reduce((sum, { unnamed }) => sum + unnamed[way].stallIds.length, 0)
const vndOf = (zones: readonly ZoneDay[], way: Way): bigint =>
  zones.reduce((sum, { unnamed }) => sum + unnamed[way].vnd, 0n)

describe('the rule of five', () => {
  it('shows no cell of one to four stalls by bank or in cash, whatever the market looks like', () => {
    fc.assert(
      fc.property(market, (zones) => {
        for (const { unnamed } of cellsOf(DAY, zones).cells)
          for (const way of WAYS) expect(isFine(unnamed[way].stallIds.length)).toBe(true)
      }),
    )
  })

  it('leaves out what came in one way only when the whole market has one to four, and loses nothing else', () => {
    fc.assert(
      fc.property(market, (zones) => {
        const day = cellsOf(DAY, zones)
        const few = WAYS.filter((way) => !isFine(stallsOf(zones, way)))
        expect(day.withheld).toEqual(few)
        const { bankVnd, cashVnd } = wholeOf(day)
        expect(bankVnd).toBe(few.includes('bank') ? 0n : vndOf(zones, 'bank'))
        expect(cashVnd).toBe(few.includes('cash') ? 0n : vndOf(zones, 'cash'))
        expect(isWithheld(day)).toBe(few.length > 0 && bankVnd + cashVnd === 0n)
      }),
    )
  })

  it('puts every zone into one cell', () => {
    fc.assert(
      fc.property(market, (zones) => {
        const { cells } = cellsOf(DAY, zones)
        expect(cells.flatMap((cell) => cell.zones.map(({ id }) => id)).toSorted()).toEqual(
          zones.map(({ zone }) => zone.id).toSorted(),
        )
      }),
    )
  })

  it('makes no cell for a span that the days do not have', () => {
    fc.assert(
      fc.property(fc.array(market, { maxLength: 4 }), (markets) => {
        const days = markets.map((zones, at) => cellsOf(`2026-11-0${at + 1}`, zones))
        const idOf = ({ zones }: { zones: readonly { id: string }[] }) => zones.map(({ id }) => id).join()
        const span = spanCellsOf(days)
        for (const cell of span) {
          const of = days.flatMap(({ cells }) => cells.filter((one) => idOf(one) === idOf(cell)))
          expect(of.length).toBe(cell.days)
          expect(of.reduce((sum, { unnamed }) => sum + unnamed.cash.vnd, 0n)).toBe(cell.totals.cashVnd)
        }
        const whole = days.reduce((sum, day) => sum + wholeOf(day).cashVnd, 0n)
        expect(span.reduce((sum, { totals }) => sum + totals.cashVnd, 0n)).toBe(whole)
      }),
    )
  })
})
