import type { ChangeKind, ChangeStatus, ChargeStatus } from '@tienve/contracts'
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

/** What may be done to an issued charge. */
export const KIND_OF_CHANGE: Words<ChangeKind> = {
  adjusted: { vi: 'Điều chỉnh', en: 'Adjust' },
  relieved: { vi: 'Miễn giảm', en: 'Relieve' },
  written_off: { vi: 'Xóa nợ', en: 'Write off' },
}

export const CHANGE_STATUS_WORDS: Words<ChangeStatus> = {
  proposed: { vi: 'Chờ duyệt', en: 'Waiting for approval' },
  approved: { vi: 'Đã duyệt', en: 'Approved' },
  refused: { vi: 'Không duyệt', en: 'Refused' },
}
