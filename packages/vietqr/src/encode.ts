import { crc16 } from './crc.ts'
import { VietQrError } from './errors.ts'
import {
  AMOUNT_MAX_VND,
  DATA,
  DATA_FIELDS,
  LANGUAGE,
  namesPayee,
  NAPAS_GUID,
  SERVICES,
  textFault,
  TOP,
  VALUE_MAX,
  type Service,
  type TextField,
  type TextFieldName,
} from './format.ts'
import { countCharacters, field } from './tlv.ts'

export type VietQrInput = {
  /** The bank's six-digit number (BIN). */
  bin: string
  /** An account or card number, or a merchant's for a purchase: 1 to 19 letters and digits. */
  account: string
  /**
   * `QRIBFTTA`, a transfer to an account, unless said; null leaves it out, which NAPAS 1.5.2 reads as a purchase. A
   * purchase or a withdrawal must name its till: `storeLabel`, `terminalLabel` or `referenceLabel`.
   */
  service?: Service | null
  /** Whole đồng, 1 to 499,999,999. Without it the payer types the amount. */
  amountVnd?: bigint
  /** `11`: the code may be paid many times; `12`: once. By default `12` with an amount and `11` without. */
  pointOfInitiation?: '11' | '12'
} & { [name in TextFieldName]?: string }

/**
 * Writes a VietQR payload (NAPAS VietQR format 1.0 and 1.5.2, EMVCo MPM 1.1), fields in ascending order. Every field is
 * checked, because a wrong length makes a code that scans and pays somebody else. Throws `VietQrError` naming the field.
 */
export function encodeVietQr(input: VietQrInput): string {
  const { bin, account, service = 'QRIBFTTA', amountVnd } = input
  const pointOfInitiation = input.pointOfInitiation ?? (amountVnd === undefined ? '11' : '12')
  if (pointOfInitiation !== '11' && pointOfInitiation !== '12') fail('pointOfInitiation', 'must be 11 or 12')
  if (typeof bin !== 'string' || !/^\d{6}$/.test(bin)) fail('bin', 'must be six digits')
  if (typeof account !== 'string' || !/^[0-9A-Za-z]{1,19}$/.test(account))
    fail('account', 'must be 1 to 19 letters and digits')
  if (service !== null && !SERVICES.includes(service)) {
    throw new VietQrError('UNSUPPORTED_SERVICE', 'service', 'is not a service of NAPAS')
  }
  if (!namesPayee(service, input)) {
    throw new VietQrError('UNSUPPORTED_SERVICE', 'service', 'needs a store, terminal or reference label')
  }
  if (amountVnd !== undefined) checkAmount(amountVnd)

  const payee =
    field('00', NAPAS_GUID) +
    field('01', field('00', bin) + field('01', account)) +
    field('02', service ?? undefined)
  const text =
    `000201${field('01', pointOfInitiation)}${field('38', payee)}${textField(TOP.mcc, input.mcc)}5303704` +
    field('54', amountVnd?.toString()) +
    textField(TOP.tipIndicator, input.tipIndicator) +
    textField(TOP.feeFixed, input.feeFixed) +
    textField(TOP.feePercent, input.feePercent) +
    '5802VN' +
    textField(TOP.merchantName, input.merchantName) +
    textField(TOP.merchantCity, input.merchantCity) +
    textField(TOP.postalCode, input.postalCode) +
    dataTemplate(input) +
    languageTemplate(input) +
    '6304'
  return text + crc16(text)
}

function checkAmount(amountVnd: bigint): void {
  if (typeof amountVnd !== 'bigint' || amountVnd < 1n || amountVnd > AMOUNT_MAX_VND) {
    throw new VietQrError('BAD_AMOUNT', 'amountVnd', `must be a bigint from 1 to ${AMOUNT_MAX_VND}`)
  }
}

function textField(rule: TextField, value: string | undefined): string {
  if (value === undefined) return ''
  // A number would have no length, and the code would be written with `undefined` in its place.
  const fault = typeof value === 'string' ? textFault(value, rule) : 'must be text'
  if (fault !== null) fail(rule.name, fault)
  return field(rule.tag, value, rule.anyLetters === true ? countCharacters(value) : value.length)
}

function dataTemplate(input: VietQrInput): string {
  const inside =
    textField(DATA.billNumber, input.billNumber) +
    textField(DATA.mobile, input.mobile) +
    textField(DATA.storeLabel, input.storeLabel) +
    textField(DATA.loyalty, input.loyalty) +
    textField(DATA.referenceLabel, input.referenceLabel) +
    textField(DATA.customerLabel, input.customerLabel) +
    textField(DATA.terminalLabel, input.terminalLabel) +
    textField(DATA.memo, input.memo) +
    textField(DATA.consumerDataRequest, input.consumerDataRequest)
  if (inside.length > VALUE_MAX) {
    const last = DATA_FIELDS.findLast(({ name }) => input[name] !== undefined)
    throw new VietQrError('TOO_LONG', last?.name ?? '', `tag 62 would be over ${VALUE_MAX} characters`)
  }
  return inside === '' ? '' : field('62', inside)
}

/** The three fields together are always under the limit of a template. */
function languageTemplate({ lang, merchantNameAlt, merchantCityAlt }: VietQrInput): string {
  if (lang === undefined && merchantNameAlt === undefined && merchantCityAlt === undefined) return ''
  if (lang === undefined || merchantNameAlt === undefined) {
    fail('lang', 'a name in another language needs both `lang` and `merchantNameAlt`')
  }
  const inside =
    textField(LANGUAGE.lang, lang) +
    textField(LANGUAGE.merchantNameAlt, merchantNameAlt) +
    textField(LANGUAGE.merchantCityAlt, merchantCityAlt)
  return field('64', inside, countCharacters(inside))
}

function fail(name: string, why: string): never {
  throw new VietQrError('BAD_VALUE', name, why)
}
