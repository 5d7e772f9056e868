import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FeedParseError, feeds, type FeedAdapter, type FeedKey, type FeedRequest } from './bank-feeds.ts'

const NOW = new Date('2026-11-24T03:00:00Z')
const KEYS: readonly FeedKey[] = [
  { id: 'key_1', secret: 'a name:a secret of this test' },
  { id: 'key_2', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
]
const adapters: readonly FeedAdapter[] = Object.values(feeds)

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const names = [
  'id transferAmount transactionDate transaction_id transaction_date amount account_number accountNumber',
  'transactionid transactionId transactiontime bankaccount transType type data occurredAt amountVnd direction',
  'clientId clientSecret client_id client_secret grant_type __proto__ constructor',
].flatMap((line) => line.split(' '))
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('1795403702000', '2026-11-23T10:15:02+07:00', '12.000', 1e300, 'bank_transaction.created'),
)
const fields = fc.dictionary(fc.constantFrom(...names), value)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fields.map((one) => Buffer.from(JSON.stringify(one))),
  fields.map((data) => Buffer.from(JSON.stringify({ type: 'bank_transaction.created', data }))),
  fields.map((one) => Buffer.from(JSON.stringify(one).slice(0, -3))),
  fc.nat(2_000).map((depth) => Buffer.from('{"data":['.repeat(depth))),
)
const contentType = fc.oneof(
  fc.constantFrom(undefined, 'application/json; charset=utf-8', 'application/x-www-form-urlencoded'),
  fc.constantFrom('multipart/form-data; boundary=x', 'text/xml'),
  text,
)
const header = fc.oneof(
  text,
  fc.array(text, { maxLength: 2 }),
  text.map((one) => `Bearer ${one}`),
  text.map((one) => `Basic ${Buffer.from(one).toString('base64')}`),
  fc.base64String({ minLength: 44, maxLength: 44 }).map((one) => `v1,${one} v1,${one.slice(4)}`),
  fc.base64String({ minLength: 43 }).map((one) => `Bearer ${NOW.getTime() / 1000 + 60}.${one.slice(0, 43)}`),
  fc.constant(String(NOW.getTime() / 1000)),
)

describe.each(adapters)('$provider', (adapter) => {
  const headerNames = ['authorization', 'secure-token', 'content-type', ...adapter.proofHeaders]
  const request: fc.Arbitrary<FeedRequest> = fc.record({
    rawBody: body,
    headers: fc.dictionary(fc.constantFrom(...headerNames), header),
  })

  it('reads any body or throws FeedParseError, and nothing else', () => {
    fc.assert(
      fc.property(body, contentType, (rawBody, type) => {
        try {
          for (const event of adapter.parse(rawBody, type)) expect(event.amount > 0n).toBe(true)
        } catch (error) {
          if (!(error instanceof FeedParseError)) throw error
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('never says yes to what was not proved, and gives no token for it', () => {
    fc.assert(
      fc.property(request, (one) => {
        expect(adapter.verify(one, KEYS, NOW).ok).toBe(false)
        expect(adapter.token?.issue(one, KEYS, NOW).status ?? 401).toBeGreaterThanOrEqual(400)
      }),
      { numRuns: 1_000 },
    )
  })

  it('has an answer to any bytes, the same each time and never a refusal of what is stored', () => {
    fc.assert(
      fc.property(body, (rawBody) => {
        const first = adapter.ack('stored', rawBody)
        expect(first.status).toBeGreaterThanOrEqual(200)
        expect(first.status).toBeLessThan(300)
        for (const outcome of ['duplicate', 'malformed'] as const) {
          expect(adapter.ack(outcome, rawBody)).toEqual(first)
        }
      }),
    )
  })
})
