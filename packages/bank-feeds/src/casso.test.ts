import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CassoForm, CassoTransaction } from './casso-request.ts'
import { casso } from './casso.ts'
import type { FeedKey } from './feed.ts'
import { FeedParseError } from './feed.ts'
import v1Batch from './samples/casso.v1.webhook.batch-real-shape.json' with { type: 'json' }
import v1 from './samples/casso.v1.webhook.json' with { type: 'json' }
import unverifiable from './samples/casso.v2.webhook.official-js-DOES-NOT-VERIFY.json' with { type: 'json' }
import official from './samples/casso.v2.webhook.official-test.json' with { type: 'json' }
import unicode from './samples/casso.v2.webhook.unicode-slash-null.json' with { type: 'json' }

const JSON_TYPE = 'application/json'
const SIGNED_AT = new Date(1_727_948_258_788)
const OFFICIAL = { rawBody: Buffer.from(official.rawBody), headers: official.request.headers }
const OFFICIAL_KEY: FeedKey = { id: 'key_1', secret: official.secret.checksumKey }
const FORMS: readonly CassoForm[] = ['javascript', 'php', 'python', 'go']

const TRANSACTION: CassoTransaction = {
  id: 218_898,
  reference: 'FT26327123456789',
  description: 'Tiền rau/cá – sạp A<1> & "B" \\ \u2028 VQX',
  amount: 150_000n,
  balanceAfter: 25_000_000n,
  transactionAt: new Date('2026-11-23T03:15:02Z'),
  accountNumber: '88888888',
}

const later = (ms: number): Date => new Date(SIGNED_AT.getTime() + ms)
const parse = (body: unknown, contentType: string | undefined = JSON_TYPE) =>
  casso.parse(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType)

/** The request with these bytes, signed as Casso would if it had written them so. */
function signed(rawBody: string, secret: string, canonical = rawBody) {
  const t = SIGNED_AT.getTime()
  const v1 = createHmac('sha512', secret).update(`${t}.${canonical}`).digest('hex')
  return { rawBody: Buffer.from(rawBody), headers: { 'x-casso-signature': `t=${t},v1=${v1}` } }
}

function refusalOf(body: unknown, contentType?: string): Pick<FeedParseError, 'code' | 'field'> {
  try {
    parse(body, contentType)
  } catch (error) {
    if (error instanceof FeedParseError) return { code: error.code, field: error.field }
    throw error
  }
  throw new Error('the body was read')
}

describe('the samples', () => {
  it('reads version 1 with a date alone as that day in Vietnam', () => {
    expect(parse(v1.rawBody)).toEqual([
      {
        kind: 'credit',
        providerEventId: 'casso:v1:1',
        accountNumber: '123456789',
        virtualAccount: null,
        amount: 200_500n,
        bankReference: 'TF80307914',
        content: 'DH35',
        rawDescription: null,
        codeHint: null,
        occurredAt: new Date('2020-11-01T17:00:00Z'),
        precision: 'day',
        balanceAfter: 15_900_500n,
        counterparty: null,
        orderRef: null,
      },
    ])
  })

  it('reads a batch row by row, and takes the direction from the sign', () => {
    expect(parse(v1Batch.rawBody)).toMatchObject([
      { kind: 'credit', providerEventId: 'casso:v1:1844887', amount: 5_000n, balanceAfter: 55_000n },
      { kind: 'debit', providerEventId: 'casso:v1:1844888', amount: 1_100n, precision: 'second' },
    ])
  })

  it('reads version 2 apart from version 1, since their ids may not agree', () => {
    expect(parse(unverifiable.rawBody)).toMatchObject([
      {
        kind: 'credit',
        providerEventId: 'casso:v2:218897',
        amount: 16_775_000n,
        bankReference: 'FT24364030863634',
        occurredAt: new Date('2024-12-23T00:00:00Z'),
      },
    ])
    expect(parse(unicode.rawBody)[0]?.counterparty).toEqual({ account: '8888888888', bankId: '970415' })
  })

  it('verifies the vector that five official samples agree on, and knows it for a test', () => {
    expect(casso.verify(OFFICIAL, [OFFICIAL_KEY], SIGNED_AT)).toEqual({ ok: true, keyId: 'key_1' })
    expect(parse(official.rawBody)).toMatchObject([{ kind: 'test', amount: 599_000n }])
  })

  it('does not verify the vector of the official javascript sample, as that sample itself does not', () => {
    const request = { rawBody: Buffer.from(unverifiable.rawBody), headers: unverifiable.request.headers }
    const keys = [{ id: 'key_1', secret: unverifiable.secret.checksumKey }]
    expect(casso.verify(request, keys, new Date(1_734_924_830_020))).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    })
  })

  it('verifies Vietnamese text, a slash, a bracket and null in the form of JSON.stringify', () => {
    const request = { rawBody: Buffer.from(unicode.rawBody), headers: unicode.request.headers }
    const keys = [{ id: 'key_1', secret: unicode.secret.checksumKey }]
    expect(casso.verify(request, keys, new Date(1_795_400_000_000)).ok).toBe(true)
  })
})

describe('verify version 2', () => {
  it('accepts ten minutes either way and no longer', () => {
    for (const ms of [-600_000, 0, 600_000]) {
      expect(casso.verify(OFFICIAL, [OFFICIAL_KEY], later(ms)).ok).toBe(true)
    }
    for (const ms of [-600_001, 600_001]) {
      expect(casso.verify(OFFICIAL, [OFFICIAL_KEY], later(ms))).toEqual({
        ok: false,
        reason: 'timestamp_outside_tolerance',
      })
    }
  })

  it.each(FORMS)('accepts what is signed as %s writes it, whatever the order of the keys', (form) => {
    const request = casso.request(TRANSACTION, { secret: 's', now: SIGNED_AT, form })
    expect(casso.verify(request, [{ id: 'k', secret: 's' }], SIGNED_AT)).toEqual({ ok: true, keyId: 'k' })
  })

  it('writes each form as that language does', () => {
    const text = '"é/<&>\\u2028\\u007f"'
    const body = (written: string) => `{"data":${written}}`
    for (const written of [
      '"é/<&>\u2028\u007f"',
      '"\\u00e9\\/<&>\\u2028\u007f"',
      '"\\u00e9/<&>\\u2028\\u007f"',
      '"é/\\u003c\\u0026\\u003e\\u2028\u007f"',
    ]) {
      const request = signed(body(text), 's', body(written))
      expect(casso.verify(request, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(true)
    }
    const other = signed(body(text), 's', body('"é\\/<&>\u2028\u007f"'))
    expect(casso.verify(other, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(false)
  })

  it('signs numbers as the text that was sent, so that none is rounded or rewritten', () => {
    for (const number of ['12345678901234567890', '100.0', '1e5', '-0']) {
      const request = signed(`{"data":{"amount":${number}}}`, 's')
      expect(casso.verify(request, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(true)
    }
    const rounded = signed('{"data":{"amount":100.0}}', 's', '{"data":{"amount":100}}')
    expect(casso.verify(rounded, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(false)
  })

  it.each([
    ['a key named twice', '{"data":{"id":1,"id":2}}', '{"data":{"id":2}}'],
    ['a body that was cut', '{"data":{"id":1}', '{"data":{"id":1}'],
    ['no text at all', '', ''],
    [
      'nesting beyond any body',
      `${'['.repeat(500)}${']'.repeat(500)}`,
      `${'['.repeat(500)}${']'.repeat(500)}`,
    ],
  ])('refuses %s even when it is signed', (_, rawBody, canonical) => {
    const request = signed(rawBody, 's', canonical)
    expect(casso.verify(request, [{ id: 'k', secret: 's' }], SIGNED_AT)).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    })
  })

  it('names the key that matched among those that may be used now', () => {
    const keys = [{ id: 'key_0', secret: 'the old one' }, OFFICIAL_KEY, { ...OFFICIAL_KEY, id: 'key_2' }]
    expect(casso.verify(OFFICIAL, keys, SIGNED_AT)).toEqual({ ok: true, keyId: 'key_1' })
  })

  it.each<[string, FeedKey[]]>([
    ['no key at all', []],
    ['a blank secret', [{ id: 'key_1', secret: ' ' }]],
    ['a key of version 1', [{ ...OFFICIAL_KEY, scheme: 'api-key' }]],
    ['a key that begins a moment later', [{ ...OFFICIAL_KEY, notBefore: later(1) }]],
    ['a key that ends now', [{ ...OFFICIAL_KEY, notAfter: SIGNED_AT }]],
  ])('refuses with %s', (_, keys) => {
    expect(casso.verify(OFFICIAL, keys, SIGNED_AT)).toEqual({ ok: false, reason: 'no_active_key' })
  })

  const signature = OFFICIAL.headers['x-casso-signature']
  it.each([
    ['credentials_missing', undefined],
    ['credentials_missing', [signature, signature]],
    ['credentials_unreadable', 'v1=abc'],
    ['credentials_unreadable', signature.replace('t=1727948258788,', '')],
    ['credentials_unreadable', `${signature}0`],
    ['signature_mismatch', signature.replace('t=1727948258788', 't=1727948258789')],
  ])('answers %s to %s', (reason, value) => {
    const request = { ...OFFICIAL, headers: { 'X-Casso-Signature': value } }
    expect(casso.verify(request, [OFFICIAL_KEY], SIGNED_AT)).toEqual({ ok: false, reason })
  })

  it('is not saved by a right token beside a wrong signature', () => {
    const headers = {
      'x-casso-signature': signature.replace(/[0-9a-f]{8}$/, '00000000'),
      'secure-token': OFFICIAL_KEY.secret,
    }
    expect(casso.verify({ ...OFFICIAL, headers }, [OFFICIAL_KEY], SIGNED_AT).ok).toBe(false)
  })
})

describe('verify version 1', () => {
  const request = { rawBody: Buffer.from(v1.rawBody), headers: v1.request.headers }
  const key: FeedKey = { id: 'key_2', secret: v1.secret.secureToken, scheme: 'api-key' }

  it('accepts the documented header in any case of its name', () => {
    expect(casso.verify(request, [key], SIGNED_AT)).toEqual({ ok: true, keyId: 'key_2' })
    const headers = { 'Secure-Token': v1.secret.secureToken }
    expect(casso.verify({ ...request, headers }, [key], SIGNED_AT).ok).toBe(true)
  })

  it('refuses another token, the header given twice, and a key that is for signatures only', () => {
    const other = { ...request, headers: { 'secure-token': 'another' } }
    expect(casso.verify(other, [key], SIGNED_AT)).toEqual({ ok: false, reason: 'api_key_mismatch' })
    const twice = { ...request, headers: { 'secure-token': [key.secret, key.secret] } }
    expect(casso.verify(twice, [key], SIGNED_AT)).toEqual({ ok: false, reason: 'credentials_missing' })
    const hmac: FeedKey = { ...key, scheme: 'hmac' }
    expect(casso.verify(request, [hmac], SIGNED_AT)).toEqual({ ok: false, reason: 'no_active_key' })
  })
})

describe('parse', () => {
  const row = v1.body.data[0]
  const batch = (changed: object) => ({ error: 0, data: [{ ...row, ...changed }] })

  it('reads a request of either version back, with a batch of several rows', () => {
    const also = [{ ...TRANSACTION, id: 218_899, amount: -1_100n, counterparty: { name: 'NGUYEN VAN A' } }]
    const options = { secret: 's', now: SIGNED_AT, scheme: 'api-key', also } as const
    const { rawBody, headers } = casso.request(TRANSACTION, options)
    expect(casso.verify({ rawBody, headers }, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(true)
    expect(casso.parse(rawBody, headers['content-type'])).toMatchObject([
      { kind: 'credit', providerEventId: 'casso:v1:218898', content: TRANSACTION.description },
      { kind: 'debit', amount: 1_100n, counterparty: { name: 'NGUYEN VAN A' } },
    ])
  })

  it('takes the account and balance under either name', () => {
    const newer = v1.rawBody.replace('"bank_sub_acc_id":"123456789"', '"bankName":""')
    expect(parse(newer.replace('cusum_balance', 'cusumBalance'))).toEqual(parse(v1.rawBody))
    expect(parse(batch({ bank_sub_acc_id: '' }))).toEqual(parse(v1.rawBody))
  })

  it('gives two different tests two ids and a repeated one the same', () => {
    const ids = [batch({ id: 0 }), batch({ id: 0 }), batch({ id: 0, when: '2026-11-02' })].map(
      (body) => parse(body)[0],
    )
    expect(ids.map((event) => event?.kind)).toEqual(['test', 'test', 'test'])
    expect(ids[0]?.providerEventId).toBe(ids[1]?.providerEventId)
    expect(ids[0]?.providerEventId).not.toBe(ids[2]?.providerEventId)
  })

  it('reads times as Vietnam’s wherever this machine is', () => {
    const here = process.env['TZ']
    try {
      for (const zone of ['UTC', 'America/Los_Angeles', 'Asia/Tokyo']) {
        process.env['TZ'] = zone
        expect(parse(v1.rawBody)[0]?.occurredAt).toEqual(new Date('2020-11-01T17:00:00Z'))
      }
    } finally {
      if (here === undefined) delete process.env['TZ']
      else process.env['TZ'] = here
    }
  })

  it.each([
    ['0', 'amount_not_positive'],
    ['1.5', 'amount_fractional'],
    ['-1.50', 'amount_fractional'],
    ['1e5', 'amount_unreadable'],
    ['200.500', 'amount_unreadable'],
    ['"200,500"', 'amount_unreadable'],
    ['12345678901234567890', 'amount_unreadable'],
    ['null', 'field_missing'],
  ])('refuses the amount %s', (written, code) => {
    expect(refusalOf(v1.rawBody.replace('200500', written))).toEqual({ code, field: 'amount' })
  })

  it.each([
    ['200500.00', 200_500n],
    ['"-200500"', 200_500n],
    ['999999999999999', 999_999_999_999_999n],
  ])('reads the amount %s exactly', (written, amount) => {
    expect(parse(v1.rawBody.replace('200500', written))[0]?.amount).toBe(amount)
  })

  it.each([
    [batch({ id: -1 }), 'event_id_invalid', 'id'],
    [batch({ id: 'x' }), 'event_id_invalid', 'id'],
    [v1.rawBody.replace('"id":1', '"id":99999999999999999999'), 'event_id_invalid', 'id'],
    [batch({ when: '2026-02-30' }), 'time_unreadable', 'when'],
    [batch({ bank_sub_acc_id: null, subAccId: ' ' }), 'field_missing', 'bank_sub_acc_id'],
    [{ data: [1] }, 'body_unreadable', 'object expected'],
    [{ data: 'x' }, 'body_unreadable', 'object expected'],
    [{ error: 1 }, 'field_missing', 'data'],
    [{ error: 0, data: null }, 'field_missing', 'data'],
    [v1.rawBody.slice(0, -3), 'body_unreadable', null],
    [v1.rawBody.replace('"id":1', '"id":1,"id":2'), 'field_repeated', 'id'],
  ])('refuses %j whole', (body, code, field) => {
    expect(refusalOf(body)).toEqual({ code, field })
  })

  it('refuses the good rows of a batch with a bad one, so that none is lost unseen', () => {
    expect(refusalOf(v1Batch.rawBody.replace('-1100', '-11.5'))).toMatchObject({ code: 'amount_fractional' })
  })

  it('refuses a body that is not JSON by its type, and bytes that are no text', () => {
    const type = 'application/x-www-form-urlencoded'
    expect(refusalOf(v1.rawBody, type)).toEqual({ code: 'content_type_unsupported', field: type })
    expect(() => casso.parse(Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPE)).toThrow('body_not_utf8')
  })
})

describe('ack', () => {
  it('stops Casso from sending again whatever is stored, and makes it try again only when nothing was', () => {
    for (const outcome of ['stored', 'duplicate', 'test', 'malformed'] as const) {
      expect(casso.ack(outcome)).toEqual({ status: v1.expectedAck.status, body: { success: true } })
    }
    expect(casso.ack('unauthorised').status).toBe(401)
    expect(casso.ack('unavailable')).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
  })
})
