import type { CodeResult } from '@tienve/contracts'
import type { Payee } from '@tienve/vietqr'
import { createHmac } from 'node:crypto'

/** Names an account without giving it away: keyed, since the numbers of accounts are few enough to be tried. */
export function digestOf(masterKey: Buffer, { bin, account }: Payee): Buffer {
  return createHmac('sha256', masterKey).update(`account of a code\n${bin}\n${account}`).digest()
}

/** What is known of the account that a code pays. `isGivenUp`: it is of whoever had its stall before. */
export type Known = { ownerStallId: string | null; isGivenUp: boolean; wasRightHere: boolean }

/** What the code is, at this stall. */
export function resultOf(stallId: string, payee: Payee | null, known: Known): CodeResult {
  if (payee === null) return 'not_vietqr'
  if (known.ownerStallId === stallId) return known.isGivenUp ? 'old' : 'right'
  if (known.ownerStallId !== null) return 'other_stall'
  return known.wasRightHere ? 'old' : 'wrong'
}

/** A code that makes shoppers pay somebody else. */
export function isAlarm(result: CodeResult): boolean {
  return result !== 'right' && result !== 'not_vietqr'
}
