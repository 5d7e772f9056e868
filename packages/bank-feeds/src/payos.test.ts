import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { FeedKey, PullAnswer } from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { PayosPayment } from './payos-request.ts'
import { payos } from './payos.ts'
import sdk from './samples/payos.sdk-vectors.json' with { type: 'json' }
import probe from './samples/payos.webhook.doc-vector.json' with { type: 'json' }
import unverifiable from './samples/payos.webhook.readme-8d86-DOES-NOT-VERIFY.json' with { type: 'json' }
import real from './samples/payos.webhook.real-shape.json' with { type: 'json' }

const NOW = new Date('2026-11-24T03:00:00Z')
const KEY: FeedKey = { id: 'key_1', secret: probe.secret.checksumKey }
const PAYMENT: PayosPayment = {
  orderCode: 1_768_561_800,
  paymentLinkId: 'ab75abf6e373459692aafb53c47b07cf',
  reference: 'FT26016246051263',
  amount: 35_000n,
  description: 'Rau & cá=2 VQX',
  accountNumber: '0900000000',
  transactionAt: new Date('2026-11-23T03:15:02Z'),
}

const verify = (rawBody: string, keys: readonly FeedKey[] = [KEY]) =>
  payos.verify({ rawBody: Buffer.from(rawBody), headers: {} }, keys, NOW)
const parse = (body: unknown, contentType: string | undefined = 'application/json') =>
  payos.parse(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), contentType)[0]
const withData = (changed: object) => ({ ...real.body, data: { ...real.body.data, ...changed } })

/** The body with this `data`, signed over `text`. */
function signed(data: string, text: string): string {
  const signature = createHmac('sha256', KEY.secret).update(text).digest('hex')
  return `{"data":${data},"signature":"${signature}"}`
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
  it('reads a payment as captured', () => {
    expect(verify(real.rawBody)).toEqual({ ok: true, keyId: 'key_1' })
    expect(parse(real.rawBody)).toEqual({
      kind: 'credit',
      providerEventId: 'payos:ab75abf6e373459692aafb53c47b07cf:FT26016246051263',
      accountNumber: '0900000000',
      virtualAccount: null,
      amount: 2_000n,
      bankReference: 'FT26016246051263',
      content: 'DH1768561',
      rawDescription: null,
      codeHint: null,
      occurredAt: new Date('2026-01-16T11:11:08Z'),
      precision: 'second',
      balanceAfter: null,
      counterparty: { name: 'NGUYEN VAN A', account: '3100000000', bankId: '01202001' },
      orderRef: '1768561800',
    })
  })

  it('verifies the documented vector, and knows it for the probe of confirm-webhook', () => {
    expect(verify(probe.rawBody)).toEqual({ ok: true, keyId: 'key_1' })
    expect(parse(probe.rawBody)).toMatchObject({ kind: 'test', orderRef: '123' })
  })

  it('does not verify the signature of the API reference, whose key was never published', () => {
    expect(verify(unverifiable.rawBody)).toEqual({ ok: false, reason: 'signature_mismatch' })
  })

  it.each(sdk.vectors)('verifies the SDK vector "$case"', ({ data, signature }) => {
    const keys = [{ id: 'k', secret: sdk.secret.checksumKey }]
    expect(verify(JSON.stringify({ data, signature }), keys).ok).toBe(true)
  })
})

describe('verify', () => {
  it('writes null and the words for it as nothing, booleans as words, and arrays with sorted keys', () => {
    const data = '{"c":"null","b":null,"a":"undefined","e":[{"y":1,"x":null}],"d":true}'
    expect(verify(signed(data, 'a=&b=&c=&d=true&e=[{"x":null,"y":1}]')).ok).toBe(true)
  })

  it('writes numbers as the text that was sent', () => {
    expect(verify(signed('{"amount":12345678901234567890}', 'amount=12345678901234567890')).ok).toBe(true)
    expect(verify(signed('{"amount":3000.0}', 'amount=3000.0')).ok).toBe(true)
  })

  it('takes nothing outside data for signed, and nothing inside for unsigned', () => {
    expect(verify(probe.rawBody.replace('"success":true', '"success":false')).ok).toBe(true)
    expect(verify(probe.rawBody.replace('"amount":3000', '"amount":3001')).ok).toBe(false)
  })

  it('takes an old message as good as a new one, and says that it does', () => {
    expect(payos.capabilities.replayProtected).toBe(false)
  })

  it('names the key that matched among those that may be used now', () => {
    expect(verify(probe.rawBody, [{ id: 'key_0', secret: 'the old one' }, KEY])).toEqual({
      ok: true,
      keyId: 'key_1',
    })
  })

  it.each<[string, FeedKey[]]>([
    ['no key at all', []],
    ['a blank secret', [{ id: 'key_1', secret: ' ' }]],
    ['a key for another scheme', [{ ...KEY, scheme: 'api-key' }]],
    ['a key that begins a moment later', [{ ...KEY, notBefore: new Date(NOW.getTime() + 1) }]],
    ['a key that ends now', [{ ...KEY, notAfter: NOW }]],
  ])('refuses with %s', (_, keys) => {
    expect(verify(probe.rawBody, keys)).toEqual({ ok: false, reason: 'no_active_key' })
  })

  it.each([
    ['credentials_missing', '{"data":{}}'],
    ['credentials_unreadable', '{"data":{},"signature":"abc"}'],
    ['credentials_unreadable', '{"data":{},"signature":1}'],
    ['credentials_unreadable', '{"signature":"abc"}'],
    ['credentials_unreadable', signed('[]', '')],
    ['credentials_unreadable', signed('{"a":{"b":1}}', 'a=[object Object]')],
    ['credentials_unreadable', signed('{"a":1,"a":2}', 'a=2')],
    ['credentials_unreadable', probe.rawBody.slice(0, -1)],
    ['credentials_unreadable', ''],
  ])('answers %s to %s', (reason, body) => {
    expect(verify(body)).toEqual({ ok: false, reason })
  })
})

describe('parse', () => {
  it('reads back what a request was made of', () => {
    const { rawBody, headers } = payos.request(PAYMENT, { secret: 's' })
    expect(payos.verify({ rawBody, headers }, [{ id: 'k', secret: 's' }], NOW).ok).toBe(true)
    expect(payos.parse(rawBody, headers['content-type'])).toMatchObject([
      { amount: 35_000n, content: PAYMENT.description, occurredAt: PAYMENT.transactionAt },
    ])
  })

  it.each(['amount', 'reference', 'paymentLinkId', 'orderCode'] as const)(
    'takes the probe with another %s for a payment of an order like any other',
    (name) => {
      const data = { ...probe.body.data, [name]: 7 }
      expect(parse({ ...probe.body, data })?.kind).toBe('credit')
    },
  )

  it('does not believe the unsigned words of success, only the code in data', () => {
    expect(parse({ ...real.body, code: '01', success: false })?.kind).toBe('credit')
    expect(parse(withData({ code: '01' }))?.kind).toBe('unsupported')
    expect(parse(withData({ currency: 'USD' }))?.kind).toBe('unsupported')
  })

  it('reads times as Vietnam’s wherever this machine is', () => {
    const here = process.env['TZ']
    try {
      for (const zone of ['UTC', 'America/Los_Angeles']) {
        process.env['TZ'] = zone
        expect(parse(real.rawBody)?.occurredAt).toEqual(new Date('2026-01-16T11:11:08Z'))
      }
    } finally {
      if (here === undefined) delete process.env['TZ']
      else process.env['TZ'] = here
    }
  })

  it.each([
    ['0', 'amount_not_positive'],
    ['-2000', 'amount_not_positive'],
    ['2000.5', 'amount_fractional'],
    ['2e3', 'amount_unreadable'],
    ['"2.000"', 'amount_unreadable'],
    ['12345678901234567890', 'amount_unreadable'],
    ['null', 'field_missing'],
  ])('refuses the amount %s', (written, code) => {
    const body = real.rawBody.replace('"amount":2000', `"amount":${written}`)
    expect(refusalOf(body)).toEqual({ code, field: 'amount' })
  })

  it.each([
    [withData({ reference: '' }), 'field_missing', 'reference'],
    [withData({ paymentLinkId: null }), 'field_missing', 'paymentLinkId'],
    [withData({ orderCode: ' ' }), 'field_missing', 'orderCode'],
    [withData({ transactionDateTime: '16/01/2026' }), 'time_unreadable', 'transactionDateTime'],
    [{ code: '00' }, 'field_missing', 'data'],
    [{ data: [] }, 'body_unreadable', 'object expected'],
    ['[]', 'field_missing', 'data'],
    [real.rawBody.slice(0, -2), 'body_unreadable', null],
    [real.rawBody.replace('"amount":2000', '"amount":2000,"amount":9000'), 'field_repeated', 'amount'],
  ])('refuses %j', (body, code, field) => {
    expect(refusalOf(body)).toEqual({ code, field })
  })

  it('refuses a body that is not JSON by its type', () => {
    expect(refusalOf(real.rawBody, 'text/xml')).toEqual({
      code: 'content_type_unsupported',
      field: 'text/xml',
    })
  })
})

describe('asking for an order', () => {
  const paid = sdk.vectors[1]?.data
  const answer = (body: unknown, status = 200, headers = {}): PullAnswer => ({
    status,
    headers,
    rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  })

  it('asks by order with both halves of the secret', () => {
    const query = { baseUrl: payos.orders.baseUrl, secret: 'client:api:key', orderRef: '12/3' }
    expect(payos.orders.request(query)).toEqual({
      method: 'GET',
      url: 'https://api-merchant.payos.vn/v2/payment-requests/12%2F3',
      headers: { 'x-client-id': 'client', 'x-api-key': 'api:key' },
    })
  })

  it('reads its payments with ids of its own, apart from the webhook’s, and ISO times', () => {
    expect(payos.orders.read(answer({ code: '00', data: paid }))).toMatchObject({
      ok: true,
      status: 'PAID',
      events: [
        {
          kind: 'credit',
          providerEventId: 'payos:order:payment-link-id:FT-REFERENCE',
          amount: 2_000n,
          occurredAt: new Date('2025-12-12T02:00:00Z'),
          orderRef: '0',
        },
      ],
    })
    const pending = sdk.vectors[2]?.data
    expect(payos.orders.read(answer({ code: '00', data: pending }))).toEqual({
      ok: true,
      status: 'PENDING',
      events: [],
    })
  })

  it.each([
    ['unauthorised', answer('', 401)],
    ['unauthorised', answer({ code: '401', desc: 'x' })],
    ['rate_limited', answer({ code: '429' })],
    ['rate_limited', answer('', 429)],
    ['unavailable', answer('', 502)],
    ['unreadable', answer({ code: '101', data: paid })],
    ['unreadable', answer('')],
    ['unreadable', answer({ code: '00', data: { ...paid, transactions: [{ amount: 1 }] } })],
    ['unreadable', answer({ code: '00', data: { ...paid, transactions: undefined } })],
  ])('says %s and never throws', (problem, given) => {
    expect(payos.orders.read(given)).toEqual({ ok: false, problem, retryAfterSeconds: null })
  })

  it('keeps how long payOS asks us to wait', () => {
    expect(payos.orders.read(answer('', 429, { 'retry-after': '7' }))).toMatchObject({ retryAfterSeconds: 7 })
  })
})

describe('telling of an order', () => {
  const order = {
    baseUrl: payos.orders.baseUrl,
    secret: 'client:key',
    signingSecret: sdk.secret.checksumKey,
    orderCode: 34_359_738_368,
    amountVnd: 35_000n,
    memo: 'VQX0000000E',
    returnUrl: 'https://tienve.example',
  }
  const answer = (body: unknown, status = 200, headers = {}): PullAnswer => ({
    status,
    headers,
    rawBody: Buffer.from(JSON.stringify(body)),
  })

  it.each(sdk.orders)('signs the SDK vector "$case"', ({ data, signature }) => {
    const { amount, description, orderCode, returnUrl } = data
    const { body = '' } = payos.orders.create({
      ...order,
      orderCode,
      amountVnd: BigInt(amount),
      memo: description,
      returnUrl,
    })
    expect(JSON.parse(body)).toEqual({ ...data, signature })
  })

  it('says what is paid with which memo, by the keys of the merchant, and no key of theirs in the address', () => {
    const { method, url, headers, body = '' } = payos.orders.create(order)
    expect({ method, url }).toEqual({
      method: 'POST',
      url: 'https://api-merchant.payos.vn/v2/payment-requests',
    })
    expect(headers).toMatchObject({ 'x-client-id': 'client', 'x-api-key': 'key' })
    expect(JSON.parse(body)).toMatchObject({
      orderCode: 34_359_738_368,
      amount: 35_000,
      description: 'VQX0000000E',
    })
    expect(body).not.toContain(sdk.secret.checksumKey)
    const long = payos.orders.create({ ...order, memo: 'VQX0000000E thanh toan tien rau' }).body ?? ''
    expect(JSON.parse(long).description).toBe('VQX0000000E thanh toan ti')
  })

  it('takes an order that was told before for known', () => {
    expect(payos.orders.readCreated(answer({ code: '00', data: {} }))).toEqual({ ok: true })
    expect(payos.orders.readCreated(answer({ code: '231', data: null }))).toEqual({ ok: true })
  })

  it.each([
    ['unauthorised', answer({}, 401)],
    ['unauthorised', answer({ code: '401' })],
    ['unreadable', answer({ code: '20' })],
    ['unreadable', answer({ code: '201' })],
    ['unreadable', answer('no envelope')],
    ['unavailable', answer({}, 503)],
  ])('says %s and never throws', (problem, given) => {
    expect(payos.orders.readCreated(given)).toMatchObject({ ok: false, problem })
  })

  it('keeps how long payOS asks us to wait', () => {
    expect(payos.orders.readCreated(answer({}, 429, { 'retry-after': '9' }))).toEqual({
      ok: false,
      problem: 'rate_limited',
      retryAfterSeconds: 9,
    })
  })
})

describe('ack', () => {
  it('answers 2xx to whatever is stored, and makes payOS try again only when nothing was', () => {
    for (const outcome of ['stored', 'duplicate', 'test', 'malformed'] as const) {
      expect(payos.ack(outcome)).toEqual({ status: 200, body: { success: true } })
    }
    expect(payos.ack('unauthorised').status).toBe(401)
    expect(payos.ack('unavailable')).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
  })
})
