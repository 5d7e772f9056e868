import { crc16 } from './crc.ts'
import { failure, type VietQrFailure } from './errors.ts'
import {
  DATA_FIELDS,
  LANGUAGE_FIELDS,
  namesPayee,
  NAPAS_GUID,
  PAYLOAD_MAX,
  SERVICES,
  textFault,
  TOP_FIELDS,
  type Service,
  type NamedField,
  type TextFieldName,
} from './format.ts'
import { pathOf, readFields, type Fields, type FieldsResult } from './tlv.ts'

/** What a code says. `service` is absent where the code names none: then it is not a transfer to an account. */
export type VietQr = {
  pointOfInitiation: '11' | '12'
  bin: string
  account: string
  service?: Service
  amountVnd?: bigint
} & { [name in TextFieldName]?: string }

export type VietQrResult = { readonly ok: true; readonly value: VietQr } | VietQrFailure

type Payee = Pick<VietQr, 'bin' | 'account' | 'service'>

type Writable = { -readonly [key in keyof VietQr]?: VietQr[key] }

/**
 * Reads a VietQR payload. Never throws, whatever the text. Strict by default: every rule of NAPAS and EMVCo. `lenient`
 * forgives what real codes do and what cannot send money astray: marks in texts, over-long texts, an empty field, a
 * missing point of initiation, an amount written `0050000` or `50000.00`, a purchase that names no till. The CRC and
 * every length must hold in both.
 */
export function decodeVietQr(text: string, options: { lenient?: boolean } = {}): VietQrResult {
  const lenient = options.lenient === true
  if (text.length === 0) return failure('EMPTY', '')
  if (text.length > (lenient ? PAYLOAD_MAX * 2 : PAYLOAD_MAX)) return failure('TOO_LONG', '')
  const whole = hasCrc(text)
  if (whole && crc16(text.slice(0, -4)) !== text.slice(-4).toUpperCase()) return failure('CRC_MISMATCH', '63')
  const top = readLevel(text, '', whole, lenient)
  if (!top.ok) return top
  const { fields } = top
  const fault = checkFrame(fields, whole)
  if (fault !== null) return fault
  const payee = readPayee(fields.get('38') ?? '', lenient)
  if ('ok' in payee) return payee
  return checkCountry(fields, lenient) ?? readValue(fields, payee, lenient)
}

/** A text that ends as every code must, with tag 63 of four hex digits, is complete: what is wrong in it was made so. */
function hasCrc(text: string): boolean {
  return /6304[0-9a-f]{4}$/i.test(text)
}

/** One level of fields. EMVCo has no empty value; a few real codes do, and an empty one says nothing wrong. */
function readLevel(text: string, at: string, whole: boolean, lenient: boolean): FieldsResult {
  const read = readFields(text, at, whole)
  if (!read.ok || lenient) return read
  for (const [tag, value] of read.fields) if (value === '') return failure('BAD_LENGTH', pathOf(at, tag))
  return read
}

function checkFrame(fields: Fields, whole: boolean): VietQrFailure | null {
  if (!fields.has('00')) return failure('MISSING_TAG', '00')
  if (fields.keys().next().value !== '00') return failure('STRUCTURE', '00')
  if (fields.get('00') !== '01') return failure('BAD_VALUE', '00')
  const crc = fields.get('63')
  if (crc === undefined) return failure('MISSING_TAG', '63')
  if (!whole) return failure(crc.length === 4 ? 'CRC_MISMATCH' : 'BAD_LENGTH', '63')
  return fields.has('38') ? null : failure('NOT_VIETQR', '38')
}

function checkCountry(fields: Fields, lenient: boolean): VietQrFailure | null {
  for (const tag of lenient ? ['53', '58'] : ['01', '53', '58'])
    if (!fields.has(tag)) return failure('MISSING_TAG', tag)
  if (fields.get('53') !== '704') return failure('BAD_VALUE', '53')
  if (fields.get('58') !== 'VN') return failure('BAD_VALUE', '58')
  return null
}

function readValue(fields: Fields, payee: Payee, lenient: boolean): VietQrResult {
  const value: Writable = {}
  const point = fields.get('01') ?? (fields.has('54') ? '12' : '11')
  if (point !== '11' && point !== '12') return failure('BAD_VALUE', '01')
  const amountText = fields.get('54')
  if (amountText !== undefined) {
    const amountVnd = readAmount(amountText, lenient)
    if (amountVnd === null) return failure('BAD_AMOUNT', '54')
    value.amountVnd = amountVnd
  }
  const fault =
    readTexts(fields, '', TOP_FIELDS, lenient, value) ??
    readTemplate(fields, '62', DATA_FIELDS, lenient, value) ??
    readTemplate(fields, '64', LANGUAGE_FIELDS, lenient, value)
  if (fault !== null) return fault
  if (!lenient && !namesPayee(payee.service, value)) return failure('UNSUPPORTED_SERVICE', '38.02')
  return { ok: true, value: { pointOfInitiation: point, ...payee, ...value } }
}

function readPayee(text: string, lenient: boolean): Payee | VietQrFailure {
  const outer = readLevel(text, '38', true, lenient)
  if (!outer.ok) return outer
  if (outer.fields.get('00') !== NAPAS_GUID) return failure('NOT_VIETQR', '38.00')
  const account = readAccount(outer.fields.get('01'), lenient)
  if ('ok' in account) return account
  const name = outer.fields.get('02')
  if (name === undefined) return account
  const service = SERVICES.find((one) => one === name)
  return service === undefined ? failure('UNSUPPORTED_SERVICE', '38.02') : { ...account, service }
}

function readAccount(text: string | undefined, lenient: boolean): Payee | VietQrFailure {
  if (text === undefined) return failure('MISSING_TAG', '38.01')
  const inner = readLevel(text, '38.01', true, lenient)
  if (!inner.ok) return inner
  const odd = [...inner.fields.keys()].find((tag) => tag !== '00' && tag !== '01')
  // A stray tag beside the account is how a wrong length shows: the account would be somebody else's.
  if (odd !== undefined) return failure('STRUCTURE', `38.01.${odd}`)
  const bin = inner.fields.get('00')
  const account = inner.fields.get('01')
  if (bin === undefined) return failure('MISSING_TAG', '38.01.00')
  if (account === undefined) return failure('MISSING_TAG', '38.01.01')
  if (!/^\d{6}$/.test(bin)) return failure('BAD_VALUE', '38.01.00')
  if (!(lenient ? /^[0-9A-Za-z]{1,25}$/ : /^[0-9A-Za-z]{1,19}$/).test(account))
    return failure('BAD_VALUE', '38.01.01')
  return { bin, account }
}

/** Digits with at most one point at the end (VietQR format 1.0, tag 54), never zero. */
function readAmount(text: string, lenient: boolean): bigint | null {
  const [, digits] = (lenient ? /^0*(\d+?)(?:\.0*)?$/ : /^([1-9]\d*)\.?$/).exec(text) ?? []
  if (digits === undefined || text.length > 13) return null
  const amount = BigInt(digits)
  return amount === 0n ? null : amount
}

function readTemplate(
  fields: Fields,
  tag: string,
  texts: readonly NamedField[],
  lenient: boolean,
  value: Writable,
): VietQrFailure | null {
  const text = fields.get(tag)
  if (text === undefined) return null
  // An empty template came this far only with a lenient reader.
  if (text === '') return null
  const inner = readLevel(text, tag, true, lenient)
  if (!inner.ok) return inner
  const missing = tag === '64' && !lenient ? ['00', '01'].find((one) => !inner.fields.has(one)) : undefined
  if (missing !== undefined) return failure('MISSING_TAG', pathOf(tag, missing))
  return readTexts(inner.fields, tag, texts, lenient, value)
}

/** Texts into `value` under their names. A lenient reader takes any text, composed, and leaves out an empty one. */
function readTexts(
  fields: Fields,
  at: string,
  texts: readonly NamedField[],
  lenient: boolean,
  value: Writable,
): VietQrFailure | null {
  for (const one of texts) {
    const text = fields.get(one.tag)
    if (text === undefined) continue
    if (!lenient && textFault(text, one) !== null) return failure('BAD_VALUE', pathOf(at, one.tag))
    if (text !== '') value[one.name] = text.normalize('NFC')
  }
  return null
}
