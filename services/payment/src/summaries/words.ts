import type { ReportWords, Service } from '@tienve/contracts'

/** What the board charges for, in the words of the field. */
export const SERVICE_WORDS: Record<Service, ReportWords> = {
  space: { vi: 'Diện tích bán hàng', en: 'Trading space' },
  cleaning: { vi: 'Vệ sinh', en: 'Cleaning' },
  security: { vi: 'Bảo vệ', en: 'Security' },
  fire: { vi: 'Phòng cháy', en: 'Fire safety' },
  electricity: { vi: 'Điện', en: 'Electricity' },
  water: { vi: 'Nước', en: 'Water' },
  parking: { vi: 'Trông giữ xe', en: 'Parking' },
  loading: { vi: 'Bốc xếp', en: 'Loading' },
  storage: { vi: 'Kho', en: 'Storage' },
  advertising: { vi: 'Biển hiệu', en: 'Signs' },
  day_ticket: { vi: 'Vé chợ ngày', en: 'Day ticket' },
  other: { vi: 'Khác', en: 'Other' },
}

/** Heads that several reports share. */
export const HEADS = {
  zone: { vi: 'Khu', en: 'Zone' },
  stall: { vi: 'Sạp', en: 'Stall' },
  stallName: { vi: 'Tên sạp', en: 'Stall name' },
  holder: { vi: 'Người thuê', en: 'Tenant' },
  charges: { vi: 'Số khoản', en: 'Charges' },
  billed: { vi: 'Phải thu', en: 'Billed' },
  collected: { vi: 'Đã thu', en: 'Collected' },
  owed: { vi: 'Còn nợ', en: 'Owed' },
} as const satisfies Record<string, ReportWords>
