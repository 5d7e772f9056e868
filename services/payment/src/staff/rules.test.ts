import { describe, expect, it } from 'vitest'
import {
  digestOfCode,
  matchStep,
  newCode,
  newTotpSecret,
  stepAt,
  totpCode,
  totpUri,
  weaknessOf,
} from './rules.ts'

/** The secret of RFC 6238, appendix B: `12345678901234567890` in base 32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('a code', () => {
  it('is what RFC 6238 prints for SHA-1, of which apps show the last six digits', () => {
    const printed: [number, string][] = [
      [59, '94287082'],
      [1_111_111_109, '07081804'],
      [1_111_111_111, '14050471'],
      [1_234_567_890, '89005924'],
      [2_000_000_000, '69279037'],
      [20_000_000_000, '65353130'],
    ]
    for (const [second, digits] of printed)
      expect(totpCode(SECRET, stepAt(new Date(second * 1000)))).toBe(digits.slice(2))
  })

  it('is near now and after the last that was used, or nothing', () => {
    const now = new Date('2026-11-24T03:00:10Z')
    const step = stepAt(now)
    const code = totpCode(SECRET, step)
    expect(matchStep(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, now, 0n)).toBe(step)
    expect(matchStep(SECRET, totpCode(SECRET, step - 1n), now, 0n)).toBe(step - 1n)
    expect(matchStep(SECRET, totpCode(SECRET, step + 2n), now, 0n)).toBeNull()
    expect(matchStep(SECRET, code, now, step)).toBeNull()
    expect(matchStep(SECRET, '', now, 0n)).toBeNull()
  })

  it('comes from a secret of 160 bits, in an address that apps read', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
    expect(totpUri(SECRET, { login: 'head.sd', market: 'Chợ Sông Đào' })).toMatch(
      /^otpauth:\/\/totp\/[^ ]+head\.sd\?secret=GEZDG.+&issuer=Ti%E1%BB%81n%20V%E1%BB%81&algorithm=SHA1&digits=6&period=30$/,
    )
  })
})

it('a printed code is the same however it is typed', () => {
  const code = newCode()
  expect(code).toMatch(/^([0-9a-z]{4}-){3}[0-9a-z]{4}$/)
  expect(digestOfCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toEqual(digestOfCode(code))
  expect(digestOfCode('O0IL')).toEqual(digestOfCode('0011'))
})

it('a password is long, not common, and does not have the login in it', () => {
  expect(weaknessOf('chim sẻ đậu mái', 'lan.moi')).toBeNull()
  for (const weak of ['ngắn', 'Password1234', 'aaaaaaaaaaaaa', 'toi la LAN.MOI day', '            '])
    expect(weaknessOf(weak, 'lan.moi'), weak).not.toBeNull()
})
