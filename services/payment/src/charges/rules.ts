import type { ChargeStatus } from '@tienve/contracts'

export function chargeStatusOf(totalVnd: bigint, paidVnd: bigint): ChargeStatus {
  if (paidVnd === 0n) return 'issued'
  if (paidVnd < totalVnd) return 'part_paid'
  return paidVnd === totalVnd ? 'paid' : 'overpaid'
}

/** A receipt's number as people read it out: `2026-000123`. */
export function receiptNumber(year: number, number: number): string {
  return `${year}-${String(number).padStart(6, '0')}`
}

/** `2026-11` as a stallholder says it: `tháng 11/2026`. */
export function periodName(period: string): string {
  const [year, month] = period.split('-')
  return `tháng ${Number(month)}/${year}`
}
