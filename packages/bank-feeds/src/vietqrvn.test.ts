import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { FeedKey } from './feed.ts'
import { FeedParseError } from './feed.ts'
import balanceChange from './samples/mb.balance-change.transaction-sync.json' with { type: 'json' }
import tokenGenerate from './samples/vietqrvn.1-token-generate.json' with { type: 'json' }
import type { VietqrvnTransaction } from './vietqrvn-request.ts'
import { vietqrvn } from './vietqrvn.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const KEY: FeedKey = { id: 'key_1', secret: 'tienve:a password of this test', scheme: 'token' }
const WIRE = balanceChange.body

const TRANSACTION: VietqrvnTransaction = {
  transactionId: 'c0e43e2c-75b8-4c7f-8826-b72945d89a9f',
  transactionAt: new Date('2026-11-23T03:15:02Z'),
  referenceNumber: 'FT26327123456789',
  bankAccount: '0359000001',
  transType: 'C',
  amount: 35_000n,
  content: 'VQR712a7d45ea VQX',
}

const MACHINE_ZONE = process.env['TZ']
afterEach(() => {
  if (MACHINE_ZONE === undefined) delete process.env['TZ']
  else process.env['TZ'] = MACHINE_ZONE
})

const bytes = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
const parse = (body: unknown, contentType: string | undefined = 'application/json') =>
  vietqrvn.parse(bytes(body), contentType)[0]

function refusalOf(body: unknown, contentType?: string): Pick<FeedParseError, 'code' | 'field'> {
  try {
    parse(body, contentType)
  } catch (error) {
    if (error instanceof FeedParseError) return { code: error.code, field: error.field }
    throw error
  }
  throw new Error('the body was read')
}

function tokenFor(secret: string, keys: readonly FeedKey[] = [KEY]): string {
  const { body } = vietqrvn.token.issue(vietqrvn.tokenRequest({ secret }), keys, NOW)
  return String(body['access_token'])
}

describe('the token that VietQR.vn fetches', () => {
  it('is answered in the documented form, and opens transaction-sync', () => {
    const answer = vietqrvn.token.issue(vietqrvn.tokenRequest({ secret: KEY.secret }), [KEY], NOW)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body)).toEqual(Object.keys(tokenGenerate.response))
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: tokenGenerate.response.expires_in })
    const request = vietqrvn.request(TRANSACTION, { token: String(answer.body['access_token']) })
    expect(vietqrvn.verify(request, [KEY], NOW)).toEqual({ ok: true, keyId: 'key_1' })
    expect(vietqrvn.verify(request, [KEY], new Date(NOW.getTime() + 300_000)).ok).toBe(false)
  })

  it('is refused in the documented form', () => {
    for (const secret of ['tienve:', 'tienve:another', '']) {
      const answer = vietqrvn.token.issue(vietqrvn.tokenRequest({ secret }), [KEY], NOW)
      expect(answer).toEqual({ status: 401, body: { status: 'FAILED', message: 'E74' } })
      expect(Object.keys(answer.body)).toEqual(Object.keys(tokenGenerate.errorResponse))
    }
  })

  it('is asked for where the documentation fixes it', () => {
    expect(tokenGenerate.request.path.endsWith(`/${vietqrvn.token.path}`)).toBe(true)
    expect(vietqrvn.token.eventPath).toBe('bank/api/transaction-sync')
  })

  it('is the only proof: neither Basic credentials nor a sign in the body stand in for it', () => {
    const rawBody = bytes({ ...WIRE, sign: 'a'.repeat(64) })
    const basic = vietqrvn.tokenRequest({ secret: KEY.secret }).headers
    expect(vietqrvn.verify({ rawBody, headers: basic }, [KEY], NOW)).toEqual({
      ok: false,
      reason: 'credentials_unreadable',
    })
    expect(vietqrvn.verify({ rawBody, headers: {} }, [KEY], NOW).ok).toBe(false)
  })
})

describe('parse', () => {
  it("reads MB's own message with who paid", () => {
    expect(parse(balanceChange.rawBody)).toEqual({
      kind: 'credit',
      providerEventId: 'vietqrvn:tx:FT26327123456789\\BNK',
      accountNumber: '0359000001',
      virtualAccount: null,
      amount: 150_000n,
      bankReference: 'FT26327123456789',
      content: 'K12 ST0471',
      rawDescription: null,
      codeHint: null,
      occurredAt: new Date(1_795_403_702_000),
      precision: 'second',
      balanceAfter: null,
      counterparty: { account: '0071000000001', bankId: '970436' },
      orderRef: null,
    })
  })

  it('reads the names in either spelling of the documentation, and ignores those it does not know', () => {
    const { transactionid, transactiontime, referencenumber, bankaccount, ...rest } = WIRE
    const spelt = {
      ...rest,
      transactionId: transactionid,
      transactionTime: transactiontime,
      referenceNumber: referencenumber,
      bankAccount: bankaccount,
      somethingNew: { deep: [1] },
    }
    expect(parse(spelt)).toEqual(parse(WIRE))
  })

  it.each(['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'])(
    'reads any form of the time on a machine in %s',
    (zone) => {
      process.env['TZ'] = zone
      for (const transactiontime of [1795403702000, '1795403702000', 1795403702, '2026-11-23 10:15:02']) {
        expect(parse({ ...WIRE, transactiontime })?.occurredAt).toEqual(new Date('2026-11-23T03:15:02Z'))
      }
    },
  )

  it('takes the direction from its field, and keeps an unknown one apart', () => {
    expect(parse({ ...WIRE, transType: 'D' })?.kind).toBe('debit')
    expect(parse({ ...WIRE, transType: 'c' })?.kind).toBe('credit')
    for (const transType of ['X', null, '']) expect(parse({ ...WIRE, transType })?.kind).toBe('unsupported')
  })

  it('knows a movement by the reference of the bank only where the message has no id', () => {
    expect(parse({ ...WIRE, transactionid: '' })?.providerEventId).toBe('vietqrvn:ref:FT26327123456789')
    expect(parse({ ...WIRE, transactionid: 'a' })?.providerEventId).not.toBe(
      parse({ ...WIRE, transactionid: 'b' })?.providerEventId,
    )
  })

  it('reads an amount that was written as a float of whole đồng', () => {
    expect(parse(balanceChange.rawBody.replace('150000', '25000.0'))?.amount).toBe(25_000n)
  })

  it.each([
    ['0', 'amount_not_positive'],
    ['-150000', 'amount_not_positive'],
    ['150000.50', 'amount_fractional'],
    ['1.5e5', 'amount_unreadable'],
    ['"150.000"', 'amount_unreadable'],
    ['99999999999999999999', 'amount_unreadable'],
    ['[150000]', 'field_missing'],
    ['true', 'field_missing'],
  ])('refuses the amount %s', (written, code) => {
    const body = balanceChange.rawBody.replace('"amount":150000', `"amount":${written}`)
    expect(refusalOf(body)).toEqual({ code, field: 'amount' })
  })

  it.each([
    [{ ...WIRE, transactionid: '0' }, 'event_id_invalid', 'transactionid'],
    [{ ...WIRE, transactionid: '', referencenumber: '000' }, 'event_id_invalid', 'referencenumber'],
    [{ ...WIRE, transactionid: null, referencenumber: null }, 'field_missing', 'referencenumber'],
    [{ ...WIRE, bankaccount: ' ' }, 'field_missing', 'bankaccount'],
    [{ ...WIRE, bankAccount: '1' }, 'field_repeated', 'bankaccount'],
    [balanceChange.rawBody.replace('{', '{"amount":1,'), 'field_repeated', 'amount'],
    [{ ...WIRE, transactiontime: 0 }, 'time_unreadable', 'transactiontime'],
    [{ ...WIRE, transactiontime: 1.5e12 + 0.5 }, 'time_unreadable', 'transactiontime'],
    [{ ...WIRE, transactiontime: undefined }, 'field_missing', 'transactiontime'],
    [[WIRE], 'body_unreadable', 'object expected'],
    [balanceChange.rawBody.slice(0, -1), 'body_unreadable', null],
    ['', 'body_unreadable', null],
  ])('refuses %j', (body, code, field) => {
    expect(refusalOf(body)).toEqual({ code, field })
  })

  it('refuses any other content type', () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      expect(refusalOf(WIRE, type).code).toBe('content_type_unsupported')
    }
  })

  it('reads back what the maker of requests was told', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    const storable = text.map((value) => value.replaceAll('\0', '').toWellFormed().trim())
    const transaction = fc.record({
      transactionId: fc.uuid(),
      transactionAt: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }).map((ms) => new Date(ms)),
      referenceNumber: fc.stringMatching(/^FT[0-9]{14}$/),
      bankAccount: fc.stringMatching(/^[0-9]{6,19}$/),
      transType: fc.constantFrom('C', 'D'),
      amount: fc.bigInt(1n, 499_999_999n),
      content: storable,
      orderId: fc.stringMatching(/^[A-Z0-9]{1,19}$/),
      va: fc.stringMatching(/^[A-Z0-9]{1,19}$/),
      reciprocalAccount: fc.stringMatching(/^[0-9]{6,19}$/),
    })
    const token = tokenFor(KEY.secret)
    fc.assert(
      fc.property(transaction, (one) => {
        const request = vietqrvn.request(one, { token })
        expect(vietqrvn.verify(request, [KEY], NOW)).toEqual({ ok: true, keyId: 'key_1' })
        expect(vietqrvn.parse(request.rawBody, request.headers['content-type'])).toMatchObject([
          {
            kind: one.transType === 'C' ? 'credit' : 'debit',
            providerEventId: `vietqrvn:tx:${one.transactionId}`,
            accountNumber: one.bankAccount,
            virtualAccount: one.va,
            amount: one.amount,
            content: one.content,
            occurredAt: one.transactionAt,
            bankReference: one.referenceNumber,
            orderRef: one.orderId,
            counterparty: { account: one.reciprocalAccount },
          },
        ])
      }),
    )
  })
})

describe('ack', () => {
  const stored = vietqrvn.ack('stored', bytes(WIRE))

  it('gives the same reference of ours for each repeat, however it is laid out, and another for another', () => {
    expect(stored).toMatchObject({ status: 200, body: { error: false, errorReason: '000' } })
    expect(vietqrvn.ack('duplicate', bytes(JSON.stringify({ sign: 'x', ...WIRE }, null, 2)))).toEqual(stored)
    expect(vietqrvn.ack('stored', bytes({ ...WIRE, transactionid: 'another' }))).not.toEqual(stored)
  })

  it('has a reference even for bytes that no one can read, the same for the same bytes', () => {
    const [one, same, another] = ['{', '{', '['].map((body) => vietqrvn.ack('malformed', bytes(body)))
    expect(one).toMatchObject({
      status: 200,
      body: { object: { reftransactionid: expect.stringMatching(/^\w{32}$/) } },
    })
    expect(same).toEqual(one)
    expect(another).not.toEqual(one)
    expect(vietqrvn.ack('stored')).toMatchObject({ status: 200 })
  })

  it('says in its own form that the token was wrong, and that nothing was stored', () => {
    expect(vietqrvn.ack('unauthorised')).toMatchObject({
      status: 401,
      body: { error: true, errorReason: 'E74', object: null },
    })
    expect(vietqrvn.ack('unavailable', bytes(WIRE))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '60' },
      body: { error: true, errorReason: 'E05', object: null },
    })
  })
})
