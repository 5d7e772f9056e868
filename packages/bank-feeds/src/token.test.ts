import { describe, expect, it } from 'vitest'
import type { FeedKey } from './feed.ts'
import { issueToken, readBasic, verifyToken } from './token.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)
const KEY: FeedKey = { id: 'key_1', secret: 'market:a long pass:word', scheme: 'token' }
const OTHER: FeedKey = { id: 'key_2', secret: 'market:another' }

const issue = (credentials: string | null, keys: readonly FeedKey[] = [KEY, OTHER], now = NOW): string =>
  issueToken(credentials, keys, now, 300) ?? 'none'
const verify = (token: string, keys: readonly FeedKey[], now: Date) =>
  verifyToken({ rawBody: Buffer.alloc(0), headers: { Authorization: `Bearer ${token}` } }, keys, now)

describe('a token', () => {
  it('is taken from the moment it is made until its last second is over, and names its key', () => {
    const token = issue(KEY.secret)
    for (const seconds of [0, 299.9]) {
      expect(verify(token, [OTHER, KEY], later(seconds))).toEqual({ ok: true, keyId: 'key_1' })
    }
    expect(verify(token, [OTHER, KEY], later(300))).toEqual({ ok: false, reason: 'token_expired' })
  })

  it('is made by either of two secrets while one is being changed, and each is named', () => {
    expect(verify(issue(OTHER.secret), [KEY, OTHER], NOW)).toEqual({ ok: true, keyId: 'key_2' })
    expect(verify(issue(KEY.secret), [KEY, OTHER], NOW)).toEqual({ ok: true, keyId: 'key_1' })
  })

  it('is of no use at another connection that was given the same secret', () => {
    const copy = { ...KEY, id: 'key_9' }
    expect(verify(issue(KEY.secret), [copy], NOW)).toEqual({ ok: false, reason: 'token_mismatch' })
  })

  it.each<[string, FeedKey]>([
    ['ended', { ...KEY, notAfter: NOW }],
    ['begins a moment later', { ...KEY, notBefore: later(1) }],
    ['is for signatures', { ...KEY, scheme: 'hmac' }],
    ['is blank', { ...KEY, secret: ' ' }],
  ])('neither begins nor goes on with a key that %s', (_, key) => {
    expect(issueToken(key.secret, [key], NOW, 300)).toBeNull()
    expect(verify(issue(KEY.secret), [key], NOW)).toEqual({ ok: false, reason: 'no_active_key' })
  })

  it('is not given for other credentials or none', () => {
    for (const credentials of ['market:', ':', 'market', KEY.secret.toUpperCase(), ` ${KEY.secret}`, null]) {
      expect(issue(credentials)).toBe('none')
    }
  })

  it('fails when its time or any character of its proof is changed', () => {
    const [expiry, mac = ''] = issue(KEY.secret).split('.')
    const forged = [
      `${Number(expiry) + 1}.${mac}`,
      `0${expiry}.${mac}`,
      ...[...mac].map(
        (one, at) => `${expiry}.${mac.slice(0, at)}${one === 'A' ? 'B' : 'A'}${mac.slice(at + 1)}`,
      ),
    ]
    for (const token of forged) {
      expect(verify(token, [KEY], NOW)).toEqual({ ok: false, reason: 'token_mismatch' })
    }
  })

  it.each(['', 'x', '1.2', `1795489500.${'a'.repeat(42)}`, `-1.${'a'.repeat(43)}`, `1e9.${'a'.repeat(43)}`])(
    'is unreadable as %j',
    (token) => {
      expect(verify(token, [KEY], NOW)).toEqual({ ok: false, reason: 'credentials_unreadable' })
    },
  )

  it('is missing when the header is, or is given twice', () => {
    const bearer = `Bearer ${issue(KEY.secret)}`
    for (const headers of [
      {},
      { authorization: [bearer, bearer] },
      { authorization: bearer, Authorization: bearer },
    ]) {
      expect(verifyToken({ rawBody: Buffer.alloc(0), headers }, [KEY], NOW)).toEqual({
        ok: false,
        reason: 'credentials_missing',
      })
    }
  })
})

describe('readBasic', () => {
  it('reads a user and a password with a colon of its own, in any alphabet', () => {
    const text = 'chợ:mật:khẩu'
    expect(readBasic({ AUTHORIZATION: `basic ${Buffer.from(text).toString('base64')}` })).toBe(text)
  })

  it.each(['Bearer abc', 'Basic', 'Basic a b', 'Basic ?', ''])('reads nothing from %j', (authorization) => {
    expect(readBasic({ authorization })).toBeNull()
  })
})
