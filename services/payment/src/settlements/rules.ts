/** A charge that still owes something. Planning lowers `outstandingVnd`, so that a batch adds up. */
export type Owed = { chargeId: string; stallId: string; dueOn: string; outstandingVnd: bigint }

/** What money for one charge settles first: the charge that it names, or the stall's oldest debt. */
export type SettleOrder = 'named_first' | 'oldest_first'

export type Part = { chargeId: string; amountVnd: bigint }
export type Allocation = { parts: Part[]; creditVnd: bigint }

/**
 * Spreads money over what a stall owes: the named charge first when the market's order says so, then what was due first
 * (of the same day, the lower id). What is left is the stall's credit. Moves `outstandingVnd` of `owed`; the parts and the
 * credit add up to the money.
 */
export function allocate(
  amountVnd: bigint,
  owed: readonly Owed[],
  { order, namedChargeId }: { order: SettleOrder; namedChargeId: string | null },
): Allocation {
  const first = order === 'named_first' ? namedChargeId : null
  const inOrder = owed.toSorted(
    (a, b) =>
      Number(b.chargeId === first) - Number(a.chargeId === first) ||
      a.dueOn.localeCompare(b.dueOn) ||
      (a.chargeId < b.chargeId ? -1 : 1),
  )
  let leftVnd = amountVnd
  const parts: Part[] = []
  for (const one of inOrder) {
    const partVnd = leftVnd < one.outstandingVnd ? leftVnd : one.outstandingVnd
    if (partVnd <= 0n) continue
    one.outstandingVnd -= partVnd
    leftVnd -= partVnd
    parts.push({ chargeId: one.chargeId, amountVnd: partVnd })
  }
  return { parts, creditVnd: leftVnd }
}
