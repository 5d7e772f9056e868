import { countCharacters } from './tlv.ts'

/** NAPAS' application identifier in tag 38.00 (VietQR format 1.0, 4.2). */
export const NAPAS_GUID = 'A000000727'

/**
 * What a code asks for: a transfer to an account or a card, a purchase at a merchant, cash at a machine. The first two
 * are in NAPAS' public format, the others in its QR switching format 1.5.2.
 */
export const SERVICES = ['QRIBFTTA', 'QRIBFTTC', 'QRPUSH', 'QRCASH'] as const
export type Service = (typeof SERVICES)[number]

/** NAPAS 247 carries less than 500,000,000 đồng at a time (VietQR format 1.0, 8.1.1). */
export const AMOUNT_MAX_VND = 499_999_999n

/** A code is at most 512 characters (EMVCo MPM 1.1, 4.1). */
export const PAYLOAD_MAX = 512

/** Every template and value is at most 99 characters, since its length has two digits. */
export const VALUE_MAX = 99

/** Printable ASCII: what EMVCo calls `ans`. Anything else is refused by some scanner. */
const PRINTABLE = /^[\x20-\x7e]+$/

/** Precomposed letters of any language, without controls or halves of characters (EMVCo MPM 1.1, 1.4.3: format `S`). */
const ANY_LETTERS = /^[^\p{Cc}\p{Cs}]+$/u

/**
 * A plain text field of a code: its tag and how long it may be, in characters. `anyLetters` says that letters beyond
 * ASCII may stand in it.
 */
export type TextField = { name: string; tag: string; max: number; pattern?: RegExp; anyLetters?: true }

/** Why `text` may not stand in a field, or null when it may. The one rule for writing and for reading strictly. */
export function textFault(text: string, { max, pattern, anyLetters }: TextField): string | null {
  const length = anyLetters === true ? countCharacters(text) : text.length
  if (length === 0 || length > max) return `must be 1 to ${max} characters`
  if (anyLetters === true) {
    return ANY_LETTERS.test(text) && text === text.normalize('NFC') ? null : 'must be precomposed letters'
  }
  if (!PRINTABLE.test(text)) return 'must be printable ASCII, without Vietnamese marks'
  return pattern === undefined || pattern.test(text) ? null : 'has not the form that NAPAS gives it'
}

/**
 * A purchase or a withdrawal goes to a till: without a store, terminal or reference it names none, and the number in 38
 * must not be taken for an account. A code that names no service asks for a purchase (NAPAS 1.5.2).
 */
export function namesPayee(
  service: Service | null | undefined,
  texts: { readonly [name in TextFieldName]?: string | undefined },
): boolean {
  if (service === 'QRIBFTTA' || service === 'QRIBFTTC') return true
  return (texts.storeLabel ?? texts.terminalLabel ?? texts.referenceLabel) !== undefined
}

/** Text fields at the top of a code. */
export const TOP = {
  mcc: { name: 'mcc', tag: '52', max: 4, pattern: /^\d{4}$/ },
  tipIndicator: { name: 'tipIndicator', tag: '55', max: 2, pattern: /^0[123]$/ },
  feeFixed: { name: 'feeFixed', tag: '56', max: 13, pattern: /^\d+(\.\d*)?$/ },
  feePercent: { name: 'feePercent', tag: '57', max: 5, pattern: /^\d+(\.\d*)?$/ },
  merchantName: { name: 'merchantName', tag: '59', max: 25 },
  merchantCity: { name: 'merchantCity', tag: '60', max: 15 },
  postalCode: { name: 'postalCode', tag: '61', max: 10 },
} as const satisfies Record<string, TextField>

/** Tag 62. Only 08 fills the transfer's content in bank apps, so that is where our code goes. */
export const DATA = {
  billNumber: { name: 'billNumber', tag: '01', max: 25 },
  mobile: { name: 'mobile', tag: '02', max: 25 },
  storeLabel: { name: 'storeLabel', tag: '03', max: 25 },
  loyalty: { name: 'loyalty', tag: '04', max: 25 },
  referenceLabel: { name: 'referenceLabel', tag: '05', max: 25 },
  customerLabel: { name: 'customerLabel', tag: '06', max: 25 },
  terminalLabel: { name: 'terminalLabel', tag: '07', max: 25 },
  memo: { name: 'memo', tag: '08', max: 25 },
  consumerDataRequest: {
    name: 'consumerDataRequest',
    tag: '09',
    max: 3,
    pattern: /^(?!.*(.).*\1)[AME]{1,3}$/,
  },
} as const satisfies Record<string, TextField>

/** Tag 64: the merchant's name in another language, the only place where other letters may stand. */
export const LANGUAGE = {
  lang: { name: 'lang', tag: '00', max: 2, pattern: /^[a-z]{2}$/i },
  merchantNameAlt: { name: 'merchantNameAlt', tag: '01', max: 25, anyLetters: true },
  merchantCityAlt: { name: 'merchantCityAlt', tag: '02', max: 15, anyLetters: true },
} as const satisfies Record<string, TextField>

export type TextFieldName = keyof typeof TOP | keyof typeof DATA | keyof typeof LANGUAGE

/** A field by one of the names above. */
export type NamedField = TextField & { name: TextFieldName }

/** The same fields as lists, for whoever reads what is there. */
export const TOP_FIELDS = Object.values(TOP)
export const DATA_FIELDS = Object.values(DATA)
export const LANGUAGE_FIELDS = Object.values(LANGUAGE)
