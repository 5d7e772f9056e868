import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { BanksObject, QRPay } from 'vietnam-qr-pay'
import { describe, expect, it } from 'vitest'
import { banks, decodeVietQr, encodeVietQr, isPaymentCode, newPaymentCode, VietQrError } from './vietqr.ts'

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`))
const printable = (max: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: max,
  })
const input = fc.record(
  {
    bin: digits(6, 6),
    account: fc.stringMatching(/^[0-9A-Za-z]{1,19}$/),
    service: fc.constantFrom('QRIBFTTA' as const, 'QRIBFTTC' as const),
    amountVnd: fc.bigInt({ min: 1n, max: 499_999_999n }),
    memo: printable(25),
    merchantName: printable(25),
    merchantCity: printable(15),
    billNumber: printable(25),
  },
  { requiredKeys: ['bin', 'account', 'service'] },
)

describe('a VietQR code', () => {
  it('says exactly what was put in', () => {
    fc.assert(
      fc.property(input, (one) => {
        const read = decodeVietQr(encodeVietQr(one))
        expect(read).toEqual({
          ok: true,
          value: { pointOfInitiation: one.amountVnd === undefined ? '11' : '12', ...one },
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('is the same that an independent maker writes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(BanksObject).filter(({ bin }) => bin !== '')),
        digits(6, 19),
        fc.bigInt({ min: 1n, max: 499_999_999n }),
        fc.stringMatching(/^[A-Z0-9]{1,19}$/),
        (bank, account, amountVnd, memo) => {
          const theirs = QRPay.initVietQR({
            bankBin: bank.bin,
            bankNumber: account,
            amount: amountVnd.toString(),
            purpose: memo,
          })
          expect(encodeVietQr({ bin: bank.bin, account, amountVnd, memo })).toBe(theirs.build())
        },
      ),
    )
  })

  it('refuses to be read with any one character changed', () => {
    const code = encodeVietQr({
      bin: '970436',
      account: '0001234567',
      amountVnd: 35_000n,
      memo: 'VQX0000000',
    })
    for (let at = 0; at < code.length - 4; at++) {
      const changed = code.slice(0, at) + (code[at] === '0' ? '1' : '0') + code.slice(at + 1)
      expect(decodeVietQr(changed).ok).toBe(false)
    }
  })

  it('never throws at any text, strict or lenient', () => {
    const damaged = fc
      .tuple(input, fc.nat(), fc.string({ unit: 'grapheme', maxLength: 6 }))
      .map(([one, place, noise]) => {
        const code = encodeVietQr(one)
        return code.slice(0, place % code.length) + noise + code.slice(place % code.length)
      })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), damaged), (text) => {
        expect(typeof decodeVietQr(text).ok).toBe('boolean')
        expect(typeof decodeVietQr(text, { lenient: true }).ok).toBe('boolean')
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['bin', { bin: '97043' }],
    ['account', { account: '' }],
    ['account', { account: '0'.repeat(20) }],
    ['amountVnd', { amountVnd: 0n }],
    ['amountVnd', { amountVnd: -1n }],
    ['amountVnd', { amountVnd: 500_000_000n }],
    ['memo', { memo: '' }],
    ['memo', { memo: 'x'.repeat(26) }],
    ['memo', { memo: 'Thanh toán' }],
    ['mcc', { mcc: '58' }],
  ])('is refused with the field named: %s', (field, part) => {
    const make = () => encodeVietQr({ bin: '970436', account: '0001234567', ...part })
    expect(make).toThrow(VietQrError)
    expect(make).toThrow(expect.objectContaining({ field }))
  })
})

describe('a payment code', () => {
  const code = fc.uint8Array({ minLength: 7, maxLength: 7 }).map((bytes) => newPaymentCode(() => bytes))
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

  it('is the prefix and eight characters, and knows itself', () => {
    const made = newPaymentCode(randomBytes)
    expect(made).toMatch(/^VQX[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(isPaymentCode(made)).toBe(true)
    expect(() => newPaymentCode(randomBytes, 'v')).toThrow(RangeError)
  })

  it('catches every single wrong character', () => {
    fc.assert(
      fc.property(code, fc.integer({ min: 3, max: 10 }), fc.constantFrom(...letters), (good, at, letter) => {
        fc.pre(good[at] !== letter)
        expect(isPaymentCode(good.slice(0, at) + letter + good.slice(at + 1))).toBe(false)
      }),
    )
  })

  it('catches every two characters that changed places', () => {
    fc.assert(
      fc.property(code, fc.integer({ min: 3, max: 9 }), (good, at) => {
        fc.pre(good[at] !== good[at + 1])
        const swapped = good.slice(0, at) + good[at + 1] + good[at] + good.slice(at + 2)
        expect(isPaymentCode(swapped)).toBe(false)
      }),
    )
  })
})

describe('the bank directory', () => {
  it('has each number once, and never less than the six digits of a code', () => {
    expect(new Set(banks.map(({ bin }) => bin)).size).toBe(banks.length)
    expect(banks.filter(({ bin }) => !/^\d{6}$/.test(bin))).toEqual([])
  })
})
