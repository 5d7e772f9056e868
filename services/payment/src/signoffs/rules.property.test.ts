import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followBalances, standingOf, type BalanceRow } from './rules.ts'

/** Movements as a bank books them: what it changed, how long after the one before (0: in the same second). */
const movements = fc.array(
  fc.record({
    changeVnd: fc.bigInt({ min: -3n, max: 3n }).filter((change) => change !== 0n),
    gap: fc.nat({ max: 2 }),
  }),
  { maxLength: 25 },
)

function booked(of: readonly { changeVnd: bigint; gap: number }[], openingVnd: bigint) {
  let at = 0
  let standsVnd = openingVnd
  return of.map(({ changeVnd, gap }, index): BalanceRow & { balanceAfterVnd: bigint } => {
    at += gap
    standsVnd += changeVnd
    return { id: String(index), at, changeVnd, balanceAfterVnd: standsVnd }
  })
}

/** Those of one moment in any order, as a feed may bring them. */
const shuffled = <T>(rows: readonly T[], seed: readonly number[]): T[] =>
  rows
    .map((row, index) => ({ row, key: seed[index] ?? 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ row }) => row)

describe('followBalances', () => {
  it('finds nothing wrong in what a bank booked, in whatever order it is told, with or without the opening', () => {
    fc.assert(
      fc.property(
        movements,
        fc.bigInt({ min: 0n, max: 50n }),
        fc.array(fc.nat()),
        fc.boolean(),
        (of, openingVnd, seed, known) => {
          const rows = booked(of, openingVnd)
          const found = followBalances(shuffled(rows, seed), known ? openingVnd : null)
          expect(found.firstWrong).toBeNull()
          if (known) expect(found.checked).toBe(rows.length)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('finds nothing wrong where some balances are not told', () => {
    fc.assert(
      fc.property(movements, fc.array(fc.boolean(), { maxLength: 25 }), (of, told) => {
        const rows = booked(of, 100n).map((row, at) =>
          told[at] === true ? row : { ...row, balanceAfterVnd: null },
        )
        expect(followBalances(rows, 100n).firstWrong).toBeNull()
      }),
    )
  })

  it('names the first movement after one that was lost', () => {
    fc.assert(
      fc.property(movements, fc.nat(), (of, pick) => {
        const rows = booked(
          of.map(({ changeVnd }) => ({ changeVnd, gap: 1 })),
          100n,
        )
        fc.pre(rows.length >= 2)
        const lost = pick % (rows.length - 1)
        const after = rows[lost + 1]
        expect(followBalances(rows.toSpliced(lost, 1), 100n).firstWrong).toEqual({
          id: after?.id,
          expectedVnd: (after?.balanceAfterVnd ?? 0n) - (rows[lost]?.changeVnd ?? 0n),
          toldVnd: after?.balanceAfterVnd,
        })
      }),
    )
  })

  it('names a movement whose sum was told wrong, within its own moment too', () => {
    const rows = booked(
      [
        { changeVnd: 5n, gap: 0 },
        { changeVnd: -2n, gap: 0 },
        { changeVnd: 7n, gap: 0 },
      ],
      10n,
    )
    const wrong = rows.map((row) => (row.id === '1' ? { ...row, changeVnd: -3n } : row))
    expect(followBalances(wrong, 10n).firstWrong).toEqual({ id: '1', expectedVnd: 12n, toldVnd: 13n })
  })
})

describe('standingOf', () => {
  const rows = booked(
    [
      { changeVnd: 5n, gap: 1 },
      { changeVnd: -2n, gap: 1 },
    ],
    10n,
  )
  const cover = { fromDay: '2026-11-24', toDay: '2026-11-24', openingVnd: 8n, closingVnd: 11n, isRead: true }

  it('believes a statement of the day before what movements say', () => {
    expect(standingOf('2026-11-24', [cover], rows)).toEqual({
      openingVnd: 8n,
      closingVnd: 11n,
      toldBy: 'statement',
    })
  })

  it('takes from a longer statement only what is of this day', () => {
    const month = { ...cover, fromDay: '2026-11-01' }
    expect(standingOf('2026-11-24', [month], rows)).toMatchObject({ openingVnd: null, closingVnd: 11n })
  })

  it('takes balances of single movements, and says nothing where there are none', () => {
    expect(standingOf('2026-11-24', [], rows)).toEqual({
      openingVnd: 10n,
      closingVnd: 13n,
      toldBy: 'balances',
    })
    expect(standingOf('2026-11-24', [], [])).toEqual({ openingVnd: null, closingVnd: null, toldBy: null })
  })
})
