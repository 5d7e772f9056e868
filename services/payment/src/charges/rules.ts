import { formatVnd, multiplyRate, type Vnd } from '@tienve/money'
import type { ChargeStatus } from '@tienve/contracts'

export type Price = { id: string; name: string; unitPriceVnd: bigint; decision: string }

/** One line of a charge: the space times its price, with the sum in words that a stallholder can check. */
export function spaceLine(
  areaM2: string,
  price: Price,
): { name: string; formula: string; amountVnd: Vnd; tariffId: string } {
  const area = areaM2.replace(/\.?0+$/, '').replace('.', ',')
  return {
    name: price.name,
    formula: `${area} m² × ${formatVnd(price.unitPriceVnd)}`,
    amountVnd: multiplyRate(areaM2, price.unitPriceVnd),
    tariffId: price.id,
  }
}

export function chargeStatusOf(totalVnd: bigint, paidVnd: bigint): ChargeStatus {
  if (paidVnd === 0n) return 'issued'
  if (paidVnd < totalVnd) return 'part_paid'
  return paidVnd === totalVnd ? 'paid' : 'overpaid'
}

/** `2026-11` as a stallholder says it: `tháng 11/2026`. */
export function periodName(period: string): string {
  const [year, month] = period.split('-')
  return `tháng ${Number(month)}/${year}`
}
