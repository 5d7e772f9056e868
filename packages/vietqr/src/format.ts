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
export const PRINTABLE = /^[\x20-\x7e]+$/

/** A plain text field of a code: its name here, its tags, and how long it may be. */
export type TextField = { name: TextFieldName; tag: string; max: number; pattern?: RegExp }

export type TextFieldName =
  | 'mcc'
  | 'tipIndicator'
  | 'feeFixed'
  | 'feePercent'
  | 'merchantName'
  | 'merchantCity'
  | 'postalCode'
  | 'billNumber'
  | 'mobile'
  | 'storeLabel'
  | 'loyalty'
  | 'referenceLabel'
  | 'customerLabel'
  | 'terminalLabel'
  | 'memo'
  | 'consumerDataRequest'
  | 'lang'
  | 'merchantNameAlt'
  | 'merchantCityAlt'

export const TOP_FIELDS: readonly TextField[] = [
  { name: 'mcc', tag: '52', max: 4, pattern: /^\d{4}$/ },
  { name: 'tipIndicator', tag: '55', max: 2, pattern: /^0[123]$/ },
  { name: 'feeFixed', tag: '56', max: 13, pattern: /^\d+(\.\d*)?$/ },
  { name: 'feePercent', tag: '57', max: 5, pattern: /^\d+(\.\d*)?$/ },
  { name: 'merchantName', tag: '59', max: 25 },
  { name: 'merchantCity', tag: '60', max: 15 },
  { name: 'postalCode', tag: '61', max: 10 },
]

/** Tag 62. Only 08 fills the transfer's content in bank apps, so that is where our code goes. */
export const DATA_FIELDS: readonly TextField[] = [
  { name: 'billNumber', tag: '01', max: 25 },
  { name: 'mobile', tag: '02', max: 25 },
  { name: 'storeLabel', tag: '03', max: 25 },
  { name: 'loyalty', tag: '04', max: 25 },
  { name: 'referenceLabel', tag: '05', max: 25 },
  { name: 'customerLabel', tag: '06', max: 25 },
  { name: 'terminalLabel', tag: '07', max: 25 },
  { name: 'memo', tag: '08', max: 25 },
  { name: 'consumerDataRequest', tag: '09', max: 3, pattern: /^(?!.*(.).*\1)[AME]{1,3}$/ },
]

/** Tag 64: the merchant's name in another language, the only place where other letters may stand. */
export const LANGUAGE_FIELDS: readonly TextField[] = [
  { name: 'lang', tag: '00', max: 2, pattern: /^[a-z]{2}$/i },
  { name: 'merchantNameAlt', tag: '01', max: 25 },
  { name: 'merchantCityAlt', tag: '02', max: 15 },
]
