import { decodeVietQr } from './decode.ts'

export type Payee = { bin: string; account: string }

/**
 * Whom a code pays, or null where it is no VietQR at all. Read leniently, since banks' apps pay codes that are not quite to the
 * norm: one that is pasted over another must not pass for no code by a slip.
 */
export function payeeOf(payload: string): Payee | null {
  const read = decodeVietQr(payload, { lenient: true })
  if (!read.ok) return null
  const { bin, account, service } = read.value
  // A purchase names a till and a card code a card: neither is the account of the same number.
  return { bin, account: service === 'QRIBFTTA' ? account : `${service ?? 'QRPUSH'}:${account}` }
}

/**
 * Names an account so that a phone can tell whether a code pays it without having its number, salted by whose it is: 64 hex
 * digits. It hides nothing from whoever tries all numbers, and need not: the code with the number hangs at the stall.
 */
export async function accountDigest({ bin, account }: Payee, salt: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}\n${bin}\n${account}`)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
