import type { ReportWords } from '@tienve/contracts'

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
