import type { ErrorCode } from '@tienve/contracts'
import { words } from './errors-log-in.ts'
import type { Words } from './language.tsx'

/** What is refused to a stall's people about their shifts and their credit book. */
export const stallErrors = {
  shift_open: words('Ca trước chưa kết thúc.', 'Your earlier shift has not ended yet.'),
  shift_not_open: words('Ca này đã kết thúc rồi.', 'This shift has ended already.'),
  shift_not_ended: words('Ca này chưa kết thúc.', 'This shift has not ended yet.'),
  shift_changed: words(
    'Tiền mặt của ca vừa đổi. Xem lại số mới rồi nhận.',
    'The cash of this shift has changed. Look at it again.',
  ),
  shift_already_confirmed: words('Ca này đã nhận rồi.', 'This shift is confirmed already.'),
  credit_too_much: words(
    'Nhiều hơn số khách đang nợ, hoặc số phải trả lại.',
    'This is more than the shopper owes, or than is to go back.',
  ),
  credit_entry_final: words(
    'Dòng này đã bỏ rồi, hoặc do ngân hàng báo nên không bỏ được.',
    'This line was taken back already, or is the bank’s word.',
  ),
} as const satisfies Partial<Words<ErrorCode>>
