import type { CreditEntryKind } from '@tienve/contracts'

/** What somebody owes and what is to go back to them, before and after a line. */
export type Balance = { number: number; owedVnd: bigint; surplusVnd: bigint }

/** What a line adds to both. */
export type Step = { amountVnd: bigint; surplusVnd: bigint }

/** The balance of somebody without a line. */
export const EMPTY: Balance = { number: 0, owedVnd: 0n, surplusVnd: 0n }

/** The balance that a line leaves; null where somebody would owe less than nothing. The database refuses such a line too. */
export function after(before: Balance, step: Step): Balance | null {
  const owedVnd = before.owedVnd + step.amountVnd
  const surplusVnd = before.surplusVnd + step.surplusVnd
  return owedVnd < 0n || surplusVnd < 0n ? null : { number: before.number + 1, owedVnd, surplusVnd }
}

/** What the owner writes adds so much: only a sale makes more owed. */
export function stepOf(kind: 'sale' | 'paid_cash' | 'forgiven' | 'given_back' | 'offset', vnd: bigint): Step {
  switch (kind) {
    case 'sale':
      return { amountVnd: vnd, surplusVnd: 0n }
    case 'given_back':
      return { amountVnd: 0n, surplusVnd: -vnd }
    case 'offset':
      return { amountVnd: -vnd, surplusVnd: -vnd }
    default:
      return { amountVnd: -vnd, surplusVnd: 0n }
  }
}

/** The owner takes back what she wrote; what banks said, and what took a line back, stays. */
export function isReversible(kind: CreditEntryKind): boolean {
  return kind !== 'paid_bank' && kind !== 'taken_back' && kind !== 'reversal'
}
