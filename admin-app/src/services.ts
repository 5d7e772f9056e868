import type { MeteredService, Service, StallKind, TariffUnit } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** What the board charges for, as it is said at the market. */
export const SERVICE_WORDS: Words<Service> = {
  space: { vi: 'Diện tích bán hàng', en: 'Trading space' },
  cleaning: { vi: 'Vệ sinh', en: 'Cleaning' },
  security: { vi: 'Bảo vệ', en: 'Security' },
  fire: { vi: 'Phòng cháy', en: 'Fire safety' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  water: { vi: 'Nước', en: 'Water' },
  parking: { vi: 'Trông giữ xe', en: 'Parking' },
  loading: { vi: 'Bốc xếp', en: 'Loading' },
  storage: { vi: 'Kho', en: 'Storage' },
  advertising: { vi: 'Biển quảng cáo', en: 'Advertising' },
  day_ticket: { vi: 'Vé chợ ngày', en: 'Day ticket' },
  other: { vi: 'Khác', en: 'Other' },
}

/** What a price is for one of, as it stands after the sum: `45.000 đ / m² / tháng`. */
export const UNIT_WORDS: Words<TariffUnit> = {
  m2_month: { vi: 'm² / tháng', en: 'm² / month' },
  m2_day: { vi: 'm² / ngày', en: 'm² / day' },
  stall_month: { vi: 'sạp / tháng', en: 'stall / month' },
  stall_day: { vi: 'sạp / ngày', en: 'stall / day' },
  kwh: { vi: 'kWh', en: 'kWh' },
  m3: { vi: 'm³', en: 'm³' },
  ticket: { vi: 'vé', en: 'ticket' },
  percent: { vi: '% của dịch vụ khác', en: '% of other services' },
}

export const STALL_KIND_WORDS: Words<StallKind> = {
  stall: { vi: 'Sạp', en: 'Stall' },
  counter: { vi: 'Quầy', en: 'Counter' },
  kiosk: { vi: 'Ki-ốt', en: 'Kiosk' },
  pitch: { vi: 'Nền', en: 'Floor pitch' },
}

/** What a meter counts. */
export const METER_UNITS: Record<MeteredService, string> = { electricity: 'kWh', water: 'm³' }

/** `1250.5` as Vietnamese writes it: `1.250,5`. */
export function decimalText(value: string): string {
  const [whole = '0', part = ''] = value.split('.')
  const rest = part.replace(/0+$/, '')
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, '.')}${rest === '' ? '' : `,${rest}`}`
}

/** A decimal as somebody types it here (`4,5`, `1.250`) as the wire has it; null while it is none. */
export function decimalOf(typed: string): string | null {
  const text = typed.trim().replaceAll('.', '').replace(',', '.')
  return /^\d{1,10}(\.\d{1,4})?$/.test(text) ? text : null
}

/** Whole đồng as somebody types them (`45.000`); null while they are none. */
export function vndOf(typed: string): number | null {
  const digits = typed.replaceAll(/[.\s]/g, '')
  return /^\d{1,9}$/.test(digits) && Number(digits) > 0 ? Number(digits) : null
}

/** Today in Vietnam, whose clock is the market's wherever the browser is. */
export function todayHere(): string {
  return new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
}
