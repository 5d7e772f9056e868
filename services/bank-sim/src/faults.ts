import type { Provider } from '@tienve/bank-feeds'
import { garble } from './envelope.ts'

/** What can go wrong with a transfer, by name. */
export const FAULTS = [
  'duplicate',
  'delayed',
  'late',
  'reordered',
  'bad-signature',
  'short',
  'over',
  'repeated',
  'no-memo',
  'garbled-memo',
  'lost',
  'out',
  'reversal',
] as const
export type Fault = (typeof FAULTS)[number]

const OUTGOING: readonly Fault[] = ['out', 'reversal']

/** payOS tells what its payment links were paid, and has no message for money that goes out. */
export function canTellOf(provider: Provider, fault: Fault | undefined): boolean {
  return provider !== 'payos' || fault === undefined || !OUTGOING.includes(fault)
}

/** Part of what the shopper does wrong, before any bank is involved. */
export function applyFault<T extends { amountVnd: bigint; memo: string }>(
  target: T,
  fault: Fault | undefined,
): T {
  const slipVnd = target.amountVnd > 10_000n ? 5_000n : (target.amountVnd + 1n) / 2n
  if (fault === 'short')
    return { ...target, amountVnd: target.amountVnd > slipVnd ? target.amountVnd - slipVnd : 1n }
  if (fault === 'over') return { ...target, amountVnd: target.amountVnd + slipVnd }
  if (fault === 'no-memo') return { ...target, memo: 'chuyen tien' }
  if (fault === 'garbled-memo') return { ...target, memo: garble(target.memo) }
  return target
}
