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
  sold_in_future: words(
    'Giờ bán muộn hơn bây giờ. Chỉnh lại giờ của máy rồi ghi lại.',
    'The sale lies in the future. Set the phone’s clock and note it again.',
  ),
  sold_too_long_ago: words(
    'Lần bán này đã quá 7 ngày, máy không nhận nữa. Chép ra giấy rồi bỏ.',
    'This sale is more than 7 days old. Write it on paper, then discard it.',
  ),
  sold_before_yours: words(
    'Ngày đó sạp chưa phải, hoặc không còn là của bạn. Chép ra giấy rồi bỏ.',
    'On that day the stall was not yours. Write it on paper, then discard it.',
  ),
  search_unclear: words(
    'Gõ số tiền, hoặc ít nhất hai chữ trong nội dung.',
    'Type an amount, or at least two letters of the memo.',
  ),
  tax_code_invalid: words(
    'Mã số thuế có 10, 12 hoặc 13 chữ số. Xem lại số vừa gõ.',
    'A tax code has 10, 12 or 13 digits. Look at it again.',
  ),
} as const satisfies Partial<Words<ErrorCode>>
