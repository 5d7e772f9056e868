import type { ChargeStatus } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** What has become of a charge. */
export const STATUS_WORDS: Words<ChargeStatus> = {
  issued: { vi: 'Chưa nộp', en: 'Unpaid' },
  part_paid: { vi: 'Nộp một phần', en: 'Part-paid' },
  paid: { vi: 'Đã nộp đủ', en: 'Paid' },
  overpaid: { vi: 'Nộp thừa', en: 'Overpaid' },
  relieved: { vi: 'Đã miễn', en: 'Relieved' },
  written_off: { vi: 'Đã xóa nợ', en: 'Written off' },
}
