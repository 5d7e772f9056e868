/** The sums of a shift that its owner compares. */
export type ShiftSums = {
  openingVnd: bigint | null
  /** Cash that was noted, by the sales as they stand now. */
  cashVnd: bigint
  countedVnd: bigint | null
  /** What was expected when the shift was confirmed; null before. */
  confirmedVnd: bigint | null
}

/**
 * What should lie in the drawer and what is over or short. A confirmed shift stays as it was accepted, whatever becomes of a sale
 * of it later; a drawer that nobody counted at the beginning is taken to have been empty.
 */
export function compare({ openingVnd, cashVnd, countedVnd, confirmedVnd }: ShiftSums): {
  cashVnd: bigint
  expectedVnd: bigint
  differenceVnd: bigint | null
} {
  const opening = openingVnd ?? 0n
  const expectedVnd = confirmedVnd ?? opening + cashVnd
  return {
    cashVnd: expectedVnd - opening,
    expectedVnd,
    differenceVnd: countedVnd === null ? null : countedVnd - expectedVnd,
  }
}
