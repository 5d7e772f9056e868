import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FeedParseError, feeds, type CassoTransaction, type PayosPayment } from './bank-feeds.ts'

const { casso, payos } = feeds
const NOW = new Date('2026-11-24T03:00:00Z')
const SECRET = 'a secret of this test'
const KEYS = [{ id: 'key_1', secret: SECRET }]

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const storable = text.map((value) => value.replaceAll('\0', '').toWellFormed().trim())
const digits = fc.stringMatching(/^[0-9]{6,19}$/)
const reference = fc.stringMatching(/^FT[0-9]{14}$/)
const at = fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1000))
const amount = fc.bigInt(1n, 10n ** 15n - 1n)
const counterparty = fc.record({ name: fc.constantFrom('NGUYEN VAN A', 'Trần/B'), account: digits })

const transaction: fc.Arbitrary<CassoTransaction> = fc.record({
  id: fc.integer({ min: 1 }),
  reference,
  description: storable,
  amount: fc.tuple(amount, fc.boolean()).map(([value, isOut]) => (isOut ? -value : value)),
  balanceAfter: fc.bigInt(-(10n ** 14n), 10n ** 15n - 1n),
  transactionAt: at,
  accountNumber: digits,
  counterparty,
})
const payment: fc.Arbitrary<PayosPayment> = fc.record({
  orderCode: fc.integer({ min: 1 }),
  paymentLinkId: fc.stringMatching(/^[0-9a-f]{32}$/),
  reference,
  amount,
  description: storable,
  accountNumber: digits,
  transactionAt: at,
  counterparty,
})
const form = fc.constantFrom('javascript', 'php', 'python', 'go' as const)
const scheme = fc.constantFrom('hmac', 'api-key' as const)

const cassoMessage = fc.record({ transaction, form, scheme }).map(({ transaction: told, ...options }) => ({
  told,
  version: options.scheme === 'hmac' ? 'v2' : 'v1',
  ...casso.request(told, { secret: SECRET, now: NOW, ...options }),
}))
const payosMessage = payment.map((told) => ({ told, ...payos.request(told, { secret: SECRET }) }))

const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((value) => Buffer.from(value)),
  fc
    .record({ data: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), signature: fc.jsonValue() })
    .map((value) => Buffer.from(JSON.stringify(value))),
  cassoMessage.map(({ rawBody }) => rawBody.subarray(0, -1)),
  payosMessage.map(({ rawBody }) => rawBody.subarray(1)),
)

/** Changes one byte; what still verifies afterwards must tell the same story. */
function changed(rawBody: Buffer, at: number, flip: number): Buffer {
  const copy = Buffer.from(rawBody)
  const position = at % copy.length
  copy.writeUInt8(copy.readUInt8(position) ^ flip, position)
  return copy
}

describe.each([casso, payos])('$provider', (feed) => {
  it('parse reads a body or throws FeedParseError, and nothing else', () => {
    fc.assert(
      fc.property(body, fc.option(text, { nil: undefined }), (rawBody, type) => {
        try {
          for (const event of feed.parse(rawBody, type)) expect(event.amount > 0n).toBe(true)
        } catch (error) {
          if (!(error instanceof FeedParseError)) throw error
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('verify answers whatever it is given, and never says yes to what was not signed', () => {
    const header = fc.option(fc.oneof(text, fc.array(text, { maxLength: 2 })), { nil: undefined })
    const headers = fc.record({
      'x-casso-signature': fc.oneof(
        header,
        fc.stringMatching(/^[0-9a-f]{128}$/).map((hex) => `t=${NOW.getTime()},v1=${hex}`),
      ),
      'secure-token': header,
    })
    fc.assert(
      fc.property(body, headers, (rawBody, given) => {
        expect(feed.verify({ rawBody, headers: given }, KEYS, NOW).ok).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })
})

it('every request of Casso verifies in its form and reads back as what was told', () => {
  fc.assert(
    fc.property(cassoMessage, ({ told, version, rawBody, headers }) => {
      expect(casso.verify({ rawBody, headers }, KEYS, NOW)).toEqual({ ok: true, keyId: 'key_1' })
      expect(casso.parse(rawBody, headers['content-type'])).toMatchObject([
        {
          kind: told.amount > 0n ? 'credit' : 'debit',
          providerEventId: `casso:${version}:${told.id}`,
          accountNumber: told.accountNumber,
          amount: told.amount > 0n ? told.amount : -told.amount,
          bankReference: told.reference,
          content: told.description,
          occurredAt: told.transactionAt,
          balanceAfter: told.balanceAfter,
          counterparty: told.counterparty,
        },
      ])
    }),
  )
})

it('every request of payOS verifies and reads back as what was told', () => {
  fc.assert(
    fc.property(payosMessage, ({ told, rawBody, headers }) => {
      expect(payos.verify({ rawBody, headers }, KEYS, NOW)).toEqual({ ok: true, keyId: 'key_1' })
      expect(payos.parse(rawBody, headers['content-type'])).toMatchObject([
        {
          kind: 'credit',
          providerEventId: `payos:${told.paymentLinkId}:${told.reference}`,
          accountNumber: told.accountNumber,
          amount: told.amount,
          content: told.description,
          occurredAt: told.transactionAt,
          counterparty: told.counterparty,
          orderRef: String(told.orderCode),
        },
      ])
    }),
  )
})

it('no changed byte of a signed body is believed, unless it tells the same story', () => {
  const signedCasso = cassoMessage.filter(({ version }) => version === 'v2')
  fc.assert(
    fc.property(
      signedCasso,
      payosMessage,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (one, other, at, flip) => {
        for (const [feed, { rawBody, headers }] of [
          [casso, one],
          [payos, other],
        ] as const) {
          const copy = changed(rawBody, at, flip)
          if (feed.verify({ rawBody: copy, headers }, KEYS, NOW).ok)
            expect(feed.parse(copy, undefined)).toEqual(feed.parse(rawBody, undefined))
        }
      },
    ),
    { numRuns: 500 },
  )
})
