import { newPaymentCode } from '@tienve/vietqr'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FeedParseError, feeds, findCodes, isProvider, type SepayTransaction } from './bank-feeds.ts'

const { sepay } = feeds
const NOW = new Date('2026-11-24T03:00:00Z')
const SECRET = 'a secret of this test'
const KEYS = [{ id: 'key_1', secret: SECRET }]
const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const storable = text.map((value) => value.replaceAll('\0', '').toWellFormed().trim())
const transaction: fc.Arbitrary<SepayTransaction> = fc.record({
  id: fc.integer({ min: 1 }),
  gateway: fc.constantFrom('MBBank', 'Vietcombank'),
  transactionAt: fc
    .integer({ min: 1_600_000_000, max: 2_000_000_000 })
    .map((seconds) => new Date(seconds * 1000)),
  accountNumber: fc.stringMatching(/^[0-9]{6,19}$/),
  transferType: fc.constantFrom('in', 'out'),
  transferAmount: fc.bigInt(1n, 499_999_999n),
  content: storable,
  accumulated: fc.bigInt(0n, 10n ** 15n - 1n),
  referenceCode: fc.stringMatching(/^FT[0-9]{14}$/),
})
const message = fc.record({ transaction, contentType: fc.constantFrom(...TYPES) })
const make = ({
  transaction,
  contentType,
}: {
  transaction: SepayTransaction
  contentType: (typeof TYPES)[number]
}) => sepay.request(transaction, { secret: SECRET, now: NOW, contentType })

const wireField = fc.constantFrom(
  'id',
  'transferAmount',
  'transactionDate',
  'accountNumber',
  'transferType',
  'code',
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  text.map((value) => Buffer.from(value)),
  fc.json().map((value) => Buffer.from(value)),
  fc.dictionary(wireField, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
  message.map((one) => make(one).rawBody),
)
const contentType = fc.oneof(
  fc.constantFrom(
    undefined,
    ...TYPES,
    'multipart/form-data; boundary=x',
    'multipart/form-data; boundary="----sepay"',
  ),
  text,
)

it('parse reads a body or throws FeedParseError, and nothing else', () => {
  fc.assert(
    fc.property(body, contentType, (rawBody, type) => {
      try {
        for (const event of sepay.parse(rawBody, type)) expect(event.amount > 0n).toBe(true)
      } catch (error) {
        if (!(error instanceof FeedParseError)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})

it('verify answers whatever it is given, and never says yes to what was not signed', () => {
  const header = fc.option(fc.oneof(text, fc.array(text, { maxLength: 2 })), { nil: undefined })
  const headers = fc.record({
    'x-sepay-signature': fc.oneof(header, fc.stringMatching(/^sha256=[0-9a-f]{64}$/)),
    'x-sepay-timestamp': fc.oneof(header, fc.constant(String(NOW.getTime() / 1000))),
    authorization: fc.oneof(
      header,
      text.map((value) => `Apikey ${value}`),
    ),
  })
  fc.assert(
    fc.property(body, headers, (rawBody, given) => {
      expect(sepay.verify({ rawBody, headers: given }, KEYS, NOW).ok).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})

it('every request it makes verifies and reads back as what was told', () => {
  fc.assert(
    fc.property(message, (one) => {
      const { rawBody, headers } = make(one)
      expect(sepay.verify({ rawBody, headers }, KEYS, NOW)).toEqual({ ok: true, keyId: 'key_1' })
      const { transaction } = one
      expect(sepay.parse(rawBody, headers['content-type'])).toMatchObject([
        {
          kind: transaction.transferType === 'in' ? 'credit' : 'debit',
          providerEventId: `sepay:wh:${transaction.id}`,
          accountNumber: transaction.accountNumber,
          amount: transaction.transferAmount,
          content: transaction.content,
          occurredAt: transaction.transactionAt,
          balanceAfter: transaction.accumulated || null,
          bankReference: transaction.referenceCode,
        },
      ])
    }),
  )
})

it('the signature fails when any one byte of the body is changed', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
      const { rawBody, headers } = make(one)
      const changed = Buffer.from(rawBody)
      const position = at % changed.length
      changed.writeUInt8(changed.readUInt8(position) ^ flip, position)
      expect(sepay.verify({ rawBody: changed, headers }, KEYS, NOW)).toEqual({
        ok: false,
        reason: 'signature_mismatch',
      })
    }),
  )
})

it('finds one of our codes between any two texts that hold none, set apart', () => {
  const code = fc
    .uint8Array({ minLength: 7, maxLength: 7 })
    .map((bytes) => newPaymentCode((size) => bytes.slice(0, size)))
  fc.assert(
    fc.property(text, code, text, (before, one, after) => {
      fc.pre(!/vqx/i.test(before + after))
      expect(findCodes(`${before} ${one.toLowerCase()}. ${after}`).codes).toEqual([one])
    }),
  )
})

it('reads codes out of any text without throwing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (content) => {
      expect(findCodes(content, { hint: content }).codes.length).toBeGreaterThanOrEqual(0)
    }),
  )
})

it('knows its providers by name, and no name that every object has', () => {
  expect(isProvider('sepay')).toBe(true)
  expect(isProvider('toString')).toBe(false)
  expect(isProvider('__proto__')).toBe(false)
})
