import { PASSWORD_MIN } from '@tienve/contracts'
import { randomBase32 } from '@tienve/db'
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** RFC 6238 as the authenticator apps in use take it for granted: SHA-1, six digits, steps of thirty seconds. */
const STEP_MS = 30_000
const DIGITS = 6
/** RFC 4226, 4: a secret of 160 bits. */
const SECRET_BYTES = 20
/** RFC 6238, 5.2: one step of delay either way, for a clock that is off and a thumb that is slow. */
const WINDOW = 1n

/** The alphabet of RFC 4648, in which authenticator apps take secrets. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function newTotpSecret(): string {
  return [...randomBytes(32)]
    .map((byte) => BASE32[byte & 31])
    .join('')
    .slice(0, (SECRET_BYTES * 8) / 5)
}

function decodeBase32(text: string): Buffer {
  let bits = ''
  for (const letter of text) bits += BASE32.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from((bits.match(/[01]{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The step of time that a moment is in. */
export function stepAt(now: Date): bigint {
  return BigInt(Math.floor(now.getTime() / STEP_MS))
}

/** The six digits of a step (RFC 4226, 5.3). */
export function totpCode(secret: string, step: bigint): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(step)
  const mac = createHmac('sha1', decodeBase32(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step whose code this is, near `now` and after `lastStep`; null where there is none: wrong, too old, or used already. */
export function matchStep(secret: string, code: string, now: Date, lastStep: bigint): bigint | null {
  const given = Buffer.from(code.replaceAll(/\s/g, ''))
  const current = stepAt(now)
  for (let step = current - WINDOW; step <= current + WINDOW; step++) {
    const expected = Buffer.from(totpCode(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected) && step > lastStep) return step
  }
  return null
}

/** What an authenticator app reads from its code, as Google's key URI format has it and all others follow. */
export function totpUri(secret: string, { login, market }: { login: string; market: string }): string {
  const query = `secret=${secret}&issuer=${encodeURIComponent('Tiền Về')}&algorithm=SHA1&digits=${DIGITS}&period=30`
  return `otpauth://totp/${encodeURIComponent(`Tiền Về ${market}:${login}`)}?${query}`
}

const CODE_LETTERS = 16

/** A code to be read, printed and typed: sixteen letters of five random bits, in fours. */
export function newCode(): string {
  return (randomBase32(CODE_LETTERS).match(/.{4}/g) ?? []).join('-')
}

/** The digest of a code however it was typed: capitals, spaces and hyphens do not matter, and O is 0, I and L are 1. */
export function digestOfCode(code: string): Buffer {
  const plain = code
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
  return createHash('sha256').update(plain).digest()
}

/** Whether a code may be one of six digits; anything else is tried as a recovery code. */
export function isTotpShaped(code: string): boolean {
  return /^\s*(\d\s*){6}$/.test(code)
}

/** Those of the usual lists of leaked passwords that are long enough, and what a market would think of first. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '123456123456',
  '1q2w3e4r5t6y',
  'abcd12345678',
  'administrator',
  'cho-mau-2026',
  'iloveyou1234',
  'matkhau123456',
  'matkhau@123456',
  'password1234',
  'password12345',
  'password123456',
  'qwertyuiop12',
  'qwertyuiop123',
  'tienve123456',
  'anhyeuem1234',
  'emyeuanh1234',
])
const LEAST_LETTERS = 5

/** Why a password will not do; null when it will. Long rather than odd (NIST SP 800-63B, 5.1.1.2): no rule asks for signs. */
export function weaknessOf(password: string, login: string): string | null {
  const plain = password.trim().toLowerCase()
  if ([...password.trim()].length < PASSWORD_MIN) return `at least ${PASSWORD_MIN} characters`
  if (plain.includes(login.toLowerCase())) return 'not the login'
  if (COMMON.has(plain) || new Set(plain).size < LEAST_LETTERS) return 'less common'
  return null
}
