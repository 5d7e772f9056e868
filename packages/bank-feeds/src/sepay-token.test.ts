import { describe, expect, it } from 'vitest'
import type { FeedKey, FeedReply } from './feed.ts'
import { sepay } from './sepay.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)
const KEY: FeedKey = { id: 'key_1', secret: 'tienve:a client:secret', scheme: 'token' }
const BASIC = { authorization: `Basic ${Buffer.from(KEY.secret).toString('base64')}` }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const TRANSACTION = {
  id: 92704,
  gateway: 'Vietcombank',
  transactionAt: new Date('2026-11-23T03:15:02Z'),
  accountNumber: '0001234567',
  transferType: 'in',
  transferAmount: 35_000n,
  content: 'VQX',
} as const

const ask = (headers: Record<string, string>, body = ''): FeedReply =>
  sepay.token.issue({ headers, rawBody: Buffer.from(body) }, [KEY], NOW)
const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()
const send = (token: string, now: Date) =>
  sepay.verify(sepay.request(TRANSACTION, { secret: token, scheme: 'token', now }), [KEY], now)

describe('the token that SePay fetches', () => {
  it("is answered in the form of SePay's own page, and is taken for the hour that it says", () => {
    const { status, body } = sepay.token.issue(sepay.tokenRequest({ secret: KEY.secret }), [KEY], NOW)
    expect(status).toBe(200)
    expect(body).toEqual({
      data: { accessToken: expect.any(String), refreshToken: expect.any(String), expiredIn: 3600 },
    })
    const token = /"accessToken":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
    expect(send(token, later(3599))).toEqual({ ok: true, keyId: 'key_1' })
    expect(send(token, later(3600))).toEqual({ ok: false, reason: 'token_expired' })
  })

  it.each([
    ['Basic alone', BASIC, ''],
    ['Basic with a grant', { ...BASIC, ...FORM }, form({ grant_type: 'client_credentials' })],
    [
      'a form',
      FORM,
      form({ grant_type: 'client_credentials', client_id: 'tienve', client_secret: 'a client:secret' }),
    ],
    ['Basic beside a body that cannot be read', { ...BASIC, 'content-type': 'application/json' }, '{'],
  ])('is answered in the form of OAuth 2.0 to %s', (_, headers, body) => {
    const answer = ask(headers, body)
    expect(answer).toEqual({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 },
    })
    expect(send(String(answer.body['access_token']), NOW)).toEqual({ ok: true, keyId: 'key_1' })
  })

  it.each([
    ['nothing', {}, ''],
    ['another secret', FORM, form({ client_id: 'tienve', client_secret: 'x' })],
    ['half a pair', FORM, form({ client_id: KEY.secret })],
    [
      'a field twice',
      FORM,
      `${form({ client_id: 'tienve', client_secret: 'a client:secret' })}&client_id=tienve`,
    ],
    [
      'JSON that was cut',
      { 'content-type': 'application/json' },
      '{"clientId":"tienve","clientSecret":"a cl',
    ],
    ['deep JSON', { 'content-type': 'application/json' }, '['.repeat(1_000)],
  ])('is refused to %s', (_, headers, body) => {
    expect(ask(headers, body)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it('is refused for another grant, even with the right credentials', () => {
    expect(ask({ ...BASIC, ...FORM }, form({ grant_type: 'password' }))).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    })
  })

  it('does not save a message whose signature is wrong', () => {
    const token = String(ask(BASIC).body['access_token'])
    const { rawBody, headers } = sepay.request(TRANSACTION, { secret: 'not the secret', now: NOW })
    const both = { rawBody, headers: { ...headers, authorization: `Bearer ${token}` } }
    expect(sepay.verify(both, [{ ...KEY, scheme: 'hmac' }, KEY], NOW).ok).toBe(false)
  })
})
