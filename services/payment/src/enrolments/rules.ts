import type { EnrolmentKind } from '@tienve/contracts'
import { createHmac, hkdfSync } from 'node:crypto'

const HOUR_MS = 3_600_000

/** A slip waits until she comes by the office's window again; a code on a phone's screen is scanned where it is shown. */
export const LIFETIME_MS: Record<EnrolmentKind, number> = { holder: 72 * HOUR_MS, helper: HOUR_MS / 4 }

/**
 * What is kept of a code. Fifty bits could be found again from a plain digest within days by whoever copied the table; under a key
 * that is not in the database they cannot.
 */
export function codeHashOf(masterKey: Buffer, code: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'enrolment codes', 32))
  return createHmac('sha256', key).update(code).digest()
}

/** The address that a code is scanned as. It stands behind the `#`, which no browser sends: no log, and no server between, sees it. */
export function linkOf(publicUrl: string, code: string): string {
  return `${publicUrl}/m/#ma=${code}`
}
