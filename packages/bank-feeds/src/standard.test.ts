import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { FeedKey } from './feed.ts'
import { FeedParseError } from './feed.ts'
import sdk from './samples/standard-webhooks.sdk-vector.json' with { type: 'json' }
import svix from './samples/standard-webhooks.svix-doc-vector.json' with { type: 'json' }
import type { StandardTransaction } from './standard-request.ts'
import { standard } from './standard.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)
const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`
const KEY: FeedKey = { id: 'key_1', secret: secretOf(32) }

const TRANSACTION: StandardTransaction = {
  id: 'tx_0192',
  accountNumber: '0001234567',
  direction: 'in',
  amountVnd: 35_000n,
  content: 'Cà phê & bánh mì=2%, "ngon" VQX',
  occurredAt: new Date('2026-11-23T03:15:02Z'),
}
const DATA = {
  id: 'tx_0192',
  accountNumber: '0001234567',
  direction: 'in',
  amountVnd: 35000,
  content: 'VQX',
  occurredAt: '2026-11-23T10:15:02+07:00',
}

const MACHINE_ZONE = process.env['TZ']
afterEach(() => {
  if (MACHINE_ZONE === undefined) delete process.env['TZ']
  else process.env['TZ'] = MACHINE_ZONE
})

const parseBody = (body: unknown, contentType: string | undefined = 'application/json') =>
  standard.parse(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType)
const wrap = (data: unknown) => ({ type: 'bank_transaction.created', data })
const parse = (data: unknown) => parseBody(wrap(data))[0]

function refusalOf(body: unknown, contentType?: string): Pick<FeedParseError, 'code' | 'field'> {
  try {
    parseBody(body, contentType)
  } catch (error) {
    if (error instanceof FeedParseError) return { code: error.code, field: error.field }
    throw error
  }
  throw new Error('the body was read')
}

describe('verify', () => {
  const vector = { rawBody: Buffer.from(sdk.rawBody), headers: sdk.request.headers }
  const signedAt = new Date(Number(sdk.request.headers['webhook-timestamp']) * 1000)
  const keys = [{ id: 'key_1', secret: sdk.secret.secret }]

  it('accepts the published vector within five minutes either way, and no longer', () => {
    for (const seconds of [-300, 0, 300]) {
      expect(standard.verify(vector, keys, later(signedAt, seconds))).toEqual({ ok: true, keyId: 'key_1' })
    }
    for (const seconds of [-301, 301]) {
      expect(standard.verify(vector, keys, later(signedAt, seconds))).toEqual({
        ok: false,
        reason: 'timestamp_outside_tolerance',
      })
    }
  })

  it("accepts Svix's published vector, under Svix's names or the standard's", () => {
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = svix.request.headers
    const at = new Date(Number(timestamp) * 1000)
    const rawBody = Buffer.from(svix.rawBody)
    const renamed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
    for (const headers of [svix.request.headers, renamed]) {
      expect(standard.verify({ rawBody, headers }, [{ id: 'k', secret: svix.secret.secret }], at).ok).toBe(
        true,
      )
    }
  })

  it('is over the raw bytes: the same JSON laid out anew is another message', () => {
    const rawBody = Buffer.from(JSON.stringify(sdk.body))
    expect(standard.verify({ ...vector, rawBody }, keys, signedAt)).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    })
  })

  it('finds its signature in a list, and reads no other version of it', () => {
    const right = sdk.request.headers['webhook-signature']
    const wrong = `v1,${Buffer.alloc(32).toString('base64')}`
    const headers = (signature: string) => ({ ...vector.headers, 'webhook-signature': signature })
    const listed = { ...vector, headers: headers(`v1a,AAAA ${wrong} ${right} v2,x`) }
    expect(standard.verify(listed, keys, signedAt).ok).toBe(true)
    const renamed = { ...vector, headers: headers(`${right.replace('v1,', 'v1a,')} ${wrong}`) }
    expect(standard.verify(renamed, keys, signedAt)).toEqual({ ok: false, reason: 'signature_mismatch' })
    for (const signature of [right.replace('v1,', 'v1a,'), right.replace('v1,', ''), 'v1,']) {
      expect(standard.verify({ ...vector, headers: headers(signature) }, keys, signedAt)).toEqual({
        ok: false,
        reason: 'credentials_unreadable',
      })
    }
  })

  it('names the key that matched of several that are active', () => {
    const older = { id: 'key_0', secret: secretOf(24), notAfter: later(signedAt, 60) }
    expect(standard.verify(vector, [older, ...keys], signedAt)).toEqual({ ok: true, keyId: 'key_1' })
    const request = standard.request(TRANSACTION, { secret: older.secret, now: signedAt })
    expect(standard.verify(request, [...keys, older], signedAt)).toEqual({ ok: true, keyId: 'key_0' })
    expect(standard.verify(request, [...keys, older], later(signedAt, 60)).ok).toBe(false)
  })

  it.each<[string, FeedKey]>([
    ['a secret without its prefix', { ...KEY, secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }],
    ['a secret that is no base64', { ...KEY, secret: 'whsec_mật khẩu' }],
    ['a secret that is too short', { ...KEY, secret: secretOf(17) }],
    ['a secret that is too long', { ...KEY, secret: secretOf(65) }],
    ['a blank secret', { ...KEY, secret: ' ' }],
    ['a key for another scheme', { id: 'key_1', secret: sdk.secret.secret, scheme: 'token' }],
    ['a key that begins later', { id: 'key_1', secret: sdk.secret.secret, notBefore: later(signedAt, 1) }],
    ['a key that has ended', { id: 'key_1', secret: sdk.secret.secret, notAfter: signedAt }],
  ])('refuses with %s', (_, key) => {
    expect(standard.verify(vector, [key], signedAt)).toEqual({ ok: false, reason: 'no_active_key' })
  })

  it.each([
    ['credentials_missing', { 'webhook-signature': undefined }],
    ['credentials_missing', { 'webhook-id': undefined }],
    ['credentials_missing', { 'webhook-id': ['msg_1', 'msg_2'] }],
    ['credentials_missing', { 'Webhook-Signature': 'v1,x' }],
    ['timestamp_missing', { 'webhook-timestamp': undefined }],
    ['timestamp_missing', { 'webhook-timestamp': ['1614265330', '1614265330'] }],
    ['timestamp_unreadable', { 'webhook-timestamp': '1614265330.5' }],
    ['signature_mismatch', { 'webhook-timestamp': '1614265331' }],
    ['signature_mismatch', { 'webhook-id': 'msg_another' }],
  ] as const)('answers %s to %j', (reason, changed) => {
    const headers = { ...vector.headers, ...changed }
    expect(standard.verify({ ...vector, headers }, keys, signedAt)).toEqual({ ok: false, reason })
  })

  it('fails when any one byte of the body is changed', () => {
    const { rawBody, headers } = standard.request(TRANSACTION, { secret: KEY.secret, now: NOW })
    fc.assert(
      fc.property(fc.nat(rawBody.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(rawBody)
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at)
        expect(standard.verify({ rawBody: changed, headers }, [KEY], NOW).ok).toBe(false)
      }),
    )
  })
})

describe('parse', () => {
  it('reads an event', () => {
    expect(parse({ ...DATA, virtualAccount: 'VA1', reference: 'FT1', balanceVnd: 0 })).toEqual({
      kind: 'credit',
      providerEventId: 'standard:tx_0192',
      accountNumber: '0001234567',
      virtualAccount: 'VA1',
      amount: 35_000n,
      bankReference: 'FT1',
      content: 'VQX',
      rawDescription: null,
      codeHint: null,
      occurredAt: new Date('2026-11-23T03:15:02Z'),
      precision: 'second',
      balanceAfter: 0n,
      counterparty: null,
      orderRef: null,
    })
    expect(parse(DATA)).toMatchObject({ virtualAccount: null, bankReference: null, balanceAfter: null })
  })

  it('reads the example of the documentation, and nothing that it needs is optional', () => {
    const page = readFileSync(new URL('../../../docs/FEEDS.md', import.meta.url), 'utf8')
    const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''
    expect(parseBody(example)).toMatchObject([
      { kind: 'credit', amount: 35_000n, virtualAccount: 'VA0471', balanceAfter: 1_250_000n },
    ])
    const required = [...page.matchAll(/^\| `(\w+)` \| required \|/gm)].map(([, name]) => name)
    const needed = Object.keys(DATA).filter((name) => {
      try {
        parse({ ...DATA, [name]: undefined })
        return false
      } catch {
        return true
      }
    })
    expect(required.toSorted()).toEqual(needed.toSorted())
  })

  it('tells what money out undoes from money out, a test from money, and keeps an unknown direction apart', () => {
    expect(parse({ ...DATA, direction: 'out' })?.kind).toBe('debit')
    expect(parse({ ...DATA, direction: 'out', reverses: 'tx_0191' })?.kind).toBe('reversal')
    expect(parse({ ...DATA, direction: 'in', reverses: 'tx_0191' })?.kind).toBe('credit')
    expect(parse({ ...DATA, test: true })?.kind).toBe('test')
    expect(parse({ ...DATA, test: false })?.kind).toBe('credit')
    expect(parse({ ...DATA, direction: 'hold' })?.kind).toBe('unsupported')
  })

  it('finds nothing in an event of another type', () => {
    expect(parseBody({ type: 'account.closed', data: { id: 1 } })).toEqual([])
  })

  it.each(['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'])(
    'reads a time by its offset on a machine in %s',
    (zone) => {
      process.env['TZ'] = zone
      for (const occurredAt of ['2026-11-23T03:15:02Z', '2026-11-22T22:15:02.5-05:00', DATA.occurredAt]) {
        expect(parse({ ...DATA, occurredAt })?.occurredAt).toEqual(new Date('2026-11-23T03:15:02Z'))
      }
    },
  )

  it.each([
    '2026-11-23T10:15:02',
    '2026-11-23',
    '2026-11-23 10:15:02+07:00',
    '2026-02-30T10:15:02+07:00',
    '2026-11-23T10:15:02+99:00',
    '1795403702',
  ])('refuses the time %s', (occurredAt) => {
    expect(refusalOf(wrap({ ...DATA, occurredAt }))).toEqual({ code: 'time_unreadable', field: 'occurredAt' })
  })

  it.each([
    ['0', 'amount_not_positive'],
    ['-35000', 'amount_not_positive'],
    ['350.01', 'amount_fractional'],
    ['3.5e4', 'amount_unreadable'],
    ['"35.000"', 'amount_unreadable'],
    ['99999999999999999999', 'amount_unreadable'],
    ['null', 'field_missing'],
  ])('refuses the amount %s', (written, code) => {
    const body = JSON.stringify(wrap(DATA)).replace('35000', written)
    expect(refusalOf(body)).toEqual({ code, field: 'amountVnd' })
  })

  it.each([
    [wrap({ ...DATA, id: 0 }), 'event_id_invalid', 'id'],
    [wrap({ ...DATA, id: 'x'.repeat(201) }), 'event_id_invalid', 'id'],
    [wrap({ ...DATA, id: undefined }), 'field_missing', 'id'],
    [wrap({ ...DATA, accountNumber: '' }), 'field_missing', 'accountNumber'],
    [wrap({ ...DATA, direction: undefined }), 'field_missing', 'direction'],
    [wrap({ ...DATA, test: 'true' }), 'body_unreadable', 'test'],
    [wrap([DATA]), 'body_unreadable', 'object expected'],
    [{ type: 'bank_transaction.created' }, 'body_unreadable', 'object expected'],
    [sdk.rawBody, 'field_missing', 'type'],
    [JSON.stringify(wrap(DATA)).replace('"id"', '"amountVnd":1,"id"'), 'field_repeated', 'amountVnd'],
    [JSON.stringify(wrap(DATA)).slice(0, -1), 'body_unreadable', null],
  ])('refuses %j', (body, code, field) => {
    expect(refusalOf(body)).toEqual({ code, field })
  })

  it('refuses any other content type and bytes that are no text', () => {
    expect(refusalOf(wrap(DATA), 'application/x-www-form-urlencoded').code).toBe('content_type_unsupported')
    expect(() => standard.parse(Buffer.from([0x7b, 0xff, 0x7d]), undefined)).toThrow('body_not_utf8')
  })

  it('reads back what the maker of requests was told', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    const storable = text.map((value) => value.replaceAll('\0', '').toWellFormed().trim())
    const transaction = fc.record({
      id: fc.uuid(),
      accountNumber: fc.stringMatching(/^[0-9]{6,19}$/),
      virtualAccount: fc.stringMatching(/^[A-Z0-9]{1,19}$/),
      direction: fc.constantFrom('in', 'out'),
      amountVnd: fc.bigInt(1n, 499_999_999n),
      content: storable,
      reference: fc.stringMatching(/^FT[0-9]{14}$/),
      occurredAt: fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }).map((s) => new Date(s * 1000)),
      balanceVnd: fc.bigInt(-(10n ** 12n), 10n ** 12n),
    })
    fc.assert(
      fc.property(transaction, (one) => {
        const request = standard.request(one, { secret: KEY.secret, now: NOW })
        expect(standard.verify(request, [KEY], NOW)).toEqual({ ok: true, keyId: 'key_1' })
        expect(standard.parse(request.rawBody, request.headers['content-type'])).toMatchObject([
          {
            kind: one.direction === 'in' ? 'credit' : 'debit',
            providerEventId: `standard:${one.id}`,
            accountNumber: one.accountNumber,
            virtualAccount: one.virtualAccount,
            amount: one.amountVnd,
            content: one.content,
            occurredAt: one.occurredAt,
            bankReference: one.reference,
            balanceAfter: one.balanceVnd,
          },
        ])
      }),
    )
  })
})

describe('ack', () => {
  it('stops the sender whatever is stored, and makes it try again only when nothing was', () => {
    for (const outcome of ['stored', 'duplicate', 'test', 'malformed'] as const) {
      expect(standard.ack(outcome)).toEqual({ status: 200, body: { success: true } })
    }
    expect(standard.ack('unauthorised').status).toBe(401)
    expect(standard.ack('unavailable')).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
  })
})

it('makes no request with a secret that is none', () => {
  expect(() => standard.request(TRANSACTION, { secret: 'x', now: NOW })).toThrow('whsec_')
})
