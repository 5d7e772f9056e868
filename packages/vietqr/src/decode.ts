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
  type TextField,
  type TextFieldName,
} from './format.ts'
import { readFields, type Fields } from './tlv.ts'

/** What a code says. `service` is absent where the code names none: then it is not a transfer to an account. */
export type VietQr = {
  pointOfInitiation: '11' | '12'
  bin: string
  account: string
  service?: Service
  amountVnd?: bigint
} & { [name in TextFieldName]?: string }

export type VietQrResult = { readonly ok: true; readonly value: VietQr } | VietQrFailure

type Writable = { -readonly [key in keyof VietQr]?: VietQr[key] }

/**
 * Reads a VietQR payload. Never throws, whatever the text. Strict by default: every rule of NAPAS and EMVCo. `lenient`
 * forgives what real codes do and what cannot send money astray: marks in texts, over-long texts, an empty template, a
 * missing point of initiation, an amount written `0050000` or `50000.00`. The CRC and every length must hold in both.
 */
export function decodeVietQr(text: string, options: { lenient?: boolean } = {}): VietQrResult {
  const lenient = options.lenient === true
  if (text.length === 0) return failure('EMPTY', '')
  if (text.length > PAYLOAD_MAX * 2) return failure('TOO_LONG', '')
  const whole = hasCrc(text)
  if (whole && crc16(text.slice(0, -4)) !== text.slice(-4).toUpperCase()) return failure('CRC_MISMATCH', '63')
  const top = readFields(text, '', whole)
  if (!top.ok) return top
  const fault = checkFrame(top.fields, whole, lenient)
  if (fault !== null) return fault
  return readValue(top.fields, lenient)
}

/** A text that ends as every code must, with tag 63 of four hex digits, is complete: what is wrong in it was made so. */
function hasCrc(text: string): boolean {
  return /6304[0-9a-f]{4}$/i.test(text)
}

function checkFrame(fields: Fields, whole: boolean, lenient: boolean): VietQrFailure | null {
  if (fields.keys().next().value !== '00') return failure('STRUCTURE', '00')
  if (fields.get('00') !== '01') return failure('BAD_VALUE', '00')
  if (!fields.has('63')) return failure('MISSING_TAG', '63')
  if (!whole) return failure('BAD_VALUE', '63')
  if (!fields.has('38')) return failure('NOT_VIETQR', '38')
  for (const tag of lenient ? ['53', '58'] : ['01', '53', '58'])
    if (!fields.has(tag)) return failure('MISSING_TAG', tag)
  if (fields.get('53') !== '704') return failure('BAD_VALUE', '53')
  if (fields.get('58') !== 'VN') return failure('BAD_VALUE', '58')
  return null
}

function readValue(fields: Fields, lenient: boolean): VietQrResult {
  const value: Writable = {}
  const point = fields.get('01') ?? (fields.has('54') ? '12' : '11')
  if (point !== '11' && point !== '12') return failure('BAD_VALUE', '01')
  const payee = readPayee(fields.get('38') ?? '', lenient)
  if ('ok' in payee) return payee
  const amountText = fields.get('54')
  if (amountText !== undefined) {
    const amountVnd = readAmount(amountText, lenient)
    if (amountVnd === null) return failure('BAD_AMOUNT', '54')
    value.amountVnd = amountVnd
  }
  const fault =
    readTexts(fields, '', TOP_FIELDS, lenient, value) ??
    readTemplate(fields, '62', DATA_FIELDS, lenient, value) ??
    readTemplate(fields, '64', LANGUAGE_FIELDS, lenient, value) ??
    checkService(payee.service, value, lenient)
  return fault ?? { ok: true, value: { pointOfInitiation: point, ...payee, ...value } }
}

function readPayee(
  text: string,
  lenient: boolean,
): Pick<VietQr, 'bin' | 'account' | 'service'> | VietQrFailure {
  const outer = readFields(text, '38', true)
  if (!outer.ok) return outer
  if (outer.fields.get('00') !== NAPAS_GUID) return failure('NOT_VIETQR', '38.00')
  const inner = readFields(outer.fields.get('01') ?? '', '38.01', true)
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
  const name = outer.fields.get('02')
  if (name === undefined) return { bin, account }
  const service = SERVICES.find((one) => one === name)
  return service === undefined ? failure('UNSUPPORTED_SERVICE', '38.02') : { bin, account, service }
}

/** Digits with at most one point at the end (VietQR format 1.0, tag 54), never zero. */
function readAmount(text: string, lenient: boolean): bigint | null {
  const [, digits] = (lenient ? /^0*(\d+?)(?:\.0*)?$/ : /^([1-9]\d*)\.?$/).exec(text) ?? []
  if (digits === undefined || text.length > 13) return null
  const amount = BigInt(digits)
  return amount === 0n ? null : amount
}

/**
 * A purchase or a withdrawal goes to a till: without a store, terminal or reference it names none, and the number in 38
 * must not be taken for an account.
 */
function checkService(service: Service | undefined, value: Writable, lenient: boolean): VietQrFailure | null {
  const transfer = service === 'QRIBFTTA' || service === 'QRIBFTTC'
  const till = value.storeLabel ?? value.terminalLabel ?? value.referenceLabel
  return transfer || lenient || till !== undefined ? null : failure('UNSUPPORTED_SERVICE', '38.02')
}

function readTemplate(
  fields: Fields,
  tag: string,
  texts: readonly TextField[],
  lenient: boolean,
  value: Writable,
): VietQrFailure | null {
  const text = fields.get(tag)
  if (text === undefined) return null
  if (text === '') return lenient ? null : failure('BAD_LENGTH', tag)
  const inner = readFields(text, tag, true)
  return inner.ok ? readTexts(inner.fields, tag, texts, lenient, value) : inner
}

function readTexts(
  fields: Fields,
  at: string,
  texts: readonly TextField[],
  lenient: boolean,
  value: Writable,
): VietQrFailure | null {
  for (const { name, tag, max, pattern } of texts) {
    const text = fields.get(tag)
    if (text === undefined) continue
    const path = at === '' ? tag : `${at}.${tag}`
    if (lenient) {
      if (text !== '') value[name] = text.normalize('NFC')
      continue
    }
    if (text === '') return failure('BAD_LENGTH', path)
    if (text.length > max || !PRINTABLE.test(text) || (pattern !== undefined && !pattern.test(text))) {
      // Tag 64 exists for other letters: only its length is held to.
      if (at !== '64' || Array.from(text).length > max) return failure('BAD_VALUE', path)
    }
    value[name] = text
  }
  return null
}
