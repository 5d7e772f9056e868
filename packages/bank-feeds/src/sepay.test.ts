import { describe, expect, it } from 'vitest'
import type { FeedKey } from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { SepayTransaction } from './sepay-request.ts'
import { sepay } from './sepay.ts'
import bankHub from './samples/sepay.bankhub.ipn.json' with { type: 'json' }
import orderPaid from './samples/sepay.pg.ipn.order-paid.json' with { type: 'json' }
import moneyIn from './samples/sepay.webhook.apikey.in.json' with { type: 'json' }
import moneyOut from './samples/sepay.webhook.apikey.out.json' with { type: 'json' }
import sandbox from './samples/sepay.webhook.hmac.sandbox.json' with { type: 'json' }
import retry from './samples/sepay.webhook.retry-same-id.json' with { type: 'json' }

const JSON_TYPE = 'application/json'
const SIGNED_AT = new Date(Number(sandbox.request.headers['x-sepay-timestamp']) * 1000)
const SANDBOX = { rawBody: Buffer.from(sandbox.rawBody), headers: sandbox.request.headers }
const SANDBOX_KEY: FeedKey = { id: 'key_1', secret: sandbox.secret.webhookSecret }

const TRANSACTION: SepayTransaction = {
  id: 92704,
  gateway: 'Vietcombank',
  transactionAt: new Date('2026-11-23T03:15:02Z'),
  accountNumber: '0001234567',
  transferType: 'in',
  transferAmount: 35_000n,
  content: 'Cà phê & bánh mì=2%, "ngon" \\ VQX',
  referenceCode: 'FT26327123456789',
}

const later = (seconds: number): Date => new Date(SIGNED_AT.getTime() + seconds * 1000)
const parse = (body: unknown, contentType: string | undefined = JSON_TYPE) =>
  sepay.parse(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType)[0]

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
  it('reads money in by the documented example', () => {
    expect(parse(moneyIn.rawBody)).toEqual({
      kind: 'credit',
      providerEventId: 'sepay:wh:92704',
      accountNumber: '0123499999',
      virtualAccount: null,
      amount: 2_277_000n,
      bankReference: 'MBVCB.3278907687',
      content: 'chuyen tien mua iphone',
      rawDescription: null,
      codeHint: null,
      occurredAt: new Date('2023-03-25T07:02:37Z'),
      precision: 'second',
      balanceAfter: 19_077_000n,
      counterparty: null,
      orderRef: null,
    })
  })

  it('takes the direction of money out from its field, and a balance of zero as not reported', () => {
    expect(parse(moneyOut.rawBody)).toMatchObject({ kind: 'debit', amount: 1_700_000n, balanceAfter: null })
  })

  it('gives every retry of one event the same id', () => {
    const ids = retry.deliveries.map((delivery) => parse(delivery)?.providerEventId)
    expect(new Set(ids)).toEqual(new Set(['sepay:wh:92711']))
  })

  it('tells a message of the sandbox from money', () => {
    expect(parse(sandbox.rawBody)).toMatchObject({ kind: 'test', codeHint: 'COURVFG4IE' })
  })

  it("refuses the body of SePay's payment gateway whole, and never half-reads one", () => {
    expect(refusalOf(orderPaid.body)).toEqual({ code: 'field_missing', field: 'id' })
  })

  it("reads Bank Hub's message by its own names, in a namespace of its own and without a balance", () => {
    expect(parse(bankHub.rawBody)).toEqual({
      kind: 'credit',
      providerEventId: 'sepay:hub:07ad3dc9-0000-0000-0000-0afffe87053b',
      accountNumber: '0000000001',
      virtualAccount: 'SEPVA0001',
      amount: 150_000n,
      bankReference: 'FT26327123456789',
      content: 'K12 ST0471',
      rawDescription: null,
      codeHint: null,
      occurredAt: new Date('2026-11-23T03:15:02Z'),
      precision: 'second',
      balanceAfter: null,
      counterparty: null,
      orderRef: null,
    })
  })

  it.each([moneyIn, moneyOut, sandbox, bankHub])(
    'acknowledges as SePay expects: $case',
    ({ expectedAck }) => {
      const { status, body } = sepay.ack('stored')
      expect(String(expectedAck.status)).toContain(String(status))
      expect(body).toEqual(expectedAck.body)
    },
  )
})

describe('verify by signature', () => {
  it('accepts the captured message within 300 seconds either way, and no longer', () => {
    for (const seconds of [-300, 0, 300]) {
      expect(sepay.verify(SANDBOX, [SANDBOX_KEY], later(seconds))).toEqual({ ok: true, keyId: 'key_1' })
    }
    for (const seconds of [-301, 301]) {
      expect(sepay.verify(SANDBOX, [SANDBOX_KEY], later(seconds))).toEqual({
        ok: false,
        reason: 'timestamp_outside_tolerance',
      })
    }
  })

  it('takes header names and hex in any case', () => {
    const headers = {
      'X-SePay-Timestamp': SANDBOX.headers['x-sepay-timestamp'],
      'X-SEPAY-SIGNATURE': SANDBOX.headers['x-sepay-signature'].toUpperCase(),
    }
    expect(sepay.verify({ ...SANDBOX, headers }, [SANDBOX_KEY], SIGNED_AT).ok).toBe(true)
  })

  it('names the key that matched while a secret is being changed', () => {
    const keys = [{ id: 'key_0', secret: 'the old one' }, SANDBOX_KEY]
    expect(sepay.verify(SANDBOX, keys, SIGNED_AT)).toEqual({ ok: true, keyId: 'key_1' })
  })

  it.each<[string, FeedKey[]]>([
    ['no key at all', []],
    ['a blank secret', [{ id: 'key_1', secret: ' ' }]],
    ['a key for the other scheme', [{ ...SANDBOX_KEY, scheme: 'api-key' }]],
    ['a key that begins a moment later', [{ ...SANDBOX_KEY, notBefore: later(1) }]],
    ['a key that ends now', [{ ...SANDBOX_KEY, notAfter: SIGNED_AT }]],
  ])('refuses with %s', (_, keys) => {
    expect(sepay.verify(SANDBOX, keys, SIGNED_AT)).toEqual({ ok: false, reason: 'no_active_key' })
  })

  it.each([
    ['credentials_missing', {}],
    ['credentials_missing', { 'x-sepay-signature': ['sha256=a', 'sha256=b'] }],
    ['timestamp_missing', { 'x-sepay-timestamp': undefined }],
    ['timestamp_missing', { 'x-sepay-timestamp': ['1787213877', '1787213877'] }],
    ['timestamp_unreadable', { 'x-sepay-timestamp': '1787213877.5' }],
    ['credentials_unreadable', { 'x-sepay-signature': 'sha256=abc' }],
    ['signature_mismatch', { 'x-sepay-timestamp': '1787213878' }],
  ] as const)('answers %s', (reason, changed) => {
    const headers = Object.keys(changed).length === 0 ? {} : { ...SANDBOX.headers, ...changed }
    expect(sepay.verify({ ...SANDBOX, headers }, [SANDBOX_KEY], SIGNED_AT)).toEqual({ ok: false, reason })
  })

  it('is not saved by a right API key beside a wrong signature', () => {
    const headers = {
      ...SANDBOX.headers,
      'x-sepay-signature': `sha256=${'0'.repeat(64)}`,
      authorization: `Apikey ${SANDBOX_KEY.secret}`,
    }
    expect(sepay.verify({ ...SANDBOX, headers }, [SANDBOX_KEY], SIGNED_AT).ok).toBe(false)
  })
})

describe('verify by API key', () => {
  const request = { rawBody: Buffer.from(moneyIn.rawBody), headers: moneyIn.request.headers }

  it('accepts the documented header', () => {
    const keys = [{ id: 'key_2', secret: moneyIn.secret.apiKey }]
    expect(sepay.verify(request, keys, SIGNED_AT)).toEqual({ ok: true, keyId: 'key_2' })
  })

  it('refuses another key, another scheme of the header, and a key that is for signatures only', () => {
    const keys = [{ id: 'key_2', secret: 'another' }]
    expect(sepay.verify(request, keys, SIGNED_AT)).toEqual({ ok: false, reason: 'api_key_mismatch' })
    const bearer = { ...request, headers: { authorization: 'Bearer API_KEY_CUA_BAN' } }
    expect(sepay.verify(bearer, keys, SIGNED_AT)).toEqual({ ok: false, reason: 'credentials_unreadable' })
    const hmac = [{ id: 'key_2', secret: moneyIn.secret.apiKey, scheme: 'hmac' as const }]
    expect(sepay.verify(request, hmac, SIGNED_AT)).toEqual({ ok: false, reason: 'no_active_key' })
  })
})

describe('parse', () => {
  it('reads the same event from JSON, form-encoded and multipart bodies', () => {
    const events = (
      ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const
    ).map((contentType) => {
      const { rawBody, headers } = sepay.request(TRANSACTION, { secret: 's', now: SIGNED_AT, contentType })
      expect(sepay.verify({ rawBody, headers }, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(true)
      return sepay.parse(rawBody, headers['content-type'])
    })
    expect(events[0]?.[0]).toMatchObject({ content: TRANSACTION.content, amount: 35_000n, kind: 'credit' })
    expect(events[1]).toEqual(events[0])
    expect(events[2]).toEqual(events[0])
  })

  const WIRE = moneyIn.body

  it.each([
    ['2277000', 2_277_000n],
    ['"2277000"', 2_277_000n],
    ['2277000.00', 2_277_000n],
    ['999999999999999', 999_999_999_999_999n],
  ])('reads the amount %s exactly', (written, amount) => {
    expect(parse(moneyIn.rawBody.replace('2277000', written))?.amount).toBe(amount)
  })

  it.each([
    ['0', 'amount_not_positive'],
    ['-5', 'amount_not_positive'],
    ['1.5', 'amount_fractional'],
    ['1e5', 'amount_unreadable'],
    ['"2.277.000"', 'amount_unreadable'],
    // Twelve thousand as Vietnam writes it, which must never be read as twelve.
    ['"12.000"', 'amount_unreadable'],
    ['12.000', 'amount_unreadable'],
    ['"12,000"', 'amount_unreadable'],
    ['"12.0000"', 'amount_unreadable'],
    ['"nhiều"', 'amount_unreadable'],
    ['9999999999999999', 'amount_unreadable'],
    ['null', 'field_missing'],
  ])('refuses the amount %s and names the field', (written, code) => {
    const body = moneyIn.rawBody.replace('2277000', written)
    expect(refusalOf(body)).toEqual({ code, field: 'transferAmount' })
  })

  it.each([
    [{ ...WIRE, id: 0 }, 'event_id_invalid', 'id'],
    [{ ...WIRE, id: 'x' }, 'event_id_invalid', 'id'],
    [{ ...WIRE, transactionDate: '2026-02-30 10:00:00' }, 'time_unreadable', 'transactionDate'],
    [{ ...WIRE, accountNumber: '  ' }, 'field_missing', 'accountNumber'],
    [[WIRE], 'body_unreadable', 'object expected'],
    ['{"id":1', 'body_unreadable', null],
    ['', 'body_unreadable', null],
    ['{"id":1,"id":2}', 'field_repeated', 'id'],
    ['{"id":1,"\\u0069d":2}', 'field_repeated', 'id'],
  ])('refuses %j', (body, code, field) => {
    expect(refusalOf(body)).toEqual({ code, field })
  })

  it('refuses bytes that are no text, a type it does not know, and a multipart body that was cut', () => {
    expect(() => sepay.parse(Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPE)).toThrow('body_not_utf8')
    expect(refusalOf('<xml/>', 'text/xml')).toEqual({ code: 'content_type_unsupported', field: 'text/xml' })
    const options = { secret: 's', now: SIGNED_AT, contentType: 'multipart/form-data' } as const
    const { rawBody, headers } = sepay.request(TRANSACTION, options)
    const cut = rawBody.subarray(0, rawBody.length - 8).toString()
    expect(refusalOf(cut, headers['content-type'])).toEqual({
      code: 'body_unreadable',
      field: 'closing boundary',
    })
  })

  it.each(['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const)(
    'reads Bank Hub as %s by the same rules',
    (contentType) => {
      const { rawBody, headers } = sepay.request(
        { ...TRANSACTION, transferType: 'out' },
        { secret: 's', now: SIGNED_AT, contentType, isBankHub: true },
      )
      expect(sepay.verify({ rawBody, headers }, [{ id: 'k', secret: 's' }], SIGNED_AT).ok).toBe(true)
      expect(sepay.parse(rawBody, headers['content-type'])).toMatchObject([
        {
          kind: 'debit',
          providerEventId: 'sepay:hub:92704',
          amount: 35_000n,
          content: TRANSACTION.content,
          occurredAt: TRANSACTION.transactionAt,
          bankReference: TRANSACTION.referenceCode,
        },
      ])
    },
  )

  it.each([
    [{ transaction_id: '0' }, 'event_id_invalid', 'transaction_id'],
    [{ transaction_id: '' }, 'field_missing', 'transaction_id'],
    [{ transaction_date: '23/11/2026' }, 'time_unreadable', 'transaction_date'],
    [{ amount: 1500.5 }, 'amount_fractional', 'amount'],
    [{ amount: -150000 }, 'amount_not_positive', 'amount'],
    [{ account_number: null }, 'field_missing', 'account_number'],
  ])('refuses Bank Hub with %j', (changed, code, field) => {
    expect(refusalOf({ ...bankHub.body, ...changed })).toEqual({ code, field })
  })

  it('keeps an unknown kind of movement apart, so that it is never booked', () => {
    expect(parse({ ...WIRE, transferType: 'hold' })?.kind).toBe('unsupported')
    expect(parse({ ...bankHub.body, transfer_type: 'in' })?.kind).toBe('unsupported')
  })

  it('drops what Postgres cannot store from a text', () => {
    expect(parse({ ...WIRE, content: 'a\0b\ud800' })?.content).toBe('ab\ufffd')
  })
})

describe('ack', () => {
  it('stops SePay from sending again whatever is stored, and makes it try again only when nothing was', () => {
    for (const outcome of ['stored', 'duplicate', 'test', 'malformed'] as const) {
      expect(sepay.ack(outcome)).toEqual({ status: 200, body: { success: true } })
    }
    expect(sepay.ack('unauthorised').status).toBe(401)
    expect(sepay.ack('unavailable')).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
  })
})
