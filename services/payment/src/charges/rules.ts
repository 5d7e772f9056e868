import type { ChargeLine, ChargeStatus } from '@tienve/contracts'
import { vndToJson } from '@tienve/money'

/**
 * What has become of a charge. `settledVnd` is what was paid of it, `creditVnd` what came with it and lies unused. One that
 * owes nothing and of which nothing was paid was let off.
 */
export function chargeStatusOf(of: {
  outstandingVnd: bigint
  settledVnd: bigint
  creditVnd: bigint
  writtenOffVnd: bigint
}): ChargeStatus {
  if (of.outstandingVnd > 0n) return of.settledVnd > 0n ? 'part_paid' : 'issued'
  if (of.creditVnd > 0n) return 'overpaid'
  if (of.writtenOffVnd > 0n) return 'written_off'
  return of.settledVnd > 0n ? 'paid' : 'relieved'
}

/** `2026-11` as a stallholder says it: `tháng 11/2026`. */
export function periodName(period: string): string {
  const [year, month] = period.split('-')
  return `tháng ${Number(month)}/${year}`
}

/** A line as a bill and a receipt show it. */
export function toLine(row: {
  name: string
  formula: string
  amountVnd: bigint
  decision: string
}): ChargeLine {
  return { name: row.name, formula: row.formula, amountVnd: vndToJson(row.amountVnd), decision: row.decision }
}
