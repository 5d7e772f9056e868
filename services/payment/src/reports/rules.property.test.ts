import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, type ZoneTotals } from './rules.ts'

const zones = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.bigInt({ min: 1n, max: 10n ** 9n })), {
    minLength: 1,
    maxLength: 9,
  })
  .map((rows) =>
    rows.map(([hiddenStalls, bankVnd], at): ZoneTotals => ({
      zone: { id: `zon_${at}`, code: `Z${at}`, name: `Zone ${at}` },
      hiddenStalls,
      hidden:
        hiddenStalls === 0 ? { bankVnd: 0n, cashVnd: 0n, count: 0n } : { bankVnd, cashVnd: 0n, count: 1n },
    })),
  )

describe('the rule of five', () => {
  it('shows no cell of one to four selling stalls, whatever the market looks like', () => {
    fc.assert(
      fc.property(zones, (market) => {
        for (const { sellingStalls } of cellsOf(market) ?? [])
          expect(sellingStalls === 0 || sellingStalls >= 5).toBe(true)
      }),
    )
  })

  it('withholds everything only when the whole market has one to four', () => {
    fc.assert(
      fc.property(zones, (market) => {
        const all = market.reduce((sum, zone) => sum + zone.hiddenStalls, 0)
        expect(cellsOf(market) === null).toBe(all > 0 && all < 5)
      }),
    )
  })

  it('loses no money and no zone by merging', () => {
    fc.assert(
      fc.property(zones, (market) => {
        const cells = cellsOf(market)
        fc.pre(cells !== null)
        const sum = (values: bigint[]) => values.reduce((a, b) => a + b, 0n)
        expect(sum((cells ?? []).map((cell) => cell.totals.bankVnd))).toBe(
          sum(market.map((zone) => zone.hidden.bankVnd)),
        )
        expect((cells ?? []).flatMap((cell) => cell.zones.map(({ id }) => id)).toSorted()).toEqual(
          market.map(({ zone }) => zone.id).toSorted(),
        )
      }),
    )
  })
})
