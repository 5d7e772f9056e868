import { describe, expect, it } from 'vitest'
import vectors from './vietqr-vectors.json' with { type: 'json' }
import { decodeVietQr, encodeVietQr, SERVICES, type VietQrInput } from './vietqr.ts'

/** What the vectors call a field, where we have another name for it. */
function toInput(vector: Record<string, string>): VietQrInput {
  const {
    amount,
    purpose,
    currency: _currency,
    country: _country,
    service,
    bin = '',
    account = '',
    pointOfInitiation,
    ...texts
  } = vector
  const known = SERVICES.find((one) => one === service) ?? null
  return {
    ...texts,
    bin,
    account,
    service: known,
    ...(pointOfInitiation === '11' || pointOfInitiation === '12' ? { pointOfInitiation } : {}),
    ...(amount === undefined ? {} : { amountVnd: BigInt(amount) }),
    ...(purpose === undefined ? {} : { memo: purpose }),
  }
}

const plain = (input: VietQrInput): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))

describe('published codes', () => {
  it.each(vectors.valid.filter((one) => one.strict))(
    '$name says what its maker put in',
    ({ input, payload }) => {
      const read = decodeVietQr(payload)
      expect(read.ok && read.value).toEqual(plain(toInput(input)))
    },
  )

  it.each(vectors.valid.filter((one) => one.strict && one.canonicalBuilderReproduces))(
    '$name is made again, byte for byte',
    ({ input, payload }) => {
      expect(encodeVietQr(toInput(input))).toBe(payload)
    },
  )

  it.each(vectors.valid.filter((one) => !one.strict))(
    '$name breaks a rule, and only a lenient reader takes it',
    ({ input, payload }) => {
      const read = decodeVietQr(payload, { lenient: true })
      expect(read.ok && read.value).toEqual(plain(toInput(input)))
      expect(decodeVietQr(payload).ok).toBe(false)
      expect(() => encodeVietQr(toInput(input))).toThrow()
    },
  )

  it.each(vectors.foreignEmv)('$name is somebody else’s code', ({ payload }) => {
    expect(decodeVietQr(payload)).toMatchObject({ ok: false, code: 'NOT_VIETQR' })
  })

  it.each(vectors.publishedBadCrc)('$name has a wrong check sum', ({ payload }) => {
    expect(decodeVietQr(payload)).toMatchObject({ ok: false, code: 'CRC_MISMATCH' })
    expect(decodeVietQr(payload, { lenient: true }).ok).toBe(false)
  })

  it.each(vectors.publishedBadStructure)('$name is built wrong: $problem', ({ payload, expect: code }) => {
    expect(decodeVietQr(payload)).toMatchObject({ ok: false, code })
  })
})

describe('codes made to try a reader', () => {
  const decided = vectors.generatedParser.filter((one) => one.expect !== 'DECIDE')

  it.each(decided)('$name: $expect', ({ payload, expect: wanted }) => {
    const strict = decodeVietQr(payload)
    const lenient = decodeVietQr(payload, { lenient: true })
    if (wanted === 'ACCEPT' || wanted === 'ACCEPT_WARN') expect(strict.ok).toBe(true)
    else if (wanted === 'ACCEPT_LENIENT') expect([strict.ok, lenient.ok]).toEqual([false, true])
    else expect(strict).toMatchObject({ ok: false, code: wanted })
  })

  it('takes a code without a service for no transfer to an account', () => {
    const vector = vectors.generatedParser.find((one) => one.name === 'gen-missing-38.02')
    expect(decodeVietQr(vector?.payload ?? '')).toMatchObject({ ok: false, code: 'UNSUPPORTED_SERVICE' })
  })

  it('reads a padded amount only when lenient', () => {
    const vector = vectors.generatedParser.find((one) => one.name === 'gen-amount-leading-zero')
    expect(decodeVietQr(vector?.payload ?? '')).toMatchObject({ ok: false, code: 'BAD_AMOUNT' })
    expect(decodeVietQr(vector?.payload ?? '', { lenient: true })).toMatchObject({
      value: { amountVnd: 50_000n },
    })
  })
})
