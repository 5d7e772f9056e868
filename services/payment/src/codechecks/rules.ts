import type { CodeResult } from '@tienve/contracts'
import { decodeVietQr } from '@tienve/vietqr'
import { createHmac } from 'node:crypto'

export type Account = { bin: string; account: string }

/**
 * Whom a code pays, or null where it is no VietQR at all. Read leniently, since banks' apps pay codes that are not quite to the
 * norm: one that is pasted over another must not pass for no code by a slip.
 */
export function accountOf(payload: string): Account | null {
  const read = decodeVietQr(payload, { lenient: true })
  // A purchase names a till and a card code a card: neither pays into an account of the register.
  return read.ok ? { bin: read.value.bin, account: accountIn(read.value) } : null
}

function accountIn({ account, service }: { account: string; service?: string }): string {
  return service === 'QRIBFTTA' ? account : `${service ?? 'QRPUSH'}:${account}`
}

/** Names an account without giving it away: keyed, since the numbers of accounts are few enough to be tried. */
export function digestOf(masterKey: Buffer, { bin, account }: Account): Buffer {
  return createHmac('sha256', masterKey).update(`account of a code\n${bin}\n${account}`).digest()
}

/** What is known of the account that a code pays. */
export type Known = { ownerStallId: string | null; wasRightHere: boolean }

/** What the code is, at this stall. */
export function resultOf(stallId: string, account: Account | null, known: Known): CodeResult {
  if (account === null) return 'not_vietqr'
  if (known.ownerStallId === stallId) return 'right'
  if (known.ownerStallId !== null) return 'other_stall'
  return known.wasRightHere ? 'old' : 'wrong'
}

/** A code that makes shoppers pay somebody else. */
export function isAlarm(result: CodeResult): boolean {
  return result !== 'right' && result !== 'not_vietqr'
}
