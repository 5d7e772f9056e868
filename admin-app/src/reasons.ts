import type { SuspenseReason } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** Why money waits in suspense. */
export const REASON_WORDS: Words<SuspenseReason> = {
  no_code: { vi: 'Nội dung không có mã', en: 'No code in the memo' },
  several_codes: { vi: 'Nội dung có nhiều mã', en: 'Several codes' },
  unknown_code: { vi: 'Mã không thuộc khoản nào', en: 'The code names nothing' },
  hint_disagrees: { vi: 'Ngân hàng đọc mã khác', en: 'The provider read another code' },
  foreign_account: { vi: 'Tài khoản lạ', en: 'An account that is not ours' },
  changed_event: { vi: 'Ngân hàng báo lại khác lần trước', en: 'The bank changed its story' },
  overpaid_twice: { vi: 'Nộp trùng', en: 'Paid twice' },
  wrong_amount: { vi: 'Sai giá vé', en: 'Not the price of the ticket' },
  ambiguous: { vi: 'Chưa rõ có trùng khoản đã ghi không', en: 'May be money we already have' },
  unconfirmed: { vi: 'Chỉ nguồn phụ báo', en: 'Only a second feed tells of it' },
  outgoing: { vi: 'Tiền ra chưa rõ lý do', en: 'Money out, not known why' },
}
