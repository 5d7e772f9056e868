import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { BanksObject, QRPay } from 'vietnam-qr-pay'
import { describe, expect, it } from 'vitest'
import { crc16 } from './crc.ts'
import {
  banks,
  decodeVietQr,
  encodeVietQr,
  isPaymentCode,
  newPaymentCode,
  numberOfPaymentCode,
  VietQrError,
} from './vietqr.ts'

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`))
const printable = (max: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: max,
  })
/** Letters as a maker of codes should write them: precomposed, of any language, inside and outside the basic plane. */
const anyLetters = (max: number) =>
  fc
    .array(fc.constantFrom(...'Chợ Lụa – Bến Đò 市場 ẦỆỔ🍊'), { minLength: 1, maxLength: max })
    .map((letters) => letters.join(''))
const till = { storeLabel: printable(10), terminalLabel: printable(10), referenceLabel: printable(10) }
const payee = fc.oneof(
  fc.record({ service: fc.constantFrom('QRIBFTTA' as const, 'QRIBFTTC' as const) }),
  fc.record(
    { service: fc.constantFrom('QRPUSH' as const, 'QRCASH' as const, null), ...till },
    { requiredKeys: ['service', 'storeLabel'] },
  ),
)
const language = fc.record(
  { lang: fc.constantFrom('vi', 'zh'), merchantNameAlt: anyLetters(25), merchantCityAlt: anyLetters(15) },
  { requiredKeys: ['lang', 'merchantNameAlt'] },
)
const input = fc.record(
  {
    bin: digits(6, 6),
    account: fc.stringMatching(/^[0-9A-Za-z]{1,19}$/),
    pointOfInitiation: fc.constantFrom('11' as const, '12' as const),
    mcc: digits(4, 4),
    postalCode: printable(10),
    amountVnd: fc.bigInt({ min: 1n, max: 499_999_999n }),
    memo: printable(25),
    merchantName: printable(25),
    merchantCity: printable(15),
    billNumber: printable(16),
  },
  { requiredKeys: ['bin', 'account'] },
)
const whole = fc
  .tuple(input, payee, fc.option(language, { nil: {} }))
  .map(([one, whom, names]) => ({ ...one, ...whom, ...names }))

describe('a VietQR code', () => {
  it('says exactly what was put in', () => {
    fc.assert(
      fc.property(whole, ({ service, ...one }) => {
        const said = { pointOfInitiation: one.amountVnd === undefined ? '11' : '12', ...one }
        const value = service === null ? said : { ...said, service }
        const code = encodeVietQr({ service, ...one })
        expect(decodeVietQr(code)).toEqual({ ok: true, value })
        expect(decodeVietQr(code, { lenient: true })).toEqual({ ok: true, value })
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
      .tuple(whole, fc.nat(), fc.string({ unit: 'grapheme', maxLength: 6 }))
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
    ['service', { service: 'QRPUSH' as const }],
    ['service', { service: null }],
    ['lang', { merchantNameAlt: 'Chợ Bến Đò' }],
    ['lang', { lang: 'vi' }],
    ['merchantNameAlt', { lang: 'vi', merchantNameAlt: 'Chợ'.normalize('NFD') }],
    ['merchantNameAlt', { lang: 'vi', merchantNameAlt: 'Chợ\n' }],
    ['merchantNameAlt', { lang: 'vi', merchantNameAlt: '\ud83c' }],
    [
      'memo',
      { billNumber: 'b'.repeat(25), mobile: 'm'.repeat(25), loyalty: 'l'.repeat(25), memo: 'x'.repeat(9) },
    ],
  ])('is refused with the field named: %s', (field, part) => {
    const make = () => encodeVietQr({ bin: '970436', account: '0001234567', ...part })
    expect(make).toThrow(VietQrError)
    expect(make).toThrow(expect.objectContaining({ field }))
  })
})

describe('a code that no maker should have made', () => {
  const body = '00020101021138540010A00000072701240006970436011000012345670208QRIBFTTA'
  const end = '53037045802VN'

  it.each([
    ['MISSING_TAG', '00', '5802VN5303704'],
    ['STRUCTURE', '00', `5802VN${body}5303704`],
    ['MISSING_TAG', '01', `000201${body.slice(12)}${end}`],
    ['TRAILING_DATA', '63', `${body}${end}6304ABCD5901X`],
    ['BAD_LENGTH', '62', `${body}${end}6200`],
    ['BAD_LENGTH', '62.08', `${body}${end}62040800`],
    ['DUPLICATE', '62.08', `${body}${end}62100801A0801B`],
    ['BAD_VALUE', '62.08', `${body}${end}62300826${'x'.repeat(26)}`],
    ['BAD_VALUE', '53', `${body}53038405802VN`],
    ['BAD_VALUE', '58', `${body}53037045802TH`],
    ['BAD_AMOUNT', '54', `${body}${end}5414${'9'.repeat(14)}`],
    ['BAD_AMOUNT', '54', `${body}${end}54071000.50`],
    ['MISSING_TAG', '64.01', `${body}${end}64060002vi`],
    ['MISSING_TAG', '38.01', `00020101021138220010A0000007270204QRIX${end}`],
    ['NOT_VIETQR', '38.00', `00020101021138140010A0000007755303840`],
    [
      'TOO_LONG',
      '',
      `${body}${end}${['65', '66', '67', '68', '69'].map((tag) => `${tag}99${'x'.repeat(99)}`).join('')}`,
    ],
  ])('is refused with %s at %s', (code, at, text) => {
    const open = `${text}6304`
    expect(decodeVietQr(open + crc16(open))).toEqual({ ok: false, code, at })
  })

  it('is refused when its check sum is no number, or has not four digits', () => {
    expect(decodeVietQr(`${body}${end}6304WXYZ`)).toEqual({ ok: false, code: 'CRC_MISMATCH', at: '63' })
    expect(decodeVietQr(`${body}${end}6303ABC`)).toEqual({ ok: false, code: 'BAD_LENGTH', at: '63' })
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

  it('has a number that no other code has, from 1 to 2³⁵', () => {
    const bytesOf = (number: number): Uint8Array =>
      Uint8Array.from({ length: 7 }, (_, at) => Math.floor((number - 1) / 32 ** (6 - at)) % 32)
    fc.assert(
      fc.property(code, (good) => {
        const number = numberOfPaymentCode(good)
        expect(newPaymentCode(() => bytesOf(number))).toBe(good)
      }),
    )
    expect(
      [0, 31].map((byte) => numberOfPaymentCode(newPaymentCode(() => new Uint8Array(7).fill(byte)))),
    ).toEqual([1, 2 ** 35])
    expect(() => numberOfPaymentCode('VQX00000001')).toThrow(RangeError)
  })

  it('catches every single wrong character', () => {
    fc.assert(
      fc.property(code, (good) => {
        for (let at = 3; at < good.length; at++)
          for (const letter of letters)
            if (letter !== good[at])
              expect(isPaymentCode(good.slice(0, at) + letter + good.slice(at + 1))).toBe(false)
      }),
    )
  })

  it('catches every two neighbours that changed places', () => {
    fc.assert(
      fc.property(code, (good) => {
        for (let at = 3; at < good.length - 1; at++) {
          const swapped = good.slice(0, at) + good[at + 1] + good[at] + good.slice(at + 2)
          expect(isPaymentCode(swapped)).toBe(swapped === good)
        }
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
