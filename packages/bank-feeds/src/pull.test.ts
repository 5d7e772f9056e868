import { describe, expect, it } from 'vitest'
import { casso } from './casso.ts'
import type { FeedPull, PullAnswer, PullQuery } from './feed.ts'
import cassoList from './samples/casso.api.v2.transactions.json' with { type: 'json' }
import sepayV1 from './samples/sepay.api.v1.transactions-list.json' with { type: 'json' }
import sepayV2 from './samples/sepay.api.v2.transactions.json' with { type: 'json' }
import { sepay } from './sepay.ts'
import { standard } from './standard.ts'

const query = (changed: Partial<PullQuery> = {}): PullQuery => ({
  baseUrl: 'https://bank.test',
  secret: 'token',
  accountNumber: null,
  from: new Date('2026-10-31T18:30:00Z'),
  to: new Date('2026-11-02T18:30:00Z'),
  cursor: null,
  ...changed,
})
const answer = (body: unknown, status = 200, headers: PullAnswer['headers'] = {}): PullAnswer => ({
  status,
  headers,
  rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
const urlOf = (pull: FeedPull, changed?: Partial<PullQuery>): URL => new URL(pull.request(query(changed)).url)

const STANDARD = {
  data: [
    {
      id: 'tx_0192',
      accountNumber: '0001234567',
      direction: 'in',
      amountVnd: 35000,
      content: 'VQX',
      reference: 'FT1',
      occurredAt: '2026-11-23T10:15:02+07:00',
      balanceVnd: 0,
    },
  ],
  next: null as unknown,
}

const PULLS: [name: string, pull: FeedPull, body: unknown][] = [
  ['casso', casso.pull, cassoList.response],
  ['sepay version 2', sepay.pull, sepayV2.response],
  ['sepay version 1', sepay.pullV1, sepayV1.response],
  ['standard', standard.pull, STANDARD],
]

describe.each(PULLS)('every list: %s', (_, pull, body) => {
  it.each([
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [302, 'unreadable'],
    [404, 'unreadable'],
  ])('takes the status %i for %s', (status, problem) => {
    const page = pull.read(answer(body, status), query())
    expect(page).toEqual({ ok: false, problem, retryAfterSeconds: null })
  })

  it.each([
    ['7', 7],
    ['0', 0],
    ['999999', 3600],
    ['Mon, 30 Nov 2026 03:00:30 GMT', 30],
    ['Mon, 30 Nov 2026 02:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
  ])('reads Retry-After %s, as seconds or a date by the answer’s own clock', (written, seconds) => {
    const headers = { 'Retry-After': written, Date: 'Mon, 30 Nov 2026 03:00:00 GMT' }
    for (const status of [429, 503])
      expect(pull.read(answer('', status, headers), query())).toMatchObject({ retryAfterSeconds: seconds })
  })

  it.each(['<html>', '{', '[]', '{}', '{"data":{}}', '{"data":[1],"transactions":[1]}', 'null'])(
    'takes the body %s for unreadable, and never throws',
    (text) => {
      expect(pull.read(answer(text), query())).toEqual({
        ok: false,
        problem: 'unreadable',
        retryAfterSeconds: null,
      })
    },
  )

  it('reads nothing of a page with an amount of half a đồng', () => {
    const text = JSON.stringify(body).replace(
      /"(amount|amount_in|amountVnd)":("?)(\d+)(\.00)?/,
      '"$1":$2$3.50',
    )
    expect(pull.read(answer(text), query())).toMatchObject({ ok: false, problem: 'unreadable' })
  })

  it('gives the movements of the account that was asked for alone', () => {
    const all = pull.read(answer(body), query())
    const number = all.ok ? (all.events[0]?.accountNumber ?? '') : ''
    expect(pull.read(answer(body), query({ accountNumber: number }))).toEqual(all)
    expect(pull.read(answer(body), query({ accountNumber: '1' }))).toMatchObject({ ok: true, events: [] })
  })
})

describe('casso', () => {
  it('asks from the day in Vietnam, page by page', () => {
    const { headers } = casso.pull.request(query())
    expect(headers).toEqual({ authorization: 'Apikey token' })
    const { href } = urlOf(casso.pull)
    expect(href).toBe('https://bank.test/v2/transactions?fromDate=2026-11-01&page=1&pageSize=100&sort=ASC')
    expect(urlOf(casso.pull, { cursor: '3' }).searchParams.get('page')).toBe('3')
    expect(urlOf(casso.pull, { cursor: 'x' }).searchParams.get('page')).toBe('1')
  })

  it('reads the records under ids of their own', () => {
    expect(casso.pull.read(answer(cassoList.response), query())).toMatchObject({
      ok: true,
      next: null,
      events: [
        {
          kind: 'credit',
          providerEventId: 'casso:api:1844887',
          accountNumber: '105870000001',
          amount: 5_000n,
          bankReference: '246745',
          occurredAt: new Date('2022-11-15T15:25:00Z'),
          balanceAfter: 55_000n,
        },
      ],
    })
  })

  it('goes on while pages are full, by the size that the answer gives', () => {
    const [record] = cassoList.response.data.records
    const page = (count: number, pageSize: unknown) =>
      answer({ error: 0, data: { pageSize, records: Array.from({ length: count }, () => record) } })
    const nextOf = (given: PullAnswer, cursor: string | null = null) => {
      const read = casso.pull.read(given, query({ cursor }))
      return read.ok ? read.next : read.problem
    }
    expect(nextOf(page(100, 100))).toBe('2')
    expect(nextOf(page(50, 50), '2')).toBe('3')
    expect(nextOf(page(100, undefined))).toBe('2')
    expect(nextOf(page(99, 100))).toBeNull()
    expect(nextOf(page(0, 0))).toBeNull()
  })

  it('takes an empty answer for unreadable: nothing says that it means a wrong key', () => {
    expect(casso.pull.read(answer(''), query())).toMatchObject({ problem: 'unreadable' })
  })
})

describe('sepay version 2', () => {
  it('asks oldest first, by Vietnam’s clock', () => {
    expect(sepay.pull.request(query()).headers).toEqual({ authorization: 'Bearer token' })
    expect(Object.fromEntries(urlOf(sepay.pull, { cursor: '2' }).searchParams)).toEqual({
      transaction_date_from: '2026-11-01 01:30:00',
      transaction_date_to: '2026-11-03 01:30:00',
      transaction_date_sort: 'asc',
      page: '2',
      per_page: '100',
    })
  })

  it('reads the rows, tells the sandbox from money, and asks for the next page while there is one', () => {
    expect(sepay.pull.read(answer(sepayV2.response), query({ cursor: '4' }))).toMatchObject({
      ok: true,
      next: '5',
      events: [
        {
          kind: 'test',
          providerEventId: 'sepay:v2:07ad3dc9-xxxx-xxxx-xxxx-0afffe87053b',
          amount: 50_000n,
          balanceAfter: null,
          codeHint: 'DH1709',
        },
      ],
    })
    const text = JSON.stringify(sepayV2.response)
      .replace('SBCF', 'FTCF')
      .replace('"has_more":true', '"has_more":false')
    expect(sepay.pull.read(answer(text), query())).toMatchObject({ next: null, events: [{ kind: 'credit' }] })
    const empty = { data: [], meta: { pagination: { has_more: true } } }
    expect(sepay.pull.read(answer(empty), query())).toEqual({ ok: true, events: [], next: null })
  })

  it.each([
    [50_000, 1],
    [0, 0],
    [-50_000, 0],
    [-1, 50_000],
  ])('refuses a row of %i in and %i out', (amountIn, amountOut) => {
    const [row] = sepayV2.response.data
    const data = [{ ...row, amount_in: amountIn, amount_out: amountOut }]
    expect(sepay.pull.read(answer({ data }), query())).toMatchObject({ ok: false, problem: 'unreadable' })
  })
})

describe('sepay version 1', () => {
  const [row] = sepayV1.response.transactions

  it('asks for one account between two times', () => {
    const params = urlOf(sepay.pullV1, { accountNumber: '0071000888888' }).searchParams
    expect(Object.fromEntries(params)).toEqual({
      account_number: '0071000888888',
      transaction_date_min: '2026-11-01 01:30:00',
      transaction_date_max: '2026-11-03 01:30:00',
      limit: '1000',
    })
    expect(urlOf(sepay.pullV1).searchParams.has('account_number')).toBe(false)
  })

  it('reads ids and amounts that are text', () => {
    expect(sepay.pullV1.read(answer(sepayV1.response), query())).toMatchObject({
      ok: true,
      next: null,
      events: [
        {
          kind: 'credit',
          providerEventId: 'sepay:v1:49682',
          virtualAccount: 'VCB0011ABC004',
          amount: 18_067_000n,
          balanceAfter: 1_200_541_768n,
          occurredAt: new Date('2023-05-05T12:59:48Z'),
        },
      ],
    })
    const out = { transactions: [{ ...row, amount_in: '0.00', amount_out: '1700000.00' }] }
    expect(sepay.pullV1.read(answer(out), query())).toMatchObject({
      events: [{ kind: 'debit', amount: 1_700_000n }],
    })
  })

  it('takes HTTP 200 with nothing in it for the wrong token that it is', () => {
    for (const text of ['', ' \n']) {
      expect(sepay.pullV1.read(answer(text), query())).toMatchObject({ problem: 'unauthorised' })
    }
    expect(sepay.pull.read(answer(''), query())).toMatchObject({ problem: 'unreadable' })
  })

  it('reads how long to wait from its own header', () => {
    const headers = { 'x-sepay-userapi-retry-after': '2' }
    expect(sepay.pullV1.read(answer('', 429, headers), query())).toMatchObject({ retryAfterSeconds: 2 })
  })

  it('goes back from a full page to where its oldest row was, and never stands still', () => {
    const page = (time: (at: number) => string) =>
      answer({
        transactions: Array.from({ length: 1000 }, (_, at) => ({ ...row, transaction_date: time(at) })),
      })
    const falling = page((at) => `2026-11-02 10:${String(59 - (at % 60)).padStart(2, '0')}:00`)
    expect(sepay.pullV1.read(falling, query())).toMatchObject({ ok: true, next: '2026-11-02 10:00:00' })
    const params = urlOf(sepay.pullV1, { cursor: '2026-11-02 10:00:00' }).searchParams
    expect(params.get('transaction_date_max')).toBe('2026-11-02 10:00:00')
    const still = page(() => '2026-11-02 10:00:00')
    expect(sepay.pullV1.read(still, query({ cursor: '2026-11-02 10:00:00' }))).toMatchObject({
      problem: 'unreadable',
    })
  })
})

describe('standard', () => {
  const read = (body: unknown, cursor: string | null = null) =>
    standard.pull.read(answer(body), query({ cursor }))

  it('asks between two moments, with the cursor as it came', () => {
    expect(standard.pull.request(query()).headers).toEqual({ authorization: 'Bearer token' })
    expect(urlOf(standard.pull).pathname).toBe('/transactions')
    expect(Object.fromEntries(urlOf(standard.pull, { cursor: 'a b/&=' }).searchParams)).toEqual({
      from: '2026-10-31T18:30:00.000Z',
      to: '2026-11-02T18:30:00.000Z',
      cursor: 'a b/&=',
    })
    expect(urlOf(standard.pull).searchParams.has('cursor')).toBe(false)
  })

  it('reads an item as the push that tells of the same movement, under an id of its own', () => {
    const [item] = STANDARD.data
    const body = Buffer.from(JSON.stringify({ type: 'bank_transaction.created', data: item }))
    const [pushed] = standard.parse(body, 'application/json')
    expect(pushed?.providerEventId).toBe('standard:tx_0192')
    expect(read(STANDARD)).toEqual({
      ok: true,
      events: [{ ...pushed, providerEventId: 'standard-list:tx_0192' }],
      next: null,
    })
  })

  it.each([
    ['nothing', ''],
    ['no word of what follows', { data: STANDARD.data }],
    ['a cursor that is no text', { ...STANDARD, next: {} }],
    ['an empty cursor', { ...STANDARD, next: '' }],
    [
      'a time without its offset',
      { data: [{ ...STANDARD.data[0], occurredAt: '2026-11-23T10:15:02' }], next: null },
    ],
    ['one item that is none', { data: [...STANDARD.data, null], next: null }],
  ])('takes %s for unreadable, and none of the page', (_, body) => {
    expect(read(body)).toEqual({ ok: false, problem: 'unreadable', retryAfterSeconds: null })
  })

  it('goes on while there is a cursor, never stands still, and takes an empty page for one', () => {
    expect(read({ data: [], next: 'b' }, 'a')).toEqual({ ok: true, events: [], next: 'b' })
    expect(read({ data: [], next: 'a' }, 'a')).toMatchObject({ problem: 'unreadable' })
  })
})
