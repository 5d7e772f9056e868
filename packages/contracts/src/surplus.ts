import type { Payment } from './stalls.ts'

/** What of a sale came too much: what is beyond the sum that was asked, or all of one that was paid again. */
export function surplusOf({
  verdict,
  amountVnd,
  expectedVnd,
}: Pick<Payment, 'verdict' | 'amountVnd' | 'expectedVnd'>): number {
  if (verdict === 'repeated') return amountVnd
  return verdict === 'over' ? amountVnd - (expectedVnd ?? amountVnd) : 0
}
